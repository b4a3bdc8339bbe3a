// A term of an answer in the SPARQL 1.1 Query Results TSV Format.
export interface Term {
  kind: "iri" | "literal" | "blank" | "none";
  value: string;
  datatype?: string;
  language?: string;
}

const xsd = "http://www.w3.org/2001/XMLSchema#";
const numeric = new Set(["integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"].map((n) => xsd + n));
const temporal = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((n) => xsd + n));

// parse reads one field of a line.
export function parse(field: string): Term {
  if (field === "") return { kind: "none", value: "" };
  if (field.startsWith("<")) return { kind: "iri", value: field.slice(1, -1) };
  if (field.startsWith("_:")) return { kind: "blank", value: field };
  if (field.startsWith('"')) {
    const end = field.lastIndexOf('"');
    const value = unescape(field.slice(1, end));
    const rest = field.slice(end + 1);
    if (rest.startsWith("^^<")) return { kind: "literal", value, datatype: rest.slice(3, -1) };
    if (rest.startsWith("@")) return { kind: "literal", value, language: rest.slice(1) };
    return { kind: "literal", value };
  }
  if (field === "true" || field === "false") return { kind: "literal", value: field, datatype: xsd + "boolean" };
  return { kind: "literal", value: field, datatype: /[eE]/.test(field) ? xsd + "double" : field.includes(".") ? xsd + "decimal" : xsd + "integer" };
}

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)/g, (_, c: string) => {
    if (c.length > 1) return String.fromCodePoint(parseInt(c.slice(1), 16));
    return { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" }[c] ?? c;
  });
}

export function isNumber(t: Term): boolean { return t.datatype !== undefined && numeric.has(t.datatype); }
export function isTime(t: Term): boolean { return t.datatype !== undefined && temporal.has(t.datatype); }

// compare orders terms for a table: numbers by value, the rest by text, nothing last.
export function compare(a: Term, b: Term): number {
  if (a.kind === "none" || b.kind === "none") return Number(a.kind === "none") - Number(b.kind === "none");
  if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value);
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

// visible writes characters that would change how others are shown as \uXXXX.
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0"));
}

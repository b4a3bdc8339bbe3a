import { siteRoot } from "./dom";

// The rows of an answer, kept as the lines that they came as and read when they
// are shown, so that a million of them fit.
import { breathe, sorted } from "./sort";
import { compare, parse, type Term } from "./terms";

export class Rows {
  readonly columns: string[] = [];
  private lines: string[] = [];
  private order: Uint32Array | undefined;
  private turn = 0;
  sorted: { column: number; up: boolean } | undefined;
  filter = "";

  add(line: string): void {
    if (this.columns.length === 0) this.columns.push(...line.split("\t").map((n) => n.replace(/^\?/, "")));
    else this.lines.push(line);
  }

  // all counts the rows, length those that the filter leaves.
  get all(): number { return this.lines.length; }
  get length(): number { return this.order?.length ?? this.lines.length; }

  row(i: number): Term[] {
    const line = this.lines[this.order ? this.order[i] : i];
    return line === "" && this.columns.length === 1 ? [parse("")] : line.split("\t").map(parse);
  }

  // arrange sorts and filters, and reports whether it did: a later call ends an
  // earlier one.
  async arrange(): Promise<boolean> {
    const turn = ++this.turn, stop = (): boolean => turn !== this.turn;
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0 && !this.sorted) { this.order = undefined; return true; }
    const kept = new Uint32Array(this.lines.length);
    let count = 0;
    for (let i = 0; i < this.lines.length; i++) {
      if ((i & 4095) === 0) { await breathe(); if (stop()) return false; }
      const text = words.length > 0 ? this.lines[i].toLowerCase() : "";
      if (words.every((w) => text.includes(w))) kept[count++] = i;
    }
    let order: Uint32Array | undefined = kept.slice(0, count);
    if (this.sorted) {
      const keys = await this.keys(this.sorted.column, order, stop);
      if (!keys) return false;
      const up = this.sorted.up;
      order = await sorted(order, (a, b) => {
        const x = keys[a], y = keys[b];
        const nothing = Number(x.kind === "none") - Number(y.kind === "none");
        return nothing !== 0 ? nothing : up ? compare(x, y) : compare(y, x);
      }, stop);
      if (!order) return false;
    }
    this.order = order;
    return true;
  }

  // keys are the terms of a column, by row.
  private async keys(column: number, order: Uint32Array, stop: () => boolean): Promise<Term[] | undefined> {
    const out = new Array<Term>(this.lines.length);
    for (let i = 0; i < order.length; i++) {
      if ((i & 1023) === 0) { await breathe(); if (stop()) return undefined; }
      out[order[i]] = parse(this.lines[order[i]].split("\t")[column] ?? "");
    }
    return out;
  }

  // first returns the first rows as they came, for charts.
  first(most: number): Term[][] { return this.lines.slice(0, most).map((l) => l.split("\t").map(parse)); }
}

export interface Progress { rows: number; seconds: number }

// read asks the service and collects the rows as they come.
export async function read(query: string, signal: AbortSignal, progress: (p: Progress) => void): Promise<{ rows: Rows; warnings: string[]; seconds: number }> {
  const begun = performance.now(), rows = new Rows();
  const answer = await ask(query, "text/tab-separated-values", signal);
  const decoder = new TextDecoderStream();
  const reader = answer.body!.pipeThrough(decoder as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "", told = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) rows.add(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (performance.now() - told > 200) { told = performance.now(); progress({ rows: rows.all, seconds: (told - begun) / 1000 }); }
  }
  if (rest !== "") rows.add(rest);
  return { rows, warnings: warningsOf(answer), seconds: (performance.now() - begun) / 1000 };
}

export function warningsOf(answer: Response): string[] {
  const header = answer.headers.get("Trialweave-Warning");
  if (!header) return [];
  try {
    return [decodeURIComponent(header)]; // characters beyond ASCII are percent-encoded
  } catch {
    return [header];
  }
}

// ask sends a query; a refusal is an error with what the service says.
export async function ask(query: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(siteRoot + "/sparql", { method: "POST", body: new URLSearchParams({ query }), headers: { Accept: accept }, signal });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `The service answered ${answer.status}.`);
  return answer;
}

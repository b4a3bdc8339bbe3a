// Charts, maps and graphs of an answer. Loaded when one is asked for.
import * as Plot from "@observablehq/plot";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import type { FeatureCollection } from "geojson";
import { nonce } from "./dom";
import { drawGraph, type Triple } from "./graph";
import { isNumber, isTime, type Term, visible } from "./terms";

export { nodesOf, triplesOf } from "./graph";

export type Kind = "bar" | "line" | "scatter" | "histogram" | "timeline" | "map";
export interface Choice { kind: Kind; x: string; y: string }

type Nature = "number" | "time" | "country" | "point" | "text";
interface Column { name: string; nature: Nature; distinct: number }
type Value = number | string | Date | undefined;

const countryIRI = "http://publications.europa.eu/resource/authority/country/";
const point = /^\s*POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)\s*$/i;
const mostBars = 40;

// Data is an answer as charts need it.
export class Data {
  readonly columns: Column[];

  constructor(names: string[], private readonly rows: Term[][]) {
    this.columns = names.map((name, i) => ({ name, nature: nature(rows, i), distinct: new Set(rows.slice(0, 2000).map((r) => r[i]?.value)).size }));
  }

  // choices are the charts that fit, the best first.
  choices(): Choice[] {
    const by = (n: Nature) => this.columns.filter((c) => c.nature === n);
    const numbers = by("number"), times = by("time"), countries = by("country"), points = by("point"), texts = this.columns.filter((c) => c.nature === "text" || c.nature === "country");
    const latitude = numbers.find((c) => /^lat/i.test(c.name)), longitude = numbers.find((c) => /^lon/i.test(c.name));
    const out: Choice[] = [];
    const y = numbers.find((c) => c !== latitude && c !== longitude)?.name ?? "";
    if (points.length > 0) out.push({ kind: "map", x: points[0].name, y });
    else if (latitude && longitude) out.push({ kind: "map", x: longitude.name, y: latitude.name });
    else if (countries.length > 0) out.push({ kind: "map", x: countries[0].name, y });
    if (times.length > 1) out.push({ kind: "timeline", x: times[0].name, y: times[1].name });
    if (times.length > 0 && y) out.push({ kind: "line", x: times[0].name, y });
    const years = numbers.find((c) => /year/i.test(c.name));
    if (years && numbers.length > 1) out.push({ kind: "line", x: years.name, y: numbers.find((c) => c !== years)!.name });
    if (texts.length > 0 && y) out.push({ kind: "bar", x: texts[0].name, y });
    if (numbers.length > 1) out.push({ kind: "scatter", x: numbers[0].name, y: numbers[1].name });
    if (numbers.length > 0) out.push({ kind: "histogram", x: numbers[0].name, y: "" });
    if (times.length === 1 && !y) out.push({ kind: "timeline", x: times[0].name, y: "" });
    if (texts.length > 0 && !y) out.push({ kind: "bar", x: texts[0].name, y: "" });
    return out.filter((c, i) => out.findIndex((o) => o.kind === c.kind) === i);
  }

  values(name: string): Value[] {
    const i = this.columns.findIndex((c) => c.name === name), n = this.columns[i]?.nature;
    return this.rows.map((r) => {
      const t = r[i];
      if (!t || t.kind === "none") return undefined;
      if (n === "number") return Number(t.value);
      if (n === "time") return moment(t.value);
      return n === "country" ? t.value.slice(countryIRI.length) : visible(t.value);
    });
  }

  label(i: number): string {
    return this.rows[i].map((t) => visible(t.value)).join("\n").slice(0, 300);
  }

  get length(): number { return this.rows.length; }
}

// moment reads a date, a month or a year.
function moment(text: string): Date | undefined {
  const d = new Date(/^\d{4}$/.test(text) ? `${text}-01-01` : /^\d{4}-\d\d$/.test(text) ? `${text}-01` : text);
  return Number.isNaN(d.getTime()) ? undefined : d;
}

function nature(rows: Term[][], i: number): Nature {
  const sample = rows.slice(0, 200).map((r) => r[i]).filter((t) => t && t.kind !== "none");
  const all = (test: (t: Term) => boolean) => sample.length > 0 && sample.every(test);
  if (all(isNumber)) return "number";
  if (all(isTime)) return "time";
  if (all((t) => t.kind === "iri" && t.value.startsWith(countryIRI))) return "country";
  return all((t) => point.test(t.value)) ? "point" : "text";
}

// withNonce lets the style elements that Plot adds through the page's policy.
function withNonce<T>(act: () => T): T {
  const create = document.createElementNS.bind(document);
  document.createElementNS = ((space: string, name: string, options?: ElementCreationOptions) => {
    const e = create(space, name, options);
    if (name === "style") (e as SVGStyleElement).nonce = nonce;
    return e;
  }) as typeof document.createElementNS;
  try { return act(); } finally { document.createElementNS = create as typeof document.createElementNS; }
}

const accent = "#0d8a92";
const ground = "#8aa0ad33"; // of countries without a number

// draw draws a chart.
export async function draw(data: Data, c: Choice, width: number, world: string): Promise<SVGSVGElement> {
  const options: Plot.PlotOptions = { width, marginLeft: 64, marginBottom: 44, style: { background: "transparent", fontSize: "12px", fontFamily: "inherit" }, ariaLabel: `${c.kind} of ${c.x}${c.y ? ` and ${c.y}` : ""}` };
  const chart = c.kind === "map" ? await map(data, c, options, world) : marks(data, c, options);
  const made = withNonce(() => Plot.plot(chart));
  const svg = (made instanceof SVGSVGElement ? made : made.querySelector<SVGSVGElement>("svg:last-of-type")) as SVGSVGElement;
  svg.setAttribute("role", "img");
  for (const g of svg.querySelectorAll("g[aria-label]")) g.removeAttribute("aria-label"); // groups have no names
  return svg;
}

function marks(data: Data, c: Choice, options: Plot.PlotOptions): Plot.PlotOptions {
  const x = data.values(c.x), y = c.y ? data.values(c.y) : [];
  const points = x.map((v, i) => ({ x: v, y: y[i], title: data.label(i) })).filter((p) => p.x !== undefined);
  switch (c.kind) {
    case "bar": return bars(points, c, options);
    case "line": return { ...options, y: { grid: true, label: c.y }, x: xAxis(c.x), marks: [Plot.ruleY([0]), Plot.lineY(points, { x: "x", y: "y", sort: "x", stroke: accent, strokeWidth: 2 }), Plot.dot(points, { x: "x", y: "y", fill: accent, r: 3, title: "title" })] };
    case "scatter": return { ...options, grid: true, x: xAxis(c.x), y: { label: c.y }, marks: [Plot.dot(points, { x: "x", y: "y", stroke: accent, fill: accent, fillOpacity: 0.25, title: "title" })] };
    case "histogram": return { ...options, x: xAxis(c.x), y: { grid: true, label: "rows" }, marks: [Plot.rectY(points, Plot.binX({ y: "count" }, { x: "x", fill: accent } as Plot.BinXInputs<Plot.RectYOptions>)), Plot.ruleY([0])] };
  }
  return timeline(points, c, options);
}

// xAxis shows years without commas.
function xAxis(name: string): Plot.ScaleOptions { return /year/i.test(name) ? { label: name, tickFormat: "d" } : { label: name }; }

interface Point { x: Value; y: Value; title: string }

// bars adds the values of a category up, or counts its rows; the longest come
// first.
function bars(points: Point[], c: Choice, options: Plot.PlotOptions): Plot.PlotOptions {
  const sums = new Map<string, number>();
  for (const p of points) sums.set(String(p.x), (sums.get(String(p.x)) ?? 0) + (c.y ? Number(p.y ?? 0) : 1));
  const list = [...sums].map(([name, n]) => ({ name: name.length > 44 ? name.slice(0, 43) + "…" : name, n })).sort((a, b) => b.n - a.n).slice(0, mostBars);
  const margin = Math.min(320, 20 + 7.8 * Math.max(...list.map((l) => l.name.length), 4));
  return { ...options, marginLeft: margin, height: 60 + list.length * 22, x: { grid: true, label: c.y || "rows" }, y: { label: null, type: "band" },
    marks: [Plot.barX(list, { x: "n", y: "name", sort: { y: "-x" }, fill: accent, title: (d: { name: string; n: number }) => `${d.name}: ${d.n}` }), Plot.ruleX([0])] };
}

function timeline(points: Point[], c: Choice, options: Plot.PlotOptions): Plot.PlotOptions {
  const list = points.slice(0, 200).map((p, i) => ({ ...p, at: i })).sort((a, b) => Number(a.x) - Number(b.x)).map((p, i) => ({ ...p, at: i }));
  return { ...options, marginLeft: 16, height: Math.max(160, 50 + list.length * 9), x: { grid: true, label: c.y ? `${c.x} to ${c.y}` : c.x }, y: { axis: null, reverse: true },
    marks: [...(c.y ? [Plot.ruleY(list.filter((p) => p.y !== undefined), { x1: "x", x2: "y", y: "at", stroke: accent, strokeWidth: 3 })] : []), Plot.dot(list, { x: "x", y: "at", fill: accent, r: 3, title: "title" })] };
}

let land: Promise<FeatureCollection> | undefined;

async function countries(world: string): Promise<FeatureCollection> {
  land ??= fetch(world).then((r) => r.json()).then((w: Topology) => feature(w, w.objects.countries) as unknown as FeatureCollection);
  return land;
}

// map colours countries by their numbers, or places points.
async function map(data: Data, c: Choice, options: Plot.PlotOptions, world: string): Promise<Plot.PlotOptions> {
  const shapes = await countries(world);
  const base: Plot.PlotOptions = { ...options, marginLeft: 8, marginBottom: 8, projection: "equal-earth", height: Math.round((options.width ?? 900) * 0.5) };
  const column = data.columns.find((k) => k.name === c.x);
  if (column?.nature === "country") {
    const sums = new Map<string, number>(), x = data.values(c.x), y = c.y ? data.values(c.y) : [];
    x.forEach((code, i) => sums.set(String(code), (sums.get(String(code)) ?? 0) + (c.y ? Number(y[i] ?? 0) : 1)));
    return { ...base, color: { type: "sqrt", range: ["#d5ecee", "#075b61"], interpolate: "lab" },
      marks: [Plot.geo(shapes, { fill: ground }), Plot.geo(shapes, { fill: (f: { id?: string | number }) => sums.get(String(f.id)) ?? NaN, stroke: "#8aa0ad", strokeWidth: 0.5, title: (f: { id?: string | number; properties: { name: string } }) => `${f.properties.name}: ${sums.get(String(f.id)) ?? 0}` }), Plot.sphere({ stroke: "#8aa0ad" })] };
  }
  return { ...base, marks: [Plot.geo(shapes, { fill: ground, stroke: "#9fb2be", strokeWidth: 0.5 }), Plot.sphere({ stroke: "#8aa0ad" }),
    Plot.dot(places(data, c), { x: "lon", y: "lat", r: 3.5, fill: accent, fillOpacity: 0.65, title: "title" })] };
}

// drawPlaces is a map of places.
export async function drawPlaces(list: { lat: number; lon: number; title: string }[], width: number, world: string): Promise<SVGSVGElement> {
  const shapes = await countries(world);
  const svg = withNonce(() => Plot.plot({ width, height: Math.round(width * 0.5), projection: "equal-earth", style: { background: "transparent" }, ariaLabel: `A map of ${list.length} places`,
    marks: [Plot.geo(shapes, { fill: ground, stroke: "#9fb2be", strokeWidth: 0.5 }), Plot.sphere({ stroke: "#8aa0ad" }), Plot.dot(list, { x: "lon", y: "lat", r: 4, fill: accent, fillOpacity: 0.65, title: "title" })] })) as SVGSVGElement;
  svg.setAttribute("role", "img");
  for (const g of svg.querySelectorAll("g[aria-label]")) g.removeAttribute("aria-label");
  return svg;
}

function places(data: Data, c: Choice): { lon: number; lat: number; title: string }[] {
  const x = data.values(c.x), y = c.y ? data.values(c.y) : [];
  const asPoint = data.columns.find((k) => k.name === c.x)?.nature === "point";
  return x.map((v, i) => {
    const m = asPoint ? point.exec(String(v)) : null;
    return { lon: m ? Number(m[1]) : Number(v), lat: m ? Number(m[2]) : Number(y[i]), title: data.label(i) };
  }).filter((p) => Number.isFinite(p.lon) && Number.isFinite(p.lat));
}

// graph draws triples.
export function graph(triples: Triple[], width: number, name: (iri: string) => { label?: string; page: string } | undefined): SVGSVGElement { return drawGraph(triples, width, name); }

// picture is a drawing that stands alone, on a white ground.
export function picture(svg: SVGSVGElement): Blob {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.cssText = "background:#fff;color:#16212b;font-family:sans-serif;font-size:12px";
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
}

// bitmap is a drawing as PNG, at twice its size.
export async function bitmap(svg: SVGSVGElement): Promise<Blob> {
  const box = svg.getBoundingClientRect(), image = new Image(), url = URL.createObjectURL(picture(svg));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(box.width * 2));
    canvas.height = Math.max(1, Math.round(box.height * 2));
    const paper = canvas.getContext("2d")!;
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((b) => (b ? resolve(b) : reject(new Error("the picture cannot be made"))), "image/png"));
  } finally { URL.revokeObjectURL(url); }
}

// A graph of nodes: the triples of a CONSTRUCT or DESCRIBE.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum, type SimulationNodeDatum } from "d3";
import { visible } from "./terms";

export interface Triple { subject: string; property: string; object: string; literal: boolean }
interface Node_ extends SimulationNodeDatum { id: string; label: string; literal: boolean; degree: number }
interface Edge extends SimulationLinkDatum<Node_> { label: string }

const most = 250; // edges
const space = "http://www.w3.org/2000/svg";

// triplesOf reads lines of N-Triples.
export function triplesOf(text: string): Triple[] {
  const out: Triple[] = [];
  for (const line of text.split("\n")) {
    const m = /^(\S+) <([^>]*)> (.*) \.$/.exec(line);
    if (m) out.push({ subject: m[1].replace(/^<|>$/g, ""), property: m[2], object: m[3].startsWith("<") ? m[3].slice(1, -1) : m[3], literal: m[3].startsWith('"') });
  }
  return out;
}

function short(iri: string): string {
  const end = visible(iri.replace(/^"((?:[^"\\]|\\.)*)".*$/s, "$1")).replace(/^.*[/#](?=.)/, "");
  return cut(end);
}

function cut(text: string): string { return text.length > 28 ? text.slice(0, 27) + "…" : text; }

function make<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
  const e = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, String(value));
  return e;
}

// nodesOf are the IRIs that a drawing shows.
export function nodesOf(triples: Triple[]): string[] {
  return [...new Set(triples.slice(0, most).flatMap((t) => (t.literal ? [t.subject] : [t.subject, t.object])))];
}

// drawGraph draws triples. Name knows labels and pages of nodes.
export function drawGraph(triples: Triple[], width: number, name: (iri: string) => { label?: string; page: string } | undefined): SVGSVGElement {
  const nodes = new Map<string, Node_>(), edges: Edge[] = [];
  const node = (id: string, literal: boolean): Node_ => {
    let n = nodes.get(id);
    if (!n) { n = { id, label: cut(name(id)?.label ?? "") || short(id), literal, degree: 0 }; nodes.set(id, n); }
    n.degree++;
    return n;
  };
  for (const t of triples.slice(0, most)) edges.push({ source: node(t.subject, false), target: node(t.literal ? `${t.object} ${t.subject}` : t.object, t.literal), label: short(t.property) });
  const list = [...nodes.values()], height = Math.max(380, Math.min(1000, 220 + list.length * 9));
  const simulation = forceSimulation(list).force("link", forceLink(edges).distance(90)).force("charge", forceManyBody().strength(-220)).force("x", forceX(width / 2).strength(0.07)).force("y", forceY(height / 2).strength(0.12)).force("collide", forceCollide(22)).stop();
  for (let i = 0; i < 250; i++) simulation.tick();
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": `A graph of ${list.length} nodes and ${edges.length} links`, fill: "currentColor" });
  const keep = (v: number | undefined, size: number) => Math.max(14, Math.min(size - 14, v ?? 0));
  for (const e of edges) {
    const a = e.source as Node_, b = e.target as Node_;
    const x1 = keep(a.x, width), y1 = keep(a.y, height), x2 = keep(b.x, width), y2 = keep(b.y, height);
    svg.append(make("line", { x1, y1, x2, y2, stroke: "#8aa0ad", "stroke-width": 1 }));
    if (edges.length < 80) {
      const text = make("text", { x: (x1 + x2) / 2, y: (y1 + y2) / 2, "font-size": 9, "text-anchor": "middle", opacity: 0.7 });
      text.textContent = e.label;
      svg.append(text);
    }
  }
  for (const n of list) {
    const x = keep(n.x, width), y = keep(n.y, height);
    const circle = make("circle", { cx: x, cy: y, r: n.literal ? 3.5 : 5 + Math.min(7, n.degree / 2), fill: n.literal ? "#b7822b" : "#0d8a92" });
    const title = make("title", {});
    title.textContent = visible(n.id);
    circle.append(title);
    const text = make("text", { x: x + 9, y: y + 4, "font-size": 11 });
    text.textContent = n.label;
    const at = name(n.id);
    if (!at) { svg.append(circle, text); continue; }
    const link = make("a", { href: at.page });
    link.append(circle, text);
    svg.append(link);
  }
  return svg;
}

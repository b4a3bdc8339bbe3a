// A table of rows, of which only those in sight are in the page.
import { element, grouped } from "./dom";
import { Labels } from "./labels";
import type { Rows } from "./rows";
import { isNumber, type Term, visible } from "./terms";

const height = 32; // of a row, as the style has it
const beyond = 12; // rows above and below those in sight
const most = 900_000; // browsers draw no higher element than some 33 million pixels

export function tableView(rows: Rows): HTMLElement {
  const labels = new Labels();
  const head = element("tr", {}, element("th", { scope: "col", class: "num" }, "#"));
  const body = element("tbody");
  const table = element("table", { class: "rows", "aria-rowcount": String(rows.all + 1) }, element("thead", {}, head), body);
  const scroll = element("div", { class: "scroll grid", tabindex: "0", role: "group", "aria-label": "Rows" }, table);
  const filter = element("input", { type: "search", placeholder: "Filter the rows", "aria-label": "Filter the rows" });
  const count = element("span", { class: "note", role: "status" });
  rows.columns.forEach((name, column) => head.append(headOf(name, column)));

  function headOf(name: string, column: number): HTMLElement {
    const press = element("button", { type: "button" }, name);
    const th = element("th", { scope: "col" }, press);
    press.addEventListener("click", () => {
      const up = !(rows.sorted?.column === column && rows.sorted.up);
      rows.sorted = { column, up };
      for (const other of head.children) other.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      arrange();
    });
    return th;
  }

  function arrange(): void {
    rows.arrange();
    count.textContent = rows.length === rows.all ? "" : `${grouped(rows.length)} of ${grouped(rows.all)}`;
    scroll.scrollTop = 0;
    draw();
  }

  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => { rows.filter = filter.value; arrange(); }, 150);
  });

  // draw puts the rows in sight between two rows as high as all the others.
  function draw(): void {
    const total = Math.min(rows.length, most);
    const from = Math.max(0, Math.floor(scroll.scrollTop / height) - beyond);
    const to = Math.min(total, from + Math.ceil((scroll.clientHeight || 600) / height) + 2 * beyond);
    const shown: HTMLElement[] = [space(from)];
    for (let i = from; i < to; i++) {
      const row = element("tr", { "aria-rowindex": String(i + 2) }, element("td", { class: "num note" }, grouped(i + 1)));
      for (const term of rows.row(i)) row.append(cellOf(term, labels));
      shown.push(row);
    }
    shown.push(space(total - to));
    body.replaceChildren(...shown);
    void labels.fill(body);
  }

  function space(count: number): HTMLElement {
    const row = element("tr", { class: "space", "aria-hidden": "true" });
    row.style.height = `${count * height}px`;
    return row;
  }

  let queued = false;
  scroll.addEventListener("scroll", () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; draw(); });
  });
  new ResizeObserver(draw).observe(scroll);
  return element("div", {}, element("div", { class: "filter" }, filter, count), scroll);
}

function cellOf(term: Term, labels: Labels): HTMLElement {
  const td = element("td", isNumber(term) ? { class: "num" } : {});
  if (term.kind === "iri") td.append(labels.link(term.value));
  else {
    const text = visible(term.value);
    td.append(element("span", { class: "v", dir: "auto" }, text.length > 300 ? text.slice(0, 300) + "…" : text));
    td.title = text.slice(0, 2000) + (term.language ? ` @${term.language}` : "");
  }
  return td;
}

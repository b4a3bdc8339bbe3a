// A table of rows, of which only those in sight are in the page.
import { element, grouped } from "./dom";
import { Labels } from "./labels";
import type { Rows } from "./rows";
import { isNumber, type Term, visible } from "./terms";

const height = 32; // of a row, as the style has it
const beyond = 12; // rows above and below those in sight
const tallest = 12_000_000; // pixels; browsers draw no higher element than some 17 million

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
      void arrange();
    });
    return th;
  }

  async function arrange(): Promise<void> {
    count.textContent = rows.all > 50_000 ? "Sorting…" : "";
    if (!(await rows.arrange())) return; // a later one is at work
    count.textContent = rows.length === rows.all ? "" : `${grouped(rows.length)} of ${grouped(rows.all)}`;
    scroll.scrollTop = 0;
    draw();
  }

  let waiting = 0;
  filter.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => { rows.filter = filter.value; void arrange(); }, 150);
  });

  // draw puts the rows in sight between two rows as high as all the others. Where
  // all of them would be too high, the place of the bar says which are in sight.
  function draw(): void {
    const total = rows.length, seen = scroll.clientHeight || 600, all = total * height, high = Math.min(all, tallest);
    const room = Math.max(1, high - seen), exact = Math.max(0, all - seen) * Math.min(1, scroll.scrollTop / room);
    const from = Math.max(0, Math.floor((high < all ? exact : scroll.scrollTop) / height) - beyond);
    const to = Math.min(total, from + Math.ceil(seen / height) + 2 * beyond);
    const above = high < all ? Math.max(0, Math.min(scroll.scrollTop - (Math.floor(exact / height) - from) * height, high - (to - from) * height)) : from * height;
    const shown: HTMLElement[] = [space(above)];
    for (let i = from; i < to; i++) {
      const row = element("tr", { "aria-rowindex": String(i + 2) }, element("td", { class: "num note" }, grouped(i + 1)));
      for (const term of rows.row(i)) row.append(cellOf(term, labels));
      shown.push(row);
    }
    shown.push(space(Math.max(0, high - above - (to - from) * height)));
    body.replaceChildren(...shown);
    void labels.fill(body);
  }

  function space(pixels: number): HTMLElement {
    const row = element("tr", { class: "space", "aria-hidden": "true" });
    row.style.height = `${pixels}px`;
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

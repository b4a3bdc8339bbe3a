// What the service did for a query, as a tree.
import { element, grouped } from "./dom";
import { visible } from "./terms";

export interface Plan { operator: string; times: number; rows: number; estimate: number; steps?: Plan[] }

export function planView(plan: Plan): HTMLElement {
  const body = element("tbody");
  const add = (p: Plan, depth: number): void => {
    const name = element("th", { scope: "row" }, element("code", {}, visible(p.operator)));
    name.style.paddingLeft = `${0.75 + depth * 1.25}rem`;
    body.append(element("tr", {}, name, ...[p.estimate < 0 ? "" : grouped(p.estimate), grouped(p.rows), grouped(p.times)].map((t) => element("td", { class: "num" }, t))));
    for (const s of p.steps ?? []) add(s, depth + 1);
  };
  add(plan, 0);
  const head = element("tr", {}, element("th", { scope: "col" }, "Operator"), ...["Estimated", "Rows", "Times"].map((t) => element("th", { scope: "col", class: "num" }, t)));
  return element("div", {}, element("p", { class: "count" }, element("strong", {}, "Plan"), " with estimated and real counts"),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Plan" }, element("table", { class: "plan" }, element("thead", {}, head), body)));
}

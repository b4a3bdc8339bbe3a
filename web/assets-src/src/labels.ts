// The labels and pages of IRIs, asked for when they come in sight.
import { element, siteRoot } from "./dom";
import { visible } from "./terms";

interface Label { label?: string; page: string }

const known = new Map<string, Label | null>();

export class Labels {
  // link shows an IRI; fill gives it its label and page.
  link(iri: string): HTMLElement {
    const at = known.get(iri);
    if (at) return element("a", { href: at.page, title: visible(iri) }, at.label || short(iri));
    const web = /^https?:\/\//.test(iri);
    const e = web ? element("a", { href: iri, rel: "noopener noreferrer external" }, short(iri)) : element("span", {}, short(iri));
    if (at === undefined) e.dataset.iri = iri;
    return e;
  }

  // load asks for the labels of IRIs that are not known yet.
  async load(iris: string[]): Promise<void> {
    const open = iris.filter((iri) => !known.has(iri));
    for (let i = 0; i < open.length; i += 50) {
      const part = open.slice(i, i + 50);
      try {
        const answer = await fetch(siteRoot + "/editor/labels?" + new URLSearchParams(part.map((iri) => ["iri", iri])), { headers: { Accept: "application/json" } });
        const said = (await answer.json()) as Record<string, Label>;
        for (const iri of part) known.set(iri, said[iri] ?? null);
      } catch { return; }
    }
  }

  of(iri: string): Label | undefined { return known.get(iri) ?? undefined; }

  async fill(root: HTMLElement): Promise<void> {
    await this.load([...new Set([...root.querySelectorAll<HTMLElement>("[data-iri]")].map((e) => e.dataset.iri!))]);
    for (const e of root.querySelectorAll<HTMLElement>("[data-iri]")) {
      const at = known.get(e.dataset.iri!);
      if (at) e.replaceWith(this.link(e.dataset.iri!));
      else delete e.dataset.iri;
    }
  }
}

function short(iri: string): string {
  return visible(iri.replace("https://clinicaltrials.gov/study/", ""));
}

// element makes an element. Texts become text, never markup.
export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

export function byID<T extends HTMLElement>(id: string): T {
  const e = document.getElementById(id);
  if (!e) throw new Error(`the page has no #${id}`);
  return e as T;
}

export function button(text: string, act: () => void, kind = "quiet"): HTMLButtonElement {
  const b = element("button", { type: "button", class: kind }, text);
  b.addEventListener("click", act);
  return b;
}

// siteRoot is the path that the site is below; empty for none.
export const siteRoot: string = document.documentElement.dataset.root ?? "";

// nonce lets elements that a library adds through the page's policy.
export const nonce: string = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const a = element("a", { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const grouped = (n: number): string => n.toLocaleString("en-US");

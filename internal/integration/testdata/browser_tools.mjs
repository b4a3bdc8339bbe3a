// What the browser tests share.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const [, , executable, pictures, base, study] = process.argv;
mkdirSync(pictures, { recursive: true });

export function fault(text) { console.log(text); }
export function expect(what, ok, seen = "") { if (!ok) fault(`${what}${seen === "" ? "" : `: ${seen}`}`); }

export const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });

// page opens a page that reports what it asks of other origins, and what it says
// in the console.
export async function page(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const p = await context.newPage();
  p.setDefaultTimeout(15_000);
  p.on("request", (r) => { if (!r.url().startsWith(base) && !/^(data|blob):/.test(r.url())) fault(`asks ${r.url()}`); });
  p.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !p.quiet) fault(`console of ${p.url()}: ${m.text()}`); });
  p.on("pageerror", (e) => fault(`fault on ${p.url()}: ${e.message}`));
  p.on("dialog", (d) => { fault(`dialog: ${d.message()}`); void d.dismiss(); });
  return p;
}

// look checks a page with axe, and takes a picture of it. The scripts of a page
// may not run others, so axe is put in by the tool that drives the browser.
export async function look(p, name, { full = false } = {}) {
  await p.evaluate(axe);
  const result = await p.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], preload: location.protocol !== "file:" }));
  for (const v of result.violations) fault(`${name}: axe: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")}`);
  const wide = await p.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(`${name}: the page is wider than the window by`, wide <= 0, wide);
  await p.screenshot({ path: join(pictures, `${name}.png`), fullPage: full });
}

export async function done() { await browser.close(); }

process.on("unhandledRejection", (e) => { fault(`${e?.stack ?? e}`); void browser.close().finally(() => process.exit(0)); });

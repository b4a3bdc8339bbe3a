// Looks at the largest of the real studies. Prints what is wrong.
import { base, done, expect, look, page, study } from "./browser_tools.mjs";

const p = await page();
const begun = Date.now();
const answer = await p.goto(`${base}/study/${study}`);
expect("the study is not shown", answer.status() === 200, answer.status());
expect("the page takes longer than", Date.now() - begun < 8000, `${Date.now() - begun} ms`);
await p.screenshot({ path: `${process.argv[3]}/real-study.png` });
const body = (await answer.body()).length;
expect("the page is larger than 4 MB", body < 4 << 20, body);
await p.locator("#events .more a").first().click();
await look(p, "real-events");
const rows = await p.locator("table.events tbody tr").count();
expect("the events are not in parts", rows > 5 && rows <= 150, rows);
await p.fill(".filter input", "disorders");
await p.locator("table.events th button").nth(1).click();
expect("the events are not sorted", await p.locator('th[aria-sort="descending"]').count() === 1);
await p.goto(`${base}/?q=cancer`);
await look(p, "real-search");
await done();

// The documentation as a site of files, without a server and without a network: pages on
// a telephone and on a desk, in the light and in the dark, and its search.
import { base, done, expect, fault, look, page } from "./browser_tools.mjs";

const pages = ["index", "tutorials/sites-near-a-city", "how-tos/packages", "how-tos/questions/10-why-stopped",
  "reference/triallint-diff", "reference/commands-trialweave", "reference/rules/info-contact", "reference/terms", "explanations/model"];
for (const [size, options] of [["desk", {}], ["phone", { viewport: { width: 375, height: 700 } }], ["dark", { colorScheme: "dark" }]]) {
  const p = await page({ offline: true, ...options });
  for (const name of size === "dark" ? pages.slice(2, 5) : pages) {
    await p.goto(`${base}/${name}.html`);
    await look(p, `site-${size}-${name.replaceAll("/", "-")}`);
  }
  await p.goto(`${base}/how-tos/packages.html`);
  const top = await p.locator("article h1").evaluate((h) => h.getBoundingClientRect().top);
  expect(`${size}: the page begins below the window, at`, top < 400, top);
  await p.getByRole("searchbox").fill("pre-commit");
  await p.locator("#hits a").first().waitFor();
  await look(p, `site-${size}-search`);
  expect(`${size}: the page is still shown beside what was found`, await p.locator("article").isHidden());
  await p.getByRole("searchbox").fill("qqxyzzy");
  await p.getByText("0 sections").waitFor();
  await p.getByRole("searchbox").fill("why stopped");
  await p.getByRole("searchbox").press("Enter");
  await p.keyboard.press("Enter");
  await p.waitForURL(/why-stopped/).catch(() => fault(`${size}: the first of what was found for "why stopped" is ${p.url()}`));
  expect(`${size}: headings`, (await p.locator("h1:visible").count()) === 1);
  const before = await p.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await p.locator("#theme").click();
  const after = await p.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(`${size}: the colours stay`, before !== after, before);
  await look(p, `site-${size}-other-colours`);
  await p.context().close();
}
await done();

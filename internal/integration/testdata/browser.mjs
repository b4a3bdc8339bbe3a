// Uses the pages as people do. Prints what is wrong.
import { readFileSync } from "node:fs";
import { base, done, expect, fault, look, page, study } from "./browser_tools.mjs";

const drawn = {
  Bars: "SELECT ?phase (COUNT(?s) AS ?n) { ?s ctg:phase ?phase } GROUP BY ?phase",
  Line: "SELECT ?year (COUNT(?s) AS ?n) { ?s tw:start_date_min ?d } GROUP BY (YEAR(?d) AS ?year)",
  Scatter: "SELECT ?a (?a * 2 AS ?b) { ?s ctg:enrollment_count ?a FILTER(isNumeric(?a)) }",
  Histogram: "SELECT ?n { ?s ctg:enrollment_count ?n FILTER(isNumeric(?n)) }",
  Timeline: "SELECT ?name ?a ?b { ?s schema:name ?name ; tw:start_date_min ?a ; tw:completion_date_max ?b }",
  Map: "SELECT ?country (COUNT(?l) AS ?n) { ?l tw:country ?country } GROUP BY ?country",
};

const steps = { search, facets, studyPage, terms, other, completion, errors, cancel, parameters, table, charts, graph, exports_, links, noScripts, narrow, dark, keyboard, print };
for (const [name, step] of Object.entries(steps)) {
  try { await step(); } catch (e) { fault(`${name}: ${e.message}`); }
}
await done();

async function opened(query, options) {
  const p = await page(options);
  await p.goto(`${base}/sparql#${new URLSearchParams({ query })}`);
  await p.waitForSelector("html[data-ready=editor]");
  return p;
}

async function ran(query, options) {
  const p = await opened(query, options);
  await p.click("#run");
  await p.waitForSelector(".views");
  return p;
}

async function search() {
  const p = await page();
  await p.goto(base + "/");
  for (let i = 0; i < 50 && await p.locator(".notice").count() > 0; i++) { await p.waitForTimeout(100); await p.reload(); }
  await look(p, "home");
  await p.fill("#q", "examplumab");
  await p.press("#q", "Enter");
  await p.waitForSelector(".hit");
  expect("the search does not find the study", await p.locator(`.hit a[href="/study/${study}"]`).count() === 1);
  await look(p, "search");
  await p.click(`.hit a[href="/study/${study}"]`);
  await p.waitForSelector(".study");
  await p.goBack();
  expect("back does not lead to the search", new URL(p.url()).searchParams.get("q") === "examplumab", p.url());
  await p.goForward();
  expect("forward does not lead to the study", p.url().endsWith(study), p.url());
  await p.context().close();
}

async function facets() {
  const p = await page();
  await p.goto(base + "/?q=synthetic");
  const link = p.locator(".facets details a").first();
  const count = await link.locator(".n").textContent();
  await link.click();
  const found = await p.locator(".count strong").textContent();
  expect("a facet finds another number than it says", found.split(" ")[0] === count, `${found}, ${count}`);
  await p.click(".chosen a");
  expect("a filter cannot be removed", await p.locator(".chosen").count() === 0);
  await p.context().close();
}

async function studyPage() {
  const p = await page();
  await p.goto(`${base}/study/${study}`);
  await look(p, "study");
  await p.locator(".origin summary").first().click();
  expect("the origin of a value is not shown", await p.locator(".origin[open] .triple").first().isVisible());
  await p.click('.toc a[href="#results"]');
  expect("the list of sections does not lead to the results", await p.locator("#results").evaluate((e) => e.getBoundingClientRect().top < innerHeight));
  await p.click("#sites .sites-map summary");
  await p.waitForSelector("#sites .sites-map svg circle");
  await look(p, "sites");
  const turtle = await p.request.get(`${base}/study/${study}`, { headers: { Accept: "text/turtle" } });
  expect("no Turtle", (await turtle.text()).includes("ctg:nct_id"));
  await p.goto(`${base}/study/${study}/data`);
  await look(p, "data");
  await p.context().close();
}

async function terms() {
  const p = await page();
  for (const [path, name] of [["/ns", "vocabulary"], ["/ns/ctg/overall_status", "term"], ["/ns/ctg/Study", "class"], ["/model", "model"], ["/questions", "questions"], ["/questions/10-why-stopped", "question"]]) {
    await p.goto(base + path);
    await look(p, name);
  }
  await p.context().close();
}

async function other() {
  const p = await page();
  await p.goto(`${base}/study/${study}`);
  const [organization, country] = [await p.locator('a[href^="/organization/"]').first().getAttribute("href"), await p.locator('a[href^="/country/"]').first().getAttribute("href")];
  await p.goto(base + organization);
  await look(p, "organization");
  expect("the organisation does not lead to its study", await p.locator(`a[href="/study/${study}"]`).count() > 0);
  await p.goto(base + country);
  await look(p, "country");
  p.quiet = true; // the browser says that the status is 404
  const answer = await p.goto(base + "/nothing/here");
  expect("what is not here has another status", answer.status() === 404, answer.status());
  await look(p, "not-found");
  await p.context().close();
}

async function completion() {
  const p = await opened("SELECT * { ?s  }");
  await p.click(".cm-content");
  await p.keyboard.press("Control+End");
  for (let i = 0; i < 2; i++) await p.keyboard.press("ArrowLeft");
  await p.keyboard.type("overall_st");
  await p.waitForSelector(".cm-tooltip-autocomplete li");
  expect("a term is not offered", (await p.locator(".cm-tooltip-autocomplete li").allTextContents()).some((t) => t.startsWith("ctg:overall_status")));
  await p.waitForTimeout(150); // a choice made at once is taken for typing
  await p.keyboard.press("Enter");
  const text = await p.locator(".cm-content").innerText();
  expect("the completion is not written", text.includes("ctg:overall_status") && /PREFIX ctg: <https:\/\/clinicaltrials\.gov\/ns\/>/.test(text), text);
  await p.keyboard.type(' "recru');
  await p.waitForSelector(".cm-tooltip-autocomplete li");
  expect("a code is not offered by its label", (await p.locator(".cm-tooltip-autocomplete li").allTextContents()).some((t) => t.includes("RECRUITING")));
  await look(p, "editor-completion");
  await p.context().close();
}

async function errors() {
  const p = await opened("SELECT ?s {\n  ?s ctg:phase }");
  await p.waitForSelector(".cm-lintRange-error");
  expect("the fault is not said", /Line 2, column 16/.test(await p.locator("#said").textContent()), await p.locator("#said").textContent());
  await look(p, "editor-error");
  await p.click(".cm-content");
  await p.keyboard.press("Control+a");
  await p.keyboard.type("SELECT * { ?s ctg:overal_status ?o }");
  await p.waitForSelector(".cm-lintRange-warning");
  expect("an unknown term is not warned of", /overall_status/.test(await p.locator("#said").textContent()), await p.locator("#said").textContent());
  p.quiet = true; // the browser says that the status is 400
  await p.keyboard.press("Control+a");
  await p.keyboard.type("SELECT * ");
  await p.click("#run");
  await p.waitForSelector(".answer .notice.bad");
  await p.context().close();
}

async function cancel() {
  const p = await opened("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g))) = 1) }");
  await p.click("#run");
  await p.waitForSelector("#cancel:not([hidden])");
  await p.waitForTimeout(700);
  expect("the time is not said", /\d\.\d s/.test(await p.locator(".answer .count").textContent()));
  await p.click("#cancel");
  await p.waitForSelector("text=Cancelled.");
  let running = "1";
  for (let i = 0; i < 30 && running !== "0"; i++) {
    await p.waitForTimeout(100);
    running = /trialweave_queries_running (\d+)/.exec(await (await p.request.get(base + "/metrics")).text())[1];
  }
  expect("a cancelled query goes on in the service", running === "0");
  await p.context().close();
}

async function parameters() {
  const p = await page();
  await p.goto(base + "/questions/01-recruiting-phase3-mesh-descendants-country");
  await p.fill("#p-disease", "D001249");
  await p.click("form.ask button");
  await p.waitForSelector("html[data-ready=editor]");
  expect("the form does not change the query", (await p.locator(".cm-content").innerText()).includes("mesh:D001249"));
  await p.waitForSelector("#parameters input");
  await p.fill("#parameters #p-country", "USA");
  await p.press("#parameters #p-country", "Tab");
  await p.waitForFunction(() => document.querySelector(".cm-content").innerText.includes("country/USA"));
  await look(p, "editor-parameters");
  await p.context().close();
}

async function table() {
  const p = await ran("SELECT ?s ?p ?o ?x { ?s ?p ?o VALUES ?x { 1 2 } } LIMIT 20000");
  expect("not all rows come", (await p.locator(".answer .count").textContent()).startsWith("20,000 rows"), await p.locator(".answer .count").textContent());
  expect("too many rows are in the page", await p.locator(".grid tbody tr").count() < 200);
  await p.locator(".grid").evaluate((e) => { e.scrollTop = e.scrollHeight; });
  await p.waitForSelector('tr[aria-rowindex="20001"]');
  await p.click(".grid thead th:nth-child(4) button");
  expect("a column is not sorted", await p.locator('th[aria-sort="ascending"]').count() === 1);
  await p.fill('input[aria-label="Filter the rows"]', "exemplitis");
  await p.waitForFunction(() => / of 20,000/.test(document.querySelector(".answer .filter .note").textContent));
  await look(p, "editor-table");
  const q = await ran('SELECT ?s { ?s ctg:nct_id "NCT99990001" }');
  await q.waitForSelector(`.grid a[href="/study/${study}"]`);
  await p.context().close();
  await q.context().close();
}


async function charts() {

  for (const [kind, query] of Object.entries(drawn)) {
    const p = await ran(query);
    await p.click('role=tab[name="Chart"]');
    await p.waitForSelector(".drawing svg");
    const select = p.locator(".pickers select").first();
    const first = await select.evaluate((s) => s.selectedOptions[0].textContent);
    if (kind !== "Histogram" || first !== kind) expect(`${kind} is not offered first`, first === kind, first);
    expect(`${kind} draws nothing`, await p.locator(".drawing svg :is(path,circle,rect,line)").count() > 2);
    await look(p, `chart-${kind.toLowerCase()}`);
    await p.context().close();
  }
  const p = await ran("SELECT ?lat ?lon ?name { ?l wgs:lat ?lat ; wgs:long ?lon ; schema:name ?name FILTER(isNumeric(?lat) && isNumeric(?lon)) }");
  await p.click('role=tab[name="Chart"]');
  await p.waitForSelector(".drawing svg circle");
  await p.context().close();
}

async function graph() {
  const p = await ran(`CONSTRUCT WHERE { <https://clinicaltrials.gov/study/${study}> schema:sponsor ?o . ?o schema:name ?n }`);
  await p.click('role=tab[name="Graph"]');
  await p.waitForSelector("figure svg circle");
  expect("the graph does not lead to the study", await p.locator(`figure svg a[href="/study/${study}"]`).count() === 1);
  await look(p, "graph");
  await p.click("#plan");
  await p.waitForSelector(".plan");
  await look(p, "plan");
  await p.context().close();
}

async function exports_() {
  const p = await ran(drawn.Bars);
  await p.click('role=tab[name="Chart"]');
  await p.waitForSelector(".drawing svg");
  for (const [name, start] of [["SVG", "<svg"], ["PNG", "\x89PNG"]]) {
    const [file] = await Promise.all([p.waitForEvent("download"), p.click(`figcaption button:text-is("${name}")`)]);
    const text = readFileSync(await file.path(), "latin1");
    expect(`${name} is something else`, text.startsWith(start), text.slice(0, 20));
  }
  await p.click('role=tab[name="Download"]');
  for (const [name, start] of [["CSV", "phase,n"], ["TSV", "?phase\t?n"], ["JSON", "{"], ["XML", "<?xml"]]) {
    const [file] = await Promise.all([p.waitForEvent("download"), p.click(`.downloads button:text-is("${name}")`)]);
    const text = readFileSync(await file.path(), "utf8");
    expect(`${name} is something else`, text.startsWith(start), text.slice(0, 20));
  }
  await p.click('role=tab[name="Code"]');
  for (const name of ["Python", "R", "curl"]) expect(`no code in ${name}`, await p.locator(".view h2").filter({ hasText: new RegExp(`^${name} `) }).count() === 1);
  await look(p, "code");
  await p.context().close();
}

async function links() {
  const query = "ASK { ?s a ctg:Study }";
  const p = await opened(query);
  await p.click("#run");
  await p.waitForSelector("text=Yes");
  await p.click("#share");
  const link = p.url();
  const other = await page();
  await other.goto(link);
  await other.waitForSelector("html[data-ready=editor]");
  expect("a link does not hold the query", (await other.locator(".cm-content").innerText()).trim() === query);
  await other.evaluate(() => { location.hash = new URLSearchParams({ query: "ASK { ?x ?y ?z }" }).toString(); });
  await other.waitForFunction(() => document.querySelectorAll(".tab").length === 2);
  expect("a link that is opened later does not hold the query", (await other.locator(".cm-content").innerText()).trim() === "ASK { ?x ?y ?z }");
  await other.locator(".tab").first().click();
  expect("a link takes the place of what was written", (await other.locator(".cm-content").innerText()).trim() === query);
  await p.click('text="New tab"');
  await p.click(".cm-content");
  await p.keyboard.type("SELECT * { ?x ?y ?z } LIMIT 1");
  await p.waitForTimeout(400);
  await p.goto(base + "/sparql");
  await p.waitForSelector("html[data-ready=editor]");
  expect("tabs are not kept", await p.locator(".tab").count() === 2 && (await p.locator(".cm-content").innerText()).includes("LIMIT 1"));
  expect("the history is not kept", await p.locator("#history option").count() === 2);
  await p.context().close();
  await other.context().close();
}

async function noScripts() {
  const p = await page({ javaScriptEnabled: false });
  await p.goto(base + "/");
  await p.fill("#q", "examplumab");
  await p.press("#q", "Enter");
  await p.click(`.hit a[href="/study/${study}"]`);
  expect("a study cannot be read without scripts", (await p.locator("#events").innerText()).length > 100);
  await p.locator(".origin summary").first().click();
  expect("the origin of a value needs scripts", await p.locator(".origin[open] .triple").first().isVisible());
  await p.goto(base + "/sparql");
  expect("the form of queries needs scripts", await p.locator("textarea").isVisible());
  await p.context().close();
}

async function narrow() {
  const p = await page({ viewport: { width: 320, height: 640 } });
  for (const [path, name] of [["/", "home"], [`/study/${study}`, "study"], ["/ns/ctg/Study", "class"], ["/ns/schema/name", "term"], ["/model", "model"], ["/questions", "questions"], ["/?results=yes", "search"]]) {
    await p.goto(base + path);
    await look(p, `narrow-${name}`);
  }
  const top = (selector) => p.locator(selector).first().evaluate((e) => e.getBoundingClientRect().top);
  expect("the filters are not above the hits", await top(".chosen") < await top(".hit"));
  await p.goto(base + "/sparql");
  await p.waitForSelector("html[data-ready=editor]");
  await p.click("#run");
  await p.waitForSelector(".views");
  await look(p, "narrow-editor");
  await p.context().close();
}

async function dark() {
  const p = await page({ colorScheme: "dark" });
  for (const [path, name] of [["/", "home"], [`/study/${study}`, "study"], ["/ns/ctg/overall_status", "term"]]) {
    await p.goto(base + path);
    await look(p, `dark-${name}`);
  }
  const q = await ran(drawn.Map, { colorScheme: "dark" });
  await q.click('role=tab[name="Chart"]');
  await q.waitForSelector(".drawing svg");
  await look(q, "dark-map");
  await p.context().close();
  await q.context().close();
}

async function keyboard() {
  const p = await page();
  await p.goto(`${base}/study/${study}`);
  await p.keyboard.press("Tab");
  expect("the first key does not lead to the content", await p.evaluate(() => document.activeElement.className) === "skip");
  await p.keyboard.press("Enter");
  await p.keyboard.press("/");
  expect("/ does not lead to the search", await p.evaluate(() => document.activeElement.id) === "find");
  const q = await opened("ASK {}");
  await q.click(".cm-content");
  await q.keyboard.press("Control+Enter");
  await q.waitForSelector("text=Yes");
  await p.context().close();
  await q.context().close();
}

async function print() {
  const p = await page();
  await p.goto(`${base}/study/${study}`);
  await p.emulateMedia({ media: "print" });
  expect("the search is printed", !(await p.locator(".top").isVisible()));
  await p.context().close();
}

// Asks a SPARQL service as YASGUI does, with the headers that its editor sends,
// and with fetch-sparql-endpoint, and prints what differs from what is expected.
const path = require("path");
const [modules, url] = process.argv.slice(2);

const check = (what, got, want) => {
  if (JSON.stringify(got) !== JSON.stringify(want)) console.log(`${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
};

const nct = "NCT99990001";
const select = `SELECT ?n { ?s <https://clinicaltrials.gov/ns/nct_id> ?n FILTER(?n = "${nct}") }`;
const construct = `CONSTRUCT WHERE { ?s <https://clinicaltrials.gov/ns/nct_id> "${nct}" }`;

async function yasgui(method, query, accept) {
  const form = new URLSearchParams({ query });
  const headers = { Accept: accept, Origin: "https://yasgui.example" };
  const response = method === "GET"
    ? await fetch(`${url}?${form}`, { headers })
    : await fetch(url, { method, headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" }, body: form });
  check(`CORS of ${method}`, response.headers.get("access-control-allow-origin"), "https://yasgui.example");
  return response;
}

async function main() {
  for (const method of ["GET", "POST"]) {
    const rows = await yasgui(method, select, "application/sparql-results+json,*/*;q=0.9");
    check(`${method} of rows`, rows.headers.get("content-type").split(";")[0], "application/sparql-results+json");
    check(`${method} of rows`, (await rows.json()).results.bindings.map((b) => b.n.value), [nct]);
    const graph = await yasgui(method, construct, "text/turtle,*/*;q=0.9");
    check(`${method} of a graph`, [graph.headers.get("content-type").split(";")[0], (await graph.text()).includes(nct)], ["text/turtle", true]);
    const fault = await yasgui(method, "SELECT * { ?s ?p }", "application/sparql-results+json,*/*;q=0.9");
    check(`${method} of a fault`, [fault.status, (await fault.text()).startsWith("1:")], [400, true]);
  }
  const before = await fetch(url, { method: "OPTIONS", headers: { Origin: "https://yasgui.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type" } });
  check("the question before", [before.status, before.headers.get("access-control-allow-methods"), before.headers.get("access-control-allow-headers")], [204, "GET, POST", "Accept, Content-Type, Authorization"]);

  const { SparqlEndpointFetcher } = await import(path.join(modules, "node_modules", "fetch-sparql-endpoint", "index.js"));
  for (const method of ["GET", "POST"]) {
    const fetcher = new SparqlEndpointFetcher({ method });
    const found = [];
    for await (const row of await fetcher.fetchBindings(url, select)) found.push(row.n.value);
    check(`fetch-sparql-endpoint, ${method} of rows`, found, [nct]);
    check(`fetch-sparql-endpoint, ${method} of an answer`, await fetcher.fetchAsk(url, `ASK { ?s <https://clinicaltrials.gov/ns/nct_id> "${nct}" }`), true);
    const triples = [];
    for await (const t of await fetcher.fetchTriples(url, construct)) triples.push(t.object.value);
    check(`fetch-sparql-endpoint, ${method} of a graph`, triples, [nct]);
  }
}

main().catch((e) => { console.log(String(e.stack || e)); });

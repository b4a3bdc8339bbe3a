// Follows links through the pages of trialweave serve with Comunica, by content
// negotiation. Prints what is wrong.
const {QueryEngine} = require('@comunica/query-sparql');

const address = process.argv[2];
const start = 'https://clinicaltrials.gov/study/NCT99990001';
const sponsor = 'https://schema.org/sponsor';
const engine = new QueryEngine();

// The registry's IRIs are served here.
const here = (url) => String(url).replace('https://clinicaltrials.gov/', address);

async function ask(page, query) {
  const rows = await engine.queryBindings(query, {
    sources: [here(page)],
    unionDefaultGraph: true, // a study is in a graph of its own
    fetch: (url, init) => fetch(here(url.url ?? url), init),
  });
  return (await rows.toArray()).map((row) => row.get('x').value);
}

async function main() {
  const sponsors = await ask(start, `SELECT ?x { <${start}> <${sponsor}> ?x }`);
  if (sponsors.length !== 1 || !sponsors[0].startsWith(address)) {
    console.log('sponsors', sponsors);
    return;
  }
  const names = await ask(sponsors[0], `SELECT ?x { <${sponsors[0]}> <https://schema.org/name> ?x }`);
  if (names.length === 0) console.log('the sponsor has no name');
  const others = (await ask(sponsors[0], `SELECT ?x { ?x <${sponsor}> <${sponsors[0]}> } ORDER BY ?x`)).filter((x) => x !== start);
  if (others.length === 0) {
    console.log('the sponsor leads to no other study');
    return;
  }
  const back = await ask(others[0], `SELECT ?x { <${others[0]}> <${sponsor}> ?x }`);
  if (!back.includes(sponsors[0])) console.log('the other study does not lead back', back);
}

main().catch((error) => console.log(String(error)));

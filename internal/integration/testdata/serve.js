// Asks a SPARQL service with Comunica: prints the values of ?x in a query, sorted, and
// how many triples another makes.
// Arguments: the folder that has Comunica, the address, both queries.
const path = require('path');
const [tools, source, select, construct] = process.argv.slice(2);
const {QueryEngine} = require(path.join(tools, 'node_modules', '@comunica/query-sparql-file'));

(async () => {
  const engine = new QueryEngine();
  const rows = await (await engine.queryBindings(select, {sources: [source]})).toArray();
  const quads = await (await engine.queryQuads(construct, {sources: [source]})).toArray();
  console.log([...rows.map((r) => r.get('x').value).sort(), quads.length].join(' '));
  process.exit(0);
})().catch((e) => { console.error(e); process.exit(1); });

// Reads each file of a folder with a library, and writes beside it FILE.out with its
// quads as N-Quads, or FILE.err with a line that says why not.
// Arguments: n3, rdf-parse or comunica, the folder that has the library, the folder.
const fs = require('fs');
const path = require('path');
const [tool, tools, dir] = process.argv.slice(2);
const from = (name) => require(path.join(tools, 'node_modules', name));
const baseIRI = 'https://w3id.org/trialweave/r2rml';
const media = {nq: 'application/n-quads', nt: 'application/n-triples', ttl: 'text/turtle', trig: 'application/trig', rdf: 'application/rdf+xml', jsonld: 'application/ld+json'};
const {Parser, Writer} = from('n3');

const readers = {
  n3: async (file, type) => {
    if (!/quads|triples|turtle|trig/.test(type)) return null;
    return new Parser({format: type, baseIRI}).parse(fs.readFileSync(file, 'utf8'));
  },
  'rdf-parse': (file, contentType) => new Promise((resolve, reject) => {
    const quads = [];
    from('rdf-parse').rdfParser.parse(fs.createReadStream(file), {contentType, baseIRI})
      .on('data', (quad) => quads.push(quad)).on('error', reject).on('end', () => resolve(quads));
  }),
  comunica: async (file) => {
    const {QueryEngine} = from('@comunica/query-sparql-file');
    const rows = await new QueryEngine().queryBindings(
      'SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }', {sources: [file], baseIRI});
    const {DataFactory} = from('n3');
    return (await rows.toArray()).map((r) => DataFactory.quad(r.get('s'), r.get('p'), r.get('o'), r.get('g') || DataFactory.defaultGraph()));
  },
};

(async () => {
  for (const name of fs.readdirSync(dir).sort()) {
    const file = path.join(dir, name);
    const type = media[name.split('.').pop()];
    try {
      const quads = type ? await readers[tool](file, type) : null;
      if (quads === null) {
        fs.writeFileSync(file + '.err', 'has no reader');
        continue;
      }
      const writer = new Writer({format: 'N-Quads'});
      fs.writeFileSync(file + '.out', quads.map((q) => writer.quadToString(q.subject, q.predicate, q.object, q.graph)).join(''));
    } catch (e) {
      fs.writeFileSync(file + '.err', 'fails: ' + String(e.message).split('\n')[0].slice(0, 120));
    }
  }
})().catch((e) => { console.error(e); process.exit(1); });

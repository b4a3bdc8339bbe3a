// Parses each *.jsonld of a folder with jsonld-streaming-parser, the parser of
// Comunica and rdf-parse, and writes N-Quads beside it.
// Arguments: the folder that has the parser, the folder of the documents.
const fs = require('fs');
const path = require('path');
const [tools, dir] = process.argv.slice(2);
const from = name => require(path.join(tools, 'node_modules', name));
const {JsonLdParser} = from('jsonld-streaming-parser');
const {Writer} = from('n3');
const documentLoader = {load: async url => { throw new Error('nothing is fetched: ' + url); }};

const parsed = file => new Promise((resolve, reject) => {
  const quads = [];
  fs.createReadStream(file).pipe(new JsonLdParser({documentLoader}))
    .on('data', quad => quads.push(quad)).on('error', reject).on('end', () => resolve(quads));
});

(async () => {
  for (const name of fs.readdirSync(dir).filter(f => f.endsWith('.jsonld'))) {
    const writer = new Writer({format: 'N-Quads'});
    const lines = (await parsed(path.join(dir, name))).map(q => writer.quadToString(q.subject, q.predicate, q.object, q.graph));
    fs.writeFileSync(path.join(dir, name.replace('.jsonld', '.nq')), lines.join(''));
  }
})().catch(error => { console.error(error); process.exit(1); });

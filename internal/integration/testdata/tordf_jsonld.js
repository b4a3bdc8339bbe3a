// Expands each *.jsonld of a folder with jsonld.js and writes N-Quads beside it.
// Arguments: the folder that has jsonld.js, the folder of the documents.
const fs = require('fs');
const path = require('path');
const [tools, dir] = process.argv.slice(2);
const jsonld = require(path.join(tools, 'node_modules', 'jsonld'));
const documentLoader = async url => { throw new Error('nothing is fetched: ' + url); };

(async () => {
  for (const file of fs.readdirSync(dir).filter(f => f.endsWith('.jsonld'))) {
    const doc = JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8'));
    const quads = await jsonld.toRDF(doc, {format: 'application/n-quads', documentLoader, safe: false});
    fs.writeFileSync(path.join(dir, file.replace('.jsonld', '.nq')), quads);
  }
})().catch(error => { console.error(error); process.exit(1); });

// For each term of a context: how many quads of a graph go with it, in
// jsonld.js. A term is tried on nodes that have it and no other key, so that
// no other term says the same.
// Arguments: the folder that has jsonld.js, the folder with context.json and
// graphs.json, where lost.json is written.
const fs = require('fs');
const path = require('path');
const [tools, dir] = process.argv.slice(2);
const jsonld = require(path.join(tools, 'node_modules', 'jsonld'));
const read = name => JSON.parse(fs.readFileSync(path.join(dir, name), 'utf8'));
const context = read('context.json')['@context'];
const uses = {};

function note(term, use) {
  const size = JSON.stringify(use).length;
  const both = uses[term] || (uses[term] = [{size, use}, {size, use}]);
  if (size < both[0].size) both[0] = {size, use};
  if (size > both[1].size) both[1] = {size, use};
}

function walk(value, classes) {
  if (Array.isArray(value)) return value.forEach(v => walk(v, classes));
  if (value === null || typeof value !== 'object') return;
  if (value['@type'] && value['@value'] === undefined) {
    classes = [].concat(value['@type']);
    for (const c of classes) note(c, {'@id': 'urn:x:node', '@type': c});
  }
  for (const [key, inner] of Object.entries(value)) {
    for (const c of classes) {
      if (context[c] && context[c]['@context'] && context[c]['@context'][key]) {
        note(c + '.' + key, {'@id': 'urn:x:node', '@type': c, [key]: inner});
      }
    }
    walk(inner, classes);
  }
}

function without(term) {
  const copy = JSON.parse(JSON.stringify(context));
  const [outer, inner] = term.split('.');
  if (inner) delete copy[outer]['@context'][inner];
  else delete copy[outer];
  return copy;
}

async function lines(ctx, use) {
  const quads = await jsonld.toRDF({'@context': ctx, '@graph': [use]}, {format: 'application/n-quads', safe: false});
  return quads.split('\n').filter(line => line);
}

async function lost(term) {
  const less = without(term);
  for (const {use} of uses[term] || []) {
    const after = new Set(await lines(less, use));
    const gone = (await lines(context, use)).filter(line => !after.has(line)).length;
    if (gone) return gone;
  }
  return 0;
}

(async () => {
  walk(read('graphs.json'), []);
  const out = {};
  for (const [name, def] of Object.entries(context)) {
    if (name.startsWith('@')) continue;
    if (typeof def === 'string') note(name, {'@id': 'urn:x:node', [name + ':x']: def});
    out[name] = await lost(name);
    for (const inner of Object.keys((def && def['@context']) || {}).filter(key => !key.startsWith('@'))) {
      out[name + '.' + inner] = await lost(name + '.' + inner);
    }
  }
  fs.writeFileSync(path.join(dir, 'lost.json'), JSON.stringify(out));
})().catch(error => { console.error(error); process.exit(1); });

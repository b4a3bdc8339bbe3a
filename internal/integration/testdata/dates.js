// Evaluates the queries of a file, one on each line, in Comunica, and prints for each
// a line with the text of its only value, nothing, or "error".
// Arguments: the folder that has Comunica, the file.
const fs = require('fs');
const path = require('path');
const [tools, file] = process.argv.slice(2);
const {QueryEngine} = require(path.join(tools, 'node_modules', '@comunica/query-sparql-file'));
const {Store} = require(path.join(tools, 'node_modules', 'n3'));

(async () => {
  const engine = new QueryEngine();
  for (const query of fs.readFileSync(file, 'utf8').trim().split('\n')) {
    try {
      const rows = await (await engine.queryBindings(query, {sources: [new Store()]})).toArray();
      console.log(rows[0].has('x') ? rows[0].get('x').value : '');
    } catch (e) {
      console.log('error');
    }
  }
})().catch((e) => { console.error(e); process.exit(1); });

// Lints files by Spectral's own rules for OpenAPI in one process: the names of
// files come in on standard input, one a line; for each a line of JSON goes
// out, with the rule, line and message of every finding.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { Spectral, Document } = require('@stoplight/spectral-core');
const { Yaml } = require('@stoplight/spectral-parsers');
const { oas } = require('@stoplight/spectral-rulesets');

async function lint(file) {
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[oas, 'recommended']], rules: {} });
  const document = new Document(fs.readFileSync(file, 'utf8'), Yaml, path.resolve(file));
  try {
    const found = await spectral.run(document);
    return { findings: found.map(f => ({ rule: f.code, line: f.range.start.line + 1, message: f.message })) };
  } catch (e) {
    return { error: String(e) };
  }
}

(async () => {
  for await (const file of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await lint(file)));
  }
})();

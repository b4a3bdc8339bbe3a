// Lints files by Spectral in one process: on standard input come lines of JSON,
// each with a file and, where it is not Spectral's own for OpenAPI, a ruleset;
// for each a line of JSON goes out, with the rule, place and message of every
// finding, or what Spectral fails with.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { Spectral, Document } = require('@stoplight/spectral-core');
const { Yaml } = require('@stoplight/spectral-parsers');
const { oas } = require('@stoplight/spectral-rulesets');
const { bundleAndLoadRuleset } = require('@stoplight/spectral-ruleset-bundler/with-loader');

async function lint({ file, ruleset }) {
  try {
    const spectral = new Spectral();
    spectral.setRuleset(ruleset ? await bundleAndLoadRuleset(path.resolve(ruleset), { fs, fetch }) : { extends: [[oas, 'recommended']], rules: {} });
    const document = new Document(fs.readFileSync(file, 'utf8'), Yaml, path.resolve(file));
    const found = await spectral.run(document);
    return { findings: found.map(f => ({
      rule: f.code, line: f.range.start.line + 1, message: f.message,
      file: f.source ? path.relative(path.dirname(path.resolve(file)), f.source) : '', path: f.path.map(String),
    })) };
  } catch (e) {
    return { error: String(e) };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await lint(JSON.parse(line))));
  }
})();

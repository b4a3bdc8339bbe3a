// Turns annotated documents, one a line, into N-Quads with jsonld.js.
import {createReadStream, readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import jsonld from 'jsonld';

const expandContext = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const lines = createInterface({input: createReadStream(process.argv[2]), crlfDelay: Infinity});
for await (const line of lines) {
  const quads = await jsonld.toRDF(JSON.parse(line), {format: 'application/n-quads', expandContext});
  process.stdout.write(quads);
}

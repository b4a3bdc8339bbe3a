// Reads lines of JSON, {pattern, flags, texts}, and writes for each one line:
// whether the pattern is invalid, or in which texts it matches.
const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { pattern, flags, texts } = JSON.parse(line);
  let out;
  try {
    const re = new RegExp(pattern, flags);
    out = texts.map((t) => re.test(t));
  } catch {
    out = null;
  }
  console.log(JSON.stringify(out));
});

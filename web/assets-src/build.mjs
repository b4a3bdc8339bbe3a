// Builds the scripts of the pages, the map of the world and the list of licences
// into ../assets. The same sources give the same bytes.
import { build } from "esbuild";
import { readFileSync, writeFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const out = new URL("../assets/", import.meta.url).pathname;
const { metafile } = await build({
  entryPoints: ["src/site.ts", "src/editor.ts", "src/charts.ts"],
  outdir: out, bundle: true, format: "esm", target: "es2022", minify: true, legalComments: "none", charset: "utf8", metafile: true, logLevel: "warning",
});

// The map: countries by the alpha-3 codes that the data has.
const rows = readFileSync("../../mapping/model/countries.tsv", "utf8").split("\n").slice(1).map((line) => line.split("\t"));
const codes = new Map(rows.filter((r) => r[2]).map((r) => [r[0].toLowerCase(), r[2]]));
const otherNames = {
  "w. sahara": "ESH", "dem. rep. congo": "COD", "dominican rep.": "DOM", "falkland is.": "FLK", "fr. s. antarctic lands": "ATF", "côte d'ivoire": "CIV", "central african rep.": "CAF",
  "congo": "COG", "eq. guinea": "GNQ", "eswatini": "SWZ", "solomon is.": "SLB", "n. cyprus": "", "somaliland": "", "bosnia and herz.": "BIH", "macedonia": "MKD", "s. sudan": "SSD", "kosovo": "XKX", "antarctica": "", "greenland": "GRL", "new caledonia": "NCL", "vanuatu": "VUT", "timor-leste": "TLS", "guinea-bissau": "GNB", "trinidad and tobago": "TTO",
};
const world = JSON.parse(readFileSync("node_modules/world-atlas/countries-110m.json", "utf8"));
const unknown = [];
for (const g of world.objects.countries.geometries) {
  const name = g.properties.name.toLowerCase();
  const code = otherNames[name] ?? codes.get(name);
  if (code === undefined) unknown.push(g.properties.name);
  g.id = code ?? "";
}
if (unknown.length > 0) throw new Error(`countries of the map without a code: ${unknown.join(", ")}`);
delete world.objects.land;
writeFileSync(join(out, "world.json"), JSON.stringify(world));

// The licences of what is in the scripts.
const packages = new Set(["world-atlas"]);
for (const input of Object.keys(metafile.inputs)) {
  const m = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (m) packages.add(m[1]);
}
let text = "The scripts and the map beside this file hold parts of these packages.\n";
for (const name of [...packages].sort()) {
  const dir = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const file = readdirSync(dir).sort().find((f) => /^licen[cs]e/i.test(f));
  text += `\n${"-".repeat(72)}\n${name} ${about.version} (${about.license})\n\n${file && existsSync(join(dir, file)) ? readFileSync(join(dir, file), "utf8").trim() : "No licence file."}\n`;
}
writeFileSync(join(out, "licenses.txt"), text.replace(/\r\n/g, "\n"));

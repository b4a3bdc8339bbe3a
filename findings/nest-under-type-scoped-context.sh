#!/bin/sh
# A term with @nest under a type-scoped context: two widely used JSON-LD readers
# drop what stands in it, without an error.
#
# JSON-LD 1.1, section 4.6 (nested properties): the members of a nested object are
# those of the node around it, and a type-scoped context (section 4.1.8) holds for
# the properties of the node of that type, so both properties are of one node.
# Seen on 2026-11-29 on Linux: jsonld.js 9.0.0 makes 3 triples of the document
# below; pyoxigraph 0.5.13 and rdflib 7.6.0 make 2 and lose "nested". With
# "@propagate": true in the scoped context all three make 3.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund jsonld@9.0.0 >/dev/null
python3 -m venv venv; venv/bin/pip -q install pyoxigraph==0.5.13 rdflib==7.6.0
cat > make.py <<'P'
import json
def doc(propagate):
    scoped = {"group": "@nest", "inner": {"@id": "http://example.org/inner", "@nest": "group"}}
    if propagate:
        scoped["@propagate"] = True
    return {"@context": {"@version": 1.1, "T": {"@id": "http://example.org/T", "@context": scoped}, "outer": "http://example.org/outer"},
            "@id": "http://example.org/s", "@type": "T", "outer": "plain", "group": {"inner": "nested"}}
for name, propagate in (("plain.jsonld", False), ("propagated.jsonld", True)):
    json.dump(doc(propagate), open(name, "w"))
P
python3 make.py
cat > js.js <<'J'
const jsonld = require('jsonld'), fs = require('fs');
(async () => { for (const f of ['plain', 'propagated']) {
  const nq = await jsonld.toRDF(JSON.parse(fs.readFileSync(f + '.jsonld')), {format: 'application/n-quads'});
  console.log('jsonld.js', f, nq.trim().split('\n').length); } })();
J
cat > py.py <<'P'
import pyoxigraph, rdflib
for f in ("plain", "propagated"):
    print("pyoxigraph", f, len(list(pyoxigraph.parse(path=f + ".jsonld", format=pyoxigraph.RdfFormat.JSON_LD))))
    print("rdflib", f, len(rdflib.Dataset(default_union=True).parse(f + ".jsonld", format="json-ld")))
P
{ node js.js; venv/bin/python py.py; } | sort > seen
cat seen
printf '%s\n' 'jsonld.js plain 3' 'jsonld.js propagated 3' 'pyoxigraph plain 2' 'pyoxigraph propagated 3' 'rdflib plain 2' 'rdflib propagated 3' | diff - seen

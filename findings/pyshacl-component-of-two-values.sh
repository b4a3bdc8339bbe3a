#!/bin/sh
# pyshacl: of two values of a declared constraint component, only one is checked,
# and which one depends on the hash seed of the process.
#
# A component with one parameter makes one constraint for each value (SHACL 6.2,
# as for the core components), so the shape below has two, and three nodes with
# four violations between them. Seen on 2026-11-30 with pyshacl 0.40.1 and rdflib
# 7.6.0 on Python 3.11: two violations, of ex:p or of ex:q. Apache Jena 5.6.0
# checks one of the two as well. Two shapes with a value each give all four.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install -q pyshacl==0.40.1 rdflib==7.6.0
cat > run.py <<'P'
import sys
import pyshacl, rdflib
DECLARED = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:names sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
ex:Lacks a sh:ConstraintComponent ; sh:parameter [ sh:path ex:lacks ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:prefixes ex:names ; sh:ask "ASK { FILTER NOT EXISTS { $value $lacks ?x } }" ] .
"""
SHAPES = {
    "one": "ex:S a sh:NodeShape ; sh:targetNode ex:a , ex:b , ex:c ; ex:lacks ex:p , ex:q .",
    "two": "ex:S a sh:NodeShape ; sh:targetNode ex:a , ex:b , ex:c ; ex:lacks ex:p . ex:T a sh:NodeShape ; sh:targetNode ex:a , ex:b , ex:c ; ex:lacks ex:q .",
}
DATA = "@prefix ex: <http://example.org/> . ex:a ex:p 1 . ex:b ex:q 1 . ex:c ex:p 1 ; ex:q 1 ."
read = lambda text: rdflib.Graph().parse(data=text, format="turtle")
_, report, _ = pyshacl.validate(read(DATA), shacl_graph=read(DECLARED + SHAPES[sys.argv[1]]), advanced=True)
nodes = report.objects(None, rdflib.SH.focusNode)
print(sys.argv[1], *sorted(str(n)[-1] for n in nodes))
P
for shapes in one two; do
  for seed in 1 2 3 4 5 6 7 8; do PYTHONHASHSEED=$seed venv/bin/python run.py $shapes; done | sort -u
done > seen
cat seen
printf '%s\n' 'one a c' 'one b c' 'two a b c c' | diff - seen

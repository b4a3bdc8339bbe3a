#!/bin/sh
# Oxigraph: a FILTER EXISTS within a group sees what a pattern outside of the group
# binds.
#
# The group in braces is evaluated by itself and joined then (SPARQL 1.1, sections
# 18.2.2 and 18.5): its filter holds for ?b = ex:b, since ex:x leads to ex:b by
# ex:q, whatever ?a is elsewhere. Seen on 2026-11-30 with pyoxigraph 0.5.13: no
# row, as if ?a were bound to ex:p before the filter. With another name for the
# variable of the filter there is the row, as there is in Apache Jena 5.6.0 with
# the first.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install -q pyoxigraph==0.5.13
cat > run.py <<'P'
import pyoxigraph as ox
s = ox.Store()
s.load(b"@prefix ex: <http://example.org/> . ex:b ex:p 1 . ex:x ex:q ex:b .", format=ox.RdfFormat.TURTLE)
for name in ("a", "other"):
    q = """PREFIX ex: <http://example.org/>
SELECT * { ?b ?a 1 . { ?b ?c 1 . FILTER EXISTS { ex:x ?%s ?b } } }""" % name
    print(name, len(list(s.query(q))))
P
venv/bin/python run.py > seen
cat seen
printf '%s\n' 'a 0' 'other 1' | diff - seen

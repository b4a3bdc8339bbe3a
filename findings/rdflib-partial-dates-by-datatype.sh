#!/bin/sh
# rdflib: months are compared with days by the names of their datatypes.
#
# SPARQL 1.1 (section 17.3) has no operator for an xsd:gYearMonth beside an xsd:date,
# so that a FILTER drops such rows. rdflib answers instead, by the order of the
# names of the datatypes: of a month and a day ">" is always true, whichever is
# earlier, and "<" always false, also within a single column of start dates that are
# partly known to the day and partly to the month. Seen on 2026-11-30 with rdflib
# 7.6.0. Whoever asks for studies from some day on there takes dates of one datatype,
# such as the first and last day of the month, and does not compare the two.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install -q rdflib==7.6.0
cat > run.py <<'P'
from rdflib import Graph

g = Graph()
g.parse(format="turtle", data="""
@prefix : <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:month-before :start "1999-01"^^xsd:gYearMonth . :month-after :start "2031-01"^^xsd:gYearMonth .
:day-before :start "1999-01-15"^^xsd:date . :day-after :start "2031-01-15"^^xsd:date .
""")
for operator in ("<", ">"):
    rows = g.query("PREFIX : <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
                   "SELECT ?s { ?s :start ?d FILTER(?d %s '2020-03-01'^^xsd:date) } ORDER BY ?s" % operator)
    print(operator, *[str(row.s).rpartition("/")[2] for row in rows])
P
venv/bin/python run.py > seen
cat seen
printf '%s\n' '< day-before' '> day-after month-after month-before' | diff - seen

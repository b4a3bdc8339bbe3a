"""Reads an RDF file with rdflib and prints it as N-Quads, literals as they are."""
import sys

import rdflib
from rdflib.plugins.serializers.nt import _quoteLiteral

rdflib.NORMALIZE_LITERALS = False
FORMATS = {"nt": "nt", "nq": "nquads", "ttl": "turtle", "trig": "trig", "jsonld": "json-ld", "jelly": "jelly"}

dataset = rdflib.Dataset()
dataset.parse(sys.argv[1], format=FORMATS[sys.argv[1].rsplit(".", 1)[1]])


def term(t):
    if isinstance(t, rdflib.Literal) and t.datatype == rdflib.XSD.decimal and "E" in str(t):
        # rdflib writes a bare decimal of Turtle as Python does
        t = rdflib.Literal(format(t.value, "f"), datatype=t.datatype)
    return _quoteLiteral(t) if isinstance(t, rdflib.Literal) else t.n3()


out = open(1, "w", encoding="utf-8", newline="\n")
for s, p, o, g in dataset.quads():
    name = g if isinstance(g, rdflib.URIRef) or g is None else g.identifier
    graph = "" if name is None or name == rdflib.graph.DATASET_DEFAULT_GRAPH_ID else " " + name.n3()
    out.write(f"{term(s)} {term(p)} {term(o)}{graph} .\n")

"""Reads each document of a file in its syntax and writes it in another, with
oxigraph: prints a JSON array of what was written, or what failed."""
import json
import sys

import pyoxigraph

formats = {
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
}
out = []
for one in json.load(open(sys.argv[1])):
    try:
        quads = list(pyoxigraph.parse(one["text"].encode(), formats[one["from"]]))
        if not formats[one["to"]].supports_datasets:
            quads = [q.triple for q in quads]
        out.append(pyoxigraph.serialize(quads, format=formats[one["to"]]).decode())
    except (SyntaxError, ValueError, OSError) as e:
        out.append(f"failed: {e}")
print(json.dumps(out))

"""Turns annotated documents, one a line, into N-Quads with oxigraph, which
takes the context from the document only."""
import json
import sys

import pyoxigraph as ox

with open(sys.argv[2], "rb") as f:
    context = json.load(f)["@context"]
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        document = {"@context": context, **json.loads(line)}
        quads = ox.parse(json.dumps(document).encode(), format=ox.RdfFormat.JSON_LD)
        ox.serialize(quads, sys.stdout.buffer, format=ox.RdfFormat.N_QUADS)

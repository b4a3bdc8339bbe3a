"""Turns annotated documents, one a line, into N-Quads with pyld."""
import json
import sys

from pyld import jsonld

with open(sys.argv[2], "rb") as f:
    context = json.load(f)
options = {"format": "application/n-quads", "expandContext": context}
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        sys.stdout.write(jsonld.to_rdf(json.loads(line), options))

"""Evaluates the expressions of a JSON list in oxigraph, and prints a list of their
values as text, null where there is none."""
import json
import sys

import pyoxigraph

store = pyoxigraph.Store()
out = []
for query in json.load(open(sys.argv[1])):
    rows = list(store.query(query))
    value = rows[0][0] if rows else None
    out.append(None if value is None else value.value)
print(json.dumps(out))

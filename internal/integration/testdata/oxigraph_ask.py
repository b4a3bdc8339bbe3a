"""Asks the questions of a file of oxigraph, and prints those that it answers
otherwise than the file has it. Where oxigraph was found to be wrong, the
question is in known_differences.json with the reason."""
import json
import pathlib
import sys

import pyoxigraph

known = {k["query"] for k in json.loads(pathlib.Path(__file__).with_name("known_differences.json").read_text())}
different = 0
for case in json.load(open(sys.argv[1])):
    store = pyoxigraph.Store()
    store.load(case["data"].encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    result = store.query(case["query"])
    names = [v.value for v in result.variables]
    rows = []
    for solution in result:
        cells = [f"{n}={solution[n]}" for n in names if solution[n] is not None]
        rows.append(" ".join(sorted(cells)))
    rows.sort()
    if rows != case["rows"] and case["query"] not in known:
        different += 1
        if different <= 5:
            print(case["query"], case["data"], "oxigraph:", *rows, "here:", *case["rows"], sep="\n", end="\n\n")
if different:
    print(different, "differ")

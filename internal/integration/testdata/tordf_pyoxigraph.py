"""Reads each *.jsonld of a folder with pyoxigraph and writes N-Quads beside it."""
import pathlib
import sys

import pyoxigraph

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonld")):
    quads = pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.JSON_LD)
    pyoxigraph.serialize(quads, str(path.with_suffix(".nq")), format=pyoxigraph.RdfFormat.N_QUADS)

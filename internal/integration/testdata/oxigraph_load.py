"""Loads a gzipped N-Quads file into an oxigraph store and prints its count."""
import gzip
import sys

import pyoxigraph

store = pyoxigraph.Store(sys.argv[2])
with gzip.open(sys.argv[1]) as quads:
    store.bulk_load(quads, format=pyoxigraph.RdfFormat.N_QUADS)
print(len(store))

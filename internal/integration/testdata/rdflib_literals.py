"""Prints the ill-typed literals of an N-Quads file, by rdflib, and their count."""
import sys

import rdflib

dataset = rdflib.Dataset()
dataset.parse(sys.argv[1], format="nquads")
bad = 0
for _, _, term, _ in dataset.quads():
    if isinstance(term, rdflib.Literal) and term.ill_typed:
        bad += 1
        print(term.n3())
print(bad)

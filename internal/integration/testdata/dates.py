"""Evaluates the queries of a file, one on each line, in pyoxigraph or rdflib, and
prints for each a line with the text of its only value, nothing, or "error"."""
import logging
import sys

logging.disable(logging.CRITICAL)


def oxigraph():
    import pyoxigraph

    return lambda query: next(iter(pyoxigraph.Store().query(query)))["x"]


def rdflib():
    import rdflib

    def ask(query):
        rows = list(rdflib.Graph().query(query))
        return rows[0].x if rows else None  # a row with nothing in it is left out

    return ask


ask = globals()[sys.argv[1]]()
for query in open(sys.argv[2], encoding="utf-8"):
    try:
        value = ask(query)
        print("" if value is None else getattr(value, "value", value) if sys.argv[1] == "oxigraph" else str(value))
    except Exception:  # whatever the library raises
        print("error")

"""Reads each *.jsonld of a folder with rdflib and writes N-Quads beside it."""
import pathlib
import sys

import rdflib

rdflib.NORMALIZE_LITERALS = False  # what is written is what was read


def term(node):
    """Writes a term as N-Quads do; n3() may shorten a literal or quote it long."""
    if not isinstance(node, rdflib.Literal):
        return node.n3()
    text = str(node)
    for raw, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(raw, escaped)
    if node.language:
        return f'"{text}"@{node.language}'
    return f'"{text}"' + (f"^^<{node.datatype}>" if node.datatype else "")


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonld")):
    data = rdflib.Dataset()
    data.parse(str(path), format="json-ld")
    with path.with_suffix(".nq").open("w", encoding="utf-8", newline="") as out:
        for s, p, o, g in data.quads((None, None, None, None)):
            graph = "" if g is None else f" <{g}>"
            out.write(f"{term(s)} {term(p)} {term(o)}{graph} .\n")

"""Validates cases with pyshacl: a JSON array of shapes and data, both in Turtle.
Prints a JSON array with the sorted results of each, or what failed."""
import json
import sys

import pyshacl
from rdflib import Graph, Namespace, URIRef
from rdflib.term import BNode

SH = Namespace("http://www.w3.org/ns/shacl#")


def written(term):
    if term is None:
        return "-"
    return "_" if isinstance(term, BNode) else term.n3()


def check(case):
    data = Graph().parse(data=case["data"], format="turtle")
    shapes = Graph().parse(data=case["shapes"], format="turtle")
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    if not isinstance(report, Graph):
        raise ValueError(text)
    rows = set()
    for r in report.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), SH.ValidationResult):
        if next(report.subjects(SH.detail, r), None) is not None:
            continue  # of a shape that is named by sh:node, beside the result
        rows.add(" ".join(written(report.value(r, p)) for p in (SH.focusNode, SH.resultPath, SH.value, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity)))
    return sorted(rows)


def main():
    out = []
    with open(sys.argv[1], encoding="utf-8") as f:
        for case in json.load(f):
            try:
                out.append(check(case))
            except Exception as e:  # what a validator throws is what is asked
                out.append(["failed: " + type(e).__name__ + ": " + str(e)[:300]])
    json.dump(out, sys.stdout)


main()

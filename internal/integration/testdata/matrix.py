"""Reads each file of a folder with a library, and prints a JSON object: for each
file "equal" where its triples are those of expected.nt beside it, else what is lost
or the first line of what failed. Graph names are not compared."""
import json
import pathlib
import sys

tool, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def with_pyoxigraph():
    import pyoxigraph as px

    formats = {"nq": px.RdfFormat.N_QUADS, "nt": px.RdfFormat.N_TRIPLES, "ttl": px.RdfFormat.TURTLE, "trig": px.RdfFormat.TRIG, "rdf": px.RdfFormat.RDF_XML, "jsonld": px.RdfFormat.JSON_LD}
    return lambda f: {str(q.triple) for q in px.parse(path=f, format=formats[f.suffix[1:]])}


def with_rdflib():
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    import pyoxigraph as px

    formats = {"nq": "nquads", "nt": "nt", "ttl": "turtle", "trig": "trig", "rdf": "xml", "jsonld": "json-ld", "jelly": "jelly"}

    def term(t):
        if isinstance(t, rdflib.URIRef):
            return px.NamedNode(str(t))
        if isinstance(t, rdflib.Literal):
            text = format(t.value, "f") if t.datatype == rdflib.XSD.decimal and "E" in str(t) else str(t)
            return px.Literal(text, language=t.language) if t.language else px.Literal(text, datatype=px.NamedNode(str(t.datatype)) if t.datatype else None)
        return px.BlankNode(str(t))

    def read(f):
        d = rdflib.Dataset()
        d.parse(f, format=formats[f.suffix[1:]])
        return {str(px.Triple(term(s), term(p), term(o))) for s, p, o, _ in d.quads()}

    return read


def with_lightrdf():
    import lightrdf
    import pyoxigraph as px

    def read(f):
        if f.suffix not in (".nt", ".ttl", ".rdf"):
            raise KeyError("it cannot guess the content")
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in ((wrap(x), wrap(y), wrap(z)) for x, y, z in lightrdf.Parser().parse(str(f))))
        return {str(q.triple) for q in px.parse(lines, format=px.RdfFormat.N_TRIPLES)}

    def wrap(t):
        return t if t[:1] in '"<_' else f"<{t}>"

    return read


def with_maplib():
    import maplib
    import pyoxigraph as px

    def read(f):
        if f.suffix in (".jelly", ".nq", ".trig", ".jsonld"):
            raise KeyError("it panics: Have not implemented file format")
        m = maplib.Model()
        m.read(str(f))
        text = m.writes(format="ntriples")
        return {str(q.triple) for q in px.parse(text, format=px.RdfFormat.N_TRIPLES)}

    return read


import pyoxigraph

want = {str(q.triple) for q in pyoxigraph.parse(path=folder / "expected.nt", format=pyoxigraph.RdfFormat.N_TRIPLES)}
read = globals()["with_" + tool]()
out = {}
for f in sorted(folder.iterdir()):
    if f.name == "expected.nt" or not f.is_file():
        continue
    try:
        got = read(f)
        out[f.name] = "equal" if got == want else f"{len(got & want)} of {len(want)}"
        if got != want and len(got - want) and len(got & want) == 0:
            out[f.name] += ", such as " + sorted(got - want)[0][:80]
    except KeyError:
        out[f.name] = "has no reader"
    except Exception as e:  # whatever the library raises is the answer
        out[f.name] = "fails: " + (str(e).splitlines() or [""])[0][:70]
print(json.dumps(out))

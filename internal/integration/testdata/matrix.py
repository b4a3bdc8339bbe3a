"""Reads each file of a folder with a library, and writes beside it FILE.out with its
quads as N-Quads, or FILE.err with a line that says why not."""
import pathlib
import sys

import pyoxigraph as px

tool, folder = sys.argv[1], pathlib.Path(sys.argv[2])
BASE = "https://w3id.org/trialweave/r2rml"


def with_pyoxigraph():
    formats = {"nq": px.RdfFormat.N_QUADS, "nt": px.RdfFormat.N_TRIPLES, "ttl": px.RdfFormat.TURTLE, "trig": px.RdfFormat.TRIG, "rdf": px.RdfFormat.RDF_XML, "jsonld": px.RdfFormat.JSON_LD}
    return lambda f: px.parse(path=f, format=formats[f.suffix[1:]], base_iri=BASE)


def of_rdflib(t):
    """A term of rdflib as one of pyoxigraph."""
    import rdflib

    if isinstance(t, rdflib.URIRef):
        return px.NamedNode(str(t))
    if isinstance(t, rdflib.Literal):
        text = format(t.value, "f") if t.datatype == rdflib.XSD.decimal and "E" in str(t) else str(t)
        return px.Literal(text, language=t.language) if t.language else px.Literal(text, datatype=px.NamedNode(str(t.datatype)) if t.datatype else None)
    return px.BlankNode(str(t))


def with_rdflib():
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    formats = {"nq": "nquads", "nt": "nt", "ttl": "turtle", "trig": "trig", "rdf": "xml", "jsonld": "json-ld", "jelly": "jelly"}

    def read(f):
        d = rdflib.Dataset()
        d.parse(f, format=formats[f.suffix[1:]], publicID=BASE if f.suffix in (".ttl", ".rdf") else None)
        for s, p, o, g in d.quads():
            graph = of_rdflib(g) if isinstance(g, rdflib.URIRef) and f.suffix in (".nq", ".trig", ".jsonld", ".jelly") and g != rdflib.graph.DATASET_DEFAULT_GRAPH_ID else px.DefaultGraph()
            yield px.Quad(of_rdflib(s), of_rdflib(p), of_rdflib(o), graph)

    return read


def with_kglab():
    import kglab
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    formats = {"nt": "ntriples", "ttl": "ttl", "rdf": "xml", "jsonld": "json-ld"}

    def read(f):
        graph = kglab.KnowledgeGraph()
        if f.suffix == ".jsonld":
            graph.load_jsonld(f)
        elif f.suffix[1:] in formats:
            graph.load_rdf(f, format=formats[f.suffix[1:]], base=BASE)
        else:
            raise KeyError(f.suffix)
        for s, p, o in graph.rdf_graph():
            yield px.Quad(of_rdflib(s), of_rdflib(p), of_rdflib(o))

    return read


def with_lightrdf():
    import lightrdf

    def read(f):
        if f.suffix not in (".nt", ".ttl", ".rdf"):
            raise KeyError("it cannot guess the content")
        lines = "".join(f"{wrap(s)} {wrap(p)} {wrap(o)} .\n" for s, p, o in lightrdf.Parser().parse(str(f)))
        return px.parse(lines, format=px.RdfFormat.N_TRIPLES)

    def wrap(t):
        return t if t[:1] in '"<_' else f"<{t}>"

    return read


def with_maplib():
    import maplib

    def read(f):
        if f.suffix in (".jelly", ".nq", ".trig", ".jsonld"):
            raise KeyError("it panics: Have not implemented file format")
        m = maplib.Model()
        m.read(str(f), base_iri=BASE)
        return px.parse(m.writes(format="ntriples"), format=px.RdfFormat.N_TRIPLES)

    return read


read = globals()["with_" + tool]()
for f in sorted(folder.iterdir()):
    try:
        beside, text = f"{f}.out", px.serialize(read(f), format=px.RdfFormat.N_QUADS)
    except KeyError:
        beside, text = f"{f}.err", b"has no reader"
    except Exception as e:  # whatever the library raises is the answer
        beside, text = f"{f}.err", ("fails: " + (str(e).splitlines() or [""])[0][:120]).encode()
    pathlib.Path(beside).write_bytes(text)

"""Asks a SPARQL service with SPARQLWrapper and RDFLib's SPARQLStore, and prints
what differs from what is expected."""
import sys

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed

url = sys.argv[1]
CTG = Namespace("https://clinicaltrials.gov/ns/")
NCT = "NCT99990001"
study = URIRef("https://clinicaltrials.gov/study/" + NCT)


def check(what, got, want):
    if got != want:
        print(f"{what}: {got!r}, expected {want!r}")


def wrapper(query, form, method=GET, request=URLENCODED):
    w = SPARQLWrapper(url)
    w.setQuery(query)
    w.setReturnFormat(form)
    w.setMethod(method)
    w.setRequestMethod(request)
    return w


select = f'SELECT ?n ?title {{ ?s <{CTG.nct_id}> ?n ; <https://schema.org/name> ?title FILTER(?n = "{NCT}") }}'
for method, request in [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]:
    rows = wrapper(select, JSON, method, request).queryAndConvert()["results"]["bindings"]
    check(f"SPARQLWrapper JSON by {method} {request}", [r["n"]["value"] for r in rows], [NCT])
xml = wrapper(select, XML).queryAndConvert()
check("SPARQLWrapper XML", len(xml.getElementsByTagName("result")), 1)
check("SPARQLWrapper CSV", wrapper(select, CSV).queryAndConvert().decode().splitlines()[0], "n,title")
check("SPARQLWrapper TSV", wrapper(select, TSV).queryAndConvert().decode().splitlines()[0], "?n\t?title")
check("SPARQLWrapper ASK", wrapper(f'ASK {{ ?s <{CTG.nct_id}> "{NCT}" }}', JSON).queryAndConvert()["boolean"], True)
construct = f"CONSTRUCT {{ ?s <{CTG.nct_id}> ?n }} WHERE {{ ?s <{CTG.nct_id}> ?n }}"
for form in [TURTLE, N3, RDFXML, XML]:
    got = wrapper(construct, form).queryAndConvert()
    if isinstance(got, bytes):
        got = Graph().parse(data=got, format="turtle")
    check(f"SPARQLWrapper CONSTRUCT as {form}", (study, CTG.nct_id, Literal(NCT)) in got, True)
got = wrapper(f"DESCRIBE <{study}>", TURTLE).queryAndConvert()
check("SPARQLWrapper DESCRIBE", len(Graph().parse(data=got, format="turtle")) > 100, True)
try:
    wrapper("SELECT * { ?s ?p }", JSON).query()
    print("SPARQLWrapper: a query with a fault was answered")
except QueryBadFormed as e:
    check("SPARQLWrapper: where the fault is", b"1:" in e.args[0].encode(), True)
try:
    w = SPARQLWrapper(url)
    w.setMethod(POST)
    w.setQuery("DELETE WHERE { ?s ?p ?o }")
    w.query()
    print("SPARQLWrapper: an update was taken")
except Exception as e:  # what class it has is theirs
    check("SPARQLWrapper: an update", "403" in str(e) or "Forbidden" in str(e) or "only reads" in str(e), True)

for method in ["GET", "POST", "POST_FORM"]:
    g = Graph(store=SPARQLStore(url, method=method))
    check(f"SPARQLStore value by {method}", g.value(study, CTG.nct_id), Literal(NCT))
g = Graph(store=SPARQLStore(url))
check("SPARQLStore objects", sorted(str(o) for o in g.objects(study, CTG.phase)), ["PHASE2", "PHASE3"])
check("SPARQLStore contains", (study, CTG.nct_id, Literal(NCT)) in g, True)
check("SPARQLStore subjects", list(g.subjects(CTG.nct_id, Literal(NCT))), [study])
check("SPARQLStore size", len(g) > 1000, True)
rows = list(g.query(f"SELECT ?n {{ ?s <{CTG.nct_id}> ?n }}", initBindings={"s": study}))
check("SPARQLStore with bindings", [str(r.n) for r in rows], [NCT])
check("SPARQLStore ASK", bool(g.query(f"ASK {{ <{study}> ?p ?o }}")), True)
check("SPARQLStore CONSTRUCT", len(g.query(construct).graph) > 10, True)
record = Graph(store=SPARQLStore(url, context_aware=True), identifier=URIRef(f"{study}#record"))
check("SPARQLStore of one graph", list(record.subjects(CTG.nct_id, None)), [study])

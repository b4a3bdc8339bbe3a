"""Follows links through the pages of trialweave serve. Prints what is wrong."""
import io
import sys
import urllib.request

import pyoxigraph
import rdflib

address = sys.argv[1]
STUDY = "https://clinicaltrials.gov/study/"
SPONSOR = "https://schema.org/sponsor"
NAME = "https://schema.org/name"


def fetch(iri, media):
    """Asks for an IRI; the registry's are served here."""
    url = iri.replace("https://clinicaltrials.gov/", address)
    request = urllib.request.Request(url, headers={"Accept": media})
    with urllib.request.urlopen(request) as answer:
        kind = answer.headers.get_content_type()
        if kind != media:
            print(f"{url} as {media} is {kind}")
        return answer.read()


def oxigraph(data, media):
    quads = pyoxigraph.parse(io.BytesIO(data), format=pyoxigraph.RdfFormat.from_media_type(media))
    return {(q.subject.value, q.predicate.value, q.object.value) for q in quads}


def library(data, media):
    graph = rdflib.Dataset()
    graph.parse(data=data, format=media)
    return {(str(s), str(p), str(o)) for s, p, o, _ in graph.quads()}


def follow(read, media):
    start = STUDY + "NCT99990001"
    sponsors = [o for s, p, o in read(fetch(start, media), media) if s == start and p == SPONSOR]
    if len(sponsors) != 1 or not sponsors[0].startswith(address):
        print(f"{media}: sponsors {sponsors}")
        return
    about = read(fetch(sponsors[0], media), media)
    if not any(s == sponsors[0] and p == NAME for s, p, _ in about):
        print(f"{media}: the sponsor has no name")
    others = sorted({s for s, p, o in about if p == SPONSOR and o == sponsors[0] and s != start})
    if not others:
        print(f"{media}: the sponsor leads to no other study")
        return
    if not any(s == others[0] and p == SPONSOR and o == sponsors[0] for s, p, o in read(fetch(others[0], media), media)):
        print(f"{media}: the other study does not lead back")


for media in ["text/turtle", "application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml"]:
    follow(oxigraph, media)
    follow(library, media)
follow(library, "application/ld+json")

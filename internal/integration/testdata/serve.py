"""Asks a SPARQL service with rdflib: prints the values of ?x in a query, sorted, and
how many triples another makes."""
import sys

from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

graph = Graph(store=SPARQLStore(sys.argv[1]))
print(*sorted(str(row.x) for row in graph.query(sys.argv[2])), len(graph.query(sys.argv[3]).graph))

#!/bin/sh
# Apache Jena: a SPARQL constraint of a property shape is not asked where the
# property has no value.
#
# SHACL asks the SELECT of sh:sparql once for a focus node, with $this and $PATH
# (sections 5.2 and 5.3.1); the values are none of its business. Seen on 2026-11-30
# with jena-shacl 5.6.0: with ex:p in the data the node is reported, without it
# nothing is, though the query has a solution for both. Whoever has to report that
# something is missing writes the constraint into a node shape.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>check</artifactId><version>1</version>
  <dependencies><dependency><groupId>org.apache.jena</groupId><artifactId>jena-shacl</artifactId><version>5.6.0</version></dependency></dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
cat > Check.java <<'J'
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.shacl.ShaclValidator;

public class Check {
    static Graph graph(String turtle) {
        return RDFParser.fromString("@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . " + turtle, Lang.TURTLE).toGraph();
    }

    public static void main(String[] args) {
        Graph shapes = graph("ex:S a sh:NodeShape ; sh:targetNode ex:n ; sh:property [ sh:path ex:p ; sh:sparql [ sh:select 'SELECT $this { FILTER NOT EXISTS { $this <http://example.org/q> ?v } }' ] ] .");
        System.out.println("with a value " + ShaclValidator.get().validate(shapes, graph("ex:n ex:p 1 .")).getEntries().size());
        System.out.println("without one " + ShaclValidator.get().validate(shapes, graph("ex:n ex:r 1 .")).getEntries().size());
    }
}
J
java -cp 'lib/*' Check.java 2>/dev/null > seen
cat seen
printf '%s\n' 'with a value 1' 'without one 0' | diff - seen

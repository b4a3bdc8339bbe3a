#!/bin/sh
# RDF4J: a point is not geof:sfEquals to itself.
#
# GeoSPARQL (Simple Features) calls geometries equal that cover the same points.
# RDF4J asks for the pattern TFFFTFFFT of the DE-9IM, in which the boundaries have
# to meet, and points have none. Seen on 2026-11-30 with
# rdf4j-queryalgebra-geosparql 5.2.2 and jts-core 1.20.0: a square is equal to
# itself, a point is not. Whoever looks for equal sites compares the literals.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>equal</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.eclipse.rdf4j</groupId><artifactId>rdf4j-sail-memory</artifactId><version>5.2.2</version></dependency>
    <dependency><groupId>org.eclipse.rdf4j</groupId><artifactId>rdf4j-repository-sail</artifactId><version>5.2.2</version></dependency>
    <dependency><groupId>org.eclipse.rdf4j</groupId><artifactId>rdf4j-queryalgebra-geosparql</artifactId><version>5.2.2</version></dependency>
    <dependency><groupId>org.locationtech.jts</groupId><artifactId>jts-core</artifactId><version>1.20.0</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
cat > Equal.java <<'J'
import org.eclipse.rdf4j.query.TupleQueryResult;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

public class Equal {
    public static void main(String[] args) {
        try (RepositoryConnection c = new SailRepository(new MemoryStore()).getConnection()) {
            for (String shape : new String[] {"POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))", "POINT(2 0)"}) {
                String g = "\"" + shape + "\"^^<http://www.opengis.net/ont/geosparql#wktLiteral>";
                try (TupleQueryResult r = c.prepareTupleQuery("PREFIX geof: <http://www.opengis.net/def/function/geosparql/> SELECT (geof:sfEquals(" + g + ", " + g + ") AS ?same) {}").evaluate()) {
                    System.out.println(shape.substring(0, shape.indexOf('(')) + " " + r.next().getValue("same").stringValue());
                }
            }
        }
    }
}
J
java -cp 'lib/*' Equal.java 2>/dev/null > seen
cat seen
printf '%s\n' 'POLYGON true' 'POINT false' | diff - seen

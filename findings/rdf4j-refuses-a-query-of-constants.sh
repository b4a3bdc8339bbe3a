#!/bin/sh
# RDF4J: a comparison of constants without a value refuses the whole query.
#
# SPARQL 1.1 (section 18.5, Extend) leaves a variable unbound where its expression is
# an error. RDF4J does so where the operands are variables; of constants it throws a
# QueryEvaluationException, also where VALUES gives them, and none of the other columns
# or rows is answered. Seen on 2026-11-30 with rdf4j-sail-memory 5.2.2.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>constants</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.eclipse.rdf4j</groupId><artifactId>rdf4j-sail-memory</artifactId><version>5.2.2</version></dependency>
    <dependency><groupId>org.eclipse.rdf4j</groupId><artifactId>rdf4j-repository-sail</artifactId><version>5.2.2</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
cat > Constants.java <<'J'
import org.eclipse.rdf4j.query.BindingSet;
import org.eclipse.rdf4j.query.QueryEvaluationException;
import org.eclipse.rdf4j.query.TupleQueryResult;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

public class Constants {
    public static void main(String[] args) {
        String year = "\"2019\"^^xsd:gYear", month = "\"2020-03\"^^xsd:gYearMonth";
        try (RepositoryConnection c = new SailRepository(new MemoryStore()).getConnection()) {
            c.prepareUpdate("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> INSERT DATA { <urn:a> <urn:year> " + year + " ; <urn:month> " + month + " }").execute();
            for (String query : new String[] {
                "SELECT (1 AS ?one) (?y < ?m AS ?less) { ?a <urn:year> ?y . ?a <urn:month> ?m }",
                "SELECT (1 AS ?one) (?y < ?m AS ?less) { VALUES (?y ?m) { (" + year + " " + month + ") } }",
                "SELECT (1 AS ?one) (" + year + " < " + month + " AS ?less) {}"}) {
                try (TupleQueryResult r = c.prepareTupleQuery("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> " + query).evaluate()) {
                    BindingSet row = r.next();
                    System.out.println("one " + row.getValue("one").stringValue() + ", less " + row.getValue("less"));
                } catch (QueryEvaluationException e) {
                    System.out.println("QueryEvaluationException");
                }
            }
        }
    }
}
J
java -cp 'lib/*' Constants.java 2>/dev/null > seen
cat seen
printf '%s\n' 'one 1, less null' QueryEvaluationException QueryEvaluationException | diff - seen

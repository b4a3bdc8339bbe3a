import java.util.TreeSet;
import org.eclipse.rdf4j.model.impl.LinkedHashModel;
import org.eclipse.rdf4j.query.QueryResults;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;

/** Asks a SPARQL service with RDF4J: prints the values of ?x in a query, sorted, and how many triples another makes. */
public class ServeRdf4j {
  public static void main(String[] args) {
    SPARQLRepository repository = new SPARQLRepository(args[0]);
    TreeSet<String> values = new TreeSet<>();
    try (var connection = repository.getConnection()) {
      try (var rows = connection.prepareTupleQuery(args[1]).evaluate()) {
        rows.forEach(row -> values.add(row.getValue("x").stringValue()));
      }
      try (var triples = connection.prepareGraphQuery(args[2]).evaluate()) {
        System.out.println(String.join(" ", values) + " " + QueryResults.addAll(triples, new LinkedHashModel()).size());
      }
    }
    repository.shutDown();
  }
}

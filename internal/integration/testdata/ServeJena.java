import java.util.TreeSet;
import org.apache.jena.sparql.exec.http.QueryExecHTTP;

/** Asks a SPARQL service with Jena: prints the values of ?x in a query, sorted, and how many triples another makes. */
public class ServeJena {
  public static void main(String[] args) {
    TreeSet<String> values = new TreeSet<>();
    try (var exec = QueryExecHTTP.service(args[0]).query(args[1]).build()) {
      exec.select().forEachRemaining(row -> values.add(row.get("x").getLiteralLexicalForm()));
    }
    try (var exec = QueryExecHTTP.service(args[0]).query(args[2]).build()) {
      System.out.println(String.join(" ", values) + " " + exec.construct().size());
    }
  }
}

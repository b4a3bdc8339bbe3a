import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.jena.geosparql.configuration.GeoSPARQLConfig;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.ResultSet;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.RDFNode;

/**
 * Evaluates the queries of a file, one on each line, in Jena GeoSPARQL, and prints for
 * each a line with the text of its only value, or nothing.
 */
public class PlacesJena {
    public static void main(String[] args) throws Exception {
        GeoSPARQLConfig.setupNoIndex();
        StringBuilder out = new StringBuilder();
        for (String query : Files.readAllLines(Path.of(args[0]))) {
            try (QueryExecution execution = QueryExecutionFactory.create(query, ModelFactory.createDefaultModel())) {
                ResultSet rows = execution.execSelect();
                RDFNode value = rows.hasNext() ? rows.next().get("x") : null;
                out.append(value == null ? "" : value.asLiteral().getLexicalForm()).append("\n");
            }
        }
        System.out.print(out);
    }
}

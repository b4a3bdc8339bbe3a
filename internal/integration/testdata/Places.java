import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.rdf4j.model.Value;
import org.eclipse.rdf4j.query.TupleQueryResult;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

/**
 * Evaluates the queries of a file, one on each line, in RDF4J, and prints for each
 * a line with the text of its only value, nothing, or "error".
 */
public class Places {
    public static void main(String[] args) throws Exception {
        SailRepository repository = new SailRepository(new MemoryStore());
        StringBuilder out = new StringBuilder();
        try (RepositoryConnection connection = repository.getConnection()) {
            for (String query : Files.readAllLines(Path.of(args[0]))) {
                try (TupleQueryResult rows = connection.prepareTupleQuery(query).evaluate()) {
                    Value value = rows.hasNext() ? rows.next().getValue("x") : null;
                    out.append(value == null ? "" : value.stringValue().replace("\n", " "));
                } catch (RuntimeException e) {
                    out.append("error");
                }
                out.append("\n");
            }
        }
        System.out.print(out);
        repository.shutDown();
    }
}

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.apache.jena.atlas.json.JSON;
import org.apache.jena.atlas.json.JsonArray;
import org.apache.jena.atlas.json.JsonObject;
import org.apache.jena.atlas.json.JsonValue;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Node;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.out.NodeFmtLib;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.shacl.validation.ReportEntry;
import org.apache.jena.sparql.path.P_Link;

/**
 * Validates cases with Jena: a JSON array of shapes and data, both in Turtle.
 * Prints a JSON array with the sorted results of each, or what failed.
 */
public class Shacl {
    public static void main(String[] args) throws Exception {
        JsonArray out = new JsonArray();
        for (JsonValue v : JSON.parseAny(Files.readString(Path.of(args[0]))).getAsArray()) {
            JsonObject one = v.getAsObject();
            JsonArray rows = new JsonArray();
            try {
                for (String row : check(graph(one, "data"), graph(one, "shapes"))) {
                    rows.add(row);
                }
            } catch (RuntimeException e) {
                rows = new JsonArray();
                rows.add("failed: " + e);
            }
            out.add(rows);
        }
        System.out.println(out);
    }

    static Graph graph(JsonObject of, String name) {
        return RDFParser.fromString(of.get(name).getAsString().value(), Lang.TURTLE).toGraph();
    }

    static TreeSet<String> check(Graph data, Graph shapes) {
        TreeSet<String> rows = new TreeSet<>();
        for (ReportEntry e : ShaclValidator.get().validate(Shapes.parse(shapes), data).getEntries()) {
            String path = e.resultPath() == null ? "-" : e.resultPath() instanceof P_Link p ? written(p.getNode()) : "_";
            rows.add(String.join(" ", written(e.focusNode()), path, written(e.value()), written(e.source()),
                written(e.sourceConstraintComponent()), written(e.severity() == null ? null : e.severity().level())));
        }
        return rows;
    }

    static String written(Node n) {
        return n == null ? "-" : n.isBlank() ? "_" : NodeFmtLib.strNT(n);
    }
}

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.jena.atlas.json.JSON;
import org.apache.jena.atlas.json.JsonArray;
import org.apache.jena.atlas.json.JsonObject;
import org.apache.jena.atlas.json.JsonValue;
import org.apache.jena.graph.Node;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.out.NodeFmtLib;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DatasetGraphFactory;
import org.apache.jena.sparql.core.Quad;
import org.apache.jena.sparql.core.Var;
import org.apache.jena.sparql.engine.binding.Binding;
import org.apache.jena.sparql.engine.ref.QueryEngineRef;
import org.apache.jena.sparql.exec.QueryExec;
import org.apache.jena.sparql.exec.RowSet;

/**
 * Asks Jena. "cases FILE" takes small graphs with a query each, "questions DATA
 * FILE" many queries of one file, whose default graph is all graphs together.
 * Prints a JSON array with the sorted rows of each answer, or what failed.
 */
public class Ask {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("cases")) {
            QueryEngineRef.register();
            JsonArray out = new JsonArray();
            for (JsonValue v : JSON.parseAny(Files.readString(Path.of(args[1]))).getAsArray()) {
                JsonObject one = v.getAsObject();
                DatasetGraph data = RDFParser.fromString(one.get("data").getAsString().value(), Lang.NQUADS).toDatasetGraph();
                out.add(rows(data, one.get("query").getAsString().value()));
            }
            System.out.println(out);
            return;
        }
        DatasetGraph data = DatasetGraphFactory.createTxnMem();
        data.executeWrite(() -> {
            DatasetGraph read = DatasetGraphFactory.create();
            RDFDataMgr.read(read, args[1]);
            for (Iterator<Quad> all = read.find(); all.hasNext();) {
                Quad q = all.next();
                data.add(q);
                data.add(Quad.defaultGraphNodeGenerated, q.getSubject(), q.getPredicate(), q.getObject());
            }
        });
        JsonArray out = new JsonArray();
        data.executeRead(() -> {
            for (JsonValue v : JSON.parseAny(read(args[2])).getAsArray()) {
                out.add(rows(data, v.getAsString().value()));
            }
        });
        System.out.println(out);
    }

    static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static JsonArray rows(DatasetGraph data, String query) {
        List<String> rows = new ArrayList<>();
        try (QueryExec exec = QueryExec.dataset(data).query(query).build()) {
            RowSet set = exec.select();
            List<Var> vars = set.getResultVars();
            while (set.hasNext()) {
                Binding b = set.next();
                List<String> cells = new ArrayList<>();
                for (Var v : vars) {
                    Node n = b.get(v);
                    if (n != null) {
                        cells.add(v.getVarName() + "=" + NodeFmtLib.strNT(n));
                    }
                }
                Collections.sort(cells);
                rows.add(String.join(" ", cells));
            }
        } catch (RuntimeException e) {
            rows.clear();
            rows.add("failed: " + e);
        }
        Collections.sort(rows);
        JsonArray out = new JsonArray();
        rows.forEach(out::add);
        return out;
    }
}

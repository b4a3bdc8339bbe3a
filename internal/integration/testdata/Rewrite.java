import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.jena.atlas.json.JSON;
import org.apache.jena.atlas.json.JsonArray;
import org.apache.jena.atlas.json.JsonObject;
import org.apache.jena.atlas.json.JsonValue;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.RDFWriter;
import org.apache.jena.sparql.core.DatasetGraph;

/**
 * Reads each document of a file in its syntax and writes it in another: prints a
 * JSON array of what was written, or what failed.
 */
public class Rewrite {
    static final Map<String, Lang> LANGS = Map.of("ntriples", Lang.NTRIPLES, "nquads", Lang.NQUADS, "turtle", Lang.TURTLE, "trig", Lang.TRIG, "rdfxml", Lang.RDFXML);

    public static void main(String[] args) throws Exception {
        JsonArray out = new JsonArray();
        for (JsonValue v : JSON.parseAny(Files.readString(Path.of(args[0]))).getAsArray()) {
            JsonObject one = v.getAsObject();
            try {
                DatasetGraph data = RDFParser.fromString(one.getString("text"), LANGS.get(one.getString("from"))).toDatasetGraph();
                Lang to = LANGS.get(one.getString("to"));
                boolean dataset = to == Lang.NQUADS || to == Lang.TRIG;
                out.add(dataset ? RDFWriter.source(data).lang(to).asString() : RDFWriter.source(data.getDefaultGraph()).lang(to).asString());
            } catch (RuntimeException e) {
                out.add("failed: " + e);
            }
        }
        System.out.println(out);
    }
}

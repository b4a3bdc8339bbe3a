import com.apicatalog.jsonld.JsonLd;
import com.apicatalog.jsonld.document.JsonDocument;
import com.apicatalog.rdf.Rdf;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;

/**
 * Turns annotated documents, one a line, into N-Quads: with titanium, or with
 * riot, which takes the context from the document only.
 */
public class Peers {
  public static void main(String[] args) throws Exception {
    JsonObject context;
    try (InputStream in = Files.newInputStream(Path.of(args[2]))) {
      context = Json.createReader(in).readObject();
    }
    try (BufferedReader lines = Files.newBufferedReader(Path.of(args[1])); OutputStream out = new BufferedOutputStream(System.out, 1 << 20)) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (args[0].equals("titanium")) {
          titanium(line, context, out);
        } else {
          riot(line, context, out);
        }
      }
    }
  }

  static void titanium(String line, JsonObject context, OutputStream out) throws Exception {
    var data = JsonLd.toRdf(JsonDocument.of(new StringReader(line))).context(JsonDocument.of(context)).get();
    var text = new java.io.StringWriter();
    Rdf.createWriter(com.apicatalog.jsonld.http.media.MediaType.N_QUADS, text).write(data);
    out.write(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static void riot(String line, JsonObject context, OutputStream out) {
    String document = "{\"@context\":" + context.get("@context") + "," + line.substring(1);
    RDFDataMgr.write(out, RDFParser.fromString(document, Lang.JSONLD11).toDatasetGraph(), Lang.NQUADS);
  }
}

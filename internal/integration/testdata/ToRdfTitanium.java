import com.apicatalog.jsonld.JsonLd;
import com.apicatalog.jsonld.JsonLdOptions;
import com.apicatalog.jsonld.document.JsonDocument;
import com.apicatalog.rdf.nquads.NQuadsWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Expands each *.jsonld of a folder with Titanium and writes N-Quads beside it. */
public class ToRdfTitanium {
  public static void main(String[] args) throws Exception {
    JsonLdOptions options = new JsonLdOptions((url, o) -> {
      throw new IllegalStateException("nothing is fetched: " + url);
    });
    List<Path> files;
    try (var all = Files.list(Path.of(args[0]))) {
      files = all.filter(f -> f.toString().endsWith(".jsonld")).sorted().toList();
    }
    for (Path file : files) {
      try (var in = Files.newInputStream(file);
          Writer out = Files.newBufferedWriter(Path.of(file.toString().replace(".jsonld", ".nq")))) {
        JsonLd.toRdf(JsonDocument.of(in)).options(options).provide(new NQuadsWriter(out));
      }
    }
  }
}

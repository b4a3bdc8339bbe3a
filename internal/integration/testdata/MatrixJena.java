import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFLanguages;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.RDFParserRegistry;
import org.apache.jena.riot.RDFWriter;
import org.apache.jena.sys.JenaSystem;

/** Reads each file of a folder with Jena's RIOT and writes FILE.out beside it, or FILE.err. */
public class MatrixJena {
  public static void main(String[] args) throws Exception {
    JenaSystem.init();
    List<Path> files;
    try (var all = Files.list(Path.of(args[0]))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      Lang lang = RDFLanguages.filenameToLang(file.toString());
      if (lang == null || RDFParserRegistry.getFactory(lang) == null) {
        Files.writeString(Path.of(file + ".err"), "has no reader");
        continue;
      }
      try {
        var data = RDFParser.source(file).lang(lang).base("https://w3id.org/trialweave/r2rml").toDatasetGraph();
        Files.writeString(Path.of(file + ".out"), RDFWriter.source(data).lang(Lang.NQUADS).asString());
      } catch (RuntimeException e) {
        Files.writeString(Path.of(file + ".err"), "fails: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      }
    }
  }
}

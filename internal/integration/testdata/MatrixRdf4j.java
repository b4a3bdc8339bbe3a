import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.RDFParser;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.rio.helpers.BasicParserSettings;

/** Reads each file of a folder with RDF4J's Rio and writes FILE.out beside it, or FILE.err. */
public class MatrixRdf4j {
  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (var all = Files.list(Path.of(args[0]))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      RDFFormat format = Rio.getParserFormatForFileName(file.getFileName().toString()).orElse(null);
      if (format == null) {
        Files.writeString(Path.of(file + ".err"), "has no reader");
        continue;
      }
      RDFParser parser = Rio.createParser(format);
      parser.getParserConfig().set(BasicParserSettings.NORMALIZE_DATATYPE_VALUES, false);
      try (var in = Files.newInputStream(file);
          var out = Files.newOutputStream(Path.of(file + ".out"))) {
        parser.setRDFHandler(Rio.createWriter(RDFFormat.NQUADS, out));
        parser.parse(in, "https://w3id.org/trialweave/r2rml");
      } catch (RuntimeException e) {
        Files.writeString(Path.of(file + ".err"), "fails: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      }
    }
  }
}

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.RDFParser;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.rio.helpers.BasicParserSettings;

/** Parses each *.jsonld of a folder with RDF4J's Rio and writes N-Quads beside it. */
public class ToRdfRdf4j {
  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (var all = Files.list(Path.of(args[0]))) {
      files = all.filter(f -> f.toString().endsWith(".jsonld")).sorted().toList();
    }
    for (Path file : files) {
      RDFParser parser = Rio.createParser(RDFFormat.JSONLD);
      parser.getParserConfig().set(BasicParserSettings.NORMALIZE_DATATYPE_VALUES, false);
      try (var in = Files.newInputStream(file);
          var out = Files.newOutputStream(Path.of(file.toString().replace(".jsonld", ".nq")))) {
        parser.setRDFHandler(Rio.createWriter(RDFFormat.NQUADS, out));
        parser.parse(in, "urn:x:base/");
      }
    }
  }
}

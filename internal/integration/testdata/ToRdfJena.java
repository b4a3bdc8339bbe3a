import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.system.StreamRDF;
import org.apache.jena.riot.system.StreamRDFWriter;

/** Parses each *.jsonld of a folder with Jena's RIOT and writes N-Quads beside it. */
public class ToRdfJena {
  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (var all = Files.list(Path.of(args[0]))) {
      files = all.filter(f -> f.toString().endsWith(".jsonld")).sorted().toList();
    }
    for (Path file : files) {
      try (var out = Files.newOutputStream(Path.of(file.toString().replace(".jsonld", ".nq")))) {
        StreamRDF quads = StreamRDFWriter.getWriterStream(out, Lang.NQUADS);
        RDFParser.source(file).lang(Lang.JSONLD11).parse(quads);
        quads.finish(); // the parser does not say that a JSON-LD document ends, and what is buffered would be lost
      }
    }
  }
}

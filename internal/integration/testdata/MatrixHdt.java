import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rdfhdt.hdt.enums.RDFNotation;
import org.rdfhdt.hdt.hdt.HDTManager;
import org.rdfhdt.hdt.options.HDTSpecification;

/** Makes an HDT of each file of a folder, and writes FILE.out with its triples beside it, or FILE.err. */
public class MatrixHdt {
  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (var all = Files.list(Path.of(args[0]))) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      RDFNotation notation;
      try {
        notation = RDFNotation.guess(file.toString());
      } catch (IllegalArgumentException e) {
        Files.writeString(Path.of(file + ".err"), "has no reader");
        continue;
      }
      try (var hdt = HDTManager.generateHDT(file.toString(), "https://w3id.org/trialweave/r2rml", notation, new HDTSpecification(), null);
          var out = new StringWriter()) {
        var all = hdt.search("", "", "");
        while (all.hasNext()) {
          all.next().dumpNtriple(out);
        }
        // It labels blank nodes _:@1, which is not N-Triples.
        Files.writeString(Path.of(file + ".out"), out.toString().replaceAll("(?m)(^|(?<=> ))_:@(?=\\d+ )", "_:at"));
      } catch (Exception e) {
        Files.writeString(Path.of(file + ".err"), "fails: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip());
      }
    }
  }
}

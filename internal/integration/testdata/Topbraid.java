import java.io.FileInputStream;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.topbraid.shacl.validation.ValidationUtil;

/** Validates a file against shapes with TopBraid's engine, and prints the report as N-Triples. */
public class Topbraid {
  static Model read(String file) throws Exception {
    try (var in = new FileInputStream(file)) {
      return ModelFactory.createDefaultModel().read(in, null, "TTL");
    }
  }

  public static void main(String[] args) throws Exception {
    ValidationUtil.validateModel(read(args[0]), read(args[1]), false).getModel().write(System.out, "N-TRIPLES");
  }
}

import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.profiles.Profiles;

/** Loads an ontology with the OWL API, and prints what it has and how many statements are not OWL 2 DL. */
public class Owl {
  public static void main(String[] args) throws Exception {
    var o = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(args[0]));
    var violations = Profiles.OWL2_DL.checkOntology(o).getViolations();
    System.out.printf("%d classes, %d object and %d data properties, %d violations of OWL 2 DL%n", o.classesInSignature().count(),
        o.objectPropertiesInSignature().count(), o.dataPropertiesInSignature().count(), violations.size());
    violations.stream().limit(10).forEach(System.err::println);
  }
}

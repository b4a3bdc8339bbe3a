// Writes what Ontop makes of a database by an R2RML mapping, as N-Quads.
// Usage: Ontop MAPPING JDBC-URL USER OUTPUT
import it.unibz.inf.ontop.injection.OntopSQLOWLAPIConfiguration;
import it.unibz.inf.ontop.rdf4j.materialization.RDF4JMaterializer;
import java.io.FileOutputStream;
import java.util.Properties;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;

class Ontop {
  public static void main(String[] args) throws Exception {
    var settings = new Properties();
    // The queries of the mapping are more than Ontop's parser reads: it asks the database for their columns.
    settings.setProperty("ontop.allowRetrievingBlackBoxViewMetadataFromDB", "true");
    var configuration = OntopSQLOWLAPIConfiguration.defaultBuilder()
        .r2rmlMappingFile(args[0])
        .jdbcUrl(args[1])
        .jdbcUser(args[2])
        .jdbcPassword("")
        .jdbcDriver("org.postgresql.Driver")
        .properties(settings)
        .build();
    try (var out = new FileOutputStream(args[3])) {
      var materializer = RDF4JMaterializer.defaultMaterializer(configuration);
      materializer.materialize().evaluate(Rio.createWriter(RDFFormat.NQUADS, out));
    }
  }
}

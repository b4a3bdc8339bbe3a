import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files of Turtle as resources of FHIR R5, each one strictly, and prints them as JSON, one on each line. */
public class Fhir {
    public static void main(String[] files) throws Exception {
        FhirContext context = FhirContext.forR5();
        context.setParserErrorHandler(new StrictErrorHandler());
        for (String file : files) {
            System.out.println(context.newJsonParser().encodeResourceToString(context.newRDFParser().parseResource(Files.readString(Path.of(file)))));
        }
    }
}

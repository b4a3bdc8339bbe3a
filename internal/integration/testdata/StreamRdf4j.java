import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.lang.management.ManagementFactory;
import org.eclipse.rdf4j.model.Statement;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.rio.helpers.AbstractRDFHandler;

/**
 * Reads files as streams with RDF4J's Rio, and prints for each how many quads it has, a sum over
 * them that does not depend on their order (0 with "count"), and the CPU seconds that it took.
 */
public class StreamRdf4j {
  public static void main(String[] args) throws Exception {
    boolean sums = args[0].equals("sum");
    var cpu = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (int i = 1; i < args.length; i++) {
      long[] seen = new long[2];
      long before = cpu.getProcessCpuTime();
      var parser = Rio.createParser(Rio.getParserFormatForFileName(args[i]).orElseThrow());
      parser.setRDFHandler(new AbstractRDFHandler() {
        @Override public void handleStatement(Statement s) {
          seen[0]++;
          if (sums) {
            long h = 17;
            for (var n : new Object[] {s.getSubject(), s.getPredicate(), s.getObject(), s.getContext()}) {
              for (char c : String.valueOf(n).toCharArray()) {
                h = h * 0x9E3779B97F4A7C15L + c;
              }
              h = h * 31 + 1;
            }
            seen[1] += h;
          }
        }
      });
      try (var in = new BufferedInputStream(new FileInputStream(args[i]), 1 << 16)) {
        parser.parse(in, "");
      }
      System.out.printf("%s %d %d %.2f%n", args[i], seen[0], seen[1], (cpu.getProcessCpuTime() - before) / 1e9);
    }
  }
}

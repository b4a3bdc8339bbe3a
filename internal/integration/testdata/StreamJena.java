import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.apache.jena.graph.Triple;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFLanguages;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.system.StreamRDFBase;
import org.apache.jena.sparql.core.Quad;
import org.apache.jena.sys.JenaSystem;

/**
 * Reads files as streams with Jena's RIOT, and prints for each how many quads it has, a sum over
 * them that does not depend on their order (0 with "count"), and the CPU seconds that it took.
 */
public class StreamJena {
  public static void main(String[] args) {
    JenaSystem.init();
    boolean sums = args[0].equals("sum");
    var cpu = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (int i = 1; i < args.length; i++) {
      long[] seen = new long[2];
      long before = cpu.getProcessCpuTime();
      Lang lang = RDFLanguages.filenameToLang(args[i]);
      RDFParser.source(args[i]).lang(lang).parse(new StreamRDFBase() {
        @Override public void triple(Triple t) { quad(Quad.create(Quad.defaultGraphIRI, t)); }

        @Override public void quad(Quad q) {
          seen[0]++;
          if (sums) {
            long h = 17;
            for (var n : new Object[] {q.getSubject(), q.getPredicate(), q.getObject(), q.getGraph()}) {
              for (char c : n.toString().toCharArray()) {
                h = h * 0x9E3779B97F4A7C15L + c;
              }
              h = h * 31 + 1;
            }
            seen[1] += h;
          }
        }
      });
      System.out.printf("%s %d %d %.2f%n", args[i], seen[0], seen[1], (cpu.getProcessCpuTime() - before) / 1e9);
    }
  }
}

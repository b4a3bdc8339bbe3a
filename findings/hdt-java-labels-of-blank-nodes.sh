#!/bin/sh
# hdt-java: blank nodes come out with labels that no reader of N-Triples takes.
#
# N-Triples (grammar, BLANK_NODE_LABEL) lets a label begin with a letter, a digit, ":"
# or "_". hdt-java names the anonymous nodes of Turtle "_:@0" and so on, and writes them
# so as N-Triples. Seen on 2026-11-30 with hdt-java-core 3.0.10. Whoever reads its
# output elsewhere replaces "_:@" by "_:b".
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>labels</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.rdfhdt</groupId><artifactId>hdt-java-core</artifactId><version>3.0.10</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
printf '%s\n' '@prefix : <http://example.org/> . :shape :property [ :path :name ; :min 1 ] .' > in.ttl
cat > Labels.java <<'J'
import java.util.Iterator;
import org.rdfhdt.hdt.enums.RDFNotation;
import org.rdfhdt.hdt.hdt.HDT;
import org.rdfhdt.hdt.hdt.HDTManager;
import org.rdfhdt.hdt.options.HDTSpecification;
import org.rdfhdt.hdt.triples.TripleString;

public class Labels {
    public static void main(String[] args) throws Exception {
        try (HDT hdt = HDTManager.generateHDT("in.ttl", "http://example.org/", RDFNotation.TURTLE, new HDTSpecification(), null)) {
            for (Iterator<TripleString> it = hdt.search("", "", ""); it.hasNext();) {
                StringBuilder line = new StringBuilder();
                it.next().dumpNtriple(line);
                System.out.print(line);
            }
        }
    }
}
J
java -cp 'lib/*' Labels.java 2>/dev/null > out.nt
cat out.nt
grep -o '_:@[0-9]*' out.nt | sed 's/[0-9]*$/N/' | sort | uniq -c | sed 's/^ *//' > seen
echo '3 _:@N' | diff - seen

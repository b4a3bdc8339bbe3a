#!/bin/sh
# Apache Jena: the reader of JSON-LD 1.1 does not end the stream that it writes to.
#
# RDFParser.parse(StreamRDF) starts and finishes the stream for Turtle, TriG and
# RDF/XML. For JSON-LD it does not call finish: a writer that buffers, such as that
# of StreamRDFWriter, then has written nothing of a short document and a piece of a
# long one, which ends in the middle of a line, without an error. Seen on
# 2026-11-30 with jena-arq 5.6.0: bytes written before and after the caller calls
# finish itself. Whoever copies JSON-LD to N-Quads in that way calls it.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>copy</artifactId><version>1</version>
  <dependencies><dependency><groupId>org.apache.jena</groupId><artifactId>jena-arq</artifactId><version>5.6.0</version></dependency></dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
cat > Copy.java <<'J'
import java.io.ByteArrayOutputStream;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.system.StreamRDF;
import org.apache.jena.riot.system.StreamRDFWriter;

public class Copy {
    static void copy(Lang lang, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamRDF writer = StreamRDFWriter.getWriterStream(out, Lang.NQUADS);
        RDFParser.fromString(text, lang).parse(writer);
        int before = out.size();
        writer.finish();
        System.out.println(lang.getName() + " " + before + " " + out.size());
    }

    public static void main(String[] args) {
        copy(Lang.TURTLE, "<http://example.org/s> <http://example.org/p> \"o\" .");
        copy(Lang.JSONLD11, "{\"@id\": \"http://example.org/s\", \"http://example.org/p\": \"o\"}");
    }
}
J
java -cp 'lib/*' Copy.java 2>/dev/null > seen
cat seen
printf '%s\n' 'Turtle 52 52' 'JSON-LD-11 0 52' | diff - seen

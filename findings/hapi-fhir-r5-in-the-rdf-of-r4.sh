#!/bin/sh
# HAPI FHIR: resources of R5 are written in the RDF of R4.
#
# Since R5 the RDF of FHIR has short names of properties (fhir:title) and fhir:v for
# values; R4 had the names of resources in them (fhir:ResearchStudy.title) and
# fhir:value. HAPI's parser writes R5 in the older form, and reads it so. Seen on
# 2026-11-30 with hapi-fhir-structures-r5 8.4.0. Whoever exchanges RDF with it takes
# the names of R4, or JSON.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId><artifactId>form</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>ca.uhn.hapi.fhir</groupId><artifactId>hapi-fhir-structures-r5</artifactId><version>8.4.0</version></dependency>
    <dependency><groupId>ca.uhn.hapi.fhir</groupId><artifactId>hapi-fhir-caching-caffeine</artifactId><version>8.4.0</version></dependency>
    <dependency><groupId>org.apache.jena</groupId><artifactId>jena-arq</artifactId><version>5.4.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib
cat > Form.java <<'J'
import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.r5.model.ResearchStudy;

public class Form {
    public static void main(String[] args) {
        ResearchStudy study = new ResearchStudy();
        study.setTitle("A study");
        System.out.println(FhirContext.forR5().newRDFParser().encodeResourceToString(study));
    }
}
J
java -cp 'lib/*' Form.java 2>/dev/null > study.ttl
grep -o 'fhir:[A-Za-z.]*' study.ttl | sort -u | tr '\n' ' ' > seen
cat seen; echo
printf 'fhir: fhir:ResearchStudy fhir:ResearchStudy.title fhir:nodeRole fhir:treeRoot fhir:value ' | diff - seen

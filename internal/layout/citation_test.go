package layout

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestCitation holds that the citation names the version of the vocabulary that the
// ontology says it is, and that w3id.org is to redirect such versions.
func TestCitation(t *testing.T) {
	text := func(name string) string {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	stated := regexp.MustCompile(`owl:versionIRI <([^>]+)>`).FindStringSubmatch(text("mapping/model/ontology.ttl"))
	cited := regexp.MustCompile(`(?m)^    value: "([^"]+/ns/[^"]+)"$`).FindStringSubmatch(text("CITATION.cff"))
	if stated == nil || cited == nil || stated[1] != cited[1] {
		t.Errorf("the ontology is %q, CITATION.cff cites %q", stated, cited)
	}
	if !regexp.MustCompile(`(?m)^RewriteRule \^ns/\(`).MatchString(text("contrib/w3id/.htaccess")) {
		t.Error("contrib/w3id/.htaccess does not redirect versions of the vocabulary")
	}
}

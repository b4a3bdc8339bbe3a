package redact_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/redact"
)

// TestText masks secrets in the ways in which they are written, and leaves the
// rest as it is.
func TestText(t *testing.T) {
	const secret = "s3cr3t-Value"
	for _, text := range []string{
		"http://u:" + secret + "@h/sparql", "postgres://u:" + secret + "@h:5432/db?sslmode=disable", "https://h/q?token=" + secret, "https://h/q?a=1&api_key=" + secret + "&b=2",
		"postgres://h/db?user=u&password=" + secret, "host=h user=u password=" + secret + " dbname=d", "password='" + secret + "'", "Get \"http://u:" + secret + "@h/\": refused",
		"Authorization: Bearer " + secret, "Basic dXNlcjpzM2NyM3QtVmFsdWU=", "https://h/?access_key=" + secret, "https://h/#client_secret=" + secret, "X-Amz-Signature=" + secret,
		"api:http://u:" + secret + "@h/v2", "oxigraph:http://u:" + secret + "@h:7878", "http://u:p%40" + secret + "@h", "pwd=" + secret + ";server=h",
	} {
		if got := redact.Text(text); strings.Contains(got, secret) || strings.Contains(got, "dXNlcjpz") || !strings.Contains(got, "xxxxx") {
			t.Errorf("%s: %s", text, got)
		}
	}
	for _, text := range []string{
		"http://h/sparql", "http://u@h/", "a token of 5 bytes", "studies.ndjson:offset 5", "mailto:someone@example.org", "<https://w3id.org/trialweave/ns#x>", "password: expected a file", "http://h/a?query=token",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

func ExampleNewWriter() {
	w := redact.NewWriter(os.Stdout)
	fmt.Fprintln(w, "asking http://me:opensesame@example.org/sparql?token=abc")
	// Output: asking http://me:xxxxx@example.org/sparql?token=xxxxx
}

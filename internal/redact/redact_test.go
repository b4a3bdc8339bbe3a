package redact_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
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
		"https://h/q?key=" + secret, "https://h/q?a=1&sig=" + secret, "https://h/q?auth=" + secret + "&b", "https://h/q?sp=r&se=2027&sv=1&sr=b&sig=" + secret + "%3D",
		`{"user":"u","password":"` + secret + `"}`, `{\"access_token\": \"` + secret + `\"}`, "X-Api-Key: " + secret, "Set-Cookie: session=" + secret + "; Path=/", "https://h/cb?code=" + secret,
		"https://h/q?%74oken=" + secret, "https://h/q?pass%77ord=" + secret, "https://" + secret + "@h/v2", "https://" + secret + ":@h/v2", "https://" + secret + ":x-oauth-basic@h/v2",
		"http://u:" + secret + "/b@h/", "http://u:a#" + secret + "@h/", "postgres://u:a?" + secret + "'x@h/db", `parse "http://u:` + secret + `/b@h/": invalid port ":` + secret + `" after host`,
	} {
		if got := redact.Text(text); strings.Contains(got, secret) || strings.Contains(got, "dXNlcjpz") || !strings.Contains(got, "xxxxx") {
			t.Errorf("%s: %s", text, got)
		}
	}
	for _, text := range []string{
		"http://h/sparql", "postgres://u@h/", "a token of 5 bytes", "studies.ndjson:offset 5", "mailto:someone@example.org", "<https://w3id.org/trialweave/ns#x>", "password: expected a file", "http://h/a?query=token", "http://h:8080/a?mail=b@example.org", "http://h/a:b",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

// FuzzText: no secret is left in a text, whatever stands around it.
func FuzzText(f *testing.F) {
	f.Add("asking ", "pass", "/sparql: refused", uint8(0))
	f.Add("Get \"", "p@ss/w?rd#", "/\": EOF", uint8(1))
	f.Add("http://h/a?x=", "a%20b", "&y=z@b", uint8(2))
	f.Add("\n", "a'b;c", " and password=other", uint8(3))
	f.Add("basic bearer token=", "Zm9vOmJhcg==", ",next", uint8(4))
	f.Fuzz(func(t *testing.T, before, secret, after string, form uint8) {
		secret = "S3C" + strings.Map(func(r rune) rune {
			if r <= ' ' || r > '~' || strings.ContainsRune(`"'<>\&;,)]}`, r) {
				return 'x'
			}
			return r
		}, secret) + "R3T"
		written := []string{
			"http://user:" + secret + "@host", "postgres://u:" + secret + "@h:5432/db", "https://h/q?token=" + url.QueryEscape(secret), "password='" + secret + "'",
			"Authorization: Bearer " + base64.StdEncoding.EncodeToString([]byte(secret)),
		}[form%5]
		hidden := map[uint8]string{2: url.QueryEscape(secret), 4: base64.StdEncoding.EncodeToString([]byte(secret))}[form%5]
		if hidden == "" {
			hidden = secret
		}
		if strings.Contains(before, "S3C") || strings.Contains(after, "S3C") {
			return
		}
		got := redact.Text(before + " " + written + " " + after)
		if strings.Contains(got, hidden) {
			t.Errorf("%q is left in %q", hidden, got)
		}
	})
}

func ExampleNewWriter() {
	w := redact.NewWriter(os.Stdout)
	fmt.Fprintln(w, "asking http://me:opensesame@example.org/sparql?token=abc")
	// Output: asking http://xxxxx@example.org/sparql?token=xxxxx
}

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// insides are words of Go and of libraries that say nothing to a user.
var insides = regexp.MustCompile(`%!|<nil>|goroutine |panic|strconv\.| json: |runtime error|invalid memory|reflect|\*[a-z]+\.[A-Z]|^trialweave: (open|stat|read|rename|Get|Post) `)

// told is what every error has beside the problem: what was expected, or what to do.
var told = regexp.MustCompile(`expected |; use |hint: |must be one of|cannot be |not in |has no |unknown |require each other|did you mean|is written twice|is not a|the request failed`)

// TestErrors gives the commands a hundred things that cannot be done: each ends with
// status 2, and with one line that says what is wrong with what, in words of its
// subject, and what to do.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"ok.json": `{"protocolSection":{"identificationModule":{"nctId":"NCT00000001"}}}`, "cut.json": `{"protocolSection":{`, "other.json": `{"a":1}`,
		"cut.csv": "NCT Number,Study Title\nNCT1,\"x", "cut.xml": "<a>", "bad.zip": "PK\x03\x04xxxx", "bad.ttl": "not rdf", "rel.nt": "<a> <b> <c> .\n",
		"bad.rq": "SELEC ?s", "ctx.json": "x", "empty.json": "", "list.json": "[1]", "bad.nq": "<http://e/s> <http://e/p> .\n", "cut.json.gz": "\x1f\x8b\x08\x00",
		"jelly.jelly": "\x01\x02", "bad.rdf": "<rdf:RDF", "token": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("dir", 0o700); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for line := range strings.Lines(errorCases) {
		line = strings.TrimSuffix(line, "\n")
		t.Run(line, func(t *testing.T) {
			var out, errs bytes.Buffer
			status := run(context.Background(), strings.Fields(line), &streams{in: strings.NewReader(""), out: &out, err: &errs, engine: newEngine})
			text := errs.String()
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			last := lines[len(lines)-1]
			switch {
			case status != exitFailed:
				t.Errorf("status %d, expected %d; %s", status, exitFailed, text)
			case !strings.HasPrefix(lines[0], "trialweave: ") || len(lines) > 4:
				t.Errorf("not one error: %s", text)
			case insides.MatchString(text):
				t.Errorf("words of the inside: %s", text)
			case !told.MatchString(text):
				t.Errorf("says neither what was expected nor what to do: %s", text)
			case last == "trialweave:" || strings.Contains(text, "  "):
				t.Errorf("not a sentence: %s", text)
			}
			seen[text] = line
		})
	}
	if n := strings.Count(errorCases, "\n"); n < 100 {
		t.Errorf("%d cases, expected 100", n)
	}
	if len(seen) < 75 {
		t.Errorf("only %d errors differ", len(seen))
	}
}

const errorCases = `convert
convert nofile.json
convert other.json
convert cut.json
convert cut.csv
convert cut.xml
convert cut.json.gz
convert bad.zip
convert empty.json
convert list.json
convert dir
convert ok.json --format html
convert ok.json --profile tiny
convert ok.json --base x
convert ok.json --enum x
convert ok.json --geo x
convert ok.json --no x
convert ok.json --context ctx.json
convert ok.json --context nofile.json
convert ok.json -o nodir/out.nq
convert ok.json -o dir
convert ok.json -o ok.json
convert ok.json --workers x
convert ok.json --split 0 -o x.nq
convert ok.json --split 10 --format turtle -o x.ttl
convert ok.json --rejects x.nq -o x.nq
convert ok.json --nosuch
convert -
nosuch
convrt ok.json
annotate
annotate nofile.json
annotate other.json
annotate ok.json --context-mode x
restore bad.ttl
restore nofile.nq
restore rel.nt
restore bad.nq
restore jelly.jelly
stats nofile.json
stats bad.ttl
stats empty.json
describe NCT00000002 ok.json
describe nct ok.json
describe NCT00000001 nofile
describe
index ok.json
index ok.json -o ok.json
index nofile -o ix
index other.json -o ix
index --update ok.json -o nosuchindex
index compact nosuchindex
index verify nosuchindex
query
query SELECT ok.json
query @bad.rq ok.json
query bad.rq ok.json
query nofile.rq ok.json
query ASK{} nofile.json
query ASK{} bad.ttl
query ASK{} ok.json --format html
query ASK{} --endpoint http://127.0.0.1:1/
query ASK{} --endpoint ftp://x
query ASK{} --endpoint nourl
query ASK{}
query 99 ok.json
query nosuchquestion ok.json
query ASK{} ok.json --timeout x
query ASK{?s<urn:p>?o.FILTER(<urn:f>(?o))} ok.json
query ASK{?s<urn:p>?o.FILTER(nosuch(?o))} ok.json
query ASK{?s ok.json
serve
serve ok.json --listen 127.0.0.1:99999
serve ok.json --tls-cert nofile
serve ok.json --token nofile
serve ok.json --token token
serve ok.json --model x
validate nofile.json
validate other.json
validate ok.json --shapes nofile.ttl
validate ok.json --shapes bad.ttl
validate ok.json --shapes bad.rdf
validate ok.json --fail-on x
format nofile.nt --format nt
format rel.nt --format nt
format bad.ttl --format nt
format bad.rdf --format nt
format ok.json --format nt
format rel.nt
format rel.nt --format html
format rel.nt --from html --format nt
format rel.nt --prefix x --format ttl
format rel.nt --rdf 2 --format nt
format jelly.jelly --format nt
model nosuch
model
explain
explain zzzzzz
load ok.json
load ok.json nofile
sync ok.json
plan
plan ok.json --shards 0 -o p.json
merge nofile -o x.nq
merge
fetch --rate x
fetch nct
fetch --since yesterday
fetch NCT00000001 --since 2024-01-01
completion tcsh
man nosuch
help nosuch
`

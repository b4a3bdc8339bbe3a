package study

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func record(n int) string {
	return fmt.Sprintf(`{"protocolSection":{"identificationModule":{"nctId":"NCT%08d","briefTitle":"Synthetic } { \" ] %d"}}}`, 99999000+n, n)
}

// cutAll returns what the splitter makes of an input, a line a piece.
func cutAll(r io.Reader, limit, chunk int) []string {
	var got []string
	each := func(p piece) bool {
		text := fmt.Sprintf("%d %d %s", p.offset, p.form, p.json)
		if p.err != nil {
			text += " error: " + p.err.Error()
		}
		got = append(got, text)
		return true
	}
	s := splitter{in: r, limit: limit, chunk: chunk, yield: each}
	if err := s.run(); err != nil {
		got = append(got, "failed: "+err.Error())
	}
	return got
}

// ids returns the NCT ids of the good records, "-" for each bad one.
func ids(input string) string {
	var out []string
	for r, err := range Read(strings.NewReader(input), "test", &Options{MaxRecord: 4096}) {
		if err != nil {
			out = append(out, "!")
			break
		}
		id, bad := Validate(r.JSON)
		if r.Err != nil || bad != nil {
			id = "-"
		}
		out = append(out, strings.TrimPrefix(id, "NCT9999900"))
	}
	return strings.Join(out, " ")
}

func TestForms(t *testing.T) {
	a, b, c := record(1), record(2), record(3)
	pretty := strings.NewReplacer(`{"identificationModule"`, "{\n  \"identificationModule\"", `{"protocolSection"`, "{\n  \"protocolSection\"", "}}}", "}\n}\n}").Replace
	tests := []struct{ name, input, want string }{
		{"one", a, "1"},
		{"pretty", pretty(a), "1"},
		{"mark", "\ufeff" + a, "1"},
		{"page", `{"totalCount":3,"studies":[` + a + "," + b + `],"nextPageToken":"x"}`, "1 2"},
		{"page, token first", `{"nextPageToken":"x","studies":[` + a + `]}` + "\n" + `{"studies":[` + b + `]}`, "1 2"},
		{"empty page", `{"studies":[]}`, ""},
		{"array", "[" + a + ",\n" + b + "\n]", "1 2"},
		{"NDJSON", a + "\n" + b + "\n", "1 2"},
		{"NDJSON, CRLF and blank lines", a + "\r\n\r\n" + b + "\r\n\n" + c, "1 2 3"},
		{"concatenated", a + b + " " + c, "1 2 3"},
		{"pretty, concatenated", pretty(a) + "\n" + pretty(b), "1 2"},
		{"nothing", "", ""},
		{"broken line", a + "\n" + b[:40] + "\n" + c, "1 - 3"},
		{"line without its last brace", a + "\n" + b[:len(b)-1] + "\n" + c, "1 - 3"},
		{"line of junk", a + "\nhello\n" + c, "1 - 3"},
		{"cut at the end", a + "\n" + b[:60], "1 -"},
		{"array, cut", "[" + a + "," + b[:60], "1 - -"},
		{"array, a brace lost", "[" + a + "," + b[:len(b)-1] + "," + c + "]", "1 - 3"},
		{"array, a brace too many", "[" + a + "," + b + "}," + c + "]", "1 - 3"},
		{"array, a quote lost", "[" + a + "," + strings.Replace(b, `"nctId`, `nctId`, 1) + "," + c + "]", "1 - 3"},
		{"array, a number", "[" + a + ",17," + c + "]", "1 - 3"},
		{"too long", a + "\n" + strings.Replace(b, "Synthetic", strings.Repeat("x", 5000), 1) + "\n" + c, "1 - 3"},
		{"array, too long", "[" + a + "," + strings.Replace(b, "Synthetic", strings.Repeat("x", 5000), 1) + "," + c + "]", "1 - 3"},
		{"no study data", "hello", "!"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "!"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ids(test.input); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRejectedRoundTrip(t *testing.T) {
	for _, raw := range []string{record(1), "{\n \"a\": 1\n}", `{"a":`, "{\"a\":\"\xff\"}", `{"a":1,"a":2}`} {
		_, fault := Validate([]byte(raw))
		if fault == nil {
			fault = &startFault
		}
		line := AppendRejected(nil, fault, []byte(raw))
		n := 0
		for r, err := range Read(bytes.NewReader(line), "rejects.ndjson", nil) {
			n++
			if err != nil || r.Err != nil {
				t.Fatal(err, r.Err)
			}
			want := strings.NewReplacer("\n", "", " ", "").Replace(raw)
			if got := strings.ReplaceAll(string(r.JSON), " ", ""); raw[1] == '\n' && got != want || raw[1] != '\n' && string(r.JSON) != raw {
				t.Errorf("%q came back as %q", raw, r.JSON)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d records", line, n)
		}
	}
}

var startFault = *fault(0, "", "test", "")

func FuzzSplit(f *testing.F) {
	f.Add([]byte("[" + record(1) + "," + record(2) + "]"))
	f.Add([]byte(record(1) + "\n" + record(2)[:50] + "\n" + record(3)))
	f.Add([]byte("[" + strings.Repeat(record(1)+" ", 20) + ",\n" + record(2) + "]"))
	f.Add([]byte("{\"a\":\"" + strings.Repeat("x", 3000) + "\"}\n" + record(2)))
	f.Add([]byte(`{"totalCount":1,"studies":[` + record(1) + `]}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		whole := cutAll(bytes.NewReader(input), 1<<10, firstRead)
		if diff := cmp.Diff(whole, cutAll(iotest.OneByteReader(bytes.NewReader(input)), 1<<10, 5)); diff != "" {
			t.Error(diff)
		}
		var memory []string
		err := splitBytes(bytes.Clone(input), 1<<10, func(p piece) bool {
			memory = append(memory, fmt.Sprintf("%d %d %s", p.offset, p.form, p.json))
			return true
		})
		if err == nil && len(memory) != len(whole) {
			t.Errorf("%d pieces in memory, %d streamed", len(memory), len(whole))
		}
	})
}

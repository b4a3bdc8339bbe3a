package scan

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

var someNames = NewNames([]string{"a", "b", "name", "protocolSection", "identificationModule", "nctId", "briefTitle", "é"})

// inOrder says what jsontext makes of a record, with the two rules that are
// the scanner's own.
func inOrder(record []byte) bool {
	d := jsontext.NewDecoder(bytes.NewReader(record))
	if !readable(d, 0) {
		return false
	}
	_, err := d.ReadToken()
	return err == io.EOF
}

func readable(d *jsontext.Decoder, depth int) bool {
	tok, err := d.ReadToken()
	if err != nil || depth > MaxDepth {
		return false
	}
	switch tok.Kind() {
	case '"':
		return !strings.Contains(tok.String(), "\x00")
	case '{', '[':
		end := tok.Kind() + 2
		for d.PeekKind() != end {
			if tok.Kind() == '{' {
				name, err := d.ReadToken()
				if err != nil || strings.Contains(name.String(), "\x00") {
					return false
				}
			}
			if !readable(d, depth+1) {
				return false
			}
		}
		_, err = d.ReadToken()
		return err == nil
	}
	return true
}

func check(t *testing.T, record []byte) {
	t.Helper()
	s := NewScanner(someNames)
	want := inOrder(record)
	if got := s.Scan(record); got != want {
		t.Fatalf("%q: got %v, jsontext says %v", record, got, want)
	}
	if !want {
		return
	}
	canonical := jsontext.Value(bytes.Clone(record))
	if err := canonical.Canonicalize(); err != nil {
		t.Fatalf("%q: %v", record, err)
	}
	if got := s.AppendCanonical(nil, nil); !bytes.Equal(got, canonical) {
		t.Fatalf("%q: canonical form\n%s\nexpected\n%s", record, got, canonical)
	}
}

func seeds() []string {
	return []string{
		`{}`, `[]`, ` { } `, `[ ]`, `""`, `0`, `-0`, `-`, `01`, `1.`, `1.5`, `1.50`, `.5`, `1e5`, `1E+5`, `1e`, `1e999`, `-1e999`, `1e-999`,
		`0.000001`, `0.0000001`, `123456789012345`, `1234567890123456`, `12345678901234567890`, `0.1234567890123456789`, `1.0`, `-0.0`, `100000000000000000000000`,
		`true`, `tru`, `truee`, `false`, `null`, `nul`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"x":1,"x":2}`, `{"x":1,"\u0078":2}`, `{"b":1,"a":[1,{"name":null}],"x":2}`,
		`{"a":1,}`, `[1,]`, `[,]`, `{,}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1`, `[1`, `"a`, `"\`, `"\u`, `"\u12`, `"\u0000"`, `{"\u0000":1}`,
		`"\ud800"`, `"\udc00"`, `"\ud83d\ude00"`, `"\ud83d\u0061"`, `"\ud83dx"`, `"\uD83D\uDE00\/\"\\\b\f\n\r\t"`, `"\x"`, `"\u00e9\u007f\u001f"`, "\"\x7f\"", "\"\x1f\"", "\"a\nb\"",
		"\"\xff\"", "\"\xc3\xa9\"", "\"\xed\xa0\x80\"", "\xef\xbb\xbf{}", `{} x`, `{}{}`, ``, ` `, "{\"\u00e9\":1,\"\ue000\":2,\"\U00010000\":3,\"z\":4}",
		"\v{}", `"` + strings.Repeat("long text, ", 20) + `\"q\""`, strings.Repeat("[", 512) + strings.Repeat("]", 512), strings.Repeat("[", 513) + strings.Repeat("]", 513),
		strings.Repeat("[", 514) + strings.Repeat("]", 514), strings.Repeat(`{"a":`, 512) + "1" + strings.Repeat("}", 512), strings.Repeat(`{"a":`, 513) + "1" + strings.Repeat("}", 513),
	}
}

func TestAgainstJSONText(t *testing.T) {
	for _, s := range seeds() {
		check(t, []byte(s))
	}
}

// FuzzScan compares what is accepted, and the canonical form, with jsontext.
func FuzzScan(f *testing.F) {
	for _, s := range seeds() {
		f.Add([]byte(s))
	}
	f.Fuzz(check)
}

func TestManyMembers(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		b.WriteString(`,"` + strings.Repeat("k", 200-i) + `":1`)
	}
	check(t, []byte("{"+b.String()[1:]+"}"))
	check(t, []byte("{"+b.String()[1:]+`,"kk":2}`))
}

func TestMember(t *testing.T) {
	s := NewScanner(someNames)
	if !s.Scan([]byte(`{"name":"x","n\u0061me2":1,"\u0062":"\u00e9\n","protocolSection":{"a":[]}}`)) {
		t.Fatal("rejected")
	}
	if at := s.Member(0, someNames.Key("b")); s.String(at) != "é\n" {
		t.Errorf("b is %q", s.String(at))
	}
	if at := s.Member(0, someNames.Key("nctId")); at != 0 {
		t.Errorf("nctId at %d", at)
	}
	if got := s.KeyOf(2); got != "name2" {
		t.Errorf("key %q", got)
	}
}

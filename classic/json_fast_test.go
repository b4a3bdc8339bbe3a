package classic

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// sameValues compares the two readers of JSON; the quick one may pass.
func sameValues(t *testing.T, text []byte) (quick bool) {
	t.Helper()
	got := quickJSON(text, &nodes{})
	if got == nil {
		return false
	}
	want, err := carefulJSON(text)
	if err != nil {
		t.Fatalf("read quickly, and refused by the careful reader: %v\n%.300s", err, text)
	}
	if a, b := values(got), values(want); a != b {
		t.Fatalf("another tree:\n%.300s\nexpected\n%.300s", a, b)
	}
	return true
}

// values writes a tree; only objects and arrays say where they begin.
func values(n *node) string {
	var b strings.Builder
	shape(&b, n)
	return b.String()
}

func responsesOf(t *testing.T) [][]byte {
	t.Helper()
	var out [][]byte
	for _, pattern := range [...]string{"../testdata/classic/*.json", "../../shared/data/classic-json/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		t.Fatal("no fixtures")
	}
	return out
}

func TestQuickJSON(t *testing.T) {
	for _, text := range responsesOf(t) {
		if !sameValues(t, text) {
			t.Errorf("not read quickly: %.100s", text)
		}
	}
	for _, text := range []string{
		`{}`, `[]`, `{"a":"b"}`, `{"a":1,"b":[true,false,null]}`, `"x"`, `{"a":"\u00e9\n\"\\\/\b\f\r\t\ud83d\ude00"}`, ` { "a" : [ "b" , 12 ] } `, "{\"a\":\"\t\"}", `{"a":"\ud800"}`,
		`{"a":"\ud800\u0041"}`, `{"a":"\x"}`, `{"a":"\u12"}`, `{"a":1,"a":2}`, `{"a":01}`, `{"a":1.5}`, `{"a":-1}`, `{"a":1e5}`, `{"a":0}`, `{"a" "b"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[,1]`, `{,}`,
		`{"a":1`, `[1`, `"x`, `{"a`, `{"a":tru}`, `{"a":truex}`, `nul`, ``, ` `, `{"a":"b"} x`, "\xff", "{\"a\":\"\xff\"}", `{"a":"1234567\u0041"}`, `{"a":"12345678"}`, `{"\u0061":1,"a":2}`, `[1 2]`, `{"a":12x}`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200), `{"a":"\u0000"}`, `{"a":"\`, `{"a":"\u`,
	} {
		sameValues(t, []byte(text))
	}
}

// TestQuickJSONOnMutants: whatever happens to a response, the quick reader reads
// what the careful one reads, or passes.
func TestQuickJSONOnMutants(t *testing.T) {
	var all [][]byte
	for _, text := range responsesOf(t) {
		if len(text) < 20_000 {
			all = append(all, text)
		}
	}
	dice := rand.New(rand.NewPCG(1, 0))
	bits := []string{"{", "}", "[", "]", ",", ":", `"`, `\`, `\u0041`, `\ud83d`, `\n`, "0", "-1", "1e9", "true", "null", "\x00", "\xff", "\n", " ", `"a":1,`, `"a"`}
	quick, mutants := 0, portion.Count(600, 6000)
	for range mutants {
		text := all[dice.IntN(len(all))]
		for range 1 + dice.IntN(3) {
			from := dice.IntN(len(text))
			to := min(len(text), from+dice.IntN(6))
			text = append(append(append([]byte{}, text[:from]...), bits[dice.IntN(len(bits))]...), text[to:]...)
		}
		if sameValues(t, text) {
			quick++
		}
	}
	t.Logf("%d of %d mutants are read quickly", quick, mutants)
}

package convert_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/study"
)

// TestEnginesValidate proves that the compiled converter refuses just what
// study.Validate does, so that Options.Validated is true of it.
func TestEnginesValidate(t *testing.T) {
	sample, err := os.ReadFile("../testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		t.Fatal(err)
	}
	c, r := engine.NewConverter(), rand.New(rand.NewPCG(1, 1))
	pieces := []string{`"`, `\`, `{`, `}`, `[`, `]`, `,`, `:`, `\u0000`, `\ud800`, `\udc00`, "\x00", "\xff", "\xc3", "\n", " ", "0", "-", "1e5", "01", "null", `"nctId":1,`, `"a":1,"a":2,`, "\ufeff", "\v", "\x7f"}
	agree := func(record []byte) {
		t.Helper()
		_, fault := study.Validate(record)
		var out mapping.Output
		if err := c.Convert(record, &out); (err == nil) != (fault == nil) {
			t.Fatalf("%q: Validate says %v, the converter %v", record, fault, err)
		}
	}
	for range portion.Count(1_000, 30_000) {
		record := bytes.Clone(sample)
		for range 1 + r.IntN(2) {
			at, n := r.IntN(len(record)), r.IntN(3)
			piece := pieces[r.IntN(len(pieces))]
			record = append(append(append([]byte(nil), record[:at]...), piece...), record[min(len(record), at+n):]...)
		}
		agree(record)
	}
	for _, more := range portion.Of([]int{1, 0, -1}, 1) { // values: six others, and an empty object; a million that pass take gigabytes
		list := strings.Repeat(`"",`, study.MaxValues-7+more)
		agree([]byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990001"}},"x":[{},` + list + `""]}`))
	}
	for _, id := range []string{"NCT00000001", "nct1", "NCT", "NCT0", "NCT123456789", "NCT000000000001", " NCT00000001", "ＮCT00000001", "NCT-1"} {
		agree([]byte(`{"protocolSection":{"identificationModule":{"nctId":"` + id + `"}}}`))
	}
	for _, record := range []string{"", " ", "null", "[]", `""`, "{}", `{"protocolSection":1}`, `{"protocolSection":{"identificationModule":[]}}`, strings.Repeat("[", 600)} {
		agree([]byte(record))
	}
}

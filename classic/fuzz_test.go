package classic_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/source"
)

// seeds adds the fixtures of some forms.
func seeds(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		files, _ := filepath.Glob(fixtures + "/" + pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
}

// valid checks that what is made is JSON of RFC 7493, whatever it is made of.
func valid(t *testing.T, made []byte) {
	t.Helper()
	v := jsontext.Value(made)
	if !v.IsValid(jsontext.AllowInvalidUTF8(true)) {
		t.Fatalf("not JSON: %q", made)
	}
}

func FuzzXML(f *testing.F) {
	seeds(f, "*.xml")
	f.Fuzz(func(t *testing.T, text []byte) {
		if made, fault := classic.FromXML(nil, text); fault == nil {
			valid(t, made)
		} else if fault.Offset < 0 || fault.Offset > int64(len(text)) {
			t.Errorf("%v: the offset is outside", fault)
		}
	})
}

func FuzzJSON(f *testing.F) {
	seeds(f, "*.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		for s, fault := range classic.FromJSON(text) {
			if fault == nil {
				valid(t, s.JSON)
			}
		}
	})
}

func FuzzTable(f *testing.F) {
	seeds(f, "*.csv", "*.tsv")
	f.Fuzz(func(t *testing.T, text []byte) {
		table, fault := classic.NewTable(bytes.NewReader(text), 0)
		if fault != nil {
			return
		}
		for {
			s, err := table.Next()
			if _, bad := errors.AsType[*source.Error](err); bad {
				continue
			}
			if errors.Is(err, io.EOF) || err != nil {
				return
			}
			valid(t, s.JSON)
		}
	})
}

package classic_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/source"
)

var update = flag.Bool("update", false, "write the golden files")

const fixtures = "../testdata/classic"

// made returns what a file becomes, a study or a fault a line.
func made(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	line := func(json []byte, err error) {
		out = append(out, json...)
		if err != nil {
			out = append(out, "! "+err.Error()...)
		}
		out = append(out, '\n')
	}
	switch {
	case classic.IsXML(text):
		if json, err := classic.FromXML(nil, text); err != nil {
			line(nil, err)
		} else {
			line(json, nil)
		}
	case classic.IsTable(text):
		rows(t, text, line)
	default:
		for s, err := range classic.FromJSON(text) {
			if err != nil {
				line(nil, err)
			} else {
				line(s.JSON, nil)
			}
		}
	}
	return out
}

func rows(t testing.TB, text []byte, line func([]byte, error)) {
	t.Helper()
	table, fault := classic.NewTable(bytes.NewReader(text), 0)
	if fault != nil {
		t.Fatal(fault)
	}
	for {
		s, err := table.Next()
		var bad *source.Error
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &bad):
			line(nil, bad)
		case err != nil:
			t.Fatal(err)
		default:
			line(s.JSON, nil)
		}
	}
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob(fixtures + "/*")
	if err != nil || len(files) < 9 {
		t.Fatal(len(files), err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".golden.ndjson") || strings.HasSuffix(path, ".md") {
			continue
		}
		golden := path + ".golden.ndjson"
		got := made(t, path)
		if *update {
			if err := os.WriteFile(golden, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

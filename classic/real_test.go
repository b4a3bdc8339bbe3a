package classic_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/mapping/model"
)

const real = "../../shared/data/"

// archive yields the files of a ZIP of real records.
func archive(t *testing.T, name string, see func(name string, text []byte)) {
	t.Helper()
	for f, err := range record.Archive(real+name, 1) {
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("the real records are not at hand: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		see(f.Name, f.Text)
	}
}

// TestRealXML converts every classic record at hand; nothing of any is left
// over.
func TestRealXML(t *testing.T) {
	n := 0
	var buffer []byte
	archive(t, "classic-public-xml-visible.zip", func(name string, text []byte) {
		if !strings.HasSuffix(name, ".xml") {
			return
		}
		n++
		var fault error
		made, err := classic.FromXML(buffer[:0], text)
		buffer = made
		if err != nil {
			fault = err
		}
		if fault != nil || strings.Contains(string(made), `"classicRecord"`) {
			t.Errorf("%s: %v %s", name, fault, made[strings.LastIndex(string(made), `"classicRecord"`):])
		}
	})
	if n < 700 {
		t.Errorf("%d records", n)
	}
}

// inPieces writes a v2 study as the classic API did: names of pieces, lists in
// objects, labels for codes, long dates, "Yes" and "No".
func inPieces(v any, f *model.Field) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, x := range v {
			c := f.Child(key)
			if c == nil {
				out[key] = x
				continue
			}
			if list, ok := x.([]any); ok {
				out[c.Piece+"List"] = map[string]any{c.Piece: inPieces(list, c)}
				continue
			}
			out[c.Piece] = inPieces(x, c)
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, inPieces(x, f))
		}
		return out
	}
	return label(v, f)
}

func label(v any, f *model.Field) any {
	switch x := v.(type) {
	case bool:
		if x {
			return "Yes"
		}
		return "No"
	case json.Number:
		return x.String()
	case string:
		if f.Kind == model.Enum {
			if c := model.Default().Concept(f.Enum, x); c != nil {
				return c.Label
			}
		}
		for iso, long := range map[string]string{time.DateOnly: "January 2, 2006", "2006-01": "January 2006"} {
			if d, err := time.Parse(iso, x); err == nil && (f.Kind == model.Date || f.Kind == model.PartialDate) {
				return d.Format(long)
			}
		}
	}
	return v
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return v
}

// thereAndBack writes a study by the rule of pieces and reads it back.
func thereAndBack(t *testing.T, name string, text []byte) {
	t.Helper()
	want := decode(t, text)
	response, err := json.Marshal(map[string]any{"FullStudy": map[string]any{"Rank": 1, "Study": inPieces(want, model.Default().Root)}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for s, err := range classic.FromJSON(response) {
		n++
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := decode(t, s.JSON)
		if _, said := want["hasResults"]; !said {
			delete(got, "hasResults")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if n != 1 {
		t.Errorf("%s: %d studies", name, n)
	}
}

func TestPiecesThereAndBack(t *testing.T) {
	files, _ := filepath.Glob("../testdata/studies/NCT9999*.json")
	if len(files) < 20 {
		t.Fatal("no fixtures")
	}
	for _, file := range files {
		switch filepath.Base(file) {
		case "NCT99990005.json", "NCT99990007.json", "NCT99990010.json", "NCT99990131.json", "NCT99990132.json":
			continue // nulls and empty lists, unknown keys, and keys that have no piece
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		thereAndBack(t, file, text)
	}
}

// TestRealPiecesThereAndBack does so with real studies: all of them where
// TRIALWEAVE_FULL is set, else one in 120.
func TestRealPiecesThereAndBack(t *testing.T) {
	step, n := portion.Count(120, 1), 0
	for f, err := range record.Archive(real+"ctg-studies-visible.json.zip", step) {
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("the real records are not at hand: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		name, text := f.Name, f.Text
		if n++; !strings.Contains(string(text), "locations_nested") && !strings.Contains(string(text), "interventionMappedName") {
			thereAndBack(t, name, text)
		}
	}
	t.Logf("every study of %d", n)
}

package sample_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/sample"
)

// record is what the tests look at.
type record struct {
	ProtocolSection struct {
		IdentificationModule struct{ NctID, BriefTitle string }
		StatusModule         struct {
			OverallStatus, LastKnownStatus, WhyStopped                                     string
			StartDateStruct, PrimaryCompletionDateStruct, CompletionDateStruct             date
			StudyFirstSubmitDate, ResultsFirstSubmitDate, LastUpdateSubmitDate             string
			StudyFirstPostDateStruct, ResultsFirstPostDateStruct, LastUpdatePostDateStruct date
		}
		DesignModule struct {
			StudyType      string
			EnrollmentInfo struct{ Count int }
		}
	}
	ResultsSection struct {
		AdverseEventsModule struct {
			EventGroups []struct{ SeriousNumAffected, SeriousNumAtRisk, OtherNumAffected, OtherNumAtRisk int }
		}
	}
	DerivedSection struct {
		MiscInfoModule struct{ VersionHolder string }
	}
	HasResults bool
}

type date struct{ Date, Type string }

// upTo reports whether a day or month is not after another, as far as both go.
func upTo(a, b string) bool {
	n := min(len(a), len(b))
	return a[:n] <= b[:n]
}

func read(t *testing.T, s *sample.Source, n int) (r record) {
	t.Helper()
	if err := json.Unmarshal(s.Append(nil, n), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDates(t *testing.T) {
	s := sample.New(3)
	for n := range portion.Count(400, 3000) {
		r := read(t, s, n)
		at := r.ProtocolSection.StatusModule
		today := r.DerivedSection.MiscInfoModule.VersionHolder
		inOrder := []string{at.StudyFirstSubmitDate, at.StudyFirstPostDateStruct.Date, at.LastUpdateSubmitDate, at.LastUpdatePostDateStruct.Date, today}
		if r.HasResults {
			inOrder = append([]string{at.PrimaryCompletionDateStruct.Date, at.ResultsFirstSubmitDate, at.ResultsFirstPostDateStruct.Date}, inOrder[3:]...)
		}
		for _, days := range [][]string{inOrder, {at.StartDateStruct.Date, at.PrimaryCompletionDateStruct.Date, at.CompletionDateStruct.Date}} {
			for i := range len(days) - 1 {
				if !upTo(days[i], days[i+1]) {
					t.Errorf("study %d, %s: %s", n, at.OverallStatus, days)
				}
			}
		}
		for _, d := range []date{at.StartDateStruct, at.PrimaryCompletionDateStruct, at.CompletionDateStruct} {
			if d.Type == "ACTUAL" && !upTo(d.Date, today) {
				t.Errorf("study %d: %v is actual, and comes after %s", n, d, today)
			}
		}
		if ongoing := at.OverallStatus == "RECRUITING" || at.OverallStatus == "NOT_YET_RECRUITING"; ongoing && at.CompletionDateStruct.Date != "" && at.CompletionDateStruct.Date < today[:7] {
			t.Errorf("study %d goes on, and was completed on %s", n, at.CompletionDateStruct.Date)
		}
		if (at.LastKnownStatus != "") != (at.OverallStatus == "UNKNOWN") {
			t.Errorf("study %d: status %s, last known %q", n, at.OverallStatus, at.LastKnownStatus)
		}
	}
}

func TestNumbersOfResults(t *testing.T) {
	s, with := sample.New(4), 0
	many := portion.Count(600, 2000)
	for n := range many {
		r := read(t, s, n)
		if r.HasResults {
			with++
		}
		for _, g := range r.ResultsSection.AdverseEventsModule.EventGroups {
			if g.SeriousNumAffected > g.SeriousNumAtRisk || g.OtherNumAffected > g.OtherNumAtRisk {
				t.Errorf("study %d: %+v", n, g)
			}
		}
	}
	if with < many/8 || with > many*9/40 {
		t.Errorf("%d of %d studies have results, expected about 17 %%, as in the table", with, many)
	}
}

// The frequencies are those of the table: of statuses, types and interventions.
func TestFrequencies(t *testing.T) {
	many := portion.Count(1000, 4000)
	statuses, types := map[string]int{}, map[string]int{}
	s := sample.New(5)
	for n := range many {
		r := read(t, s, n)
		statuses[r.ProtocolSection.StatusModule.OverallStatus]++
		types[r.ProtocolSection.DesignModule.StudyType]++
	}
	for _, tt := range []struct {
		of    map[string]int
		value string
		share float64 // of the table
	}{
		{types, "OBSERVATIONAL", 236.0 / 2304}, {statuses, "COMPLETED", 0.43}, {statuses, "RECRUITING", 0.22}, {statuses, "UNKNOWN", 0.13},
	} {
		if got := float64(tt.of[tt.value]) / float64(many); math.Abs(got-tt.share) > 0.03 {
			t.Errorf("%s: %.3f, expected about %.3f", tt.value, got, tt.share)
		}
	}
}

// The same seed makes the same studies, one at a time or in a row, and another seed
// makes others.
func TestSeeds(t *testing.T) {
	a, b, other := sample.New(1), sample.New(1), sample.New(2)
	var all []byte
	for n := range 50 {
		all = a.Append(all, n)
	}
	if alone := b.Append(nil, 49); !bytes.HasSuffix(all, alone) {
		t.Error("study 49 depends on what was made before")
	}
	if bytes.Equal(other.Append(nil, 49), b.Append(nil, 49)) {
		t.Error("two seeds make the same study")
	}
}

// Every field is one of the model, and most kinds of fields occur.
func TestFields(t *testing.T) {
	seen := map[string]bool{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, of := range v {
				walk(strings.TrimPrefix(path+"."+key, "."), of)
			}
		case []any:
			for _, of := range v {
				walk(path, of)
			}
		default:
			seen[path] = true
			f := model.Default().Field(path)
			if f == nil || !f.Leaf() {
				t.Fatalf("%s is not a field of the model", path)
			}
			if code, ok := v.(string); ok && f.Kind == model.Enum && model.Default().Concept(f.Enum, code) == nil {
				t.Errorf("%s: %s is not a code of %s", path, code, f.Enum)
			}
		}
	}
	s := sample.New(6)
	for n := range 1500 {
		var v any
		if err := json.Unmarshal(s.Append(nil, n), &v); err != nil {
			t.Fatal(err)
		}
		walk("", v)
	}
	if len(seen) < 220 {
		t.Errorf("%d fields occur, expected 220 at least", len(seen))
	}
}

func TestStudiesThatAreNone(t *testing.T) {
	for _, n := range []int{-1, sample.Most} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("there is a study %d", n)
				}
			}()
			sample.New(1).Append(nil, n)
		}()
	}
}

func BenchmarkAppend(b *testing.B) {
	s, n := sample.New(1), 0
	var buffer []byte
	for b.Loop() {
		buffer = s.Append(buffer[:0], n)
		b.SetBytes(int64(len(buffer)))
		n++
	}
}

// The first study of seed 1.
func Example() {
	study := sample.New(1).Append(nil, 0)
	fmt.Println(strings.Contains(string(study), sample.ID(0)))
	// Output: true
}

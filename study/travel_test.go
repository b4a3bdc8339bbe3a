package study_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/study"
)

// memory is a file that is nowhere.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// library opens files by the names that they have in it.
func library(files map[string]string) *study.Options {
	return &study.Options{Open: func(path string) (study.File, error) {
		text, ok := files[path]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return memory{bytes.NewReader([]byte(text))}, nil
	}}
}

func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"protocolSection":{"identificationModule":{"nctId":"NCT%08d"},"statusModule":{"lastUpdatePostDateStruct":{"date":"2024-01-%02d"}}}}`+"\n", i+1, i%28+1)
	}
	return b.String()
}

// told is what a record says, without the memory that it is in.
func told(r study.Record) string {
	return fmt.Sprintf("%v %v %s %v", r.Position, r.Made, r.JSON, r.Err)
}

// TestFilesFromElsewhere divides and reads files that this machine has not.
func TestFilesFromElsewhere(t *testing.T) {
	options := library(map[string]string{"there://a": lines(100), "there://b": "[" + strings.ReplaceAll(strings.TrimSpace(lines(3)), "\n", ",") + "]"})
	var want []string
	whole, err := study.OpenRanges([]study.Range{{Path: "there://a", To: -1}, {Path: "there://b", To: -1}}, options)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range whole.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, told(r))
	}
	if len(want) != 103 {
		t.Fatalf("%d records, expected 103", len(want))
	}
	shards, err := study.Divide([]string{"there://a", "there://b"}, 7, options)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, ranges := range shards {
		in, err := study.OpenRanges(ranges, options)
		if err != nil {
			t.Fatal(err)
		}
		for r, err := range in.Records(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, told(r))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := study.Divide([]string{"there://c"}, 2, options); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, expected that there://c is not there", err)
	}
}

// TestBatchesTravel sends every batch of a mixed input through its bytes.
func TestBatchesTravel(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(dir+"/a.ndjson", []byte(lines(3)+"{broken\n"+lines(1)), 0o600)
	os.WriteFile(dir+"/b.xml", []byte("<clinical_study><id_info><nct_id>NCT00000009</nct_id></id_info></clinical_study>"), 0o600)
	os.WriteFile(dir+"/c.ndjson", []byte(`{"file":"x","pointer":"","error":"e","text":"{}"}`+"\n"), 0o600)
	in, err := study.Open([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	unpack := in.NewUnpacker()
	n := 0
	for batch, err := range in.Batches(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		text, err := batch.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		var there study.Batch
		if err := there.UnmarshalBinary(text); err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for r := range unpack.Records(batch) {
			want = append(want, told(r))
		}
		for r := range unpack.Records(&there) {
			got = append(got, told(r))
		}
		n += len(got)
		if diff := cmp.Diff(want, got); diff != "" || batch.Size() != there.Size() {
			t.Error(diff)
		}
		for cut := range text {
			if there.UnmarshalBinary(text[:cut]) == nil {
				t.Fatalf("%d of %d bytes are a batch", cut, len(text))
			}
		}
	}
	if n != 7 {
		t.Errorf("%d records, expected 7", n)
	}
}

func ExampleVersionDate() {
	fmt.Println(study.VersionDate([]byte(`{"protocolSection":{"statusModule":{"lastUpdatePostDateStruct":{"date":"2024-01-31"}}}}`)))
	// Output: 2024-01-31
}

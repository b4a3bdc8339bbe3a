package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/store"
)

// TestSyncFromACutFile syncs from files that are cut, two of them at 50 places, as
// by a download that broke off: the store stays as it was, with status 2, and a sync
// from the whole file finds nothing to do.
func TestSyncFromACutFile(t *testing.T) {
	studies := severalStudies(t, 24)
	half := strings.Join(studies[:12], "")
	all := strings.Join(studies, "")
	for name, data := range map[string]string{
		"studies.ndjson.gz": gzipOf(all), "studies.ndjson.zst": zstdOf(t, all), "members.ndjson.gz": gzipOf(half) + gzipOf(all[len(half):]),
		"members.ndjson.zst": zstdOf(t, half) + zstdOf(t, all[len(half):]), "studies.zip": zipOf("a.ndjson", half, "b.ndjson", all[len(half):]),
		"pages.json.gz": gzipOf(`{"studies":[` + strings.Join(studies, ",") + `]}`), "studies.tar.gz": gzipOf(tarOf("studies.ndjson", all)),
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.New(t, store.Fuseki)
			state, input := t.TempDir(), filepath.Join(t.TempDir(), name)
			target := s.Target()
			sync := func(data string) (int, string) {
				if err := os.WriteFile(input, []byte(data), 0o600); err != nil {
					t.Fatal(err)
				}
				var out, fault bytes.Buffer
				std := &streams{in: strings.NewReader(""), out: &out, err: &fault, engine: newEngine}
				status := run(t.Context(), []string{"sync", "--no-model", "--state", state, string(target.Kind) + ":" + target.Address, input}, std)
				return status, fault.String()
			}
			if status, said := sync(data); status != exitDone || !strings.Contains(said, "24 studies") {
				t.Fatalf("the whole file: status %d, %s", status, said)
			}
			before := s.Dump()
			borders := len(gzipOf(half))
			if strings.HasSuffix(name, ".zst") {
				borders = len(zstdOf(t, half))
			}
			s.Log = nil
			places := 10
			if name == "studies.ndjson.gz" || name == "members.ndjson.zst" {
				places = 50
			}
			cuts := make([]int, places)
			for i := range cuts {
				cuts[i] = 1 + i*(len(data)-2)/(places-1)
			}
			for _, at := range portion.Of(cuts, max(2, places/10)) {
				if strings.HasPrefix(name, "members") && at == borders {
					at++ // a cut between two members cannot be seen in the file
				}
				if status, said := sync(data[:at]); status != exitFailed {
					t.Errorf("cut at byte %d of %d: status %d, %s", at, len(data), status, said)
				}
				if !slices.Equal(before, s.Dump()) {
					t.Fatalf("cut at byte %d of %d: the store has changed", at, len(data))
				}
			}
			if status, said := sync(data); status != exitDone || len(s.Log) > 0 || !strings.Contains(said, "24 unchanged") {
				t.Errorf("the whole file again: status %d, %d requests that write, %s", status, len(s.Log), said)
			}
		})
	}
}

// severalStudies are lines of NDJSON, copies of a study with numbers of their own.
func severalStudies(t *testing.T, n int) []string {
	t.Helper()
	data, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range n {
		one := strings.ReplaceAll(string(data), "NCT99990000", fmt.Sprintf("NCT%08d", 99980000+i))
		out = append(out, strings.Join(strings.Fields(one), " ")+"\n")
	}
	return out
}

func zstdOf(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

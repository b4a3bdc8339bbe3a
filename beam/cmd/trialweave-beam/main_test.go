package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/trialweave/trialweave/beam/pipeline"
	"github.com/trialweave/trialweave/mapping"
)

func TestMain(m *testing.M) {
	flag.Parse()
	beam.Init()
	os.Exit(m.Run())
}

// says runs the command and returns its exit status and what it prints.
func says(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out strings.Builder
	set := flag.NewFlagSet("trialweave-beam", flag.ContinueOnError)
	set.SetOutput(&out)
	c := newCommand(set)
	if err := set.Parse(args); err != nil {
		return exitFailed, out.String()
	}
	status := c.run(context.Background(), &out)
	return status, out.String()
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.ndjson")
	if err := os.WriteFile(bad, []byte("{\"x\":1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no study\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const good = "../../../testdata/studies/NCT99990001.json"
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"-o OUT " + good, exitDone, " MB written; of all shards: "},
		{"--profile core --geo none --compression zst -o OUT " + good, exitDone, "2 parts, 1 studies, "},
		{"-o OUT " + good + " " + bad, exitRejected, " 1 rejected"},
		{"-o OUT " + text, exitFailed, text + ":"},
		{"-o OUT " + dir + "/none*", exitFailed, "trialweave-beam: " + dir + "/none*: no such file, expected a file or a pattern that matches some\nhint: "},
		{"-o OUT", exitFailed, "no input, expected files or patterns"},
		{good, exitFailed, "no output, expected a folder"},
		{"--geo wkt,none -o OUT " + good, exitFailed, `--geo "wkt,none", expected wkt, wgs84 or both, or none`},
		{"--profile half -o OUT " + good, exitFailed, `profile "half", expected full or core`},
		{"--shard-size 5XB " + good, exitFailed, `size "5XB", expected a number and a unit, such as 512MB`},
		{"--context " + dir + "/none " + good, exitFailed, "none"},
		{"--help", exitFailed, "--shard-size SIZE"},
	} {
		status, said := says(t, strings.Fields(strings.ReplaceAll(c.args, "OUT", t.TempDir()))...)
		if status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("%s: status %d, expected %d with %q:\n%s", c.args, status, c.status, c.want, said)
		}
	}
}

func TestModelFlags(t *testing.T) {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	var m modelFlags
	m.add(set)
	if err := set.Parse(strings.Fields("--enum concept --calc off --geo wgs84 --no browse,contacts --base urn:x#")); err != nil {
		t.Fatal(err)
	}
	var o mapping.Options
	if err := m.apply(&o); err != nil || !o.Concepts || !o.NoComputed || !o.NoWKT || o.NoWGS84 || len(o.Without) != 2 || o.Base != "urn:x#" {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestCause(t *testing.T) {
	err := errors.New("job failed:\n1: DataSource\n\tcaused by:\nDoFn[UID:4, Name: x] failed:\na.zip: the ZIP is damaged\nmore")
	if got := cause(err).Error(); !strings.HasPrefix(got, "a.zip: the ZIP is damaged\nhint: ") {
		t.Error(got)
	}
	if plain := errors.New("x"); !errors.Is(cause(plain), plain) {
		t.Error(cause(plain))
	}
}

func TestResultNeedsARun(t *testing.T) {
	if _, err := pipeline.ReadResult(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), pipeline.ResultFile) {
		t.Error(err)
	}
}

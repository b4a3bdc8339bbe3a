//go:build integration

package pipeline_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/beam/pipeline"
	"github.com/trialweave/trialweave/internal/test/record"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// command runs a command in a folder and returns what it prints, and how it
// ended.
func command(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func must(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := command(t, dir, args...)
	if err != nil {
		t.Fatalf("%s: %v\n%.4000s", strings.Join(args, " "), err, out)
	}
	return out
}

// built builds a command of a module and returns its path.
func built(t testing.TB, module, name string) string {
	t.Helper()
	path := filepath.Join(tools.Dir(t), name)
	must(t, module, "go", "build", "-o", path, "./cmd/"+name)
	return path
}

// realStudies is the archive of the real studies; they are a public copy beside the
// repository.
func realStudies(t testing.TB) string {
	t.Helper()
	path, err := filepath.Abs("../../../shared/data/ctg-studies-visible.json.zip")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real studies are not at hand: %v", err)
	}
	return path
}

// cutUp deals the studies of an archive out to n files of every form in turn.
func cutUp(t testing.TB, archive string, n int) string {
	t.Helper()
	parts := make([][][]byte, n)
	i := 0
	for f, err := range record.Archive(archive, 1) {
		if err != nil {
			t.Fatal(err)
		}
		parts[i%n] = append(parts[i%n], bytes.ReplaceAll(f.Text, []byte("\n"), nil))
		i++
	}
	dir := t.TempDir()
	for i, part := range parts {
		name := fmt.Sprintf("%s/%02d", dir, i)
		switch i % 5 {
		case 0:
			save(t, name+".ndjson", joined(part))
		case 1:
			save(t, name+".zip", zipped(t, part))
		case 2:
			save(t, name+".ndjson.gz", gzipped(t, joined(part)))
		case 3:
			save(t, name+".json", page(part))
		case 4:
			save(t, name+".ndjson.zst", zstandard(t, joined(part)))
		}
	}
	return dir
}

// digest stands for a set of lines: the hash of each, sorted.
type digest []uint64

var seed = maphash.MakeSeed()

// add takes the lines of a text.
func (d *digest) add(t testing.TB, r io.Reader) {
	t.Helper()
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := in.ReadSlice('\n')
		switch {
		case err == io.EOF && len(line) == 0:
			return
		case err != nil:
			t.Fatalf("%v after %d bytes of a line", err, len(line))
		}
		*d = append(*d, maphash.Bytes(seed, line))
	}
}

// set sorts the hashes and says how many there are more than once.
func (d *digest) set() (repeated int) {
	slices.Sort(*d)
	n := len(*d)
	*d = slices.Compact(*d)
	return n - len(*d)
}

// unpacked opens a part.
func unpacked(t testing.TB, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if strings.HasSuffix(path, ".zst") {
		z, err := zstd.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// compare holds all parts of a run against the lines that are wanted.
func compare(t testing.TB, want digest, folder string, r pipeline.Result) {
	t.Helper()
	var got digest
	for _, m := range r.Parts {
		got.add(t, unpacked(t, filepath.Join(folder, m.File)))
	}
	if repeated := got.set(); repeated > 0 || !slices.Equal(want, got) {
		t.Errorf("%d quads, %d of them again, expected the %d of trialweave convert", len(got), repeated, len(want))
	}
	if r.Studies != 2309 || r.Quads != int64(len(want)) || r.Rejected > 0 {
		t.Errorf("%d studies, %d quads, %d rejected, expected 2309, %d and none", r.Studies, r.Quads, r.Rejected, len(want))
	}
}

// wanted is what trialweave convert makes of an archive.
func wanted(t testing.TB, archive string) digest {
	t.Helper()
	dir := t.TempDir()
	must(t, dir, built(t, "../..", "trialweave"), "convert", archive, "-o", "one.nq.gz")
	var d digest
	d.add(t, unpacked(t, filepath.Join(dir, "one.nq.gz")))
	d.set()
	return d
}

// TestRealStudiesOnPrism converts the real studies by the command, cut into 1,
// 7 and 50 files, and holds everything against what trialweave says.
func TestRealStudiesOnPrism(t *testing.T) {
	archive := realStudies(t)
	trialweave, onBeam := built(t, "../..", "trialweave"), built(t, "..", "trialweave-beam")
	dir := t.TempDir()
	want := wanted(t, archive)
	for _, c := range []struct {
		name, inputs string
		flags        []string
	}{
		{"archive", archive, nil},
		{"1", cutUp(t, archive, 1), []string{"--shard-size=8MB"}},
		{"7", cutUp(t, archive, 7), []string{"--compression=zst", "--shared-parts=3"}},
		{"50", cutUp(t, archive, 50), []string{"--shard-size=100000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := t.TempDir()
			inputs := c.inputs
			if inputs != archive {
				inputs += "/*"
			}
			said := must(t, dir, slices.Concat([]string{onBeam, "-o", out}, c.flags, []string{inputs})...)
			r, err := pipeline.ReadResult(t.Context(), out)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d parts: %s", len(r.Parts), said)
			compare(t, want, out, r)
			if said := must(t, dir, trialweave, "merge", "--verify", out); !strings.Contains(said, fmt.Sprintf("%d parts, 2309 studies, %d quads, 0 rejected", len(r.Parts), len(want))) {
				t.Error(said)
			}
			if c.name == "1" {
				statistics(t, trialweave, dir, out)
			}
			if c.name == "50" {
				tampered(t, trialweave, out, r)
			}
		})
	}
}

// statistics holds VoID against trialweave stats of the merged parts.
func statistics(t *testing.T, trialweave, dir, out string) {
	t.Helper()
	must(t, dir, trialweave, "merge", out, "-o", "merged.nq")
	must(t, dir, trialweave, "stats", "merged.nq", "--format", "turtle", "-o", "void.ttl")
	files := [2][]string{}
	for i, path := range []string{filepath.Join(dir, "void.ttl"), filepath.Join(out, pipeline.StatisticsFile)} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = statements(t, f)
	}
	same(t, files[0], files[1])
}

// tampered changes a byte of a part.
func tampered(t *testing.T, trialweave, out string, r pipeline.Result) {
	t.Helper()
	part := r.Parts[len(r.Parts)/2].File
	text, err := os.ReadFile(filepath.Join(out, part))
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2]++
	save(t, filepath.Join(out, part), text)
	if said, err := command(t, out, trialweave, "merge", "--verify", out); err == nil || !strings.Contains(said, part+" is not the part that was written") {
		t.Errorf("%v: %s", err, said)
	}
}

// pythonRunner starts the job server of Beam's Python runner and returns its
// address, and what it has printed when it is asked.
func pythonRunner(t *testing.T) (address string, printed func() string) {
	t.Helper()
	dir := tools.Dir(t)
	venv := filepath.Join(dir, "beam-venv")
	python := filepath.Join(venv, "bin", "python")
	tools.Installed(t, filepath.Join(venv, "installed"), func() {
		must(t, dir, "python3", "-m", "venv", venv)
		must(t, dir, python, "-m", "pip", "install", "-q", "apache-beam==2.77.0")
		save(t, filepath.Join(venv, "installed"), nil)
	})
	temp := t.TempDir()
	log, err := os.Create(filepath.Join(temp, "log"))
	if err != nil {
		t.Fatal(err)
	}
	ports := filepath.Join(temp, "port")
	cmd := exec.CommandContext(context.Background(), python, "testdata/job_server.py", "--port_file", ports)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		log.Close()
	})
	printed = func() string {
		text, err := os.ReadFile(log.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for range 300 {
		time.Sleep(100 * time.Millisecond)
		if text, err := os.ReadFile(ports); err == nil && len(text) > 0 {
			return "localhost:" + strings.TrimSpace(string(text)), printed
		}
	}
	t.Fatalf("the job server does not start:\n%.4000s", printed())
	return "", nil
}

// through sends the pipelines of a test to a job server; the workers are
// goroutines of this process.
func through(t *testing.T, address string) {
	t.Helper()
	endpoint, environment, parallelism := *jobopts.Endpoint, *jobopts.EnvironmentType, *jobopts.Parallelism
	*jobopts.Endpoint, *jobopts.EnvironmentType, *jobopts.Parallelism = address, "LOOPBACK", 2
	t.Cleanup(func() {
		*jobopts.Endpoint, *jobopts.EnvironmentType, *jobopts.Parallelism = endpoint, environment, parallelism
	})
}

// TestBundlesAreRunAgain runs the real studies on a second engine, Beam's
// runner in Python, with two workers. Every bundle is run twice there, and in
// the first try writing fails in the middle of some parts.
func TestBundlesAreRunAgain(t *testing.T) {
	archive := realStudies(t)
	address, printed := pythonRunner(t)
	through(t, address)
	want := wanted(t, archive)
	out := t.TempDir()
	writes.Store(4)
	r, err := runOn(t, "universal", pipeline.Options{Inputs: []string{archive}, Output: scheme + "://" + out, ShardSize: 1e6, SharedParts: 2})
	if err != nil {
		t.Fatalf("%v\n%.4000s", err, printed())
	}
	if !strings.Contains(printed(), "bundle failed") || !strings.Contains(printed(), errHalf.Error()) {
		t.Errorf("no bundle failed:\n%.4000s", printed())
	}
	compare(t, want, out, r)
	contents(t, out)
}

// TestOnFlink runs the real studies on Apache Flink, a cluster of two slots in the
// process of Beam's job server for it.
func TestOnFlink(t *testing.T) {
	onServer(t, flink(t))
}

// TestOnEndpoint runs them on the engine whose job server
// TRIALWEAVE_BEAM_ENDPOINT names: another Flink, Spark, or any that runs here.
func TestOnEndpoint(t *testing.T) {
	address := os.Getenv("TRIALWEAVE_BEAM_ENDPOINT")
	if address == "" {
		t.Skip("TRIALWEAVE_BEAM_ENDPOINT is not set: no other job server to ask")
	}
	onServer(t, address)
}

func onServer(t *testing.T, address string) {
	t.Helper()
	archive := realStudies(t)
	through(t, address)
	want := wanted(t, archive)
	out := t.TempDir()
	r, err := runOn(t, "universal", pipeline.Options{Inputs: []string{archive}, Output: out, ShardSize: 1e6, SharedParts: 2})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, want, out, r)
	contents(t, out)
}

// opened are the packages of Java whose insides Flink 1.12 looks at; without
// these it does not run on a Java after 8.
var opened = strings.Fields(`java.lang java.lang.ref java.lang.reflect java.lang.invoke java.util java.util.concurrent
	java.util.concurrent.atomic java.nio java.net java.io java.time java.text java.math sun.nio.ch sun.net.util
	jdk.internal.ref jdk.internal.misc`)

// flink installs and starts Beam's job server for Flink, with a cluster of its own,
// and returns its address.
func flink(t testing.TB) string {
	t.Helper()
	jar := tools.Maven(t, "org.apache.beam:beam-runners-flink-1.12-job-server:2.34.0:jar", tools.Dir(t))
	port := tools.Port(t)
	args := []string{"-Xmx2g"}
	for _, p := range opened {
		args = append(args, "--add-opens", "java.base/"+p+"=ALL-UNNAMED")
	}
	args = append(args, "-jar", jar, "--flink-master=[local]", "--job-host=127.0.0.1",
		"--job-port="+port, "--artifact-port="+tools.Port(t), "--expansion-port="+tools.Port(t), "--artifacts-dir="+t.TempDir())
	log := filepath.Join(t.TempDir(), "log")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), "java", args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		out.Close()
	})
	for range 600 {
		time.Sleep(100 * time.Millisecond)
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return "127.0.0.1:" + port
		}
	}
	text, _ := os.ReadFile(log)
	t.Fatalf("the job server does not start:\n%.4000s", text)
	return ""
}

// TestMainModuleIsWithoutBeam holds the modules of the main module against
// Beam's: it has gained none of them.
func TestMainModuleIsWithoutBeam(t *testing.T) {
	modules := must(t, "../..", "go", "list", "-m", "all")
	if strings.Contains(modules, "apache/beam") || strings.Contains(modules, "google.golang.org/grpc") {
		t.Error("the main module has Beam, or what Beam needs")
	}
	if deps := must(t, "../..", "go", "list", "-deps", "./cmd/trialweave"); strings.Contains(deps, "trialweave/beam") {
		t.Error("the main module imports this one")
	}
}

//go:build integration && unix

package integration

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/index"
)

// manyQuads makes an index of studies, with an update so that it has two segments.
func (f *faults) manyQuads(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	studies := ownStudies(t, 60)
	save(t, filepath.Join(dir, "a.ndjson"), append(bytes.Join(studies[:50], []byte("\n")), '\n'))
	save(t, filepath.Join(dir, "b.ndjson"), append(bytes.Join(studies[40:], []byte("\n")), '\n'))
	for _, args := range [][]string{{"index", dir + "/a.ndjson", "-o", dir + "/index"}, {"index", dir + "/b.ndjson", "-o", dir + "/index", "--update"}} {
		if got := f.run(t, args...); got.status != 0 {
			t.Fatalf("%v: %s", args, got.err)
		}
	}
	return dir + "/index"
}

// filesOf are the files of an index that are not empty.
func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for _, name := range allFiles(t, dir) {
		if len(load(t, name)) > 0 {
			out = append(out, name)
		}
	}
	return out
}

// damagedIndex flips bits of the files of an index, and cuts them, before it is
// opened: an error, or all that is asked is as it was.
func (f *faults) damagedIndex(t *testing.T) {
	dir := f.manyQuads(t)
	names := filesOf(t, dir)
	flips, cuts := f.row(t, "bit flips in %d files of an index before it is opened", len(names)), f.row(t, "index files cut before it is opened")
	for i := range f.share(1800) {
		name := names[i%len(names)]
		data := load(t, name)
		bad, a := bytes.Clone(data), flips
		if i%6 == 5 {
			bad, a = bad[:f.dice.IntN(len(bad))], cuts
		} else {
			bad[f.dice.IntN(len(bad))] ^= 1 << f.dice.IntN(8)
		}
		save(t, name, bad)
		x, err := index.Open(dir)
		if err == nil {
			err = x.Verify()
			if e := x.Close(); e != nil {
				t.Fatal(e)
			}
		}
		lost := ""
		if err == nil {
			lost = filepath.Base(name) + " is damaged, and it is not seen"
		}
		a.try(lost)
		save(t, name, data)
	}
}

// service is trialweave serve as a process of its own.
type service struct {
	cmd     *exec.Cmd
	address string
	ended   chan error
	said    *bytes.Buffer
}

func (f *faults) serve(t *testing.T, args ...string) *service {
	t.Helper()
	s := &service{ended: make(chan error, 1), said: &bytes.Buffer{}}
	s.cmd = exec.Command(f.program, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	out, err := s.cmd.StderrPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	ready := make(chan bool)
	go func() {
		for n := 0; lines.Scan(); n++ {
			if s.address == "" {
				s.address = regexp.MustCompile(`http://[^/\s]+`).FindString(lines.Text())
			}
			fmt.Fprintln(s.said, lines.Text())
			if n == 1 {
				close(ready)
			}
		}
		s.ended <- s.cmd.Wait()
	}()
	select {
	case <-ready:
	case err := <-s.ended:
		t.Fatalf("serve ended: %v, %s", err, s.said)
	case <-time.After(most):
		t.Fatal("serve said nothing")
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // it may have ended
	return s
}

// dead reports whether the process has ended.
func (s *service) dead() bool {
	select {
	case err := <-s.ended:
		s.ended <- err
		return true
	default:
		return false
	}
}

// get asks for a path; an answer that broke off is an error.
func (s *service) get(ctx context.Context, path, accept string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+path, nil)
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, string(data), err
}

// askedOfAll are paths whose answers are the same each time.
func askedOfAll() []string {
	var out []string
	for _, q := range []string{
		"SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT ?n ?c { ?s ctg:nct_id ?n ; ctg:overall_status ?c } ORDER BY ?n", "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
		"SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "ASK { ?s ctg:nct_id \"NCT99300007\" }", "SELECT ?o { ?s ctg:nct_id \"NCT99300055\" ; ?p ?o } ORDER BY STR(?o)",
		"SELECT (SUM(STRLEN(STR(?o))) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s ?p ?o }",
	} {
		out = append(out, "/sparql?query="+url.QueryEscape(q))
	}
	return append(out, "/data?graph="+url.QueryEscape("https://clinicaltrials.gov/study/NCT99300003#record"))
}

// servedIndex flips bits, cuts and overwrites files while they are served. Each
// answer is what it was, or an error; the process stands, and answers as before
// when the file is as it was.
func (f *faults) servedIndex(t *testing.T) {
	dir := f.manyQuads(t)
	other := f.manyQuads(t)
	names, paths := filesOf(t, dir), askedOfAll()
	s := f.serve(t, dir, "--no-pages")
	want := map[string]string{}
	ask := func(path string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), most)
		defer cancel()
		status, body, err := s.get(ctx, path, "text/csv, application/n-triples;q=0.5")
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("status %d: %.200s", status, body)
		}
		return body, err
	}
	for _, path := range paths {
		body, err := ask(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		want[path] = body
	}
	flips, cuts := f.row(t, "bit flips in place in an index that is served and was read"), f.row(t, "files cut or overwritten while they are served")
	errorsSeen := 0
	for i := range f.share(200) {
		name := names[f.dice.IntN(len(names))]
		data, a := load(t, name), flips
		if i%4 == 3 {
			a = cuts
		}
		f.spoil(t, name, data, other, i)
		lost := ""
		for _, path := range paths {
			body, err := ask(path)
			if err != nil {
				errorsSeen++
			} else if body != want[path] {
				lost = fmt.Sprintf("%s: a wrong answer to %s: %.200q", filepath.Base(name), path, body)
			}
			if s.dead() {
				t.Fatalf("%s: the process is dead: %s", filepath.Base(name), s.said)
			}
		}
		save(t, name, data)
		for _, path := range paths {
			if body, err := ask(path); err != nil || body != want[path] {
				lost = fmt.Sprintf("%s is as it was; the answer to %s is not: %v", filepath.Base(name), path, err)
			}
		}
		a.try(lost)
	}
	flips.note = fmt.Sprintf("0 wrong answers; %d were errors", errorsSeen)
	if status, body, err := s.get(t.Context(), "/healthz", "*/*"); errorsSeen > 0 && (err != nil || status != http.StatusServiceUnavailable) {
		t.Errorf("/healthz after damage: %d %s, %v, expected 503", status, body, err)
	}
	f.terminate(t, s)
}

// spoil changes a file in place.
func (f *faults) spoil(t *testing.T, name string, data []byte, other string, i int) {
	t.Helper()
	var err error
	switch i % 8 {
	case 3:
		err = os.Truncate(name, f.dice.Int64N(int64(len(data))))
	case 7:
		like, _ := filepath.Glob(filepath.Join(other, "*"+filepath.Ext(name)))
		another := load(t, like[f.dice.IntN(len(like))])
		if bytes.Equal(another, data) {
			another = append(another[:0:0], another[:len(another)/2]...)
		}
		save(t, name, another)
	default:
		var file *os.File
		if file, err = os.OpenFile(name, os.O_RDWR, 0); err == nil {
			at := f.dice.IntN(len(data))
			_, err = file.WriteAt([]byte{data[at] ^ 1<<f.dice.IntN(8)}, int64(at))
			err = errors.Join(err, file.Close())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// terminate ends a service by SIGTERM: with status 0, within a second.
func (f *faults) terminate(t *testing.T, s *service) {
	t.Helper()
	start := time.Now()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.ended:
		if took := time.Since(start); err != nil || took > allowed {
			t.Errorf("serve ended %v after SIGTERM: %v, %s", took, err, s.said)
		}
	case <-time.After(most):
		t.Error("serve does not end")
	}
}

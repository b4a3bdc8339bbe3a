package languageserver

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

// root is a folder whose documents are judged together. What lies outside of it is not
// read.
type root struct {
	dir     string
	opened  *os.Root
	session *lint.Session
	ignores func(dir string) []lint.IgnoreFile
	engine  func(name string) (lint.RulesetEngine, error)
	// passing tells that the folder is in no folder of the workspace: it is there for
	// as long as one of its documents is open.
	passing bool
	// stale tells that the configuration must be read again, due that the documents must
	// be judged again.
	stale, due bool
	// broken is why the configuration cannot be read, refused why it cannot be followed.
	broken, refused error
	// failed is why the documents could not be judged, as the user was told.
	failed string
	// published are the files that have diagnostics, with what was said last.
	published map[string]string
}

func (s *server) openRoot(dir string) (*root, error) {
	opened, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	files := opened.FS()
	if s.opts.Files != nil {
		if files, err = s.opts.Files(dir, files); err != nil {
			_ = opened.Close()
			return nil, err
		}
	}
	opts := &lint.Options{Engines: s.opts.Engines, Functions: s.opts.Functions}
	return &root{dir: dir, opened: opened, session: lint.NewSession(files, opts), ignores: s.opts.IgnoreFiles, engine: s.opts.RulesetEngine, stale: true, due: true, published: map[string]string{}}, nil
}

func (r *root) close() { _ = r.opened.Close() }

// set gives a document another text.
func (r *root) set(name, text string) {
	r.session.Set(name, bytesOf(text))
	r.due = true
	if name == lint.ConfigFile {
		r.stale = true
	}
}

// changed says that any file may have changed.
func (r *root) changed() {
	r.session.Changed()
	r.stale, r.due = true, true
}

// configure reads the configuration, where it may have changed. One that cannot be read
// leaves the one before it in force.
func (r *root) configure() {
	if !r.stale {
		return
	}
	config, err := lint.ReadConfig(r.session.Files())
	r.stale, r.broken = false, err
	if err != nil {
		return
	}
	if r.ignores != nil {
		config.IgnoreFiles = r.ignores(r.dir)
	}
	r.session.Configure(config)
	if r.engine != nil {
		var runBy lint.RulesetEngine
		runBy, r.refused = r.engine(config.Engine)
		r.session.RunBy(runBy)
	}
}

// run judges the documents as they are now.
func (r *root) run(ctx context.Context) (*report.Report, error) {
	if r.configure(); r.refused != nil {
		return nil, r.refused
	}
	return r.session.Run(ctx)
}

// corpus returns the documents as they are now; nil where they cannot be read.
func (r *root) corpus() *lint.Corpus {
	r.configure()
	c, err := r.session.Corpus()
	if err != nil {
		return nil
	}
	return c
}

// holds reports whether a file lies in the folder.
func (r *root) holds(file string) bool {
	rel, err := filepath.Rel(r.dir, file)
	return err == nil && filepath.IsLocal(rel)
}

func (r *root) nameOf(file string) string {
	rel, err := filepath.Rel(r.dir, file)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}

// fileOf is the path of a file of the folder.
func (r *root) fileOf(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

// uri is the address of a file of the folder.
func (r *root) uri(name string) string { return uriOf(r.fileOf(name)) }

// innermost is the innermost folder that holds a file, nil where none does. Folders of a
// workspace may lie in one another: what is in a file is said once.
func (s *server) innermost(file string) (best *root) {
	for _, r := range s.roots {
		if r.holds(file) && (best == nil || len(r.dir) > len(best.dir)) {
			best = r
		}
	}
	return best
}

// rootFor finds the folder that a file is judged in: the innermost of the workspace, else
// one that is opened for it.
func (s *server) rootFor(file string) *root {
	if best := s.innermost(file); best != nil {
		return best
	}
	dir := filepath.Dir(file)
	if s.opts.RootOf != nil {
		dir = s.opts.RootOf(dir)
	}
	r, err := s.openRoot(dir)
	if err != nil {
		s.say(fmt.Sprintf("%s is not judged: %v", file, err))
		return nil
	}
	r.passing = true
	s.roots = append(s.roots, r)
	return r
}

func (s *server) addFolder(uri string) error {
	dir, ok := fileOf(uri)
	if !ok {
		return fmt.Errorf("the folder %s is not one of files: its documents are not judged", uri)
	}
	s.removeFolder(uri)
	r, err := s.openRoot(dir)
	if err != nil {
		return err
	}
	for _, other := range slices.Clone(s.roots) {
		if other.passing && r.holds(other.dir) {
			s.dropRoot(other)
		}
	}
	s.roots = append(s.roots, r)
	s.rejudge()
	return nil
}

func (s *server) removeFolder(uri string) {
	dir, _ := fileOf(uri)
	for _, r := range slices.Clone(s.roots) {
		if r.dir == dir {
			s.dropRoot(r)
		}
	}
}

// dropRoot takes the diagnostics of a folder back, and closes it.
func (s *server) dropRoot(r *root) {
	for uri := range r.published {
		_ = s.wire.notify("textDocument/publishDiagnostics", diagnosticsParams{URI: uri, Diagnostics: []diagnostic{}})
	}
	for _, b := range s.buffers {
		if b.root == r {
			b.root, b.name = nil, ""
		}
	}
	s.roots = slices.DeleteFunc(s.roots, func(x *root) bool { return x == r })
	r.close()
	s.rejudge()
}

// rejudge judges all folders again: which of them holds a file may have changed.
func (s *server) rejudge() {
	for _, r := range s.roots {
		r.due = true
	}
}

// fileOf is the file of an address; ok is false for one that is not of a file.
func fileOf(uri string) (file string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" {
		return "", false
	}
	file = u.Path
	if runtime.GOOS == "windows" {
		file = strings.TrimPrefix(file, "/")
	}
	return filepath.Clean(filepath.FromSlash(file)), true
}

func uriOf(file string) string {
	p := filepath.ToSlash(file)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/trialweave/trialweave/internal/remote"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
)

// workspace is the folder whose files may be read, and the paths in it that
// were asked for. Links that lead out of it are not followed.
type workspace struct {
	root  string
	files fs.FS
	paths []string
	// rulesets are the rulesets that were asked for, in rulesetFiles.
	rulesets     []lint.RulesetUse
	rulesetRoot  string
	rulesetFiles fs.FS
}

// openWorkspace finds the folder that everything is in: root where it is
// given, else the current one where it holds all paths, else the nearest that
// does and looks like a repository.
func openWorkspace(root string, paths, rulesets []string) (*workspace, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	common, err := commonRoot(paths)
	if err != nil {
		return nil, err
	}
	if root, err = chosenRoot(root, common, paths); err != nil {
		return nil, err
	}
	w := &workspace{root: root}
	if w.files, err = openRoot(root); err != nil {
		return nil, err
	}
	if w.paths, err = relative(root, paths); err != nil {
		return nil, err
	}
	return w, w.openRulesets(rulesets)
}

// openCorpus opens a workspace and reads the documents in it.
func openCorpus(root string, paths, rulesets []string) (*workspace, *lint.Corpus, error) {
	return openReaching(context.Background(), root, paths, rulesets, &reaching{})
}

// openReaching does so with the hosts that may be asked.
func openReaching(ctx context.Context, root string, paths, rulesets []string, a *reaching) (*workspace, *lint.Corpus, error) {
	w, err := openWorkspace(root, paths, rulesets)
	if err != nil {
		return nil, nil, err
	}
	config, err := w.config()
	if err != nil {
		return nil, nil, err
	}
	if _, err := a.reach(ctx, w, remote.Locked); err != nil {
		return nil, nil, err
	}
	corpus, err := lint.Load(w.files, w.paths, config)
	return w, corpus, err
}

// chosenRoot is the folder that --root names, which must hold all paths, or
// the one that was found.
func chosenRoot(root, common string, paths []string) (string, error) {
	if root == "" {
		return common, nil
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	for _, p := range paths {
		abs, err := absolute(p)
		if err != nil {
			return "", err
		}
		if !inside(root, abs) {
			return "", fmt.Errorf("%s is outside of --root %s", p, root)
		}
	}
	return root, nil
}

func openRoot(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return root.FS(), nil
}

// commonRoot is the folder that holds all paths.
func commonRoot(paths []string) (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	common := ""
	for _, p := range paths {
		abs, err := absolute(p)
		if err != nil {
			return "", err
		}
		if p == "-" {
			common = ancestor(common, here)
			continue
		}
		info, err := os.Stat(abs)
		if err != nil {
			return "", fmt.Errorf("%s: no such file or folder", p)
		}
		if !info.IsDir() {
			abs = filepath.Dir(abs)
		}
		common = ancestor(common, abs)
	}
	if inside(here, common) {
		return here, nil
	}
	return repository(common), nil
}

// absolute is the path that a name leads to; that of standard input is a file
// in the current folder, so that its references lead from there.
func absolute(p string) (string, error) {
	if p == "-" {
		p = stdinName
	}
	return filepath.Abs(p)
}

func inside(dir, name string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

func ancestor(a, b string) string {
	if a == "" {
		return b
	}
	for !inside(a, b) {
		a = filepath.Dir(a)
	}
	return a
}

// repository is the folder, at or above dir, that has the marks of the top of
// a repository; dir itself where there is none.
func repository(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		for _, mark := range []string{".git", lint.ConfigFile, "apis.yml", "apis.yaml", "apis.json"} {
			if _, err := os.Stat(filepath.Join(at, mark)); err == nil {
				return at
			}
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// folderOf returns the path of a folder from the root of the git repository around it,
// "" where it is the root itself, or in no such repository.
func folderOf(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			if rel, err := filepath.Rel(at, dir); err == nil && rel != "." {
				return filepath.ToSlash(rel)
			}
			return ""
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

func relative(root string, paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		abs, err := absolute(p)
		if err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(root, abs)
		if err != nil {
			return nil, err
		}
		out = append(out, filepath.ToSlash(rel))
	}
	return out, nil
}

// rulesetNames are the rulesets that have a name: bundled ones, and the rule
// packs of vacuum, which this build may lack.
func rulesetNames() []string {
	return append(rules.Builtin(), "vacuum:oas", "vacuum:owasp", "vacuum:asyncapi", "vacuum:json-schema")
}

func (w *workspace) openRulesets(names []string) (err error) {
	w.rulesetRoot, w.rulesetFiles = w.root, w.files
	var files []string
	for _, name := range names {
		if !isBuiltin(name) {
			files = append(files, name)
		}
	}
	for _, name := range files {
		if _, err := os.Stat(name); err != nil {
			return fmt.Errorf("--ruleset %s: no such file\nhint: a ruleset is a file, or one of %s", name, strings.Join(rulesetNames(), ", "))
		}
	}
	if len(files) > 0 {
		if w.rulesetRoot, err = commonRoot(files); err != nil {
			return err
		}
		if w.rulesetFiles, err = openRoot(w.rulesetRoot); err != nil {
			return err
		}
	}
	for _, name := range names {
		if !isBuiltin(name) {
			rel, err := relative(w.rulesetRoot, []string{name})
			if err != nil {
				return err
			}
			name = rel[0]
		}
		w.rulesets = append(w.rulesets, lint.RulesetUse{Ruleset: name})
	}
	return nil
}

func isBuiltin(name string) bool {
	return rules.IsBuiltin(name) || strings.HasPrefix(name, "spectral:")
}

// show names the files of a report as the user would from where they are.
func (w *workspace) show(r *report.Report, documents map[string]bool) {
	here, err := os.Getwd()
	if err != nil {
		return
	}
	name := func(file string) string {
		root := w.rulesetRoot
		if documents[file] || fileExists(w.files, file) {
			root = w.root
		}
		switch {
		case file == "" || strings.Contains(file, ":") || root == here:
			return file
		}
		return relativeTo(here, filepath.Join(root, filepath.FromSlash(file)))
	}
	for i := range r.Documents {
		r.Documents[i].File = name(r.Documents[i].File)
	}
	for i := range r.Findings {
		r.Findings[i].File = name(r.Findings[i].File)
		for j, related := range r.Findings[i].Related {
			if related.Range.Start.Line == 0 { // a record, named as the user did
				continue
			}
			r.Findings[i].Related[j].File = name(r.Findings[i].Related[j].File)
		}
	}
	for i := range r.Unchecked {
		r.Unchecked[i].File = name(r.Unchecked[i].File)
	}
}

// shown names the place of a rule, FILE:LINE, as the user would from where
// they are.
func (w *workspace) shown(from string) string {
	file, line, _ := strings.Cut(from, ":")
	here, err := os.Getwd()
	if err != nil || !fileExists(w.rulesetFiles, file) {
		return from
	}
	return relativeTo(here, filepath.Join(w.rulesetRoot, filepath.FromSlash(file))) + ":" + line
}

// name is how the user would name a file of the workspace.
func (w *workspace) name(file string) string {
	here, err := os.Getwd()
	if err != nil || here == w.root {
		return file
	}
	return relativeTo(here, filepath.Join(w.root, filepath.FromSlash(file)))
}

func relativeTo(here, file string) string {
	rel, err := filepath.Rel(here, file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

func fileExists(files fs.FS, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	_, err := fs.Stat(files, name)
	return err == nil
}

// stdinName is the name that standard input goes by.
const stdinName = "stdin.yaml"

// readStdin reads standard input, as far as a document may be long.
func readStdin(in io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(in, 64<<20+1)) }

// addStdin makes standard input a file of the workspace, in the current folder.
func (w *workspace) addStdin(text []byte) error {
	names, err := relative(w.root, []string{"-"})
	if err != nil {
		return err
	}
	same := w.rulesetRoot == w.root
	w.files = withFile{w.files, names[0], text}
	if same {
		w.rulesetFiles = w.files
	}
	return nil
}

// withFile is a tree of files with another one.
type withFile struct {
	fs.FS
	name string
	text []byte
}

// Open opens the file, or one of the tree.
func (f withFile) Open(name string) (fs.File, error) {
	if name == f.name {
		return &openText{bytes.NewReader(f.text), f}, nil
	}
	return f.FS.Open(name)
}

// openText is a file that was opened, with its description.
type openText struct {
	*bytes.Reader
	file withFile
}

func (o *openText) Stat() (fs.FileInfo, error) { return o, nil }
func (o *openText) Close() error               { return nil }
func (o *openText) Name() string               { return path.Base(o.file.name) }
func (o *openText) Mode() fs.FileMode          { return 0o444 }
func (o *openText) ModTime() time.Time         { return time.Time{} }
func (o *openText) IsDir() bool                { return false }
func (o *openText) Sys() any                   { return nil }

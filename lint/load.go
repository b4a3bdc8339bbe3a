package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Corpus is the set of documents that are judged together.
type Corpus struct {
	// Documents are the documents, by name in order.
	Documents []*ruleset.Document
	// Config is the configuration of the tree of files.
	Config *Config

	files     fs.FS
	refs      *ruleset.References
	unchecked []report.Unchecked
	// whole tells that the whole tree of files was searched.
	whole bool
	// pieces are the files that are no documents by themselves, but parts of
	// documents, by name in order.
	pieces []*ruleset.Document
	apis   []*description
	// described are those of apis, and of a run before, by document.
	described map[*ruleset.Document]*description
	abilities []*capabilityReader
	uses      []*contextUse
	overlaid  []*overlay
	partLists []*parts
	links     map[*ruleset.Document][]ruleset.Link
	leads     []Lead
	// named and officials are the descriptions that others are compared with:
	// by the user, and by the configuration.
	named, officials []*official
}

// Load finds and parses documents: each of paths is a file, which is taken
// whatever it holds, or a folder, which is searched for files that are known
// by content. Folders and files that git ignores, hidden ones, and those that
// config excludes are left out, and so are symbolic links that lead out of
// fsys. What an index (apis.yml) names comes along. A file that cannot be read
// or parsed is part of the report of Run.
func Load(fsys fs.FS, paths []string, config *Config) (*Corpus, error) {
	if config == nil {
		config = &Config{}
	}
	l := &loading{corpus: &Corpus{files: fsys, Config: config, refs: ruleset.NewReferences(fsys)}, seen: map[string]bool{}}
	for _, p := range paths {
		if err := l.path(path.Clean(p)); err != nil {
			return nil, err
		}
	}
	l.followIndexes()
	c := l.corpus
	slices.SortFunc(c.Documents, func(a, b *ruleset.Document) int { return strings.Compare(a.File, b.File) })
	for _, d := range c.Documents {
		c.refs.Add(d)
	}
	c.refs.Documents = c.Documents
	for _, d := range c.Documents {
		c.refs.Follow(d)
	}
	c.addPieces()
	c.readOfficials()
	return c, nil
}

// addPieces resolves the files that references lead to, and those that these
// lead to. They are linted as what they are parts of.
func (c *Corpus) addPieces() {
	for {
		var found []*ruleset.Document
		for _, d := range c.refs.Files {
			if d.Resolved == nil {
				found = append(found, d)
			}
		}
		if found == nil {
			return
		}
		slices.SortFunc(found, func(a, b *ruleset.Document) int { return strings.Compare(a.File, b.File) })
		for _, d := range found {
			c.refs.Follow(d)
			if !matchAny(c.Config.Exclude, d.File) {
				c.pieces = append(c.pieces, d)
			}
		}
	}
}

// Files holds the files that the documents are of.
func (c *Corpus) Files() fs.FS { return c.files }

// Texts returns the documents, and the files that are pieces of them.
func (c *Corpus) Texts() []*ruleset.Document { return slices.Concat(c.Documents, c.pieces) }

// Document returns the document in a file, or the piece of one.
func (c *Corpus) Document(file string) (*ruleset.Document, bool) {
	d, ok := c.refs.Files[file]
	return d, ok
}

type loading struct {
	corpus *Corpus
	seen   map[string]bool
	ignore ignorePatterns
	// exclude are the patterns of the configuration that hold for the folder
	// that is searched.
	exclude ignorePatterns
}

func (l *loading) path(name string) error {
	info, err := fs.Stat(l.corpus.files, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, source.PathCause(err))
	}
	if info.IsDir() {
		l.corpus.whole = l.corpus.whole || name == "."
		return l.folder(name)
	}
	l.file(name, true)
	return nil
}

func (l *loading) folder(root string) error {
	l.exclude = ignorePatterns{}
	for _, pattern := range l.corpus.Config.Exclude {
		for _, p := range braces(pattern) {
			if !matchGlob(p, root) { // a folder that is asked for is not excluded
				l.exclude.add([]byte(p), ".", "")
			}
		}
	}
	l.ignore = ignorePatterns{}
	for _, above := range l.corpus.Config.IgnoreFiles {
		l.ignore.add(above.Text, ".", above.Below)
	}
	for _, dir := range parents(root) {
		l.ignore.read(l.corpus.files, dir)
	}
	return fs.WalkDir(l.corpus.files, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			l.unread(name, err)
			return nil
		case d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "vendor"):
			return fs.SkipDir
		case d.IsDir() && name != root && (l.ignore.match(name, true) || l.exclude.match(name, true)):
			return fs.SkipDir
		case d.IsDir():
			l.ignore.read(l.corpus.files, name)
		case l.wanted(name, d):
			l.file(name, false)
		}
		return nil
	})
}

// parents are the folders above a folder, from the top.
func parents(dir string) []string {
	var out []string
	for dir != "." && dir != "/" {
		dir = path.Dir(dir)
		out = append(out, dir)
	}
	slices.Reverse(out)
	return out
}

func (l *loading) wanted(name string, d fs.DirEntry) bool {
	c := l.corpus.Config
	return d.Type().IsRegular() && ruleset.LooksLikeDocument(name) && !strings.HasPrefix(d.Name(), ".") &&
		!l.ignore.match(name, false) && !l.exclude.match(name, false) && (len(c.Documents) == 0 || matchAny(c.Documents, name))
}

// file adds a file to the corpus. One that was found by searching and is of
// no known kind is left alone.
func (l *loading) file(name string, named bool) *ruleset.Document {
	if l.seen[name] {
		return nil
	}
	l.seen[name] = true
	d, err := ruleset.ParseFile(l.corpus.files, name)
	if err != nil {
		l.unread(name, err)
		return nil
	}
	d.Named = named
	if d.Kind == ruleset.Other && !named && !d.Tree.Empty {
		return nil
	}
	l.corpus.Documents = append(l.corpus.Documents, d)
	return d
}

func (l *loading) unread(name string, err error) {
	var syntax *yamltree.SyntaxErrors
	if !errors.As(err, &syntax) {
		l.corpus.unchecked = append(l.corpus.unchecked, report.Unchecked{File: name, Why: source.Plain(err)})
		return
	}
	for _, at := range syntax.Errors {
		l.corpus.unchecked = append(l.corpus.unchecked, report.Unchecked{File: name, Why: source.Plain(at)})
	}
}

// followIndexes adds the files that indexes name, and those that the added
// ones name.
func (l *loading) followIndexes() {
	for i := 0; i < len(l.corpus.Documents); i++ {
		d := l.corpus.Documents[i]
		if d.Kind != ruleset.APIsJSON {
			continue
		}
		for _, link := range indexLinks(d) {
			if link.File != "" && ruleset.LooksLikeDocument(link.File) && exists(l.corpus.files, link.File) {
				l.file(link.File, false)
			}
		}
	}
}

func exists(fsys fs.FS, name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// indexLinks lists the links of an index, in its order.
func indexLinks(d *ruleset.Document) []apisjson.Link { return apisjson.FromTree(d.Tree).Links() }

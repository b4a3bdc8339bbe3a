package lint

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/yamltree"
)

// Texts is a tree of files in which some files have another text, such as that of a
// buffer of an editor that is not saved. It keeps what was parsed, so that a run over
// the tree reads again only what changed. It is not safe for use by several goroutines
// while a text is set.
type Texts struct {
	files fs.FS
	texts map[string][]byte
	kept  *keptTrees
}

// NewTexts returns the tree of files as it is.
func NewTexts(files fs.FS) *Texts {
	return &Texts{files: files, texts: map[string][]byte{}, kept: &keptTrees{trees: map[string]*keptTree{}}}
}

// Set gives a file another text, which must not be changed afterwards. The file need not
// exist.
func (t *Texts) Set(name string, text []byte) { t.texts[name] = text }

// Unset gives a file the text that it has in the tree.
func (t *Texts) Unset(name string) { delete(t.texts, name) }

// Open opens a file of the tree.
func (t *Texts) Open(name string) (fs.File, error) {
	if text, ok := t.texts[name]; ok && fs.ValidPath(name) {
		return &textFile{bytes.NewReader(text), textInfo{name, int64(len(text))}}, nil
	}
	return t.files.Open(name)
}

// ReadFile reads a file of the tree.
func (t *Texts) ReadFile(name string) ([]byte, error) {
	if text, ok := t.texts[name]; ok && fs.ValidPath(name) {
		return text, nil
	}
	return fs.ReadFile(t.files, name)
}

// Stat describes a file of the tree.
func (t *Texts) Stat(name string) (fs.FileInfo, error) {
	if text, ok := t.texts[name]; ok && fs.ValidPath(name) {
		return textInfo{name, int64(len(text))}, nil
	}
	return fs.Stat(t.files, name)
}

// ReadDir lists a folder of the tree.
func (t *Texts) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(t.files, name)
	if err != nil {
		return entries, err
	}
	before := len(entries)
	for file, text := range t.texts {
		if path.Dir(file) == name && !slices.ContainsFunc(entries[:before], func(e fs.DirEntry) bool { return e.Name() == path.Base(file) }) {
			entries = append(entries, fs.FileInfoToDirEntry(textInfo{file, int64(len(text))}))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Tree parses a file of the tree, once for each text that it has.
func (t *Texts) Tree(name string) (*yamltree.Document, error) {
	text, err := t.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return t.kept.parse(name, text)
}

// keptTrees are parsed files.
type keptTrees struct {
	trees map[string]*keptTree
	// run counts runs: what one did not ask for is dropped after it.
	run int
}

type keptTree struct {
	text []byte
	doc  *yamltree.Document
	err  error
	used int
}

func (k *keptTrees) parse(name string, text []byte) (*yamltree.Document, error) {
	tree := k.trees[name]
	if tree == nil || !bytes.Equal(tree.text, text) {
		tree = &keptTree{text: text}
		tree.doc, tree.err = yamltree.Parse(name, text, nil)
		k.trees[name] = tree
	}
	tree.used = k.run
	return tree.doc, tree.err
}

// keep says what the text of a file is parsed as.
func (k *keptTrees) keep(name string, text []byte, doc *yamltree.Document) {
	k.trees[name] = &keptTree{text: text, doc: doc, used: k.run}
}

// sweep drops what was not asked for since the last time.
func (k *keptTrees) sweep() {
	for name, tree := range k.trees {
		if tree.used < k.run {
			delete(k.trees, name)
		}
	}
	k.run++
}

// textFile is a file that was opened.
type textFile struct {
	*bytes.Reader
	info textInfo
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *textFile) Close() error               { return nil }

// textInfo describes a file that has another text.
type textInfo struct {
	name string
	size int64
}

func (i textInfo) Name() string       { return path.Base(i.name) }
func (i textInfo) Size() int64        { return i.size }
func (i textInfo) Mode() fs.FileMode  { return 0o444 }
func (i textInfo) ModTime() time.Time { return time.Time{} }
func (i textInfo) IsDir() bool        { return false }
func (i textInfo) Sys() any           { return nil }

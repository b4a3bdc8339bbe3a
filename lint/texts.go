package lint

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/source"
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

// ReadRemote reads what is at an address on another host, where the tree of files does.
func (t *Texts) ReadRemote(address string) ([]byte, error) {
	if from, ok := t.files.(source.Remote); ok {
		return from.ReadRemote(address)
	}
	return nil, source.ErrNotAllowed
}

// Stat describes a file of the tree.
func (t *Texts) Stat(name string) (fs.FileInfo, error) {
	if text, ok := t.texts[name]; ok && fs.ValidPath(name) {
		return textInfo{name, int64(len(text))}, nil
	}
	info, err := fs.Stat(t.files, name)
	if errors.Is(err, fs.ErrNotExist) && t.isFolder(name) {
		return folderInfo{name}, nil
	}
	return info, err
}

// isFolder reports whether a file that has another text lies in a folder, which need not
// exist.
func (t *Texts) isFolder(name string) bool {
	for file := range t.texts {
		if _, ok := childOf(name, file); ok && fs.ValidPath(file) {
			return true
		}
	}
	return false
}

// childOf is the entry of a folder that is a file, or leads to it; ok is false for a file
// that does not lie in the folder.
func childOf(folder, file string) (child string, ok bool) {
	rest := file
	if folder != "." {
		if rest, ok = strings.CutPrefix(file, folder+"/"); !ok {
			return "", false
		}
	}
	first, _, _ := strings.Cut(rest, "/")
	return path.Join(folder, first), true
}

// ReadDir lists a folder of the tree.
func (t *Texts) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(t.files, name)
	if err != nil && !(errors.Is(err, fs.ErrNotExist) && t.isFolder(name)) {
		return entries, err
	}
	for file, text := range t.texts {
		child, ok := childOf(name, file)
		if !ok || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == path.Base(child) }) {
			continue
		}
		if child == file {
			entries = append(entries, fs.FileInfoToDirEntry(textInfo{file, int64(len(text))}))
		} else {
			entries = append(entries, fs.FileInfoToDirEntry(folderInfo{child}))
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
	// good is what was parsed last of the file: the text, or one before it.
	good *yamltree.Document
}

// after is what a file is parsed as that has another text than before.
func (k *keptTree) after(name string, text []byte) *keptTree {
	out := &keptTree{text: text}
	if k != nil && k.good != nil {
		if faults := k.good.Faults(text); faults != nil {
			out.err, out.good = faults, k.good
			return out
		}
		out.good = k.good
	}
	out.doc, out.err = yamltree.Parse(name, text, nil)
	if out.err == nil {
		out.good = out.doc
	}
	return out
}

func (k *keptTrees) parse(name string, text []byte) (*yamltree.Document, error) {
	tree := k.trees[name]
	if tree == nil || !bytes.Equal(tree.text, text) {
		tree = tree.after(name, text)
		k.trees[name] = tree
	}
	tree.used = k.run
	return tree.doc, tree.err
}

// keep says what the text of a file is parsed as.
func (k *keptTrees) keep(name string, text []byte, doc *yamltree.Document) {
	k.trees[name] = &keptTree{text: text, doc: doc, used: k.run, good: doc}
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

// folderInfo describes a folder that does not exist, but has a file that has another text.
type folderInfo struct{ name string }

func (i folderInfo) Name() string       { return path.Base(i.name) }
func (i folderInfo) Size() int64        { return 0 }
func (i folderInfo) Mode() fs.FileMode  { return fs.ModeDir | 0o555 }
func (i folderInfo) ModTime() time.Time { return time.Time{} }
func (i folderInfo) IsDir() bool        { return true }
func (i folderInfo) Sys() any           { return nil }

package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Load reads a ruleset and what it extends: a file of fsys, or a built-in
// name (see Builtin), or a rule pack such as "vacuum:oas", whose rules are
// known where packs has them. Nothing outside fsys is read, but for what
// one that is a source.Remote reads from other hosts. Its error is that
// of a file that cannot be read or parsed; faults within a ruleset are problems
// of the set.
func Load(fsys fs.FS, name string, packs ...Pack) (*Set, error) {
	l := &loader{fsys: fsys, packs: packs, set: &Set{Name: name, Engines: map[string]string{}}, read: map[string]loaded{}}
	if isPack(name) {
		l.set.Engines[name] = "recommended"
		base, _ := l.pack(name)
		l.set.effective = &effectives{made: map[string]*Effective{}}
		l.set.Rules = runnable(base.rules)
		return l.set, nil
	}
	layer, err := l.load(name)
	if err != nil {
		return nil, err
	}
	l.set.effective = &effectives{made: map[string]*Effective{}, root: l.root}
	l.set.Rules = runnable(layer.rules)
	l.set.checkOverrides()
	return l.set, nil
}

// runnable drops the rules that do nothing.
func runnable(all map[string]*Rule) map[string]*Rule {
	maps.DeleteFunc(all, func(_ string, rule *Rule) bool { return len(rule.Then) == 0 && rule.Pack == "" })
	return all
}

// isPack reports whether a name is that of a rule pack, which only an engine
// has.
func isPack(name string) bool { return strings.HasPrefix(name, "vacuum:") }

type loader struct {
	fsys  fs.FS
	packs []Pack
	set   *Set
	stack []string
	// read holds what became of each ruleset: rulesets that extend each other
	// in many ways are read once.
	read map[string]loaded
	// root is the file that everything else is extended by.
	root *file
}

// loaded is a ruleset that was read, or why it could not be.
type loaded struct {
	layer *layer
	err   error
}

// layer is one ruleset with what it inherits, before it is finished.
type layer struct{ rules map[string]*Rule }

func newLayer() *layer { return &layer{rules: map[string]*Rule{}} }

func (l *loader) load(name string) (*layer, error) {
	if slices.Contains(l.stack, name) {
		return nil, fmt.Errorf("extends itself: %s", strings.Join(append(l.stack, name), " -> "))
	}
	before, ok := l.read[name]
	if !ok {
		l.stack = append(l.stack, name)
		before.layer, before.err = l.parse(name)
		l.stack = l.stack[:len(l.stack)-1]
		l.read[name] = before
	}
	if before.err != nil {
		return nil, before.err
	}
	return before.layer.clone(), nil
}

// clone copies the rules, which whoever extends a layer may change.
func (l *layer) clone() *layer {
	c := &layer{rules: make(map[string]*Rule, len(l.rules))}
	for id, rule := range l.rules {
		changed := *rule
		c.rules[id] = &changed
	}
	return c
}

// parse reads one ruleset and what it extends.
func (l *loader) parse(name string) (*layer, error) {
	doc, err := l.text(name)
	if err != nil {
		return nil, err
	}
	l.set.Files = append(l.set.Files, doc)
	f := &file{loader: l, doc: doc, layer: newLayer()}
	if l.root == nil {
		l.root = f
	}
	if err := f.parse(); err != nil {
		return nil, err
	}
	return f.layer, nil
}

func (l *loader) text(name string) (*yamltree.Document, error) {
	if tree, ok := builtinTrees()[name]; ok {
		return tree()
	}
	text, err := l.bytesOf(name)
	if err != nil {
		return nil, &source.Error{Position: source.Position{File: name, Offset: source.NoOffset}, Problem: "cannot be read", Err: pathCause(err)}
	}
	return yamltree.Parse(name, text, nil)
}

// bytesOf reads a file, or what is at an address.
func (l *loader) bytesOf(name string) ([]byte, error) {
	if !isAddress(name) {
		return fs.ReadFile(l.fsys, name)
	}
	from, ok := l.fsys.(source.Remote)
	if !ok {
		return nil, source.ErrNotAllowed
	}
	return from.ReadRemote(name)
}

// isAddress reports whether a name is an address on another host.
func isAddress(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}

// pathCause drops the name of the file, which the position has.
func pathCause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// extend adds what another ruleset has; mode is "recommended", "all" or "off".
func (f *file) extend(at *yamltree.Node, where []string, mode string) {
	name := at.Text
	if isPack(name) {
		f.extendPack(name, mode)
		return
	}
	base, err := f.extended(name)
	if err != nil {
		f.problem(where, name, true, fmt.Sprintf("cannot extend %q", name), extendsCause(name, err))
		return
	}
	for id, rule := range base.rules {
		f.layer.rules[id] = extended(rule, mode)
	}
}

func extended(rule *Rule, mode string) *Rule {
	switch mode {
	case "all":
		rule.Enabled = rule.Severity != Off
	case "off":
		rule.Enabled = false
	}
	return rule
}

// extended reads the ruleset that an extends entry means.
func (f *file) extended(name string) (*layer, error) {
	resolved := f.resolve(name)
	if isPackage(name) && !f.loader.isFile(resolved) {
		inPackage, err := f.packaged(name)
		if err != nil {
			return nil, err
		}
		resolved = inPackage
	}
	return f.loader.load(resolved)
}

// resolve names the file that an extends entry means.
func (f *file) resolve(name string) string {
	if _, ok := builtinText(name); ok || strings.Contains(name, ":") {
		return name
	}
	if isAddress(f.doc.Name) {
		if base, err := url.Parse(f.doc.Name); err == nil {
			if u, err := base.Parse(name); err == nil {
				return u.String()
			}
		}
	}
	return path.Join(path.Dir(f.doc.Name), name)
}

// extendsCause says in plain words why a name leads nowhere.
func extendsCause(name string, err error) string {
	switch {
	case strings.HasPrefix(name, "spectral:"):
		return "this set of Spectral's is not carried; carried are " + strings.Join(Builtin(), ", ")
	case errors.Is(err, source.ErrNotAllowed):
		return "remote rulesets are read with --allow-remote HOST only"
	}
	return err.Error()
}

package rules

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/source"
)

// file is one ruleset while it is read.
type file struct {
	loader  *loader
	doc     *yamltree.Document
	layer   *layer
	formats []string
}

func topLevelKeys() []string {
	return []string{"extends", "rules", "aliases", "formats", "functions", "functionsDir", "overrides", "parserOptions", "documentationUrl", "description", "except"}
}

// problem notes a fault at a path of the file.
func (f *file) problem(where []string, rule string, stops bool, problem, expected string) {
	r, ok := f.doc.KeyRangeAt(where...)
	if !ok {
		r, _ = f.doc.RangeAt(where...)
	}
	f.loader.set.Problems = append(f.loader.set.Problems, Problem{
		Fault: source.Error{Position: f.doc.Position(r.Start, where...), Problem: problem, Expected: expected},
		Rule:  rule, Stops: stops, Path: slices.Clone(where), Range: r,
	})
}

func (f *file) parse() error {
	root := f.doc.Root
	if root.Kind != yamltree.Mapping || root.Lookup("rules") == nil && root.Lookup("extends") == nil && root.Lookup("overrides") == nil {
		return &source.Error{Position: f.doc.Position(root.Range.Start), Problem: "this is not a ruleset", Expected: "a mapping with rules or extends"}
	}
	f.noteDuplicates()
	for _, key := range root.Keys {
		if !slices.Contains(topLevelKeys(), key.Name) {
			f.problem([]string{key.Name}, "", false, fmt.Sprintf("unknown key %q", key.Name), "one that Spectral's rulesets have")
		}
	}
	f.formats = f.strings(root.Lookup("formats"), []string{"formats"}, "")
	if b := builtins()[f.doc.Name]; b.format != "" {
		f.formats = []string{b.format}
	}
	f.extends(root.Lookup("extends"), []string{"extends"})
	f.readAliases(root.Lookup("aliases"))
	f.readRules(root.Lookup("rules"), []string{"rules"}, f.layer.rules)
	f.readOverrides(root.Lookup("overrides"))
	return nil
}

func (f *file) noteDuplicates() {
	for _, d := range f.doc.Duplicates {
		where := append(slices.Clone(d.Path), d.Key)
		f.problem(where, "", false, fmt.Sprintf("key %q occurs twice", d.Key), fmt.Sprintf("one (the first is in line %d; the last one counts)", d.First.Start.Line))
	}
}

func (f *file) extends(n *yamltree.Node, where []string) {
	switch {
	case n == nil:
	case n.Kind == yamltree.String:
		f.extend(n, where, "recommended")
	case n.Kind == yamltree.Sequence:
		for i, item := range n.Items {
			f.extendsItem(item, append(slices.Clone(where), strconv.Itoa(i)))
		}
	default:
		f.problem(where, "", true, "extends is "+n.Kind.String(), "a name or a list of names")
	}
}

func (f *file) extendsItem(n *yamltree.Node, where []string) {
	if n.Kind == yamltree.String {
		f.extend(n, where, "recommended")
		return
	}
	if n.Kind != yamltree.Sequence || len(n.Items) != 2 || n.Items[0].Kind != yamltree.String {
		f.problem(where, "", true, "this entry of extends is not understood", "a name, or a list of a name and a mode")
		return
	}
	mode := n.Items[1].Text
	if mode != "recommended" && mode != "all" && mode != "off" {
		f.problem(where, n.Items[0].Text, true, fmt.Sprintf("unknown mode %q", mode), "recommended, all or off")
		return
	}
	f.extend(n.Items[0], where, mode)
}

// strings reads a list of strings; a single string is a list of one.
func (f *file) strings(n *yamltree.Node, where []string, rule string) []string {
	if n == nil {
		return nil
	}
	if n.Kind == yamltree.String {
		return []string{n.Text}
	}
	var out []string
	for i, item := range n.Items {
		if item.Kind != yamltree.String || n.Kind != yamltree.Sequence {
			f.problem(append(slices.Clone(where), strconv.Itoa(i)), rule, true, item.Kind.String()+" in a list of strings", "a string")
			return nil
		}
		out = append(out, item.Text)
	}
	if out == nil {
		f.problem(where, rule, true, "this is "+n.Kind.String()+" or empty", "a string or a list of strings")
	}
	return out
}

func (f *file) readOverrides(n *yamltree.Node) {
	if n == nil {
		return
	}
	for i, item := range n.Items {
		where := []string{"overrides", strconv.Itoa(i)}
		files := f.strings(item.Lookup("files"), append(where, "files"), "")
		if len(files) == 0 {
			f.problem(where, "", true, "this override names no files", "files: a list of patterns")
			continue
		}
		f.override(item, where, files)
	}
}

// override reads the rules of an override on top of those that hold anyway.
func (f *file) override(item *yamltree.Node, where, files []string) {
	base := *f
	base.layer = newLayer()
	for id, rule := range f.layer.rules {
		c := *rule
		base.layer.rules[id] = &c
	}
	base.layer.aliases = f.layer.aliases
	base.extends(item.Lookup("extends"), append(slices.Clone(where), "extends"))
	base.readRules(item.Lookup("rules"), append(slices.Clone(where), "rules"), base.layer.rules)
	for _, rule := range base.layer.rules {
		f.loader.expandGiven(rule, base.layer.aliases)
	}
	o := Override{Rules: base.layer.rules, from: f.doc.Name + "#" + yamltree.Pointer(where)}
	for _, name := range files {
		o.Files = append(o.Files, f.pattern(name))
	}
	f.layer.overrides = append(f.layer.overrides, o)
}

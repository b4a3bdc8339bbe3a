package rules

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// file is one ruleset while it is read.
type file struct {
	loader  *loader
	doc     *yamltree.Document
	layer   *layer
	formats []string
	// aliases are those of this file alone.
	aliases aliases
	// scripts are the functions in JavaScript by name.
	scripts map[string]*Script
	// problems takes the faults; nil stands for those of the set.
	problems *[]Problem
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
	into := f.problems
	if into == nil {
		into = &f.loader.set.Problems
	}
	*into = append(*into, Problem{
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
		if !slices.Contains(topLevelKeys(), key.Name) && !strings.HasPrefix(key.Name, "x-") {
			f.problem([]string{key.Name}, "", false, fmt.Sprintf("unknown key %q", key.Name), "one that Spectral's rulesets have")
		}
	}
	f.checkHead(root)
	f.formats = f.strings(root.Lookup("formats"), []string{"formats"}, "")
	if b := builtins()[f.doc.Name]; b.format != "" {
		f.formats = []string{b.format}
	}
	f.extends(root.Lookup("extends"), []string{"extends"})
	f.aliases = f.readAliases(root.Lookup("aliases"), []string{"aliases"})
	f.scripts = f.readScripts(root)
	f.readRules(root.Lookup("rules"), []string{"rules"}, f.layer.rules)
	f.readOverrides(root.Lookup("overrides"))
	f.readExcept(root.Lookup("except"))
	return nil
}

// accepted notes something that has no effect here, and that Spectral takes.
func (f *file) accepted(where []string, rule, problem, expected string) {
	f.problem(where, rule, false, problem, expected)
	all := f.problems
	if all == nil {
		all = &f.loader.set.Problems
	}
	(*all)[len(*all)-1].Accepted = true
}

// checkHead reports what Spectral refuses at the top of a ruleset, and what
// has no effect here.
func (f *file) checkHead(root *yamltree.Node) {
	f.wantKinds(root, nil, "", map[string]yamltree.Kind{"description": yamltree.String, "documentationUrl": yamltree.String, "functions": yamltree.Sequence, "functionsDir": yamltree.String, "formats": yamltree.Sequence, "parserOptions": yamltree.Mapping})
	f.checkURL(root.Lookup("documentationUrl"), []string{"documentationUrl"}, "")
	options := root.Lookup("parserOptions")
	if options == nil || options.Kind != yamltree.Mapping {
		return
	}
	f.accepted([]string{"parserOptions"}, "", "parserOptions have no effect: duplicate keys and values that JSON does not have are always reported", "the checks duplicate-key and key-type, whose severities .triallint.yml can change")
	for i, key := range options.Keys {
		where := []string{"parserOptions", key.Name}
		if key.Name != "duplicateKeys" && key.Name != "incompatibleValues" {
			f.problem(where, "", false, fmt.Sprintf("unknown key %q", key.Name), "duplicateKeys or incompatibleValues")
		} else if _, ok := severityOf(options.Items[i]); !ok {
			f.problem(where, "", false, fmt.Sprintf("unknown severity %q", options.Items[i].Text), "error, warn, info, hint, off, or 0 to 3")
		}
	}
}

// wantKinds reports members of another kind than Spectral takes.
func (f *file) wantKinds(n *yamltree.Node, where []string, rule string, kinds map[string]yamltree.Kind) {
	for _, name := range sortedKeys(kinds) {
		if v := n.Lookup(name); v != nil && v.Kind != kinds[name] {
			f.problem(append(slices.Clone(where), name), rule, false, fmt.Sprintf("%s is %s, which Spectral refuses", name, v.Kind), kinds[name].String())
		}
	}
}

// publicHost is a host as Spectral wants it in a URL: with a domain or as an
// address.
var publicHost = regexp.MustCompile(`^([^.]+\.)+([\p{L}]{2,}|[0-9]+)(:[0-9]{2,5})?$`)

// checkURL reports a documentationUrl that is not a URL.
func (f *file) checkURL(n *yamltree.Node, where []string, rule string) {
	if n == nil || n.Kind != yamltree.String {
		return
	}
	if u, err := url.Parse(n.Text); err != nil || !publicHost.MatchString(u.Host) || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "ftp" {
		f.problem(where, rule, false, fmt.Sprintf("the documentationUrl %q is not a URL, which Spectral refuses", n.Text), "https://…")
	}
}

// readExcept reads the exceptions of older rulesets, which are overrides that
// switch rules off.
func (f *file) readExcept(n *yamltree.Node) {
	if n == nil || len(f.loader.stack) > 1 {
		return
	}
	for i, key := range n.Keys {
		where := []string{"except", key.Name}
		f.wantList(n.Items[i], where, "the exception", "rules")
		ids := f.strings(n.Items[i], where, "")
		off := &yamltree.Node{Kind: yamltree.Mapping}
		for _, id := range ids {
			off.Keys = append(off.Keys, yamltree.Key{Name: id, Kind: yamltree.String})
			off.Items = append(off.Items, &yamltree.Node{Kind: yamltree.String, Text: Off.String()})
		}
		file := key.Name
		if strings.HasPrefix(file, "#") {
			file = "**" + file
		}
		node := &yamltree.Node{Kind: yamltree.Mapping, Keys: []yamltree.Key{{Name: "rules", Kind: yamltree.String}}, Items: []*yamltree.Node{off}}
		f.loader.set.Overrides = append(f.loader.set.Overrides, Override{Files: []Pattern{f.pattern(file)}, where: where, node: node})
	}
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

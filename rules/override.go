package rules

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/yamltree"
)

// Override changes rules for some files.
type Override struct {
	// Files are patterns of file names.
	Files []Pattern

	where []string
	node  *yamltree.Node
}

// Pattern selects files, and places in them where Pointer is not empty.
type Pattern struct {
	Glob    string
	Pointer string
}

// Effective is a ruleset as it is for one file.
type Effective struct {
	// Rules are all rules by id.
	Rules map[string]*Rule
	// Problems are faults that only this combination of overrides has.
	Problems []Problem
}

// effectives remembers the rulesets for the combinations of overrides.
type effectives struct {
	lock sync.Mutex
	made map[string]*Effective
	// root is the file that the overrides are written in.
	root *file
}

// For returns the rules for a file. As in Spectral, the overrides that are for
// it become one, of which the later ones win, and the ruleset itself is
// extended by it. A rule that an override names with a pointer runs wherever
// the file is judged, in its own severity outside of that pointer.
func (s *Set) For(matches func(glob string) bool) *Effective {
	var whole []Override
	key := ""
	pointed := map[string]bool{}
	for i, o := range s.Overrides {
		for _, p := range o.Files {
			switch {
			case !matches(p.Glob):
			case p.Pointer != "":
				for _, name := range o.names() {
					pointed[name] = true
				}
			case !strings.HasSuffix(key, fmt.Sprintf(" %d", i)):
				whole = append(whole, o)
				key += fmt.Sprintf(" %d", i)
			}
		}
	}
	if len(whole) == 0 && len(pointed) == 0 {
		return &Effective{Rules: s.Rules}
	}
	key += "\x00" + strings.Join(sortedKeys(pointed), "\x00")
	s.effective.lock.Lock()
	defer s.effective.lock.Unlock()
	if e := s.effective.made[key]; e != nil {
		return e
	}
	e := s.merge(whole)
	for name := range pointed {
		if rule := e.Rules[name]; rule != nil && !rule.Enabled {
			changed := *rule
			changed.Enabled = true
			e.Rules[name] = &changed
		}
	}
	s.effective.made[key] = e
	return e
}

// SeverityAt is the severity that an override with a pointer gives a rule at a
// place of a file; of several that fit, the deepest one counts, and the last
// of these.
func (s *Set) SeverityAt(rule string, at []string, matches func(glob string) bool) (severity Severity, ok bool) {
	depth := -1
	for _, o := range s.Overrides {
		changed := o.node.Lookup("rules").Lookup(rule)
		if changed == nil {
			continue
		}
		for _, p := range o.Files {
			steps, err := yamltree.ParsePointer(p.Pointer)
			if p.Pointer == "" || err != nil || len(steps) < depth || len(steps) > len(at) || !slices.Equal(steps, at[:len(steps)]) || !matches(p.Glob) {
				continue
			}
			if v, valid := severityOf(changed); valid {
				severity, ok, depth = v, true, len(steps)
			}
		}
	}
	return severity, ok
}

func (o Override) names() []string {
	rules := o.node.Lookup("rules")
	if rules == nil {
		return nil
	}
	var out []string
	for _, key := range rules.Keys {
		out = append(out, key.Name)
	}
	return out
}

// merge makes the ruleset that some overrides make of this one.
func (s *Set) merge(overrides []Override) *Effective {
	root := s.effective.root
	e := &Effective{}
	if len(overrides) == 0 {
		e.Rules = map[string]*Rule{}
		for id, rule := range s.Rules {
			e.Rules[id] = rule
		}
		return e
	}
	f := &file{loader: root.loader, doc: root.doc, layer: newLayer(), formats: root.formats, problems: &e.Problems, aliases: aliases{}}
	for name, a := range root.aliases {
		f.aliases[name] = a
	}
	own := root.doc.Root
	extends, extendsAt := own.Lookup("extends"), []string{"extends"}
	var names []string
	rules := map[string]overridden{}
	for _, o := range overrides {
		if n := o.node.Lookup("extends"); n != nil {
			extends, extendsAt = n, append(slices.Clone(o.where), "extends")
		}
		for name, a := range f.readAliases(o.node.Lookup("aliases"), append(slices.Clone(o.where), "aliases")) {
			f.aliases[name] = a
		}
		for _, name := range o.names() {
			names = append(names, name)
			rules[name] = overridden{o.node.Lookup("rules").Lookup(name), append(slices.Clone(o.where), "rules", name)}
		}
	}
	f.extends(extends, extendsAt)
	switch ownRules := own.Lookup("rules"); {
	case ownRules != nil && len(rules) > 0:
		for id, rule := range root.layer.clone().rules {
			f.layer.rules[id] = rule
		}
	case ownRules != nil:
		f.readRules(ownRules, []string{"rules"}, f.layer.rules)
	}
	for _, name := range names {
		r := &ruleReader{file: f, id: name, where: rules[name].where}
		r.read(rules[name].node, f.layer.rules)
	}
	e.Rules = runnable(f.layer.rules)
	return e
}

// overridden is a rule as an override has it.
type overridden struct {
	node  *yamltree.Node
	where []string
}

func overrideKeys() []string {
	return []string{"files", "extends", "rules", "aliases", "formats", "parserOptions", "documentationUrl", "description"}
}

func (f *file) readOverrides(n *yamltree.Node) {
	if n == nil {
		return
	}
	if len(f.loader.stack) > 1 {
		f.accepted([]string{"overrides"}, "", "the overrides of a ruleset that another one extends have no effect", "overrides in the ruleset that is run")
		return
	}
	if n.Kind != yamltree.Sequence || len(n.Items) == 0 {
		f.problem([]string{"overrides"}, "", true, "overrides is "+n.Kind.String()+" or empty", "a list of overrides")
		return
	}
	for i, item := range n.Items {
		where := []string{"overrides", strconv.Itoa(i)}
		for _, key := range item.Pairs() {
			if !slices.Contains(overrideKeys(), key.Name) && !strings.HasPrefix(key.Name, "x-") {
				f.problem(append(slices.Clone(where), key.Name), "", false, fmt.Sprintf("unknown key %q of an override", key.Name), "one that Spectral's overrides have")
			}
		}
		f.wantList(item.Lookup("files"), append(slices.Clone(where), "files"), "files", "patterns")
		files := f.strings(item.Lookup("files"), append(slices.Clone(where), "files"), "")
		if len(files) == 0 {
			f.problem(where, "", true, "this override names no files", "files: a list of patterns")
			continue
		}
		o := Override{node: item, where: where}
		for _, name := range files {
			if name == "" {
				f.problem(append(slices.Clone(where), "files"), "", false, "a pattern is empty, which Spectral refuses", "a pattern of files")
			}
			o.Files = append(o.Files, f.pattern(name))
		}
		f.checkOverride(o)
		f.loader.set.Overrides = append(f.loader.set.Overrides, o)
	}
}

// checkOverride reports what keeps an override from working.
func (f *file) checkOverride(o Override) {
	pointed := slices.ContainsFunc(o.Files, func(p Pattern) bool { return p.Pointer != "" })
	rules := o.node.Lookup("rules")
	if rules == nil && (pointed || o.node.Lookup("extends") == nil) {
		f.problem(o.where, "", true, "this override has no rules", "rules: a mapping of rule names to severities")
		return
	}
	if rules != nil && rules.Kind != yamltree.Mapping {
		f.problem(append(slices.Clone(o.where), "rules"), "", true, "rules is "+rules.Kind.String(), "a mapping of rule names to rules")
		return
	}
	if !pointed || rules == nil {
		return
	}
	for _, key := range o.node.Keys {
		if key.Name != "files" && key.Name != "rules" {
			f.problem(append(slices.Clone(o.where), key.Name), "", false, fmt.Sprintf("key %q beside a pointer has no effect", key.Name), "only rules")
		}
	}
	for i, key := range rules.Keys {
		if _, ok := severityOf(rules.Items[i]); !ok {
			f.problem(append(slices.Clone(o.where), "rules", key.Name), key.Name, true, "an override with a pointer does more than change a severity", "error, warn, info, hint or off")
		}
	}
}

// checkOverrides reports the faults that the overrides have where all of them
// apply. What they stop is known when a file is judged that they are for.
func (s *Set) checkOverrides() {
	var whole []Override
	for _, o := range s.Overrides {
		if slices.ContainsFunc(o.Files, func(p Pattern) bool { return p.Pointer == "" }) {
			whole = append(whole, o)
		}
	}
	if len(whole) > 0 {
		for _, p := range s.merge(whole).Problems {
			p.Accepted, p.Stops = p.Stops, false
			s.Problems = append(s.Problems, p)
		}
	}
}

func (f *file) pattern(text string) Pattern {
	glob, pointer, _ := strings.Cut(text, "#")
	if unescaped, err := url.PathUnescape(pointer); err == nil {
		pointer = unescaped
	}
	if strings.Contains(glob, "/") && !strings.HasPrefix(glob, "**") {
		glob = path.Join(path.Dir(f.doc.Name), glob)
	}
	return Pattern{glob, pointer}
}

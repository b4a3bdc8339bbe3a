package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkCapabilityShape() Check {
	return Check{
		ID: "capability-shape", Severity: report.Warn,
		Description: "A capabilities file has the keys that its form requires, and in Naftiko and Ikanos files no others at its root.",
		Why:         "What a file consumes is found by these keys; one that is missing, or in another place, is passed over. The keys are those of Naftiko 1.0.0-alpha2 and Ikanos 1.0.0-beta7, whose resources, operations and parameters are mappings by name since 1.0.0-alpha3, and lists before; the rest of the schemas is not checked.",
		Fix:         "Add or correct what is named, and lint again: the next place, if there is one, is reported then.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == ruleset.Capabilities {
					s := &shape{doc: d}
					s.file()
					out = append(out, s.finding()...)
				}
			}
			return out
		},
	}
}

// shape looks for the first place of a capabilities file that its form does
// not allow.
type shape struct {
	doc   *ruleset.Document
	first *finding
	more  int
}

func (s *shape) wrong(at []string, format string, args ...any) {
	if s.first != nil {
		s.more++
		return
	}
	s.first = &finding{place: s.doc.Place(slices.Clone(at)), message: fmt.Sprintf(format, args...)}
}

func (s *shape) finding() []finding {
	if s.first == nil {
		return nil
	}
	if s.more > 0 {
		s.first.message += fmt.Sprintf("; and %d more", s.more)
	}
	return []finding{*s.first}
}

func (s *shape) file() {
	root := s.doc.Tree.Root
	switch {
	case root.Index("naftiko") >= 0:
		s.consumer(root, "naftiko", []string{"info", "consumes", "binds", "capability"})
	case root.Index("ikanos") >= 0:
		s.consumer(root, "ikanos", []string{"info", "consumes", "exposes", "aggregates", "binds", "capability"})
	default:
		s.listed()
	}
}

// listed judges the simple profile and the bare list.
func (s *shape) listed() {
	seen := map[string]bool{}
	s.each([]string{"capabilities"}, func(n *yamltree.Node, at []string) {
		id, ok := n.Lookup("id").StringValue()
		name, named := n.Lookup("name").StringValue()
		switch {
		case !ok && !named:
			s.wrong(at, "the capability has neither id nor name")
		case ok && seen[id]:
			s.wrong(append(at, "id"), "the id %q is already used by another capability", id)
		case !ok && seen["\x00"+name]:
			s.wrong(append(at, "name"), "the name %q is already used by another capability", name)
		}
		seen[id], seen["\x00"+name] = true, true
		for _, key := range []string{"inputs", "outputs"} {
			if list := n.Lookup(key); list != nil && list.Kind != yamltree.Sequence {
				s.wrong(append(at, key), "%s is %s, expected a list", key, wording.Article(list.Kind.String()))
			}
		}
	})
}

// consumer judges a Naftiko or Ikanos file by the keys that its published
// schema requires.
func (s *shape) consumer(root *yamltree.Node, form string, known []string) {
	if v, ok := root.Lookup(form).StringValue(); !ok || v == "" {
		s.wrong([]string{form}, "the version of the form is %s, expected a string", wording.Article(root.Lookup(form).Kind.String()))
	}
	for _, key := range root.Keys {
		if key.Name != form && !slices.Contains(known, key.Name) {
			s.wrong([]string{key.Name}, "unknown key %q; a file of this form has %s and %s", key.Name, form, strings.Join(known, ", "))
		}
	}
	for _, base := range [][]string{{"consumes"}, {"capability", "consumes"}} {
		s.each(base, func(n *yamltree.Node, at []string) {
			if n.Index("import") >= 0 || n.Index("location") >= 0 || n.Index("from") >= 0 {
				return // taken over from another file
			}
			s.consumed(n, at)
		})
	}
}

// consumed judges a server that is called.
func (s *shape) consumed(n *yamltree.Node, at []string) {
	if kind, _ := n.Lookup("type").StringValue(); kind == "mcp" {
		s.require(n, at, "namespace", "type")
		s.named(append(at, "tools"), func(*yamltree.Node, []string) {})
		return
	}
	s.require(n, at, "namespace", "type", "baseUri")
	s.named(append(at, "resources"), func(n *yamltree.Node, at []string) {
		s.require(n, at, "path", "operations")
		s.parameters(n, at)
		s.named(append(at, "operations"), func(n *yamltree.Node, at []string) {
			s.require(n, at, "method")
			s.parameters(n, at)
		})
	})
}

func (s *shape) parameters(n *yamltree.Node, at []string) {
	for _, key := range []string{"inputParameters", "outputParameters"} {
		if n.Index(key) >= 0 {
			s.named(append(slices.Clone(at), key), func(*yamltree.Node, []string) {})
		}
	}
}

func (s *shape) require(n *yamltree.Node, at []string, keys ...string) {
	for _, key := range keys {
		if n.Index(key) < 0 {
			s.wrong(at, "%q is missing", key)
		}
	}
}

// named visits the entries of a mapping by name, or of a list of entries with a
// name each.
func (s *shape) named(at []string, visit func(*yamltree.Node, []string)) {
	list := s.doc.Tree.Root.At(at...)
	if list == nil {
		return
	}
	if list.IsScalar() {
		s.wrong(at, "%s is %s, expected a mapping by name, or a list", at[len(at)-1], wording.Article(list.Kind.String()))
		return
	}
	for i, item := range list.Items {
		where := list.Step(slices.Clone(at), i)
		if list.Kind == yamltree.Sequence && item.Kind == yamltree.Mapping && s.doc.Tree.Root.Index("naftiko") >= 0 {
			s.require(item, where, "name")
		}
		if item.Kind != yamltree.Mapping {
			s.wrong(where, "an entry of %s is %s, expected an object", at[len(at)-1], wording.Article(item.Kind.String()))
			continue
		}
		visit(item, where)
	}
}

// each visits the items of the list at a path.
func (s *shape) each(at []string, visit func(*yamltree.Node, []string)) {
	list := s.doc.Tree.Root.At(at...)
	if list == nil {
		return
	}
	if list.Kind != yamltree.Sequence {
		s.wrong(at, "%s is %s, expected a list", at[len(at)-1], wording.Article(list.Kind.String()))
		return
	}
	for i, item := range list.Items {
		visit(item, append(slices.Clone(at), strconv.Itoa(i)))
	}
}

var (
	ikanosVersion  = regexp.MustCompile(`^(0\.5(\.[0-9]+)?|1\.0\.0-(alpha[1-3]|beta[1-7]))$`)
	naftikoVersion = regexp.MustCompile(`^(0\.[1-5](\.[0-9]+)?|1\.0\.0-alpha[12])$`)
)

// newerCapabilities lists the files of versions whose schema is not known.
func (c *Corpus) newerCapabilities() (out []report.Unchecked) {
	for _, d := range c.Documents {
		for form, known := range map[string]*regexp.Regexp{"ikanos": ikanosVersion, "naftiko": naftikoVersion} {
			v, ok := d.Tree.Root.Lookup(form).StringValue()
			if d.Kind != ruleset.Capabilities || !ok || known.MatchString(v) {
				continue
			}
			nearest := "Ikanos 1.0.0-beta7"
			if form == "naftiko" {
				nearest = "Naftiko 1.0.0-alpha2"
			}
			at := d.Place([]string{form}).Range.Start
			out = append(out, report.Unchecked{File: d.File, Why: fmt.Sprintf("%d:%d: the version %q of %s is not known; the file is checked as one of %s, and what its version changed is not", at.Line, at.Column, v, form, nearest), Aside: true})
		}
	}
	return out
}

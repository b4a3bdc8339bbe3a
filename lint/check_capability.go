package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/report"
)

func checkCapabilityShape() Check {
	return Check{
		ID: "capability-shape", Severity: report.Warn,
		Description: "A capabilities file has the keys that its form requires, and in Naftiko and Ikanos files no others at its root.",
		Why:         "No public file of these forms is valid by the published schemas, so this is a warning, once a file, about the first place that is not; the rest of the schemas is not checked.",
		Fix:         "Add or correct what is named, and lint again: the next place, if there is one, is reported then.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind == Capabilities {
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
	doc   *Document
	first *finding
	more  int
}

func (s *shape) wrong(at []string, format string, args ...any) {
	if s.first != nil {
		s.more++
		return
	}
	s.first = &finding{place: s.doc.place(slices.Clone(at)), message: fmt.Sprintf(format, args...)}
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
	root := s.doc.tree.Root
	switch {
	case root.Index("naftiko") >= 0:
		s.consumer(root, "naftiko", []string{"info", "consumes", "binds", "capability"}, []string{"name", "path", "operations"}, []string{"name", "method"})
	case root.Index("ikanos") >= 0:
		s.consumer(root, "ikanos", []string{"info", "consumes", "exposes", "aggregates", "binds", "capability"}, []string{"path", "operations"}, []string{"method"})
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
				s.wrong(append(at, key), "%s is %s, expected a list", key, article(list.Kind.String()))
			}
		}
	})
}

// consumer judges a Naftiko or Ikanos file by the keys that its published
// schema requires.
func (s *shape) consumer(root *yamltree.Node, form string, known, resource, operation []string) {
	if v, ok := root.Lookup(form).StringValue(); !ok || v == "" {
		s.wrong([]string{form}, "the version of the form is %s, expected a string", article(root.Lookup(form).Kind.String()))
	}
	for _, key := range root.Keys {
		if key.Name != form && !slices.Contains(known, key.Name) {
			s.wrong([]string{key.Name}, "unknown key %q; a file of this form has %s and %s", key.Name, form, strings.Join(known, ", "))
		}
	}
	for _, base := range [][]string{{"consumes"}, {"capability", "consumes"}} {
		s.each(base, func(n *yamltree.Node, at []string) {
			if n.Index("import") >= 0 || n.Index("location") >= 0 {
				return // taken over from another file
			}
			s.require(n, at, "namespace", "type", "baseUri")
			s.each(append(at, "resources"), func(n *yamltree.Node, at []string) {
				s.require(n, at, resource...)
				s.each(append(at, "operations"), func(n *yamltree.Node, at []string) { s.require(n, at, operation...) })
			})
		})
	}
}

func (s *shape) require(n *yamltree.Node, at []string, keys ...string) {
	for _, key := range keys {
		if n.Index(key) < 0 {
			s.wrong(at, "%q is missing", key)
		}
	}
}

// each visits the items of the list at a path.
func (s *shape) each(at []string, visit func(*yamltree.Node, []string)) {
	list := s.doc.tree.Root.At(at...)
	if list == nil {
		return
	}
	if list.Kind != yamltree.Sequence {
		s.wrong(at, "%s is %s, expected a list", at[len(at)-1], article(list.Kind.String()))
		return
	}
	for i, item := range list.Items {
		visit(item, append(slices.Clone(at), strconv.Itoa(i)))
	}
}

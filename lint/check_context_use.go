package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

func checkContextProperty() Check {
	return Check{
		ID: "context-property", Severity: report.Warn,
		Description: "Every term of a context names a property of the API, a class, a prefix or a keyword.",
		Why:         "A term that no record uses says nothing; the property that was meant is dropped.",
		Fix:         "Write the name that the property has in the records. A context for annotated records is named under annotated in .triallint.yml.",
		run: func(c *Corpus) (out []finding) {
			for _, u := range c.contextUses() {
				if u.names != nil {
					out = append(out, u.nameless(terms(u.context, []string{"@context"}))...)
				}
			}
			return out
		},
	}
}

func checkContextType() Check {
	return Check{
		ID: "context-type", Severity: report.Warn,
		Description: "The terms that a context scopes to a class can come into play: records say what class they are of.",
		Why:         "A type-scoped context (JSON-LD 1.1, section 4.1.6) holds for nodes with that @type. Where nothing in a record is @type, or an alias of it, none of its terms ever means anything, and converting a record gives no triples.",
		Fix:         "Move the terms out of the classes, scope them by properties, or annotate the records and name the context under annotated in .triallint.yml.",
		run: func(c *Corpus) (out []finding) {
			for _, u := range c.contextUses() {
				out = append(out, u.neverTyped()...)
			}
			return out
		},
	}
}

func checkContextCoverage() Check {
	return Check{
		ID: "context-coverage", Severity: report.Info,
		Description: "Every property of the schema of a study has a term in the context.",
		Why:         "A JSON-LD processor drops a property without a term, and all that it holds, without a word.",
		Fix:         "Add the terms, or ignore this where the context is for a part of the record.",
		run: func(c *Corpus) (out []finding) {
			for _, u := range c.contextUses() {
				if u.study != nil {
					out = append(out, u.uncovered()...)
				}
			}
			return out
		},
	}
}

// nameless are the terms that stand for nothing in the records.
func (u *contextUse) nameless(all []definedTerm) (out []finding) {
	for _, t := range all {
		out = append(out, u.nameless(t.within())...)
		if u.names[t.name] || t.isPrefix() || u.isType(t) || t.node.Kind == yamltree.Null || isKeywordLike(t.means()) && t.means() != "@nest" || strings.Contains(t.name, ":") {
			continue
		}
		f := finding{place: u.place(t.at), message: fmt.Sprintf("the term %q names no property of the API%s", t.name, nearest.DidYouMean(u.meant(t.name)))}
		out = append(out, f)
	}
	return out
}

// meant is the property that a term is likely to mean: the shortest one that
// begins or ends with its name, else the nearest.
func (u *contextUse) meant(name string) string {
	var longer, all []string
	for property := range u.names {
		all = append(all, property)
		if strings.HasPrefix(property, name) || strings.HasSuffix(strings.ToLower(property), strings.ToLower(name)) {
			longer = append(longer, property)
		}
	}
	slices.Sort(all)
	slices.SortFunc(longer, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	if len(longer) > 0 {
		return longer[0]
	}
	return suggestion(name, all)
}

// neverTyped reports the classes of a context that no record ever is of.
func (u *contextUse) neverTyped() []finding {
	if u.names == nil || u.typed() {
		return nil
	}
	var classes []string
	var first []string
	for _, t := range terms(u.context, []string{"@context"}) {
		if t.scoped == nil || u.names[t.name] {
			continue
		}
		if classes == nil {
			first = t.at
		}
		classes = append(classes, t.name)
	}
	if classes == nil {
		return nil
	}
	return []finding{{
		place:   u.place(first),
		message: fmt.Sprintf("the terms scoped to %s never come into play: no property of the records is @type or an alias of it", strings.Join(classes, ", ")),
	}}
}

// uncovered reports how many properties of a study the context has no term
// for, and the topmost of them.
func (u *contextUse) uncovered() []finding {
	missing := u.withoutTerm()
	if len(missing) == 0 {
		return nil
	}
	const shown = 10
	var names []string
	for _, p := range missing {
		name := strings.Join(p.Path, ".")
		if i := strings.LastIndexByte(name, '.'); i >= 0 && slices.Contains(names, name[:i]) || len(names) > 0 && strings.HasPrefix(name, names[len(names)-1]+".") {
			continue
		}
		names = append(names, name)
	}
	more := ""
	if len(names) > shown {
		more = fmt.Sprintf(" and %d more", len(names)-shown)
		names = names[:shown]
	}
	return []finding{{
		place:   u.place([]string{"@context"}),
		message: fmt.Sprintf("%d of the %d properties of %s have a term; without one are %s%s", len(u.study)-len(missing), len(u.study), u.from, strings.Join(names, ", "), more),
	}}
}

// withoutTerm lists the properties of a study that the context drops.
func (u *contextUse) withoutTerm() (out []openapi.Property) {
	scopes := scopesOf(u.context)
	dropped := map[string]bool{}
	for _, p := range u.study {
		parent, path := strings.Join(p.Path[:len(p.Path)-1], "."), strings.Join(p.Path, ".")
		covered := !dropped[parent]
		if covered && u.annotated {
			covered = scopes.annotated(path)
		} else if covered {
			covered = scopes.raw(p.Path)
		}
		if !covered {
			dropped[path] = true
			out = append(out, p)
		}
	}
	return out
}

// contextScopes are the terms of a context and of the contexts within it.
type contextScopes struct {
	terms  map[string]definedTerm
	vocab  bool
	within map[string]*contextScopes
}

func scopesOf(context *yamltree.Node) *contextScopes {
	s := &contextScopes{terms: map[string]definedTerm{}, within: map[string]*contextScopes{}, vocab: hasVocabulary(context)}
	for _, t := range terms(context, nil) {
		s.terms[t.name] = t
		if t.scoped != nil {
			s.within[t.name] = scopesOf(t.scoped)
		}
	}
	return s
}

func hasVocabulary(context *yamltree.Node) bool {
	if context != nil && context.Kind == yamltree.Sequence {
		return slices.ContainsFunc(context.Items, hasVocabulary)
	}
	v := context.Lookup("@vocab")
	return v != nil && v.Kind == yamltree.String
}

// has reports whether a name means something; known, whether the scope says so
// or not.
func (s *contextScopes) has(name string) (means, known bool) {
	t, ok := s.terms[name]
	if !ok {
		return s.vocab, s.vocab
	}
	return t.node.Kind != yamltree.Null && t.means() != "", true
}

// raw reports whether the last name of a path means something, where each
// property on the way may bring a context of its own, which holds further down.
func (s *contextScopes) raw(path []string) bool {
	active := []*contextScopes{s}
	for i, name := range path {
		if i == len(path)-1 {
			return meansIn(active, name)
		}
		for _, scope := range slices.Backward(active) {
			if inner := scope.within[name]; inner != nil {
				active = append(active, inner)
				break
			}
		}
	}
	return false
}

// annotated reports whether the property of an annotated study at a path means
// something to nodes of its class.
func (s *contextScopes) annotated(path string) bool {
	m := model.Default()
	term := path[strings.LastIndexByte(path, '.')+1:]
	var class string
	if f := m.Field(path); f != nil {
		term, class = f.Term, f.Subject()
	} else if parent := m.Field(strings.TrimSuffix(strings.TrimSuffix(path, term), ".")); parent != nil {
		class = parent.Inner()
	} else {
		return false
	}
	active := []*contextScopes{s}
	if inner := s.within[class]; inner != nil {
		active = append(active, inner)
	}
	return meansIn(active, term)
}

// meansIn asks the scopes, the innermost first.
func meansIn(active []*contextScopes, name string) bool {
	for _, scope := range slices.Backward(active) {
		if means, known := scope.has(name); known {
			return means
		}
	}
	return false
}

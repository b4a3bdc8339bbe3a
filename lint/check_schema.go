package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkComponentName() Check {
	return Check{
		ID: "component-name", Severity: report.Error,
		Description: "The names of components have only letters, digits, dots, hyphens and underscores (OpenAPI 3.0).",
		Why:         "The schema of OpenAPI 3.0 lets other names pass unseen, and does not look at what they stand for; generators of code fail on them.",
		Fix:         "Rename the component, and what refers to it; a mapping of components cannot be a reference as a whole.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind != ruleset.OpenAPI || !slices.Contains(ruleset.OpenAPIVersions(d.Tree.Root), "oas3_0") {
					continue // later schemas refuse them
				}
				components := d.Tree.Root.Lookup("components")
				for i, kind := range components.Pairs() {
					for _, key := range components.Items[i].Pairs() {
						path := []string{"components", kind.Name, key.Name}
						switch {
						case strings.HasPrefix(kind.Name, "x-") || ruleset.ComponentName.MatchString(key.Name):
						case key.Name == "$ref":
							out = append(out, finding{place: d.Place(path), message: fmt.Sprintf("components.%s is a reference, expected a mapping of names", kind.Name)})
						default:
							out = append(out, finding{place: d.KeyPlace(path), message: fmt.Sprintf("the name %q of components.%s has characters other than letters, digits, %q, %q and %q", key.Name, kind.Name, ".", "-", "_")})
						}
					}
				}
			}
			return out
		},
	}
}

func checkSchemaIdentifier() Check {
	return Check{
		ID: "schema-identifier", Severity: report.Error,
		Description: "No two schemas have the same $id, and no two of one resource the same $anchor.",
		Why:         "What a reference to it means is undefined (JSON Schema 2020-12, sections 8.2.1 and 8.2.2).",
		Fix:         "Rename one of the two.",
		run: func(c *Corpus) (out []finding) {
			for _, twice := range c.refs.Twice {
				out = append(out, finding{
					place:   twice.Doc.Place(append(slices.Clone(twice.Again), twice.Key)),
					message: fmt.Sprintf("the %s %q is that of another schema", twice.Key, twice.Name),
					related: []report.Related{{Message: "first", Place: twice.FirstDoc.Place(append(slices.Clone(twice.First), twice.Key))}},
				})
			}
			return out
		},
	}
}

func checkSchemaLoop() Check {
	return Check{
		ID: "schema-loop", Severity: report.Error, structural: true,
		Description: "No schema is part of itself by allOf, anyOf, oneOf, not or if.",
		Why:         "To judge a value by it, it must be judged by it first: validators do not end, or refuse it (JSON Schema 2020-12, section 9.4.1).",
		Fix:         "Take the reference out, or refer to another schema.",
		run: func(c *Corpus) (out []finding) {
			l := loopFinder{corpus: c, state: map[*yamltree.Node]loopState{}, means: map[*yamltree.Node]ruleset.Link{}, told: map[*yamltree.Node]bool{}}
			for _, link := range c.refs.Links {
				if link.From.Node.Lookup("$ref") != nil {
					l.means[link.From.Node] = link
				}
			}
			for _, link := range c.refs.Links {
				if hasConjuncts(link.To.Node) {
					l.visit(link.To.Node)
				}
			}
			return l.out
		},
	}
}

type loopState uint8

const (
	loopOpen loopState = iota + 1
	loopDone
)

// loopFinder looks for schemas that apply themselves to the same value.
type loopFinder struct {
	corpus *Corpus
	state  map[*yamltree.Node]loopState
	means  map[*yamltree.Node]ruleset.Link
	// stack are the schemas that are being looked at; told are those of which it
	// was reported that they are parts of themselves.
	stack []*yamltree.Node
	told  map[*yamltree.Node]bool
	out   []finding
}

func hasConjuncts(n *yamltree.Node) bool {
	return slices.ContainsFunc(inPlace(), func(key string) bool { return n.Index(key) >= 0 })
}

// inPlace are the keywords whose schemas judge the same value.
func inPlace() []string {
	return []string{"allOf", "anyOf", "oneOf", "not", "if", "then", "else"}
}

// visit follows what a schema applies to the same value. Where a discriminator
// chooses among alternatives, that a choice is composed of the schema is usual,
// and no loop: the tools that know discriminators look at that one alone.
func (l *loopFinder) visit(n *yamltree.Node) {
	if n.Kind != yamltree.Mapping || l.state[n] != 0 {
		return
	}
	l.state[n] = loopOpen
	l.stack = append(l.stack, n)
	if ref, ok := l.means[n]; ok {
		l.follow(ref)
	}
	for _, key := range inPlace() {
		value := n.Lookup(key)
		switch {
		case value == nil, (key == "anyOf" || key == "oneOf") && n.Index("discriminator") >= 0:
		case value.Kind == yamltree.Sequence:
			for _, item := range value.Items {
				l.visit(item)
			}
		default:
			l.visit(value)
		}
	}
	l.stack = l.stack[:len(l.stack)-1]
	l.state[n] = loopDone
}

// follow looks at what a reference leads to, and reports the first that closes
// a loop at a schema. Loops of nothing but references are reported as such.
func (l *loopFinder) follow(ref ruleset.Link) {
	if l.state[ref.To.Node] != loopOpen {
		l.visit(ref.To.Node)
		return
	}
	if l.told[ref.To.Node] {
		return
	}
	at := slices.Index(l.stack, ref.To.Node)
	if !slices.ContainsFunc(l.stack[at:], hasConjuncts) || !isSchemaPlace(ref.From) {
		return
	}
	l.told[ref.To.Node] = true
	l.out = append(l.out, finding{
		place:   ref.From.Doc.Place(append(slices.Clone(ref.From.Path), "$ref")),
		message: fmt.Sprintf("%q makes the schema a part of itself", ref.From.Node.Lookup("$ref").Text),
		related: []report.Related{{Message: "the schema", Place: ref.To.Doc.Place(ref.To.Path)}},
	})
}

// isSchemaPlace reports whether a place is not inside data.
func isSchemaPlace(at ruleset.Location) bool {
	return jsonschema.PositionAt(at.Doc.Tree.Root, at.Path) != jsonschema.InData
}

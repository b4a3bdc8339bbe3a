package proof

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// The specimens are documents of every kind that have one of everything: what
// a rule looks at is found in one of them, where the documents at hand lack it.
//
//go:embed specimens
var specimens embed.FS

// base is a valid document that others are made of.
type base struct {
	file string
	kind ruleset.Kind
	root *yamltree.Node
	// own tells that it is a document at hand, and not a specimen.
	own bool
}

// bases are the documents at hand, as far as they can be made valid, and the
// specimens after them.
func bases(c *lint.Corpus, v *lint.Validator) ([]base, error) {
	var out []base
	for _, d := range c.Documents {
		if d.Kind == ruleset.Ruleset || sizeUpTo(d.Root(), maxBase) > maxBase {
			continue
		}
		if root := repair(v, d.Kind, d.Standalone()); root != nil {
			out = append(out, base{d.File, d.Kind, root, true})
		}
	}
	return appendSpecimens(out)
}

// maxBase bounds the nodes of a document at hand that others are made of.
const maxBase = 2_000_000

func appendSpecimens(out []base) ([]base, error) {
	// The newest version of OpenAPI that is widespread comes first.
	for _, name := range []string{"openapi-3.1.yml", "openapi-3.0.yml", "openapi-3.2.yml", "openapi-2.0.yml", "index.yml", "capabilities.yml", "context.jsonld", "overlay.yml", "schema.json", "schema-07.json"} {
		text, err := specimens.ReadFile("specimens/" + name)
		if err != nil {
			return nil, err
		}
		doc, err := yamltree.Parse(name, text, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, base{"specimen " + name, ruleset.NewDocument(name, doc.Root).Kind, doc.Root, false})
	}
	return out, nil
}

// repair removes what is not valid from a document; nil where that fails.
func repair(v *lint.Validator, kind ruleset.Kind, root *yamltree.Node) *yamltree.Node {
	for range 12 {
		faults := v.Faults(ruleset.NewDocument("", root), kind)
		if len(faults) == 0 {
			return root
		}
		before := root
		slices.SortFunc(faults, func(a, b ruleset.Fault) int { return comparePaths(b.Path, a.Path) }) // later items first
		for _, f := range faults {
			root = remove(root, f.Path)
		}
		if root == before {
			return nil
		}
	}
	return nil
}

// excerpt makes a small valid document of a big one that still has what
// stands at the paths of keep.
func excerpt(v *lint.Validator, kind ruleset.Kind, root *yamltree.Node, keep [][]string) *yamltree.Node {
	if sizeUpTo(root, smallDocument) <= smallDocument {
		return root
	}
	for _, width := range []int{2, 4} {
		e := &excerptor{keep: keep, width: width}
		out := e.node(root, nil, true)
		out = e.withTargets(root, out)
		if out = repair(v, kind, out); out != nil {
			return out
		}
	}
	return root
}

// smallDocument is the size of a document that is taken as it is.
const smallDocument = 400

// excerptor thins a document out: beside what is kept, a collection keeps its
// scalars, its small items, and few of its big ones.
type excerptor struct {
	keep  [][]string
	width int
}

const smallItem = 12

func (e *excerptor) node(n *yamltree.Node, path []string, whole bool) *yamltree.Node {
	if n.IsScalar() {
		return n
	}
	c := *n
	c.Items, c.Keys = nil, nil
	big := 0
	for i, item := range n.Items {
		at := below(path, stepName(n, i))
		kept := e.onTheWay(at)
		if !kept && !item.IsScalar() {
			if big++; big > e.width && n.Kind == yamltree.Sequence || big > 3*e.width {
				continue
			}
		}
		if n.Kind == yamltree.Mapping {
			c.Keys = append(c.Keys, n.Keys[i])
		}
		c.Items = append(c.Items, e.item(item, at, kept, whole))
	}
	return &c
}

func (e *excerptor) item(item *yamltree.Node, at []string, kept, whole bool) *yamltree.Node {
	switch {
	case kept, sizeUpTo(item, smallItem) <= smallItem:
		return e.node(item, at, whole)
	case whole:
		return e.node(item, at, len(at) < 3)
	}
	c := *item
	c.Items, c.Keys = nil, nil
	return &c
}

// onTheWay reports whether a path leads to, or into, something that is kept.
func (e *excerptor) onTheWay(path []string) bool {
	return slices.ContainsFunc(e.keep, func(k []string) bool {
		return hasPrefix(k, path) || hasPrefix(path, k) && len(path) < len(k)+3
	})
}

// withTargets adds what the references in an excerpt lead to.
func (e *excerptor) withTargets(root, out *yamltree.Node) *yamltree.Node {
	for range 8 {
		before := out
		for _, target := range localTargets(out) {
			if out.At(target...) == nil {
				if n := root.At(target...); n != nil {
					out = graft(root, out, target, (&excerptor{width: 1}).node(n, nil, false))
				}
			}
		}
		if out == before {
			break
		}
	}
	return out
}

// localTargets are the paths that the references of a document lead to.
func localTargets(root *yamltree.Node) [][]string {
	var out [][]string
	walk(root, func(_ []string, n *yamltree.Node) bool {
		if ref, ok := n.Lookup("$ref").StringValue(); ok && strings.HasPrefix(ref, "#/") {
			if path, err := yamltree.ParsePointer(ref[1:]); err == nil {
				out = append(out, path)
			}
		}
		return true
	})
	return out
}

// graft puts a value at a path of out, with the collections on the way as root
// has them.
func graft(root, out *yamltree.Node, path []string, value *yamltree.Node) *yamltree.Node {
	for i := range path {
		if out.At(path[:i+1]...) != nil {
			continue
		}
		if root.At(path[:i]...).Kind != yamltree.Mapping {
			return out
		}
		v := value
		if i < len(path)-1 {
			v = object()
		}
		out = insert(out, path[:i], path[i], v)
	}
	return out
}

func (b base) String() string {
	if b.own {
		return b.file
	}
	return fmt.Sprintf("a %s", b.file)
}

// donors are values that specimens have under a name, few of each.
type donors map[string][]*yamltree.Node

func donorsOf(bases []base) donors {
	out := donors{}
	for _, b := range bases {
		if b.own {
			continue
		}
		walk(b.root, func(path []string, n *yamltree.Node) bool {
			if len(path) > 0 && len(out[path[len(path)-1]]) < 4 {
				out[path[len(path)-1]] = append(out[path[len(path)-1]], n)
			}
			return true
		})
	}
	return out
}

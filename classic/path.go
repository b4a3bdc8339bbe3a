package classic

import (
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// alternative is one of the places of classic XML where a field can stand.
type alternative struct {
	steps []string // from the scope
	// first is the mark of the first step; see marks.
	first uint64
	// of is the alternative of the list around the field that the scope comes
	// from.
	of   int
	rule string // what is done with what stands there, or a constant
}

// places are where the fields stand in classic XML, by field.
type places map[*model.Field][]alternative

// compilePlaces reads the column of the table: alternatives with " | " between
// them, each a path from the root, with a rule behind "!". Below a list they
// are taken as seen from an item of it.
func compilePlaces(m *model.Model) places {
	p := places{}
	for _, f := range m.Fields {
		for _, text := range strings.Split(f.XML, " | ") {
			if text != "" {
				p[f] = append(p[f], relative(f, text))
			}
		}
	}
	return p
}

func relative(f *model.Field, text string) alternative {
	text, rule, _ := strings.Cut(text, "!")
	path := strings.TrimSpace(text)
	a := alternative{rule: strings.TrimSpace(rule)}
	for around := f.Parent; around != nil; around = around.Parent {
		if around.Kind != model.Nodes && around.Kind != model.Nests {
			continue
		}
		for i, of := range strings.Split(around.XML, " | ") {
			of, _, _ = strings.Cut(of, "!")
			if rest, below := strings.CutPrefix(path, strings.TrimSpace(of)+"/"); below {
				a.of, path = i, rest
				break
			}
		}
		break
	}
	a.steps = strings.Split(path, "/")
	a.first = mark(a.steps[0])
	return a
}

// mark is one of 64 bits for a name; "." and nothing have them all.
func mark(name string) uint64 {
	if name == "" || name == "." {
		return ^uint64(0)
	}
	n := len(name)
	return 1 << (uint(n*5+int(name[0])*3+int(name[n/2])*7+int(name[n-1])) % 64)
}

// marks are those of the children of a node: a child whose mark is not among them
// is not there.
func marks(n *node) uint64 {
	var out uint64
	for _, c := range n.children {
		if c.name != "" {
			out |= mark(c.name)
		}
	}
	return out
}

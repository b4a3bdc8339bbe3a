package classic

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/mapping/model"
)

// program is the table, made ready: one plan for each field.
type program struct {
	root  []*fieldPlan
	codes codes
}

// fieldPlan is a field with what is needed to find and to write it.
type fieldPlan struct {
	field    *model.Field
	key      []byte // as it is written, with the colon
	places   []alternative
	pieces   []string // the names in classic JSON
	lists    []string // those of the objects around arrays there
	markup   bool
	listed   bool // it is below a list
	children []*fieldPlan
	// unknown is the date whose "Unknown" the field, a flag, stands for; flagged
	// says that a date has such a flag.
	unknown *fieldPlan
	flagged bool
	// silent is the rule of classic XML that leaves out the words for a value that
	// there is not; classic JSON has them too.
	silent rule
}

// silences are the rules that leave out "N/A" and the like and change nothing
// else of it.
var silences = [...]string{"age", "before-bracket"}

// saysNothing reports whether the text of a value is a word for none.
func (f *fieldPlan) saysNothing(text string) bool {
	return f.silent != nil && text != "" && f.silent(&node{text: text}) == nil
}

var compiled = sync.OnceValue(func() *program {
	m := model.Default()
	places := compilePlaces(m)
	p := &program{codes: compileCodes(m)}
	for _, f := range m.Root.Children {
		p.root = append(p.root, plan(f, places, false))
	}
	return p
})

func plan(f *model.Field, places places, listed bool) *fieldPlan {
	p := &fieldPlan{field: f, key: append(appendString(nil, f.Key), ':'), places: places[f], markup: f.Kind == model.Markup, listed: listed}
	p.pieces = piecesOf(f)
	for _, name := range p.pieces {
		p.lists = append(p.lists, name+"List")
	}
	list := f.Kind == model.Nodes || f.Kind == model.Nests
	for _, c := range f.Children {
		p.children = append(p.children, plan(c, places, listed || list))
	}
	p.flags()
	for _, place := range p.places {
		if slices.Contains(silences[:], place.rule) {
			p.silent = rules[place.rule]
		}
	}
	return p
}

// flags finds the flags that say that a date is unknown, as "dateUnknown" does
// of "date". Classic JSON has the word in place of the date.
func (f *fieldPlan) flags() {
	for _, flag := range f.children {
		key, ok := strings.CutSuffix(flag.field.Key, "Unknown")
		if !ok || flag.field.Kind != model.Boolean {
			continue
		}
		for _, date := range f.children {
			if strings.EqualFold(date.field.Key, key) {
				flag.unknown, date.flagged = date, true
			}
		}
	}
}

// scope is where fields are looked for: a node, and the alternative of the
// list that it is an item of.
type scope struct {
	node *node
	of   int
}

// finder finds what a form says of a field.
type finder interface {
	// scope goes into an object: where its members are, whether anything is
	// there, and whether it is to be written even where they are not.
	scope(f *fieldPlan, s scope) (inner scope, ok, even bool)
	// items and values are nil where nothing is said, and empty where it is
	// said that there are none.
	items(f *fieldPlan, s scope) []scope
	values(f *fieldPlan, s scope) []string
}

// builder writes a study.
type builder struct {
	*program
	finder
}

func newBuilder(f finder) *builder { return &builder{compiled(), f} }

// study appends the object of a record.
func (b *builder) study(dst []byte, root *node) []byte {
	dst, _ = b.members(append(dst, '{'), b.root, scope{node: root})
	return append(dst, '}')
}

// members appends those of the fields that have something to say, with commas
// between them, and reports whether there were any.
func (b *builder) members(dst []byte, fields []*fieldPlan, s scope) ([]byte, bool) {
	first := len(dst)
	for _, f := range fields {
		before := len(dst)
		switch f.field.Kind {
		case model.Nest, model.Node:
			inner, ok, even := b.scope(f, s)
			if !ok {
				continue
			}
			dst, ok = b.members(append(begin(dst, f, first), '{'), f.children, inner)
			if dst = append(dst, '}'); !ok && !even {
				dst = dst[:before]
			}
		case model.Nests, model.Nodes:
			if items := b.items(f, s); items != nil {
				dst = b.list(begin(dst, f, first), f, items)
			}
		default:
			if values := b.values(f, s); len(values) > 0 || values != nil && f.field.List {
				dst = b.leaf(begin(dst, f, first), f, values)
			}
		}
	}
	return dst, len(dst) > first
}

// begin appends the key of a member, and a comma where it is not the first.
func begin(dst []byte, f *fieldPlan, first int) []byte {
	if len(dst) > first {
		dst = append(dst, ',')
	}
	return append(dst, f.key...)
}

func (b *builder) list(dst []byte, f *fieldPlan, items []scope) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst, _ = b.members(append(dst, '{'), f.children, item)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func (b *builder) leaf(dst []byte, f *fieldPlan, values []string) []byte {
	if !f.field.List {
		return b.codes.appendValue(dst, f.field, values[0])
	}
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = b.codes.appendValue(dst, f.field, v)
	}
	return append(dst, ']')
}

// leftoverKey is the member of a record that holds what no field does.
const leftoverKey = "classicRecord"

// leftovers appends, to the object that dst ends with, what is not in it: an
// object with a list of texts for each path.
func (b *builder) leftovers(dst []byte, root *node) []byte {
	var order []string
	texts := map[string][]string{}
	root.unused(func(path string, n *node) {
		if _, known := repeated[path]; known {
			return
		}
		key := camel(path)
		if texts[key] == nil {
			order = append(order, key)
		}
		texts[key] = append(texts[key], strings.TrimSpace(n.text))
	})
	if len(order) == 0 {
		return dst
	}
	dst = bytes.TrimSuffix(dst, []byte("}"))
	if !bytes.HasSuffix(dst, []byte("{")) {
		dst = append(dst, ',')
	}
	dst = append(appendString(dst, leftoverKey), ':', '{')
	for i, key := range order {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, key), ':', '[')
		for j, text := range texts[key] {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, text)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}', '}')
}

// camel makes a key of a path: "a_b/@c" becomes "aBC".
func camel(path string) string {
	var b strings.Builder
	up := false
	for _, r := range path {
		switch {
		case r == '_' || r == '/' || r == '@' || r == '-':
			up = b.Len() > 0
		case up:
			b.WriteString(strings.ToUpper(string(r)))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

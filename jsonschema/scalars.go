package jsonschema

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/yamltree"
)

func (f *frame) numbers() {
	if f.n.Kind != yamltree.Number {
		return
	}
	k, v := f.k, f.n.Number
	for _, limit := range []struct {
		keyword, asks string
		limit         *float64
		broken        func(limit float64) bool
	}{
		{"maximum", "at most ", k.maximum, func(l float64) bool { return v > l }},
		{"minimum", "at least ", k.minimum, func(l float64) bool { return v < l }},
		{"exclusiveMaximum", "less than ", k.below, func(l float64) bool { return v >= l }},
		{"exclusiveMinimum", "more than ", k.above, func(l float64) bool { return v <= l }},
		{"multipleOf", "a multiple of ", k.multipleOf, func(l float64) bool { return l > 0 && !isMultiple(v, l) }},
	} {
		if limit.limit != nil && limit.broken(*limit.limit) && !f.done() {
			f.fail(Error{Keyword: limit.keyword, says: "is " + f.n.Text + ", expected " + limit.asks + number(*limit.limit)})
		}
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// isMultiple allows for the rounding of decimal fractions.
func isMultiple(v, of float64) bool {
	q := v / of
	if math.IsInf(q, 0) || math.IsNaN(q) {
		return false
	}
	return math.Abs(q-math.Round(q)) < 1e-9*math.Max(1, math.Abs(q))
}

func (f *frame) texts() {
	if f.n.Kind != yamltree.String {
		return
	}
	k := f.k
	if k.maxLength != nil || k.minLength != nil {
		n := len([]rune(f.n.Text))
		if k.maxLength != nil && n > *k.maxLength {
			f.fail(Error{Keyword: "maxLength", says: "has " + wording.Count(n, "character") + ", expected at most " + strconv.Itoa(*k.maxLength)})
		}
		if k.minLength != nil && n < *k.minLength && !f.done() {
			f.fail(Error{Keyword: "minLength", says: "has " + wording.Count(n, "character") + ", expected at least " + strconv.Itoa(*k.minLength)})
		}
	}
	if k.pattern != nil && !f.done() {
		if ok, err := k.pattern.MatchString(f.n.Text); !ok && err == nil {
			f.fail(Error{Keyword: "pattern", says: "is " + text(f.n) + ", which does not match the pattern " + strconv.Quote(k.pattern.Source())})
		}
	}
	if k.format != "" && !f.done() && !validFormat(k.format, f.n.Text) {
		f.fail(Error{Keyword: "format", says: "is " + text(f.n) + ", which is not in the format " + strconv.Quote(k.format)})
	}
}

// equal reports whether two values are the same.
func (f *frame) equal(a, b *yamltree.Node) bool {
	if f.left--; f.left < 0 || a.Kind != b.Kind || len(a.Items) != len(b.Items) {
		return false
	}
	switch a.Kind {
	case yamltree.Number:
		return a.Number == b.Number
	case yamltree.Sequence:
		for i, item := range a.Items {
			if !f.equal(item, b.Items[i]) {
				return false
			}
		}
		return true
	case yamltree.Mapping:
		for i, key := range a.Keys {
			other := b.Lookup(key.Name)
			if other == nil || !f.equal(a.Items[i], other) {
				return false
			}
		}
		return true
	}
	return a.Text == b.Text
}

// uniqueItems compares all items by a text that is the same for equal values.
func (f *frame) uniqueItems() {
	first := make(map[string]int, len(f.n.Items))
	for i, item := range f.n.Items {
		var b strings.Builder
		f.canonical(&b, item)
		if f.left < 0 {
			return
		}
		if before, ok := first[b.String()]; ok {
			f.fail(Error{Keyword: "uniqueItems", says: "has the same items " + strconv.Itoa(before) + " and " + strconv.Itoa(i)})
			return
		}
		first[b.String()] = i
	}
}

// Key returns a text that is the same for equal values, and for no others.
func Key(n *yamltree.Node) string {
	var b strings.Builder
	(&work{left: defaultSteps}).canonical(&b, n)
	return b.String()
}

func (f *work) canonical(b *strings.Builder, n *yamltree.Node) {
	if f.left--; f.left < 0 {
		return
	}
	switch n.Kind {
	case yamltree.Number:
		b.WriteString(number(n.Number))
	case yamltree.String:
		b.WriteString(strconv.Quote(n.Text))
	case yamltree.Sequence:
		b.WriteByte('[')
		for _, item := range n.Items {
			f.canonical(b, item)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case yamltree.Mapping:
		order := make([]int, 0, len(n.Keys))
		for i, key := range n.Keys {
			if n.Index(key.Name) == i {
				order = append(order, i)
			}
		}
		sort.Slice(order, func(i, j int) bool { return n.Keys[order[i]].Name < n.Keys[order[j]].Name })
		b.WriteByte('{')
		for _, i := range order {
			b.WriteString(strconv.Quote(n.Keys[i].Name))
			b.WriteByte(':')
			f.canonical(b, n.Items[i])
			b.WriteByte(',')
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.Kind.String())
		b.WriteString(n.Text)
	}
}

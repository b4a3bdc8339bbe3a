package payload

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
)

// walker validates records, one after the other, and counts what it sees. It
// belongs to one goroutine.
type walker struct {
	schema  *Schema
	scanner *scan.Scanner
	counts  *counts
	// trail are the values around the present one, the record first.
	trail []step
	// quiet tells that a choice is being tried: nothing is counted.
	quiet int
	wrong bool // something was wrong while quiet
	// level counts how deep in the composition of schemas for one value the walk
	// is. From some level on a schema is asked of a value once: judged has what
	// came of it.
	level  int
	judged map[judgement]bool
	at     origin
	steps  int
	// trial tries a context on the same records; nil for none.
	trial *trial
}

// step is a value on the way, with its place in its list.
type step struct{ value, item int }

// judgement is a schema asked of a value, quietly or not.
type judgement struct {
	at, value int
	quiet     bool
}

// judgedFrom is the level from which judgements are kept. Descriptions that
// people write hardly reach it, and need not pay for it.
const judgedFrom = 4

func newWalker(s *Schema) *walker {
	return &walker{schema: s, scanner: scan.NewScanner(s.names), counts: newCounts(s)}
}

// record validates one record; it is false for one that is not JSON.
func (w *walker) record(json []byte, at origin) bool {
	if !w.scanner.Scan(json) {
		return false
	}
	w.at, w.steps = at, 0
	w.trail, w.level = w.trail[:0], 0
	clear(w.judged)
	w.value(w.schema.root, 0, 0)
	return true
}

// maxSteps bounds the work on a record: alternatives within alternatives can
// take more than anyone has time for. A study takes one step for each value.
const maxSteps = 20_000_000

// value validates a value by a node; item is its place in the list around it.
func (w *walker) value(at, value, item int) {
	if w.steps++; w.steps > maxSteps {
		return
	}
	n, v := &w.schema.nodes[at], &w.scanner.Values[value]
	w.trail = append(w.trail, step{value, item})
	if w.quiet == 0 {
		w.counts.seen[at]++
	}
	if n.kinds != 0 && n.kinds&w.kind(v, value) == 0 {
		w.fault(at, wrongType, w.kindName(v, value))
	} else {
		w.checked(at, n, v, value)
	}
	w.trail = w.trail[:len(w.trail)-1]
}

// checked validates a value of the right type.
func (w *walker) checked(at int, n *node, v *scan.Value, value int) {
	if n.enum != nil && !n.enum[w.text(v, value)] {
		w.fault(at, notListed, w.text(v, value))
	}
	switch v.Kind {
	case '"':
		w.string(at, n, value)
	case '0':
		if n.limits != nil {
			if problem := n.limits.number(w.scanner.Raw(value)); problem != "" {
				w.fault(at, outOfRange, problem)
			}
		}
	case '[':
		w.list(at, n, v, value)
	case '{':
		if n.object != nil {
			w.object(at, n.object, v, value)
			return
		}
	}
	for _, other := range n.also {
		w.again(other, value)
	}
	for i := range n.choices {
		w.choose(at, n.choices[i], value)
	}
}

// again validates the same value by another node.
func (w *walker) again(at, value int) {
	last := w.trail[len(w.trail)-1]
	w.trail = w.trail[:len(w.trail)-1]
	w.level++
	if w.level < judgedFrom {
		w.value(at, value, last.item)
	} else {
		w.once(at, value, last.item)
	}
	w.level--
	w.trail = append(w.trail, last)
}

// once validates a value by a node, unless that was done before.
func (w *walker) once(at, value, item int) {
	key := judgement{at, value, w.quiet > 0}
	wrong, known := w.judged[key]
	if !known {
		before := w.wrong
		w.wrong = false
		w.value(at, value, item)
		wrong, w.wrong = w.wrong, before
		if w.judged == nil {
			w.judged = map[judgement]bool{}
		}
		w.judged[key] = wrong
	}
	w.wrong = w.wrong || wrong
}

// below validates a value inside the present one.
func (w *walker) below(at, value, item int) {
	level := w.level
	w.level = 0
	w.value(at, value, item)
	w.level = level
}

// choose validates by the first of some nodes that fits.
func (w *walker) choose(at int, c choice, value int) {
	fitting := w.chosen(at, c, value)
	if fitting != none && w.quiet == 0 { // else all has been said
		w.again(fitting, value)
	}
}

// chosen returns the first of some nodes that fits. None is a fault, and several
// where there may only be one.
func (w *walker) chosen(at int, c choice, value int) int {
	i := slices.IndexFunc(c.nodes, func(other int) bool { return w.fits(other, value) })
	if i < 0 {
		w.fault(at, noChoice, "")
		return none
	}
	if c.one && !w.schema.nodes[c.nodes[i]].partly && slices.ContainsFunc(c.nodes[i+1:], func(other int) bool {
		return other != c.nodes[i] && !w.schema.nodes[other].partly && w.fits(other, value)
	}) {
		w.fault(at, severalFit, "")
	}
	return c.nodes[i]
}

func (w *walker) fits(at, value int) bool {
	before := w.wrong
	w.quiet++
	w.wrong = false
	w.again(at, value)
	fits := !w.wrong
	w.quiet--
	w.wrong = before
	return fits
}

func (w *walker) string(at int, n *node, value int) {
	if n.pattern == nil && n.format == nil && n.limits == nil {
		return
	}
	s := w.scanner.String(value)
	if n.pattern != nil && !n.pattern.MatchString(s) {
		w.fault(at, noMatch, "")
	}
	if n.format != nil && !n.format(s) {
		w.fault(at, badFormat, "")
	}
	if n.limits != nil {
		if problem := n.limits.text(s); problem != "" {
			w.fault(at, outOfRange, problem)
		}
	}
}

func (w *walker) list(at int, n *node, v *scan.Value, value int) {
	count := 0
	for i := value + 1; i < int(v.Next); i = int(w.scanner.Values[i].Next) {
		if n.items != none {
			w.below(n.items, i, count)
		}
		count++
	}
	if n.limits != nil {
		if problem := n.limits.list(count); problem != "" {
			w.fault(at, outOfRange, problem)
		}
	}
}

// object validates the members of an object by all parts of its description
// that hold for it.
func (w *walker) object(at int, o *object, v *scan.Value, value int) {
	parts := o.parts
	if len(parts) > 1 {
		parts = w.holding(at, value)
	}
	for i := value + 1; i < int(v.Next); i = int(w.scanner.Values[i].Next) {
		named := false
		key := w.scanner.Values[i].Key
		for _, part := range parts {
			named = w.member(part, key, i) || named
		}
		if named {
			continue
		}
		w.other(at, o, parts, i)
	}
	for _, part := range parts {
		w.complete(part, value)
	}
}

// member validates a member by one part; it is false where the part does not
// name it.
func (w *walker) member(part int, key scan.Key, value int) bool {
	o := w.schema.nodes[part].object
	if o == nil || key == scan.Unknown {
		return false
	}
	f := o.field(key)
	if f == nil {
		return false
	}
	if w.quiet == 0 {
		w.counts.present[f.id]++
	}
	w.below(f.node, value, 0)
	return true
}

// other is for a member that no part names.
func (w *walker) other(at int, o *object, parts []int, value int) {
	for _, part := range parts {
		if p := w.schema.nodes[part].object; p != nil && p.values != none {
			w.below(p.values, value, 0)
			return
		}
	}
	switch key := w.scanner.Values[value].Key; {
	case o.free:
	case slices.ContainsFunc(o.parts, func(part int) bool { return w.schema.describes(part, key) }):
		// An alternative names it that does not fit, which is told already.
	case o.bare:
		w.memberFault(at, undescribed, value)
	default:
		w.memberFault(at, undocumented, value)
	}
}

// describes reports whether a schema names a member.
func (s *Schema) describes(at int, key scan.Key) bool {
	o := s.nodes[at].object
	return o != nil && key != scan.Unknown && o.field(key) != nil
}

// complete looks for the members that must be there.
func (w *walker) complete(part, value int) {
	o := w.schema.nodes[part].object
	if o == nil {
		return
	}
	for _, i := range o.required {
		if f := &o.fields[i]; w.scanner.Member(value, w.schema.names.Key(f.name)) == 0 {
			w.fault(part, missing, f.name)
		}
	}
}

// holding are the parts of an object's description that hold for a value: of
// each choice, the first that fits. Other than members is judged on the way.
func (w *walker) holding(at, value int) []int {
	all := holders{list: []int{at}}
	for i := 0; i < len(all.list); i++ {
		part := all.list[i]
		n := &w.schema.nodes[part]
		if i > 0 && w.quiet == 0 {
			w.counts.seen[part]++
		}
		if i > 0 && n.kinds != 0 && n.kinds&anObject == 0 {
			w.fault(part, wrongType, "object")
		}
		for _, other := range n.also {
			all.add(other)
		}
		for _, choice := range n.choices {
			if fitting := w.chosen(part, choice, value); fitting != none && w.quiet == 0 { // else all has been said
				all.add(fitting)
			}
		}
	}
	return all.list
}

// holders are different nodes, in the order in which they were added.
type holders struct {
	list []int
	set  map[int]bool // nil while the list is short
}

func (h *holders) add(at int) {
	const short = 16
	switch {
	case h.set[at], h.set == nil && slices.Contains(h.list, at):
		return
	case h.set == nil && len(h.list) == short:
		h.set = map[int]bool{}
		for _, other := range h.list {
			h.set[other] = true
		}
	}
	if h.list = append(h.list, at); h.set != nil {
		h.set[at] = true
	}
}

// kind is the kind of a value; a whole number is an integer, however it is
// written (JSON Schema, section 6.1.1).
func (w *walker) kind(v *scan.Value, value int) kinds {
	switch v.Kind {
	case '"':
		return aString
	case '{':
		return anObject
	case '[':
		return anArray
	case 't', 'f':
		return aBoolean
	case 'n':
		return aNull
	}
	if v.Flags&scan.Plain != 0 || isInteger(w.scanner.Raw(value)) {
		return anInteger
	}
	return aNumber
}

func isInteger(text string) bool {
	return !strings.ContainsAny(text, ".eE") || isWhole(text, 1024)
}

func (w *walker) kindName(v *scan.Value, value int) string {
	return map[kinds]string{
		aString: "string", anObject: "object", anArray: "array", aBoolean: "boolean", aNull: "null", anInteger: "integer", aNumber: "number",
	}[w.kind(v, value)]
}

// text is a scalar as enum lists it.
func (w *walker) text(v *scan.Value, value int) string {
	if v.Kind == '"' {
		return w.scanner.String(value)
	}
	return w.scanner.Raw(value)
}

// fault counts that the present value is not as a node says.
func (w *walker) fault(at int, kind faultKind, detail string) {
	if w.quiet > 0 {
		w.wrong = true
		return
	}
	w.counts.add(faultKey{at, kind}, detail, w)
}

// memberFault counts a member that is not described.
func (w *walker) memberFault(at int, kind faultKind, value int) {
	if w.quiet > 0 {
		return // an object may have more than is described: it still fits
	}
	w.trail = append(w.trail, step{value, 0})
	w.counts.add(faultKey{at, kind}, w.scanner.KeyOf(value), w)
	w.trail = w.trail[:len(w.trail)-1]
}

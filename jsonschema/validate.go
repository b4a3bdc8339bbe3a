package jsonschema

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/yamltree"
)

// Options is how a value is judged; nil means the defaults.
type Options struct {
	// First stops at the first error, in the order in which JavaScript
	// validators look at keywords: the type, then what concerns numbers,
	// texts, any value, lists and objects.
	First bool
	// Steps bounds the work, and what is left is written back; default 20
	// million.
	Steps *int
	// For is handed on to Compiler.Replace.
	For any
}

// Error is something that is wrong with a value.
type Error struct {
	// Path leads to the wrong value from the one that is judged.
	Path []string
	// Keyword is the keyword that asks for something else.
	Keyword string
	// Item tells that the wrong value is an item of a list.
	Item bool
	// Names are the names of the properties that the error is about.
	Names []string

	// says is what is wrong, as it follows the name of the value.
	says     string
	expected typeSet
	allowed  []*yamltree.Node
	value    *yamltree.Node
	// allowedNames are the names of the properties that are known.
	allowedNames []string
}

// OfType reports whether the value is of another type than those that are asked
// for.
func (e Error) OfType() bool { return e.expected != 0 }

// ErrSteps is returned when a value cannot be judged within the steps.
var ErrSteps = errors.New("comparing the value with its schema takes too many steps")

const defaultSteps = 20_000_000

// Validate judges a value. Its error is ErrSteps.
func (s *Schema) Validate(value *yamltree.Node, o *Options) ([]Error, error) {
	v := newValidation(&work{left: defaultSteps, verdicts: map[judged]verdict{}, trials: map[judged][]Error{}})
	if o != nil {
		v.o, v.first = *o, o.First
		if o.Steps != nil {
			v.left = *o.Steps
			defer func() { *o.Steps = v.left }()
		}
	}
	v.check(s, value, place{scope: &scope{}}, nil, true)
	if v.left < 0 {
		return nil, ErrSteps
	}
	return v.errs, nil
}

// validation collects the errors of one value by one schema.
type validation struct {
	*work
	first bool
	errs  []Error
	// open are the pairs that are being judged: one that leads back into itself
	// says nothing more. told are those whose errors were collected.
	open, told map[judged]bool
}

func newValidation(w *work) *validation {
	return &validation{work: w, open: map[judged]bool{}, told: map[judged]bool{}}
}

// work is what is known of all pairs of schemas and values.
type work struct {
	o        Options
	left     int
	verdicts map[judged]verdict
	trials   map[judged][]Error
}

// verdict is what came of judging a pair; evaluated is nil where nobody asked.
type verdict struct {
	ok        bool
	evaluated *evaluated
}

// judged is a pair of a schema and a collection. In which order resources were
// entered counts where references are dynamic.
type judged struct {
	schema *Schema
	value  *yamltree.Node
	scope  *scope
}

// place is where a value stands, and by which resources it was reached.
type place struct {
	above *place
	name  string
	item  bool
	scope *scope
	// again counts the schemas that judge this value within each other.
	again int
}

func (p *place) path() []string {
	var out []string
	for at := p; at.above != nil; at = at.above {
		out = append(out, at.name)
	}
	slices.Reverse(out)
	return out
}

// scope is the list of the resources that were entered, each where it came
// first.
type scope struct {
	entered []*Resource
	next    map[*Resource]*scope
}

func (s *scope) enter(r *Resource) *scope {
	if r == nil || slices.Contains(s.entered, r) {
		return s
	}
	if next := s.next[r]; next != nil {
		return next
	}
	next := &scope{entered: append(slices.Clone(s.entered), r)}
	if s.next == nil {
		s.next = map[*Resource]*scope{}
	}
	s.next[r] = next
	return next
}

// evaluated notes which properties or items of one value were judged.
type evaluated struct{ items []bool }

func (e *evaluated) mark(i int) {
	if e != nil {
		e.items[i] = true
	}
}

func (e *evaluated) markAll() {
	if e != nil {
		for i := range e.items {
			e.items[i] = true
		}
	}
}

// fork makes a note for a schema that may turn out not to hold.
func (e *evaluated) fork() *evaluated {
	if e == nil {
		return nil
	}
	return &evaluated{make([]bool, len(e.items))}
}

func (e *evaluated) join(other *evaluated) {
	if e != nil && other != nil {
		for i, done := range other.items {
			e.items[i] = e.items[i] || done
		}
	}
}

// check judges a value by a schema; collect asks for errors, ev for a note of
// what was judged.
func (v *validation) check(s *Schema, n *yamltree.Node, at place, ev *evaluated, collect bool) bool {
	if v.left--; v.left < 0 {
		return false
	}
	s, ok := v.resolve(s, n, &at)
	if !ok {
		return true // references that lead back to themselves ask for nothing
	}
	k := s.words()
	if k.constant != nil {
		return v.constant(*k.constant, at, collect)
	}
	f := &frame{validation: v, s: s, k: k, n: n, at: &at, ev: ev, collect: collect, ok: true}
	at.again++
	if (ev != nil || n.IsScalar()) && at.again <= maxAgain || k.simple() && isFlat(n) {
		f.judge()
		return f.ok
	}
	return f.once(judged{s, n, at.scope})
}

// simple reports whether a schema judges a value by no other schema.
func (k *keywords) simple() bool {
	return k.ref == nil && k.not == nil && k.condition == nil && len(k.allOf)+len(k.anyOf)+len(k.oneOf)+len(k.dependentSchemas) == 0 && !k.collects
}

// isFlat reports whether all that is in a value are scalars: to judge it again
// costs less than to note that it was judged.
func isFlat(n *yamltree.Node) bool {
	return !slices.ContainsFunc(n.Items, func(item *yamltree.Node) bool { return !item.IsScalar() })
}

// resolve finds the schema that judges a value in place of another: the one
// that replaces it, or that a schema without anything else refers to.
func (v *validation) resolve(s *Schema, n *yamltree.Node, at *place) (*Schema, bool) {
	for range maxChain {
		if s.compiler.Replace != nil {
			if other := s.compiler.Replace(s.node, n, &v.o); other != nil && other != s {
				s = other
				continue
			}
		}
		at.scope = at.scope.enter(s.resource)
		k := s.words()
		if !k.pure {
			return s, true
		}
		s = k.ref
	}
	return s, false
}

// maxAgain is how many schemas judge the same value within each other before
// it is noted which did, where that is not noted anyway.
const maxAgain = 2

// once judges a pair of a schema and a value, unless that was done.
func (f *frame) once(key judged) bool {
	before, known := f.verdicts[key]
	if known && (before.ok || !f.collect || f.told[key]) && (f.ev == nil || before.evaluated != nil) {
		f.ev.join(before.evaluated)
		return before.ok
	}
	if f.open[key] {
		return true
	}
	f.open[key] = true
	outer := f.ev
	f.ev = outer.fork()
	f.judge()
	if outer != nil {
		outer.join(f.ev)
	} else {
		f.ev = nil
	}
	delete(f.open, key)
	if f.left >= 0 {
		f.verdicts[key] = verdict{f.ok, f.ev}
		if !f.ok && f.collect {
			f.told[key] = true
		}
	}
	return f.ok
}

func (v *validation) constant(verdict bool, at place, collect bool) bool {
	if !verdict && collect {
		v.errs = append(v.errs, Error{Path: at.path(), Keyword: "false schema", says: "is not allowed here"})
	}
	return verdict
}

// frame is a value that is being judged by one schema.
type frame struct {
	*validation
	s       *Schema
	k       *keywords
	n       *yamltree.Node
	at      *place
	ev      *evaluated
	collect bool
	ok      bool
}

// done reports whether the verdict cannot change any more, and nobody wants to
// know more.
func (f *frame) done() bool { return !f.ok && (!f.collect || f.first) || f.left < 0 }

func (f *frame) fail(e Error) {
	f.ok = false
	if f.collect && (!f.first || len(f.errs) == 0) {
		e.Path, e.Item, e.value = f.at.path(), f.at.item, f.n
		f.errs = append(f.errs, e)
	}
}

// apply judges the value itself by another schema that must hold.
func (f *frame) apply(s *Schema) {
	if s != nil && !f.done() && !f.check(s, f.n, *f.at, f.ev, f.collect) {
		f.ok = false
	}
}

// holds reports whether another schema holds for the value, without errors.
func (f *frame) holds(s *Schema) bool {
	ev := f.ev.fork()
	if !f.check(s, f.n, *f.at, ev, false) {
		return false
	}
	f.ev.join(ev)
	return true
}

func (f *frame) judge() {
	if f.k.collects && f.ev == nil && !f.n.IsScalar() {
		f.ev = &evaluated{make([]bool, len(f.n.Items))}
	}
	steps := [...]func(){f.types, f.numbers, f.texts, f.references, f.values, f.logic, f.lists, f.objects, f.unevaluated}
	for _, step := range steps {
		if step(); f.done() {
			return
		}
	}
}

func (f *frame) types() {
	k := f.k
	if !k.hasType || k.types&typeOf(f.n) != 0 || k.nullable && f.n.Kind == yamltree.Null {
		return
	}
	f.fail(Error{Keyword: "type", expected: k.types})
}

func (f *frame) references() {
	if f.k.ref == nil {
		return
	}
	target := f.k.ref
	if f.k.dynamic != "" {
		target = f.dynamic(target)
	}
	f.apply(target)
}

// recursive is the dynamic anchor of draft 2019-09, which has no name.
const recursive = "#"

// dynamic finds the outermost schema that a dynamic reference means.
func (f *frame) dynamic(otherwise *Schema) *Schema {
	for _, r := range f.at.scope.entered {
		n := r.dynamic[f.k.dynamic]
		if f.k.dynamic == recursive && isTrue(r.Node.Lookup("$recursiveAnchor")) {
			n = r.Node
		}
		if n != nil {
			return f.s.compiler.schema(n, r, f.s.strict)
		}
	}
	return otherwise
}

func (f *frame) values() {
	if c := f.k.constNode; c != nil && !f.equal(c, f.n) {
		f.fail(Error{Keyword: "const", allowed: []*yamltree.Node{c}})
	}
	if f.k.enum == nil || f.done() {
		return
	}
	for _, value := range f.k.enum {
		if f.equal(value, f.n) {
			return
		}
	}
	f.fail(Error{Keyword: "enum", allowed: f.k.enum})
}

func (f *frame) logic() {
	k := f.k
	if k.not != nil && f.check(k.not, f.n, *f.at, nil, false) && f.left >= 0 {
		f.fail(f.describeNot())
	}
	f.alternatives("anyOf", k.anyOf)
	f.alternatives("oneOf", k.oneOf)
	for _, s := range f.s.conjuncts() {
		f.apply(s)
	}
	if k.condition == nil || f.done() || k.then == nil && k.otherwise == nil && f.ev == nil {
		return
	}
	if f.holds(k.condition) {
		f.apply(k.then)
	} else {
		f.apply(k.otherwise)
	}
}

// lists judges the items of a list.
func (f *frame) lists() {
	if f.n.Kind != yamltree.Sequence {
		return
	}
	k, n := f.k, len(f.n.Items)
	if k.maxItems != nil && n > *k.maxItems {
		f.fail(Error{Keyword: "maxItems", says: "has " + wording.Count(n, "item") + ", expected at most " + strconv.Itoa(*k.maxItems)})
	}
	if k.minItems != nil && n < *k.minItems {
		f.fail(Error{Keyword: "minItems", says: "has " + wording.Count(n, "item") + ", expected at least " + strconv.Itoa(*k.minItems)})
	}
	if k.unique && !f.done() {
		f.uniqueItems()
	}
	for i, item := range f.n.Items {
		s := k.items
		if i < len(k.prefix) {
			s = k.prefix[i]
		}
		if s == nil {
			continue
		}
		if f.done() {
			return
		}
		f.ev.mark(i)
		if i >= len(k.prefix) && s.words().constant != nil && !*s.k.constant {
			f.fail(Error{Keyword: "items", says: "has " + wording.Count(n, "item") + ", expected at most " + strconv.Itoa(len(k.prefix))})
			break
		}
		f.child(s, item, strconv.Itoa(i))
	}
	f.containing()
}

// child judges a member of the value.
func (f *frame) child(s *Schema, n *yamltree.Node, name string) {
	if !f.check(s, n, place{above: f.at, name: name, item: f.n.Kind == yamltree.Sequence, scope: f.at.scope}, nil, f.collect) {
		f.ok = false
	}
}

func (f *frame) containing() {
	k := f.k
	if k.contains == nil || f.done() {
		return
	}
	found := 0
	for i, item := range f.n.Items {
		if f.check(k.contains, item, *f.at, nil, false) {
			found++
			if f.s.compiler.Draft >= Draft2020 {
				f.ev.mark(i)
			}
		}
	}
	least := 1
	if k.minContains != nil {
		least = *k.minContains
	}
	kind := cmp.Or(k.contains.kindOfItem(), "of the kind that is asked for")
	if found < least {
		f.fail(Error{Keyword: "contains", says: "has " + wording.Count(found, "item") + " " + kind + ", expected at least " + strconv.Itoa(least)})
	}
	if k.maxContains != nil && found > *k.maxContains {
		f.fail(Error{Keyword: "contains", says: "has " + wording.Count(found, "item") + " " + kind + ", expected at most " + strconv.Itoa(*k.maxContains)})
	}
}

// unevaluated judges what nothing else looked at.
func (f *frame) unevaluated() {
	if f.ev == nil {
		return
	}
	switch {
	case f.n.Kind == yamltree.Mapping && f.k.unevaluatedProperties != nil:
		f.unevaluatedProperties(f.k.unevaluatedProperties)
	case f.n.Kind == yamltree.Sequence && f.k.unevaluatedItems != nil:
		s := f.k.unevaluatedItems
		for i, item := range f.n.Items {
			if f.ev.items[i] || f.done() {
				continue
			}
			if constant := s.words().constant; constant != nil && !*constant {
				f.fail(Error{Keyword: "unevaluatedItems", says: "has an item " + strconv.Itoa(i) + " that is not allowed"})
				return
			}
			f.child(s, item, strconv.Itoa(i))
		}
		f.ev.markAll()
	}
}

func (f *frame) unevaluatedProperties(s *Schema) {
	constant := s.words().constant
	for i, item := range f.n.Items {
		if f.ev.items[i] || f.done() {
			continue
		}
		name := f.n.Keys[i].Name
		if constant != nil && !*constant {
			f.fail(f.unknownProperty("unevaluatedProperties", name))
			continue
		}
		f.child(s, item, name)
	}
	f.ev.markAll()
}

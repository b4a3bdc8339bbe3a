package aact

import (
	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/mapping/model"
)

// object is a JSON object in the making: a slot for each member that its field
// can have, in the order of the field tree.
type object struct {
	field *model.Field
	slots []slot
}

// slot is a member: a text, or more than one value.
type slot struct {
	text string
	more *values // nil where there are none
}

// values are an object, a list of objects, or texts.
type values struct {
	object *object
	list   []*object
	texts  []string
}

func (s *slot) empty() bool { return s.more == nil && s.text == "" }

// items are those of a list of objects.
func (s *slot) items() []*object {
	if s.more == nil {
		return nil
	}
	return s.more.list
}

// arena is where the objects of a study are, to be used again for the next.
type arena struct {
	slots   [][]slot
	at      int // of the piece of slots that is being filled
	used    int // of it
	objects []*object
	given   int
	values  []*values
	lent    int
}

const slotsInPiece = 4096

func (a *arena) reset() {
	for i := 0; i <= a.at && i < len(a.slots); i++ {
		if i == a.at {
			clear(a.slots[i][:a.used])
		} else {
			clear(a.slots[i])
		}
	}
	a.at, a.used, a.given, a.lent = 0, 0, 0, 0
}

// object makes one.
func (a *arena) object(f *model.Field) *object {
	n := len(f.Children)
	if len(a.slots) == 0 || a.used+n > slotsInPiece {
		if len(a.slots) > 0 {
			a.at++
		}
		a.used = 0
	}
	if a.at == len(a.slots) {
		a.slots = append(a.slots, make([]slot, slotsInPiece))
	}
	if a.given == len(a.objects) {
		a.objects = append(a.objects, &object{})
	}
	o := a.objects[a.given]
	a.given++
	o.field, o.slots = f, a.slots[a.at][a.used:a.used+n:a.used+n]
	a.used += n
	return o
}

// more returns the values of a slot, and makes room for them where it has none.
func (a *arena) more(s *slot) *values {
	if s.more != nil {
		return s.more
	}
	if a.lent == len(a.values) {
		a.values = append(a.values, &values{})
	}
	v := a.values[a.lent]
	a.lent++
	v.object, v.list, v.texts = nil, v.list[:0], v.texts[:0]
	s.more = v
	return v
}

// add adds an item to a list.
func (a *arena) add(s *slot, item *object) {
	v := a.more(s)
	v.list = append(v.list, item)
}

// slot goes down to the slot at a path, and makes the objects that are not
// there.
func (a *arena) slot(o *object, path []int) *slot {
	for _, i := range path[:len(path)-1] {
		v := a.more(&o.slots[i])
		if v.object == nil {
			v.object = a.object(o.field.Children[i])
		}
		o = v.object
	}
	return &o.slots[path[len(path)-1]]
}

// found returns the slot at a path, or nil where an object on it is not there.
func (o *object) found(path []int) *slot {
	for _, i := range path[:len(path)-1] {
		v := o.slots[i].more
		if v == nil || v.object == nil {
			return nil
		}
		o = v.object
	}
	return &o.slots[path[len(path)-1]]
}

// text returns the text at a path, or "".
func (o *object) text(path []int) string {
	s := o.found(path)
	switch {
	case s == nil:
		return ""
	case s.more != nil && len(s.more.texts) > 0:
		return s.more.texts[0]
	}
	return s.text
}

// appendObject appends an object with its members in the order of the field
// tree.
func appendObject(dst []byte, o *object) []byte {
	dst = append(dst, '{')
	first := true
	for i := range o.slots {
		s := &o.slots[i]
		if s.empty() {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		f := o.field.Children[i]
		dst = append(append(append(dst, '"'), f.Key...), '"', ':')
		dst = appendSlot(dst, s, f)
	}
	return append(dst, '}')
}

func appendSlot(dst []byte, s *slot, f *model.Field) []byte {
	switch v := s.more; {
	case v != nil && v.object != nil:
		return appendObject(dst, v.object)
	case v != nil && len(v.list) > 0:
		dst = append(dst, '[')
		for i, item := range v.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendObject(dst, item)
		}
		return append(dst, ']')
	case f.List:
		dst = append(dst, '[')
		for i := 0; v != nil && i < len(v.texts); i++ {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = classic.AppendValue(dst, f, v.texts[i])
		}
		return append(dst, ']')
	}
	return classic.AppendValue(dst, f, s.text)
}

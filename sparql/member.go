package sparql

import (
	"strconv"
	"strings"
)

// memberSet is the list of an IN, whose constants are looked up and not
// compared one by one.
type memberSet struct {
	// known are the constants whose equals are found by a key.
	known map[string]bool
	// others are the items that have to be compared.
	others []expr
}

// fewMembers is how long a list may be that is compared item by item.
const fewMembers = 8

func (e *evaluator) membersOf(list []expr) *memberSet {
	m := e.members[&list[0]]
	if m == nil {
		m = &memberSet{known: map[string]bool{}}
		for _, item := range list {
			c, ok := item.(constExpr)
			key := ""
			if ok {
				key = equalKey(valueOf(c.term))
			}
			if key == "" {
				m.others = append(m.others, item)
			} else {
				m.known[key] = true
			}
		}
		e.members[&list[0]] = m
	}
	return m
}

// equalKey is the same for two values exactly if the operator = says that they
// are equal, and empty for values of which it may say that it does not know, or
// that are equal within a precision.
func equalKey(v value) string {
	switch v.kind {
	case kindIRI:
		return "I" + v.term.Value
	case kindBlank:
		return "B" + v.term.Value
	case kindString:
		return "S" + v.term.Value
	case kindLang:
		return "L" + strings.ToLower(v.term.Language) + v.term.Direction.String() + " " + v.term.Value
	case kindBoolean:
		return "T" + strconv.FormatBool(v.truth)
	case kindInteger, kindDecimal:
		return "N" + v.exact.RatString()
	}
	return ""
}

// in is IN and NOT IN: = with each of the list, and the error of one if no
// other is equal (section 17.4.1.9).
func (e *evaluator) in(by inExpr, r row) (value, error) {
	left, err := e.value(by.of, r)
	if err != nil {
		return value{}, err
	}
	list := by.list
	if key := equalKey(left); key != "" && len(list) > fewMembers {
		m := e.membersOf(list)
		if m.known[key] {
			return boolean(!by.negated), nil
		}
		list = m.others
	}
	failed := false
	for _, item := range list {
		e.tick()
		v, err := e.value(item, r)
		if err == nil {
			var same bool
			if same, err = equalValues(left, v); err == nil && same {
				return boolean(!by.negated), nil
			}
		}
		failed = failed || err != nil
	}
	if failed {
		return value{}, errType
	}
	return boolean(by.negated), nil
}

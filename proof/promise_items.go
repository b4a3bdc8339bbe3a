package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// A rule that says that a list has certain items, and that asks of the names
// of items that are there to be among those: it never notices one that is
// missing, and flags every other.

// items tries a promise that a list has the items that the text names.
func (q *claimCheck) items() []Note {
	names := q.promisedItems()
	if len(names) == 0 {
		return nil
	}
	for _, s := range q.samples {
		for _, look := range s.looks {
			if l := q.listOf(s, look); l != nil {
				if n := l.try(names); n != nil {
					return n
				}
			}
		}
	}
	return nil
}

// promisedItems are the values that the function allows and that the text
// names as such that must be there.
func (q *claimCheck) promisedItems() []string {
	if limits().MatchString(q.text.positive) {
		return nil
	}
	c := q.text.clauses()
	var out []string
	for _, then := range q.rule.Then {
		for _, value := range allowedTexts(then.Function, then.Options) {
			named := c.demands(value) || then.Function == "enumeration" && mentions(q.text.positive, value)
			if named && !slices.Contains(out, value) {
				out = append(out, value)
			}
		}
	}
	return out
}

func allowedTexts(function string, options *yamltree.Node) []string {
	switch function {
	case "enumeration":
		return textsOf(options.Lookup("values").Items)
	case "pattern":
		if match := options.Lookup("match"); match != nil {
			return words(match.Text)
		}
	}
	return nil
}

// itemList is a list of which a rule judges each item, or one member of it.
type itemList struct {
	*claimCheck
	sample *sample
	at     []string
	key    string
	model  *yamltree.Node
	// rejected is what the rule says no to there, in the documents at hand.
	rejected []string
}

// listOf finds the list that a judged value belongs to, where what is judged
// names an item of a list.
func (q *claimCheck) listOf(s *sample, look ruleset.Look) *itemList {
	then := q.rule.Then[look.Then]
	path := look.Path
	if then.Field != "" {
		path = below(path, then.Field)
	}
	if len(path) < 2 || look.Key || strings.HasPrefix(then.Field, "$") || q.judgesItself(path) {
		return nil
	}
	key := path[len(path)-1]
	if _, err := strconv.Atoi(key); err == nil {
		key, path = "", append(path, "") // the items are texts
	}
	if _, err := strconv.Atoi(path[len(path)-2]); err != nil {
		return nil
	}
	at, missing := s.doc.Written(path[:len(path)-2])
	n := s.root.At(at...)
	if at == nil || len(missing) > 0 || n == nil || n.Kind != yamltree.Sequence {
		return nil
	}
	l := &itemList{claimCheck: q, sample: s, at: at, key: key, model: (&changer{root: s.root}).model(n)}
	if key != "" && (l.model == nil || l.model.Kind != yamltree.Mapping) {
		return nil
	}
	for _, other := range s.looks {
		if v := s.root.At(other.Target...); len(other.Findings) > 0 && v != nil && v.Kind == yamltree.String && !slices.Contains(l.rejected, v.Text) {
			l.rejected = append(l.rejected, v.Text)
		}
	}
	return l
}

// judgesItself reports whether the text speaks of what is judged, such as the
// URLs of servers, and not of what owns the list.
func (q *claimCheck) judgesItself(path []string) bool {
	key, list := path[len(path)-1], ""
	if len(path) > 2 {
		list = path[len(path)-3]
	}
	c := q.text.clauses()
	for i, subject := range c.subjects {
		named := q.namesItem(c.objects[i])
		if named && (mentions(subject, key) && key != "name" || mentions(subject, list) && mentions(subject, key)) {
			return true
		}
	}
	return len(c.demanded) == 0 && mentions(q.text.positive, key) && key != "name"
}

func (q *claimCheck) namesItem(plain string) bool {
	return slices.ContainsFunc(q.promisedItems(), func(name string) bool { return mentions(plain, name) })
}

func (l *itemList) item(name string) *yamltree.Node {
	if l.key == "" {
		return text(name)
	}
	return overlaid(l.model, member(object(), l.key, text(name)))
}

func (l *itemList) with(names []string) *sample {
	var items []*yamltree.Node
	for _, name := range names {
		items = append(items, l.item(name))
	}
	s := l.again(set(l.sample.root, l.at, list(items...)))
	if s == nil || !l.isValid(s) {
		return nil
	}
	return s
}

// try makes the list with all the promised items, without one of them, and
// with one more that the text says nothing about.
func (l *itemList) try(names []string) []Note {
	before := l.with(names)
	if before == nil || before.fires {
		return nil
	}
	var way []breach
	for i := range names {
		if after := l.with(slices.Delete(slices.Clone(names), i, i+1)); after != nil {
			way = append(way, breach{before: before, after: after, at: l.at})
		}
	}
	b := l.unnoticed(way)
	if b == nil {
		return nil
	}
	extra := "x"
	if len(l.rejected) > 0 {
		extra = l.rejected[0]
	}
	note := Note{Narrower, "", fmt.Sprintf("it says that there is %s, but is quiet where there is none: #%s", strings.Join(names, " and "), yamltree.Pointer(l.at))}
	if more := l.with(append(slices.Clone(names), extra)); more != nil && more.fires {
		note.Kind = Inverted
		note.Why = fmt.Sprintf("it says that there is %s, but is quiet where there is none, and fires where there is, on any other, such as %q", strings.Join(names, " and "), extra)
		if l.flagged > 0 {
			note.Why += fmt.Sprintf("; in the documents at hand it flags %d", l.flagged)
		}
	}
	return append([]Note{note}, l.keptBy(*b)...)
}

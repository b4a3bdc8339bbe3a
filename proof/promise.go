package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// claimCheck compares what the words of a rule promise with what it notices. Each
// promise is tried: valid documents are made that break it, and the promise is
// kept where the rule fires on one of them.
type claimCheck struct {
	*search
	peers []*ruleset.Compiled
	text  ruleText
}

// breach is a valid document that breaks a promise, made of one that the rule
// is quiet on and that keeps it.
type breach struct {
	before, after *sample
	// at is where it is broken; too is the other place, where there are two.
	at, too []string
}

// promise is something that words may promise.
type promise struct {
	// made reports whether the text makes it.
	made func(ruleText) bool
	// breaches are documents that break it; each inner list is one way, and a
	// way of which nothing is noticed breaks the promise.
	breaches func(*claimCheck) [][]breach
	// says and missed complete "it says that …, but …".
	says, missed string
}

func promises() []promise {
	return []promise{
		{
			made:     func(t ruleText) bool { return uniqueWords().MatchString(t.plain) },
			breaches: (*claimCheck).repeated,
			says:     "values are unique", missed: "is quiet where one occurs twice",
		},
		{
			made:     func(t ruleText) bool { return everyWords().MatchString(t.plain) },
			breaches: (*claimCheck).elsewhere,
			says:     "it asks for all", missed: "is quiet where another than the first is wrong",
		},
		{
			made:     func(t ruleText) bool { return formatWords().MatchString(t.plain) && !negations().MatchString(t.plain) },
			breaches: (*claimCheck).randomText,
			says:     "a text has a certain form", missed: "is quiet on any text",
		},
		{
			made:     func(t ruleText) bool { return filledWords().MatchString(t.plain) },
			breaches: (*claimCheck).hollow,
			says:     "there is at least one", missed: "is quiet where there is none",
		},
	}
}

// notes are the promises that are not kept.
func (q *claimCheck) notes() []Note {
	var out []Note
	for _, p := range promises() {
		if !p.made(q.text) {
			continue
		}
		for _, way := range p.breaches(q) {
			if n := q.unnoticed(way); n != nil {
				out = append(out, Note{Narrower, "", fmt.Sprintf("it says that %s, but %s: #%s", p.says, p.missed, yamltree.Pointer(n.at))})
				out = append(out, q.keptBy(*n)...)
				break
			}
		}
	}
	return append(out, q.presence()...)
}

// unnoticed is the first of some breaches where the rule fires on none.
func (q *claimCheck) unnoticed(way []breach) *breach {
	if len(way) == 0 {
		return nil
	}
	for _, b := range way {
		if b.after.fires {
			return nil
		}
	}
	return &way[0]
}

// keptBy names the other rules that notice a breach.
func (q *claimCheck) keptBy(b breach) []Note {
	var out []Note
	for _, peer := range q.peers {
		found := findingsNear(q.search, peer, b.after, b)
		if len(found) > 0 && len(findingsNear(q.search, peer, b.before, b)) == 0 {
			out = append(out, Note{PromiseKeptBy, peer.Rule.ID, fmt.Sprintf("%s notices it: %s", peer.Rule.ID, found[len(found)-1].Message)})
		}
	}
	return out
}

// fewSamples is how many samples a promise is tried on.
const fewSamples = 6

// kept are the valid samples that the rule is quiet on, with one look each
// that is wanted.
func (q *claimCheck) kept(wanted func(*sample, ruleset.Look) bool, visit func(*sample, ruleset.Look)) {
	n := 0
	for _, s := range q.samples {
		if s.fires || n >= fewSamples {
			continue
		}
		i := slices.IndexFunc(s.looks, func(look ruleset.Look) bool { return look.Given != nil && wanted(s, look) })
		if i >= 0 && q.isValid(s) {
			n++
			visit(s, s.looks[i])
		}
	}
}

// made is a breach, if the document is valid.
func (q *claimCheck) made(before *sample, root *yamltree.Node, at []string) []breach {
	if root == before.root {
		return nil
	}
	after := q.again(root)
	if after == nil || !q.isValid(after) {
		return nil
	}
	q.keep(after)
	return []breach{{before: before, after: after, at: at}}
}

// madeLookedAt is a breach, if the document is valid and the rule still looks
// at as much of it.
func (q *claimCheck) madeLookedAt(before *sample, root *yamltree.Node, at []string) []breach {
	found := q.made(before, root, at)
	return slices.DeleteFunc(found, func(b breach) bool { return len(b.after.looks) < len(before.looks) })
}

func isText(s *sample, look ruleset.Look) bool {
	n := s.root.At(look.Target...)
	return !look.Key && len(look.Missing) == 0 && n != nil && n.Kind == yamltree.String && n.Text != ""
}

// repeated has the same value twice.
func (q *claimCheck) repeated() [][]breach {
	var out []breach
	q.kept(isText, func(s *sample, look ruleset.Look) {
		out = append(out, q.twice(s, look.Target, 0)...)
	})
	q.kept(func(s *sample, look ruleset.Look) bool {
		return len(look.Missing) == 0 && !look.Key && !isText(s, look)
	}, func(s *sample, look ruleset.Look) {
		walk(s.root.At(look.Target...), func(path []string, n *yamltree.Node) bool {
			if len(path) > 0 && n.Kind == yamltree.String && (mentions(q.text.plain, path[len(path)-1]) || len(path) == 1) && len(out) < 40 {
				out = append(out, q.twice(s, below(look.Target, path...), len(look.Target))...)
			}
			return len(path) < 6
		})
	})
	return [][]breach{out}
}

// twice repeats what a text is in, so that the text is there twice.
func (q *claimCheck) twice(s *sample, at []string, from int) []breach {
	var out []breach
	for depth := len(at); depth > from; depth-- {
		parent := s.root.At(at[:depth-1]...)
		last := copyName(at[depth-1])
		switch {
		case parent.Kind == yamltree.Sequence:
			last = strconv.Itoa(len(parent.Items))
		case depth == len(at):
			continue
		}
		found := q.made(s, insert(s.root, at[:depth-1], last, s.root.At(at[:depth]...)), at)
		for _, b := range found {
			b.too = slices.Concat(at[:depth-1], []string{last}, at[depth:])
			out = append(out, b)
		}
	}
	return slices.DeleteFunc(out, func(b breach) bool { return len(b.after.looks) == len(b.before.looks) && from == 0 && !b.after.fires })
}

// elsewhere has the fault in another item of a collection than the one that
// it is known to be noticed in.
func (q *claimCheck) elsewhere() [][]breach {
	open := openSteps(q.rule.Given)
	var out [][]breach
	q.kept(func(_ *sample, look ruleset.Look) bool { return !look.Key && len(look.Path) == len(open) }, func(s *sample, look ruleset.Look) {
		for depth := 1; depth <= len(look.Path) && depth <= len(open); depth++ {
			if open[depth-1] {
				out = append(out, q.moved(s, look, depth))
			}
		}
	})
	return out
}

// openSteps tells which steps of a rule's path choose among the items of a
// collection by their place; nil where that cannot be told.
func openSteps(given []string) []bool {
	if len(given) != 1 {
		return nil
	}
	path, err := jsonpath.Compile(given[0])
	if err != nil {
		return nil
	}
	var out []bool
	for _, step := range path.Steps() {
		if step.Kind != jsonpath.Names && step.Kind != jsonpath.All {
			if step.Kind == jsonpath.Filter {
				out = append(out, false)
				continue
			}
			return nil
		}
		index := step.Kind == jsonpath.All
		if len(step.Names) == 1 {
			_, err := strconv.Atoi(step.Names[0])
			index = index || err == nil
		}
		out = append(out, index)
	}
	return out
}

// moved repeats an item, and puts faults into the copy.
func (q *claimCheck) moved(s *sample, look ruleset.Look, depth int) []breach {
	item, missing := s.doc.Written(look.Path[:depth])
	if item == nil || len(missing) > 0 || len(look.Missing) > 0 || !hasPrefix(look.Target, item) {
		return nil
	}
	parent := s.root.At(item[:len(item)-1]...)
	last := copyName(item[len(item)-1])
	if parent.Kind == yamltree.Sequence {
		last = strconv.Itoa(len(parent.Items))
	}
	double := insert(s.root, item[:len(item)-1], last, s.root.At(item...))
	target := slices.Concat(item[:len(item)-1], []string{last}, look.Target[len(item):])
	before := q.again(double)
	if before == nil || before.fires || !q.isValid(before) {
		return nil
	}
	var out []breach
	for c := range near(s.root, ruleset.Look{Given: look.Target, Target: look.Target, Then: look.Then}, q.rule.Then, q.donors) {
		if first := q.again(c.root); first == nil || !first.fires || !q.isValid(first) || len(out) > 3 {
			continue
		}
		fault := remove(double, target)
		if v := c.root.At(look.Target...); v != nil {
			fault = set(double, target, v)
		}
		out = append(out, q.made(before, fault, target)...)
	}
	return out
}

// randomText has texts of no form.
func (q *claimCheck) randomText() [][]breach {
	var out []breach
	q.kept(isText, func(s *sample, look ruleset.Look) {
		was := s.root.At(look.Target...).Text
		for _, w := range []string{"?!", "Not like-this_ONE at all", "1", "xyzzy", was + "?!", "?!" + was} {
			out = append(out, q.madeLookedAt(s, set(s.root, look.Target, text(w)), look.Target)...)
		}
	})
	return [][]breach{out}
}

// hollow has an empty value in the place of one that is not.
func (q *claimCheck) hollow() [][]breach {
	var out []breach
	filled := func(s *sample, look ruleset.Look) bool {
		n := s.root.At(look.Target...)
		return !look.Key && len(look.Missing) == 0 && n != nil && (len(n.Items) > 0 || n.Kind == yamltree.String)
	}
	q.kept(filled, func(s *sample, look ruleset.Look) {
		empty := text("")
		if n := s.root.At(look.Target...); n.Kind != yamltree.String {
			empty = cut(n, 0, len(n.Items))
		}
		out = append(out, q.madeLookedAt(s, set(s.root, look.Target, empty), look.Target)...)
	})
	return [][]breach{out}
}

// presence compares what the text says must be there with what is missed
// where it is not.
func (q *claimCheck) presence() []Note {
	if n := q.items(); n != nil {
		return n
	}
	return q.fields()
}

// fields removes the members of the selected value that the text names.
func (q *claimCheck) fields() []Note {
	c := q.text.clauses()
	either := strings.Contains(strings.Join(c.demanded, " "), " or ")
	var names []string
	for _, s := range q.samples {
		for _, look := range s.looks {
			if n := s.root.At(look.Given...); look.Given != nil && !look.Key && n != nil && n.Kind == yamltree.Mapping {
				for _, key := range n.Keys {
					if c.demands(key.Name) && !slices.Contains(names, key.Name) {
						names = append(names, key.Name)
					}
				}
			}
		}
	}
	for _, name := range names {
		if either && len(names) > 1 {
			break // one of them is enough, and which is told by other means
		}
		if n := q.field(name); n != nil {
			return n
		}
	}
	return nil
}

// field removes one member.
func (q *claimCheck) field(name string) []Note {
	var quiet, loud []breach
	for _, s := range q.samples {
		for _, look := range s.looks {
			at := below(look.Given, name)
			n := s.root.At(at...)
			if look.Given == nil || n == nil || len(quiet)+len(loud) >= fewSamples || !filledValue(n) || !q.isValid(s) {
				continue
			}
			found := q.made(s, remove(s.root, at), at)
			if s.fires {
				loud = append(loud, found...)
			} else {
				quiet = append(quiet, found...)
			}
			break
		}
	}
	if b := q.unnoticed(quiet); b != nil {
		return append([]Note{{Narrower, "", fmt.Sprintf("it says that there is %s, but is quiet where there is none: #%s", name, yamltree.Pointer(b.at))}}, q.keptBy(*b)...)
	}
	if b := q.unnoticed(loud); b != nil && len(quiet) == 0 {
		why := fmt.Sprintf("it says that there is %s, but fires where there is one and is quiet where there is none: #%s", name, yamltree.Pointer(b.at))
		return append([]Note{{Inverted, "", why}}, q.keptBy(*b)...)
	}
	return nil
}

// filledValue reports whether a value is one that is there: not null, false or
// empty.
func filledValue(n *yamltree.Node) bool {
	return len(n.Items) > 0 || n.Kind == yamltree.String && n.Text != "" || n.Kind == yamltree.Bool && n.Text == "true" || n.Kind == yamltree.Number
}

package payload

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
)

// faultKind is a way in which values differ from their description.
type faultKind uint8

const (
	undocumented faultKind = iota
	undescribed
	wrongType
	notListed
	noMatch
	badFormat
	outOfRange
	missing
	noChoice
	severalFit
)

// faultKey is a schema and a way in which values differ from it.
type faultKey struct {
	node int
	kind faultKind
}

// origin is where a record comes from.
type origin struct {
	// order numbers the records of a run.
	order  int64
	file   string
	offset int64
}

// tally counts how often something was seen.
type tally struct {
	count, records int64
	last           int64 // the record that was counted last, plus one
	first          example
}

// example is one value that was seen.
type example struct {
	origin
	pointer []string
	// text is the beginning of the value.
	text string
}

// counts is what a walker saw. All of it can be added up in any order.
type counts struct {
	seen    []int64 // values, for each node
	present []int64 // members, for each field
	faults  map[faultKey]map[string]*tally
	summary Summary
	// unread are the records that are no JSON.
	unread []unread
	trial  *trial
}

func newCounts(s *Schema) *counts {
	return &counts{seen: make([]int64, len(s.nodes)), present: make([]int64, s.members), faults: map[faultKey]map[string]*tally{}}
}

// mostDetails bounds the names and values that are kept of one fault: those
// that come first in the order of the alphabet, so that it does not matter
// which record comes first.
const mostDetails = 1000

func (c *counts) add(key faultKey, detail string, w *walker) {
	details := c.faults[key]
	if details == nil {
		details = map[string]*tally{}
		c.faults[key] = details
	}
	t := details[detail]
	if t == nil {
		t = &tally{first: w.example()}
		details[strings.Clone(detail)] = t
		trim(details)
	}
	t.count++
	if t.last != w.at.order+1 {
		t.last = w.at.order + 1
		t.records++
	}
}

func trim(details map[string]*tally) {
	if len(details) <= 2*mostDetails {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(details))[mostDetails:] {
		delete(details, name)
	}
}

// merge adds what another walker saw.
func (c *counts) merge(o *counts) {
	for i, n := range o.seen {
		c.seen[i] += n
	}
	for i, n := range o.present {
		c.present[i] += n
	}
	for key, details := range o.faults {
		if c.faults[key] == nil {
			c.faults[key] = map[string]*tally{}
		}
		for name, t := range details {
			c.faults[key][name] = t.plus(c.faults[key][name])
		}
	}
	c.summary.Records += o.summary.Records
	c.summary.Bytes += o.summary.Bytes
	c.summary.Unreadable += o.summary.Unreadable
	c.unread = append(c.unread, o.unread...)
}

func (t *tally) plus(o *tally) *tally {
	if o == nil {
		return t
	}
	first := t.first
	if o.first.order < first.order {
		first = o.first
	}
	return &tally{count: t.count + o.count, records: t.records + o.records, first: first}
}

// example is the present value.
func (w *walker) example() example {
	out := example{origin: w.at}
	for i, s := range w.trail[1:] {
		if w.scanner.Values[w.trail[i].value].Kind == '[' {
			out.pointer = append(out.pointer, strconv.Itoa(s.item))
		} else {
			out.pointer = append(out.pointer, strings.Clone(w.scanner.KeyOf(s.value)))
		}
	}
	out.text = shortened(w.scanner, w.trail[len(w.trail)-1].value)
	return out
}

const shownText = 60

// shortened is the beginning of a scalar; nothing for an object or a list.
func shortened(s *scan.Scanner, value int) string {
	v := &s.Values[value]
	if v.Kind == '{' || v.Kind == '[' {
		return ""
	}
	text := s.Raw(value)
	if v.Kind == '"' {
		text = strconv.Quote(s.String(value))
	}
	if runes := []rune(text); len(runes) > shownText {
		return string(runes[:shownText]) + "…"
	}
	return strings.Clone(text)
}

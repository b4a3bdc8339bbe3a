// Package sample makes synthetic studies of the shape of the registry's: records of
// the Data API, version 2, whose fields, codes, lengths, years and sizes are as
// frequent as they were counted among real studies (counts.tsv). No text is of a
// record. A [Source] is the same studies for the same seed, however many are read.
package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// Most is how many studies a source has: as many as its numbers can name.
const Most = 10_000_000

// Source makes the studies of one seed.
type Source struct {
	seed  uint64
	table *table
	root  *model.Field
	makes map[string]maker
}

// maker makes the value of a field in place of the table; nil leaves it out.
type maker func(*study) any

// New returns the source of a seed.
func New(seed uint64) *Source {
	return &Source{seed: seed, table: counted(), root: model.Default().Root, makes: makers()}
}

// Append appends a study, which is the JSON of a record without line breaks, to b.
// Studies are counted from 0 and end before [Most].
func (s *Source) Append(b []byte, n int) []byte {
	if n < 0 || n >= Most {
		panic(fmt.Sprintf("sample: study %d, expected one from 0 to %d", n, Most-1))
	}
	m := &study{Source: s, number: n, Rand: rand.New(rand.NewPCG(s.seed, uint64(n)))} //nolint:gosec // no secret
	m.plan()
	return appendJSON(b, m.object(s.root))
}

// ID returns the number of a study, of a range that the registry has not reached.
func ID(n int) string { return fmt.Sprintf("NCT9%07d", n) }

// study makes one study.
type study struct {
	*Source
	*rand.Rand
	number int
	*stratum
	facts
}

// chance reports true as often as p says.
func (m *study) chance(p float64) bool { return m.Float64() < p }

// object makes the members of a field.
func (m *study) object(f *model.Field) object {
	var o object
	for _, child := range f.Children {
		o.add(child.Key, m.value(child))
	}
	return o
}

func (m *study) value(f *model.Field) any {
	if special, ok := m.makes[f.Path]; ok {
		return ordered(f, special(m))
	}
	if !m.chance(m.likely(f.Path)) {
		return nil
	}
	switch f.Kind {
	case model.Nest, model.Node:
		return m.object(f)
	case model.Nests, model.Nodes:
		return m.list(m.items(f.Path), func(int) any { return m.object(f) })
	}
	if !f.List {
		return m.scalar(f)
	}
	seen := map[any]bool{}
	return m.list(m.items(f.Path), func(int) any {
		v := m.scalar(f)
		if v == nil || seen[v] {
			return nil
		}
		seen[v] = true
		return v
	})
}

// ordered puts the members of objects into the order of the model, which is that of
// the registry.
func ordered(f *model.Field, v any) any {
	switch v := v.(type) {
	case object:
		slices.SortStableFunc(v, func(a, b member) int {
			return slices.Index(f.Children, f.Child(a.key)) - slices.Index(f.Children, f.Child(b.key))
		})
		for i, m := range v {
			if of := f.Child(m.key); !of.Leaf() {
				v[i].value = ordered(of, m.value)
			}
		}
	case []any:
		for i := range v {
			v[i] = ordered(f, v[i])
		}
	}
	return v
}

// mostItems bounds lists: the few studies that have more would be most of a sample.
const mostItems = 200

func (m *study) items(path string) int { return min(m.d[path+" items"].number(m.Rand), mostItems) }

func (m *study) list(n int, item func(int) any) []any {
	var out []any
	for i := range n {
		v := item(i)
		if o, ok := v.(object); v != nil && (!ok || len(o) > 0) {
			out = append(out, v)
		}
	}
	return out
}

// code draws a value of the table.
func (m *study) code(path string) string { return m.d[path+" value"].draw(m.Rand) }

func (m *study) scalar(f *model.Field) any {
	switch f.Kind {
	case model.Enum, model.Age:
		if code := m.code(f.Path); code != "" {
			return code
		}
	case model.Boolean:
		return m.code(f.Path) == "true"
	case model.Integer:
		return m.d[f.Path+" size"].number(m.Rand)
	case model.Text, model.Markup:
		return m.text(f)
	}
	return nil
}

// text makes a text by the name of its field.
func (m *study) text(f *model.Field) string {
	key := strings.ToLower(f.Key)
	switch {
	case strings.Contains(key, "email"):
		return "contact@example.org"
	case key == "phone":
		return fmt.Sprintf("555-01%02d", m.IntN(100))
	case key == "phoneext":
		return fmt.Sprint(100 + m.IntN(900))
	case key == "url", key == "link":
		return fmt.Sprintf("https://example.org/%s", ID(m.number))
	case key == "pmid":
		return fmt.Sprint(90_000_000 + m.IntN(1_000_000))
	case key == "zip":
		return fmt.Sprintf("%05d", m.IntN(100_000))
	case strings.HasSuffix(key, "name"), strings.HasSuffix(key, "nametitle"):
		return person(m.Rand)
	case strings.HasSuffix(key, "affiliation"), strings.HasSuffix(key, "organization"), key == "source":
		return pick(m.Rand, places)
	case strings.HasSuffix(key, "title"), key == "label":
		return "Synthetic " + pick(m.Rand, things)
	case key == "id":
		return fmt.Sprintf("SYN-%04d", m.IntN(10_000))
	case strings.HasPrefix(key, "timeframe"):
		return pick(m.Rand, frames)
	}
	const longest = 6000
	return prose(m.Rand, min(m.d[f.Path+" length"].number(m.Rand), longest))
}

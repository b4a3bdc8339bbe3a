package record

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// tree is a JSON value that may be changed. Text is that of a string, or a
// scalar as it is spelled.
type tree struct {
	kind byte
	text string
	keys []string
	kids []*tree
}

func parseTree(d *jsontext.Decoder) *tree {
	tok, err := d.ReadToken()
	if err != nil {
		return &tree{kind: 'n', text: "null"}
	}
	t := &tree{kind: byte(tok.Kind()), text: tok.String()}
	if t.kind != '{' && t.kind != '[' {
		return t
	}
	for k := d.PeekKind(); k != '}' && k != ']'; k = d.PeekKind() {
		if t.kind == '{' {
			name, _ := d.ReadToken()
			t.keys = append(t.keys, name.String())
		}
		t.kids = append(t.kids, parseTree(d))
	}
	_, _ = d.ReadToken() // the end, which PeekKind has seen
	return t
}

// readTree reads a value, nil if it is none.
func readTree(text string) *tree {
	if !jsontext.Value(text).IsValid() {
		return nil
	}
	return parseTree(jsontext.NewDecoder(strings.NewReader(text)))
}

func (t *tree) clone() *tree {
	c := *t
	c.keys = append([]string(nil), t.keys...)
	c.kids = nil
	for _, k := range t.kids {
		c.kids = append(c.kids, k.clone())
	}
	return &c
}

func (t *tree) remove(i int) {
	t.kids = append(t.kids[:i:i], t.kids[i+1:]...)
	if t.kind == '{' {
		t.keys = append(t.keys[:i:i], t.keys[i+1:]...)
	}
}

func (t *tree) insert(key string, v *tree) {
	t.kids = append(t.kids, v)
	if t.kind == '{' {
		t.keys = append(t.keys, key)
	}
}

// mutator changes a study by chance.
type mutator struct {
	*rand.Rand
	root *tree
	all  []*tree // the containers, each with something in it
	keys []string
	odd  *tree // a value to put in
}

func (m *mutator) collect(t *tree) {
	if len(t.kids) > 0 {
		m.all = append(m.all, t)
	}
	m.keys = append(m.keys, t.keys...)
	for _, k := range t.kids {
		m.collect(k)
	}
}

func pick[T any](m *mutator, from []T) T { return from[m.IntN(len(from))] }

// place picks a container and a member in it.
func (m *mutator) place() (*tree, int) {
	m.all, m.keys = m.all[:0], m.keys[:0]
	m.collect(m.root)
	if len(m.all) == 0 {
		return nil, 0
	}
	t := pick(m, m.all)
	return t, m.IntN(len(t.kids))
}

var oddTexts = []string{
	"", " ", "2020", "2020-02", "2020-02-30", "2020-02-29", "0000-01-01", "9999-12", "2021-03-04T05:06", "2021-03-04T25:06", "18 Years", "1 Month", "7 Weeks", "+1 Day", "90 Minutes", "3 Hours", "007 Days",
	"1,234", "0,31", "12,5", "1,234.50", "-0", "+5", "007", ".5", "5.", "1.500", "-1,234", "NA", "<0.05", "≤ 0.05", ">=1", "1.2", "=0,5", "< .001", strings.Repeat("9", 500),
	"A\u030angstro\u0308m", " two  blanks\u00a0here ", "tab\there\nline\r\f\b", "\x01\x1f\x7f\u0080", "quote\" back\\ slash/", "emoji 😀", "\ufffd", "OG000", "p0", "m12", "a-b", "_0",
	"2004-000446-20", "2022-500001-12-01", "U1111-1234-5678", "5R01HL123456-02A1", "https://example.org/a?b&amp;c#d", "http://x", "HTTPS://x", "https://ex ample", "NCT01234567", "nct1", "NCT00000000", "PRIMARY", "D003920", "d003920", "United States", "12345678",
	"a.b@example.org", "555-123-4567", "Dr. Jane Q. Doe, MD", "Jane Q. Doe",
}

var oddNumbers = []string{"0", "-0", "1", "1.0", "1.50", "-2.5", "1e5", "1E-7", "1e400", "1e999", "-1e-999", "12345678901234567890", "123456789012345", "1234567890123456", "0.1", "-0.0", "0e5", "100000000000000000000000", "41.123456", "-87.6"}

var oddKeys = []string{"", "x", "id", "type", "value", "title", "Foo", "fooBar", "foo_bar", "foo.bar", "a/b", "a~b", "1st", "é", "unmapped_x", "@id", "@type", "@value", "@context", "order", "empty", "briefTitle ", "brief title", "BriefTitle", "nctID", "contactInfo", "x-0", "groupId", "versionHolder", "denominator", "\U00010000", "\ue000"}

func (m *mutator) value(depth int) *tree {
	switch m.IntN(9) {
	case 0:
		return &tree{kind: 'n', text: "null"}
	case 1:
		return &tree{kind: 't', text: "true"}
	case 2:
		return &tree{kind: '0', text: pick(m, oddNumbers)}
	case 3, 4, 5:
		return &tree{kind: '"', text: pick(m, oddTexts)}
	case 6:
		if m.odd != nil {
			return m.odd.clone()
		}
	}
	t := &tree{kind: "{["[m.IntN(2)]}
	for range m.IntN(4) {
		if depth < 4 {
			t.insert(m.key(), m.value(depth+1))
		}
	}
	return t
}

func (m *mutator) key() string {
	if len(m.keys) > 0 && m.IntN(2) == 0 {
		return pick(m, m.keys)
	}
	return pick(m, oddKeys)
}

// mutate makes one change.
func (m *mutator) mutate() {
	t, i := m.place()
	if t == nil {
		return
	}
	switch m.IntN(12) {
	case 0:
		t.remove(i)
	case 1, 2:
		t.kids[i] = m.value(0)
	case 3:
		if t.kind == '{' {
			t.keys[i] = m.key()
		}
	case 4:
		key := m.key()
		if t.kind == '{' && m.IntN(8) == 0 {
			key = t.keys[i]
		}
		t.insert(key, t.kids[i].clone())
	case 5:
		m.shuffle(t)
	case 6:
		from, j := m.place()
		t.kids[i] = from.kids[j].clone()
	case 7:
		from, j := m.place()
		t.insert(m.key(), from.kids[j].clone())
	case 8:
		t.kids[i] = &tree{kind: '[', kids: []*tree{t.kids[i], t.kids[i].clone()}}
	case 9:
		t.insert(m.key(), m.value(0))
	case 10:
		t.kids[i].kids, t.kids[i].keys = nil, nil
	case 11:
		m.retext(t.kids[i])
	}
}

func (m *mutator) shuffle(t *tree) {
	m.Shuffle(len(t.kids), func(a, b int) {
		t.kids[a], t.kids[b] = t.kids[b], t.kids[a]
		if t.kind == '{' {
			t.keys[a], t.keys[b] = t.keys[b], t.keys[a]
		}
	})
}

// retext changes a text a little, or takes another.
func (m *mutator) retext(t *tree) {
	switch {
	case t.kind != '"':
		t.text = pick(m, oddNumbers)
		t.kind, t.kids, t.keys = '0', nil, nil
	case m.IntN(2) == 0:
		t.text = pick(m, oddTexts)
	default:
		at := m.IntN(len(t.text) + 1)
		t.text = strings.ToValidUTF8(t.text[:at], "?") + pick(m, oddTexts) + strings.ToValidUTF8(t.text[at:], "?")
	}
}

// append writes the tree, with white space and escapes where nobody expects
// them.
func (m *mutator) append(b []byte, t *tree) []byte {
	b = m.space(b)
	switch t.kind {
	case '"':
		return m.quote(b, t.text)
	case '{', '[':
		b = append(b, t.kind)
		for i, k := range t.kids {
			if i > 0 {
				b = append(m.space(b), ',')
			}
			if t.kind == '{' {
				b = append(m.space(m.quote(m.space(b), t.keys[i])), ':')
			}
			b = m.append(b, k)
		}
		return append(m.space(b), t.kind+2)
	}
	return append(b, t.text...)
}

func (m *mutator) space(b []byte) []byte {
	if m.IntN(200) == 0 {
		b = append(b, pick(m, []string{" ", "\n\t", "\r\n  "})...)
	}
	return b
}

func (m *mutator) quote(b []byte, s string) []byte {
	if m.IntN(50) > 0 {
		b, _ = jsontext.AppendQuote(b, s)
		return b
	}
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '/':
			b = append(b, `\/`...)
		case r >= 0x10000:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04X`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		case r < ' ' || r == '"' || r == '\\' || m.IntN(3) == 0:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}

// Mutate changes a record by chance, now and then so that it is not JSON. The
// seed repeats a change; odd is a JSON value to put in, or empty.
func Mutate(study []byte, seed uint64, odd string) []byte {
	m := &mutator{odd: readTree(odd), Rand: rand.New(rand.NewPCG(seed, 0)), root: parseTree(jsontext.NewDecoder(bytes.NewReader(study)))}
	for range 1 + m.IntN(1+m.IntN(12)) {
		m.mutate()
	}
	out := m.append(nil, m.root)
	if m.IntN(20) == 0 {
		at := m.IntN(len(out))
		switch m.IntN(3) {
		case 0:
			out = out[:at]
		case 1:
			out[at] = byte(m.IntN(256))
		case 2:
			out = append(out[:at:at], append([]byte(pick(m, []string{`\u0000`, `\ud800`, "\xff", `"`, `,`, `}`, `0`})), out[at:]...)...)
		}
	}
	return out
}

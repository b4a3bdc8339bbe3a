package model

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Hit is something of the model that a search by words came upon.
type Hit struct {
	// Kind is field, property, class, code, scheme or question.
	Kind string
	// Name is what Explain, or the command that asks questions, knows it by.
	Name string
	// Text is what the tables say of it.
	Text string
	// far sorts: 0 where the name has the very words, 1 where words of the name begin
	// so, 2 where the text is needed.
	far int
}

// Search finds what has every word of a phrase in its name or text, or words that begin
// so, best first: fields, properties, classes, codes, schemes and questions. British and
// American spellings are the same.
func (m *Model) Search(phrase string) []Hit {
	asked := tokens(phrase)
	if len(asked) == 0 {
		return nil
	}
	var out []Hit
	add := func(kind, name, text string) {
		h := Hit{Kind: kind, Name: name, Text: text}
		in := tokens(name)
		switch {
		case holds(in, asked, func(word, of string) bool { return word == of }):
		case holds(in, asked, strings.HasPrefix):
			h.far = 1
		case holds(append(in, tokens(text)...), asked, strings.HasPrefix):
			h.far = 2
		default:
			return
		}
		out = append(out, h)
	}
	for _, f := range m.Fields {
		text := f.Title
		if f.Property != "" {
			text = cmp.Or(text, f.Key) + " (" + f.Property + ")"
		}
		add("field", f.Path, text)
	}
	for _, p := range m.Properties() {
		if len(p.Paths) == 0 { // of others the field is there
			add("property", p.Name, p.Comment)
		}
	}
	for _, c := range m.Classes {
		add("class", "ctg:"+c.Name, c.Comment)
	}
	schemes := map[string]bool{}
	for _, c := range m.Concepts {
		if !schemes[c.Scheme] {
			schemes[c.Scheme] = true
			add("scheme", c.Scheme, m.codeList(c.Scheme))
		}
		add("code", c.Code, c.Scheme+": "+strings.Join(append([]string{c.Label}, c.Alternatives...), ", "))
	}
	for _, q := range Queries() {
		add("question", q.Name, q.Question())
	}
	slices.SortStableFunc(out, func(a, b Hit) int { return a.far - b.far })
	return out
}

// holds reports whether each of the words asked for fits one that there is.
func holds(words, asked []string, fits func(word, asked string) bool) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(words, func(word string) bool { return fits(word, a) }) {
			return false
		}
	}
	return true
}

// tokens are the words of a text or a name in small letters, as they are spelled on
// both sides of the Atlantic.
func tokens(s string) []string {
	var out []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, spelling.Replace(string(word)))
			word = word[:0]
		}
	}
	before := ' '
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(before):
			end()
			fallthrough
		default:
			word = append(word, unicode.ToLower(r))
		}
		before = r
	}
	end()
	return out
}

var spelling = strings.NewReplacer("ae", "e", "oe", "e", "isation", "ization", "our", "or", "yse", "yze", "llm", "lm", "lled", "led", "lling", "ling")

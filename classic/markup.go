package classic

import (
	"strconv"
	"strings"
)

// A block of the old exporter's text is wrapped at some 100 columns and
// indented: paragraphs by a base, items of a list by two more, "-  " or "1. "
// in front, and what is wrapped of them by as much as their text. Blank lines
// stand between all of these.

// block is a paragraph or an item of a list.
type block struct {
	indent int    // of its first line, without the marker
	marker string // "-", or a number
	text   string
}

// markdown turns a text of the old exporter into CommonMark, as the registry
// serves it today: lines joined, items of lists under one another, and
// characters that CommonMark would take for markup escaped.
func markdown(text string) string {
	blocks := blocksOf(text)
	var b strings.Builder
	var open []level // the lists that are open
	for i, x := range blocks {
		glue := "\n\n"
		if x.marker == "" {
			open = within(open, x.indent)
		} else {
			open, glue = enter(open, x)
		}
		pad := strings.Repeat(" ", padding(open, x.marker != ""))
		if i > 0 {
			b.WriteString(strings.ReplaceAll(glue, "\t", pad))
		}
		b.WriteString(pad)
		switch {
		case x.marker == "-":
			b.WriteString("* ")
		case x.marker != "":
			b.WriteString(x.marker + " ")
		}
		b.WriteString(escapeLine(x.text, x.marker == ""))
	}
	return b.String()
}

// level is a list that is open: where its items stand in the old text, and how
// far their texts are pushed in the new.
type level struct {
	indent, push int
	numbered     bool
}

// enter closes the lists that an item does not belong to, and opens its own.
// It also returns what comes before the item, with a tab for its padding: the
// items of a list follow one another; two lists of different kinds, one right
// after the other, would run together without a comment between them.
func enter(open []level, x block) ([]level, string) {
	for len(open) > 0 && open[len(open)-1].indent > x.indent+1 {
		open = open[:len(open)-1]
	}
	top := level{indent: x.indent, push: len("* "), numbered: x.marker != "-"}
	if top.numbered {
		top.push = len(x.marker) + 1
	}
	if len(open) == 0 || !near(open[len(open)-1].indent, x.indent) {
		return append(open, top), "\n\n"
	}
	before := open[len(open)-1]
	open[len(open)-1] = top
	if before.numbered != top.numbered {
		return open, "\n\n\t<!-- -->\n\n"
	}
	return open, "\n"
}

// near says that two items are of one list: numbers are set flush right, so
// that 10 begins one column before 9.
func near(a, b int) bool { return a-b <= 1 && b-a <= 1 }

// within closes the lists that a paragraph does not belong to.
func within(open []level, indent int) []level {
	for len(open) > 0 && open[len(open)-1].indent >= indent {
		open = open[:len(open)-1]
	}
	return open
}

func padding(open []level, item bool) int {
	n := 0
	for i, l := range open {
		if item && i == len(open)-1 {
			break
		}
		n += l.push
	}
	return n
}

// blocksOf takes the text apart at blank lines and at items.
func blocksOf(text string) []block {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var out []block
	open := false
	for line := range strings.SplitSeq(text, "\n") {
		body := strings.TrimSpace(line)
		if body == "" {
			open = false
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if marker, rest, ok := itemOf(body); ok && !open {
			out = append(out, block{indent: indent, marker: marker, text: rest})
			open = true
			continue
		}
		if open {
			out[len(out)-1].text += " " + body
			continue
		}
		out = append(out, block{indent: indent, text: body})
		open = true
	}
	return out
}

// itemOf tells the marker of an item: "-" and two spaces, or a number with a
// full stop and a space.
func itemOf(line string) (marker, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(line, "-  "); ok {
		return "-", strings.TrimLeft(rest, " "), true
	}
	number, rest, found := strings.Cut(line, ". ")
	if !found || len(number) > 3 {
		return "", "", false
	}
	if _, err := strconv.Atoi(number); err != nil {
		return "", "", false
	}
	return number + ".", strings.TrimLeft(rest, " "), true
}

// escapeText escapes a text that is not wrapped; its lines are paragraphs.
func escapeText(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, escapeLine(line, true))
		}
	}
	return strings.Join(lines, "\n\n")
}

// special are the characters that the registry escapes wherever they stand.
const special = "\\`*_[]<>^~|&"

// escapeLine escapes what CommonMark would take for markup; at the start of a
// paragraph, also what would begin a list.
func escapeLine(s string, start bool) string {
	var b strings.Builder
	from := 0
	for i := range len(s) {
		if !escapes[s[i]] && !(start && i < 10) {
			continue
		}
		c := s[i]
		mark := strings.IndexByte(special, c) >= 0 || start && i == 0 && (c == '-' || c == '+' || c == '#') && startsList(s) ||
			start && (c == '.' || c == ')') && i > 0 && i < 10 && digits(s[:i]) && (i+1 == len(s) || s[i+1] == ' ')
		if mark {
			b.WriteString(s[from:i])
			b.WriteByte('\\')
			from = i
		}
	}
	if from == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// escapes are the bytes of special.
var escapes = func() (out [256]bool) {
	for i := range len(special) {
		out[special[i]] = true
	}
	return out
}()

func startsList(s string) bool { return len(s) == 1 || s[1] == ' ' }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

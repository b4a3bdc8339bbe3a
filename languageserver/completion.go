package languageserver

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// asked is what is being typed. It is read from the lines of the text and not from its
// tree: what is being typed is seldom valid.
type asked struct {
	server *server
	buffer *buffer
	corpus *lint.Corpus
	// root is the value of the document, without the line that is being typed where it
	// cannot be read with it; kind is what it is.
	root *yamltree.Node
	kind ruleset.Kind
	// key is the key whose value, or an item of whose value, is typed, above the keys
	// around it from the top; name tells that a key is typed, below the last of above.
	key   string
	above []string
	item  bool
	name  bool
	// typed is what is there of it, in which quote, and where it begins and ends.
	typed, quote string
	line         int
	from, to     int
}

var (
	keyLine    = regexp.MustCompile(`^((?:- +)*)(?:"([^"]*)"|'([^']*)'|([^\s#'":{}\[\],][^:]*?))\s*:(?:\s|$)`)
	valueTyped = regexp.MustCompile(`(?:^|[\s{,\[])(?:"([^"]*)"|'([^']*)'|([^\s'":{}\[\],]+))\s*:\s+(["']?)([^"'{},\[\]]*)$`)
	itemTyped  = regexp.MustCompile(`^\s*-\s+(["']?)([^"'{},\[\]:]*)$`)
	nameTyped  = regexp.MustCompile(`^\s*(?:- +)*(["']?)([^"'{},\[\]:\s]*)$`)
	flowTyped  = regexp.MustCompile(`(?:"([^"]*)"|'([^']*)'|([^\s'":{}\[\],]+))\s*:\s*\[(?:[^\[\]]*,)?\s*(["']?)([^"'{},\[\]:]*)$`)
	tokenAfter = regexp.MustCompile(`^[^\s'",{}\[\]]*`)
)

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// asked finds what is being typed at a place; ok is false where nothing can be proposed.
func (s *server) asked(p *placeParams) (a asked, ok bool) {
	b := s.buffers[p.Document.URI]
	if b == nil || b.root == nil {
		return a, false
	}
	a = asked{server: s, buffer: b, corpus: b.root.corpus(), line: p.Position.Line}
	if a.corpus == nil {
		return a, false
	}
	start := lineStart(b.text, a.line)
	line, _ := lineAt(b.text, start)
	at := s.encoding.within(line, p.Position.Character)
	before := line[:at]
	if !a.read(before) {
		return a, false
	}
	a.from = at - len(a.typed)
	a.to = at + len(tokenAfter.FindString(line[at:]))
	a.parse(start, len(line))
	a.above = keysAbove(b.text, a.line, len(before)-len(strings.TrimLeft(before, " ")), a.item)
	if a.item && a.key == "" && len(a.above) > 0 {
		last := len(a.above) - 1
		a.key, a.above = a.above[last], a.above[:last]
	}
	return a, true
}

// read finds what is typed before a place of a line.
func (a *asked) read(before string) bool {
	if m := flowTyped.FindStringSubmatch(before); m != nil {
		a.key, a.quote, a.typed, a.item = firstOf(m[1:4]...), m[4], m[5], false
		return true
	}
	if m := valueTyped.FindStringSubmatch(before); m != nil {
		a.key, a.quote, a.typed = firstOf(m[1:4]...), m[4], m[5]
		return true
	}
	if m := itemTyped.FindStringSubmatch(before); m != nil {
		a.quote, a.typed, a.item = m[1], m[2], true
		return true
	}
	if m := nameTyped.FindStringSubmatch(before); m != nil {
		a.quote, a.typed, a.name = m[1], m[2], true
		return true
	}
	return false
}

// parse reads the document, without the line that is typed where it cannot be read with it.
func (a *asked) parse(start, length int) {
	d, ok := a.corpus.Document(a.buffer.name)
	if ok {
		a.root, a.kind = d.Tree.Root, d.Kind
		return
	}
	text := a.buffer.text[:start] + strings.Repeat(" ", length) + a.buffer.text[start+length:]
	tree, err := yamltree.Parse(a.buffer.name, []byte(text), nil)
	if err != nil {
		tree = &yamltree.Document{Root: &yamltree.Node{}}
	}
	a.root = tree.Root
	a.kind = ruleset.NewDocument(a.buffer.name, tree.Root).Kind
}

// keysAbove are the keys of the mappings that a line is in, from the top, by the indentation
// of the lines before it. Of an item of a list, the key of the list is one.
func keysAbove(text string, number, indent int, item bool) (out []string) {
	lines := strings.Split(text[:lineStart(text, number)], "\n")
	const most = 100_000
	for i := len(lines) - 1; i >= 0 && i > len(lines)-most; i-- {
		line := strings.TrimRight(lines[i], "\r ")
		content := strings.TrimLeft(line, " ")
		width := len(line) - len(content)
		m := keyLine.FindStringSubmatch(content)
		if m == nil {
			continue
		}
		within := width + len(m[1])
		switch {
		case width < indent, item && width == indent && m[1] == "":
		case m[1] != "" && within < indent:
		default:
			continue
		}
		if within < indent || item && within == indent {
			out = append(out, firstOf(m[2:5]...))
		}
		indent, item = width, m[1] != ""
		if within < indent {
			indent = within
		}
	}
	slices.Reverse(out)
	return out
}

// around is the value of the mapping in which something is typed; nil where that is unknown.
func (a *asked) around() *yamltree.Node {
	n := a.root
	for _, key := range a.above {
		n = a.lastItem(n).Lookup(key)
		if n == nil {
			return nil
		}
	}
	return a.lastItem(n)
}

// lastItem is the item of a list that the line is in.
func (a *asked) lastItem(n *yamltree.Node) *yamltree.Node {
	for n != nil && n.Kind == yamltree.Sequence {
		var last *yamltree.Node
		for _, item := range n.Items {
			if item.Range.Start.Line <= a.line+1 {
				last = item
			}
		}
		n = last
	}
	return n
}

// candidate is something that can be typed.
type candidate struct {
	label, detail, text string
	kind                int
}

// The kinds of what is proposed, as clients show them.
const (
	kindMethod    = 2
	kindField     = 5
	kindProperty  = 10
	kindValue     = 12
	kindEnum      = 13
	kindFile      = 17
	kindReference = 18
	kindFunction  = 3
)

// maxProposed bounds how many candidates are sent: the client asks again as one types on.
const maxProposed = 2000

// completion proposes what can be typed at a place.
func (s *server) completion(p *placeParams) (any, error) {
	out := []completionItem{}
	a, ok := s.asked(p)
	incomplete := false
	if ok {
		for _, c := range a.candidates() {
			if len(out) == maxProposed {
				incomplete = true
				break
			}
			if a.matches(c) {
				out = append(out, a.proposal(c))
			}
		}
	}
	return map[string]any{"isIncomplete": incomplete, "items": out}, nil
}

// matches reports whether a candidate may be meant by what is typed.
func (a *asked) matches(c candidate) bool {
	typed := strings.ToLower(strings.TrimSpace(a.typed))
	return typed == "" || strings.Contains(strings.ToLower(c.label), typed) || strings.Contains(strings.ToLower(c.text), typed)
}

// proposal makes a candidate what the client shows and inserts.
func (a *asked) proposal(c candidate) completionItem {
	line := lineOf(a.buffer.text, a.line)
	at := func(offset int) position {
		return position{a.line, a.server.encoding.units(line[:min(offset, len(line))])}
	}
	text := c.text
	if a.quote == "" && !a.isJSON() && !plain(text) {
		text = "'" + strings.ReplaceAll(text, "'", "''") + "'"
	} else if a.quote == "" && a.isJSON() {
		text = `"` + text + `"`
	}
	filter := c.label
	if strings.ContainsAny(a.typed, "#/") {
		filter = c.text
	}
	return completionItem{Label: c.label, Kind: c.kind, Detail: c.detail, Filter: filter, TextEdit: &textEdit{span{at(a.from), at(a.to)}, text}}
}

func (a *asked) isJSON() bool { return strings.HasPrefix(strings.TrimSpace(a.buffer.text), "{") }

// plain reports whether a text means itself in YAML without quotes.
func plain(text string) bool {
	tree, err := yamltree.Parse("text", []byte("a: "+text+"\n"), nil)
	if err != nil {
		return false
	}
	value, ok := tree.Root.Lookup("a").StringValue()
	return ok && value == text
}

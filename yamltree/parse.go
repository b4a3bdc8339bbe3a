package yamltree

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/trialweave/trialweave/source"
)

// Limits is what a document may cost. Nil and zero fields mean the defaults.
type Limits struct {
	// Bytes bounds the size of the file; default 64 MiB.
	Bytes int
	// Depth bounds the nesting; default 500.
	Depth int
	// Nodes bounds the number of nodes with every alias written out;
	// default 4,000,000.
	Nodes int64
}

func (l *Limits) orDefault() Limits {
	out := Limits{Bytes: 64 << 20, Depth: 500, Nodes: 4_000_000}
	if l == nil {
		return out
	}
	if l.Bytes > 0 {
		out.Bytes = l.Bytes
	}
	if l.Depth > 0 {
		out.Depth = l.Depth
	}
	if l.Nodes > 0 {
		out.Nodes = l.Nodes
	}
	return out
}

// Parse reads a file of YAML or JSON. Its errors are *source.Error values
// with line and column. The text of the document is kept, not copied, where
// it is UTF-8 already.
func Parse(name string, text []byte, limits *Limits) (*Document, error) {
	p := &parser{doc: &Document{Name: name}, limits: limits.orDefault()}
	if err := p.decode(text); err != nil {
		return nil, err
	}
	if err := p.checkNesting(); err != nil {
		return nil, err
	}
	if looksLikeJSON(p.doc.Text) || isNamedJSON(name) && len(bytes.TrimSpace(p.doc.Text)) > 0 {
		if ok, err := p.parseJSON(); ok || err != nil {
			return p.doc, err
		}
		p.doc.Root, p.doc.Duplicates, p.path = nil, nil, nil
	}
	doc, err := p.parse()
	if err == nil && isNamedJSON(name) {
		doc.NotJSON = p.syntax
	}
	return doc, err
}

// isNamedJSON reports whether the name of a file says that it is JSON.
func isNamedJSON(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".jsonld":
		return true
	}
	return false
}

type parser struct {
	doc    *Document
	limits Limits
	// done holds the node of each anchor that was built, open those whose
	// building has begun: an alias to one of them is a loop.
	done map[*yaml.Node]*Node
	open map[*yaml.Node]bool
	path []string
	// syntax are the errors that a text that begins as JSON has as JSON.
	syntax []*source.Error
	// brief tells that nobody reads the errors of syntax.
	brief bool
	// linked tells that there are anchors, aliases, merge keys or tags.
	linked bool
	// special tells that columns are not those of characters.
	special bool
	last    cursor
}

func (p *parser) parse() (doc *Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = p.errorAt(Mark{1, 1}, "the YAML reader gave up", "a YAML or JSON document")
		}
	}()
	text, hidden := hide(p.doc.Text)
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first yaml.Node
	if err := decoder.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return p.empty(), nil
		}
		if p.brief {
			return nil, err
		}
		return nil, p.syntaxErrors(text, err)
	}
	hidden.show(&first)
	p.done, p.open = map[*yaml.Node]*Node{}, map[*yaml.Node]bool{}
	root, err := p.build(first.Content[0], 0)
	if err != nil {
		return nil, err
	}
	p.doc.Root = root
	if err := p.further(decoder); err != nil {
		return p.doc, err
	}
	p.doc.plain = !p.linked && hidden == noneHidden && p.syntax == nil && len(p.doc.Duplicates) == 0 && len(p.doc.More) == 0 && !bytes.HasPrefix(p.doc.Text, []byte("%"))
	return p.doc, nil
}

func (p *parser) empty() *Document {
	p.doc.Empty = true
	p.doc.Root = &Node{Range: Range{Mark{1, 1}, Mark{1, 1}}}
	return p.doc
}

// further records where the other documents of the stream begin.
func (p *parser) further(decoder *yaml.Decoder) error {
	for {
		var next yaml.Node
		err := decoder.Decode(&next)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return p.syntaxErrors(p.doc.Text, err)
		}
		p.doc.More = append(p.doc.More, p.mark(next.Content[0]))
	}
}

func (p *parser) errorAt(m Mark, problem, expected string) error {
	return &source.Error{Position: p.doc.Position(m, p.path...), Problem: problem, Expected: expected}
}

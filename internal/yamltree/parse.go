package yamltree

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

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
	return p.parse()
}

type parser struct {
	doc    *Document
	limits Limits
	// done holds the node of each anchor that was built, open those whose
	// building has begun: an alias to one of them is a loop.
	done map[*yaml.Node]*Node
	open map[*yaml.Node]bool
	path []string
}

func (p *parser) parse() (doc *Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = p.errorAt(Mark{1, 1}, "the YAML reader gave up", "a YAML or JSON document")
		}
	}()
	text, hidden := hideSlashes(p.doc.Text)
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first yaml.Node
	if err := decoder.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return p.empty(), nil
		}
		return nil, p.syntaxError(err)
	}
	if hidden {
		showSlashes(&first)
	}
	p.done, p.open = map[*yaml.Node]*Node{}, map[*yaml.Node]bool{}
	root, err := p.build(first.Content[0], 0)
	if err != nil {
		return nil, err
	}
	p.doc.Root = root
	return p.doc, p.further(decoder)
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
			return p.syntaxError(err)
		}
		p.doc.More = append(p.doc.More, Mark{next.Content[0].Line, next.Content[0].Column})
	}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxError turns an error of the YAML package into one with a position.
func (p *parser) syntaxError(err error) error {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return p.errorAt(Mark{1, 1}, err.Error(), "")
	}
	line, _ := strconv.Atoi(m[1])
	return p.errorAt(Mark{max(line, 1), 1}, m[2], "a YAML or JSON document")
}

func (p *parser) errorAt(m Mark, problem, expected string) error {
	return &source.Error{Position: p.doc.Position(m, p.path...), Problem: problem, Expected: expected}
}

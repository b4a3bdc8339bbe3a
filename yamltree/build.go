package yamltree

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// build makes the tree of a YAML node.
func (p *parser) build(y *yaml.Node, depth int) (*Node, error) {
	at := p.mark(y)
	if depth > p.limits.Depth {
		return nil, p.errorAt(at, fmt.Sprintf("nested deeper than %d levels", p.limits.Depth), "")
	}
	if y.Kind == yaml.AliasNode {
		p.linked = true
		return p.buildAlias(y)
	}
	if y.Anchor != "" {
		p.linked = true
		p.open[y] = true
		defer delete(p.open, y)
	}
	p.linked = p.linked || y.Style&yaml.TaggedStyle != 0
	n := &Node{Range: Range{at, at}, size: 1}
	if err := p.fill(n, y, depth); err != nil {
		return nil, err
	}
	if n.size > p.limits.Nodes {
		return nil, p.errorAt(at, fmt.Sprintf("more than %d nodes once its aliases are written out", p.limits.Nodes), "")
	}
	n.Seal()
	if y.Anchor != "" {
		p.done[y] = n
	}
	return n, nil
}

func (p *parser) fill(n *Node, y *yaml.Node, depth int) error {
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = Mapping
		return p.fillMapping(n, y, depth)
	case yaml.SequenceNode:
		n.Kind = Sequence
		return p.fillSequence(n, y, depth)
	}
	p.fillScalar(n, y)
	return nil
}

func (p *parser) buildAlias(y *yaml.Node) (*Node, error) {
	if p.open[y.Alias] {
		return nil, p.errorAt(p.mark(y), fmt.Sprintf("alias *%s stands inside its own anchor", y.Value), "")
	}
	if n := p.done[y.Alias]; n != nil {
		return n, nil
	}
	return nil, p.errorAt(p.mark(y), fmt.Sprintf("alias *%s has no anchor before it", y.Value), "")
}

func (p *parser) fillSequence(n *Node, y *yaml.Node, depth int) error {
	for i, item := range y.Content {
		if err := p.appendItem(n, item, strconv.Itoa(i), depth); err != nil {
			return err
		}
	}
	p.closeCollection(n, y)
	return nil
}

func (p *parser) appendItem(n *Node, item *yaml.Node, step string, depth int) error {
	p.path = append(p.path, step)
	child, err := p.build(item, depth+1)
	p.path = p.path[:len(p.path)-1]
	if err != nil {
		return err
	}
	n.Items = append(n.Items, child)
	n.size += child.size
	return nil
}

func (p *parser) fillMapping(n *Node, y *yaml.Node, depth int) error {
	seen := make(map[string]Range, len(y.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Tag == "!!merge" {
			p.linked = true
			merges = append(merges, value)
			continue
		}
		k := p.key(key)
		if key.Anchor != "" { // an alias may lead to a key
			if _, err := p.build(key, depth+1); err != nil {
				return err
			}
		}
		n.twice = p.noteDuplicate(seen, k) || n.twice
		n.Keys = append(n.Keys, k)
		if err := p.appendItem(n, value, k.Name, depth); err != nil {
			return err
		}
		p.fixNull(n.Items[len(n.Items)-1], value, k)
	}
	p.closeCollection(n, y)
	return p.merge(n, merges, depth)
}

func (p *parser) noteDuplicate(seen map[string]Range, k Key) bool {
	if first, ok := seen[k.Name]; ok {
		path := append([]string(nil), p.path...)
		p.doc.Duplicates = append(p.doc.Duplicates, Duplicate{k.Name, first, k.Range, path})
		return true
	}
	seen[k.Name] = k.Range
	return false
}

// fixNull gives a value that is not written the place after its key's colon.
func (p *parser) fixNull(n *Node, y *yaml.Node, k Key) {
	if y.Kind == yaml.ScalarNode && y.Value == "" && y.Style == 0 && n.Kind == Null {
		end := Mark{k.Range.End.Line, k.Range.End.Column + 1}
		n.Range = Range{end, end}
	}
}

func (p *parser) key(y *yaml.Node) Key {
	if y.Kind != yaml.ScalarNode || y.Anchor != "" || y.Style&yaml.TaggedStyle != 0 {
		p.linked = true // or a key that is no plain name
	}
	if y.Kind == yaml.AliasNode {
		k := p.key(y.Alias)
		start := p.mark(y)
		k.Range = Range{start, Mark{start.Line, start.Column + Units("*"+y.Value)}}
		return k
	}
	start := p.mark(y)
	if y.Kind != yaml.ScalarNode {
		kind := Mapping
		if y.Kind == yaml.SequenceNode {
			kind = Sequence
		}
		return Key{Name: flowText(y), Range: Range{start, start}, Kind: kind}
	}
	return Key{Name: y.Value, Range: Range{start, p.scalarEnd(y)}, Kind: keyKind(y)}
}

func keyKind(y *yaml.Node) Kind {
	if y.Style != 0 {
		return String
	}
	kind, _ := plainKind(y.Value)
	return kind
}

// flowText writes a key that is no scalar the way JavaScript would.
func flowText(y *yaml.Node) string {
	parts := make([]string, 0, len(y.Content))
	for _, c := range y.Content {
		parts = append(parts, c.Value)
	}
	return strings.Join(parts, ",")
}

// merge adds the pairs of merge keys ("<<") that the mapping has not itself.
func (p *parser) merge(n *Node, values []*yaml.Node, depth int) error {
	for _, y := range values {
		value, err := p.build(y, depth+1)
		if err != nil {
			return err
		}
		p.mergeFrom(n, value)
	}
	return nil
}

func (p *parser) mergeFrom(n, from *Node) {
	if from.Kind == Sequence {
		for _, item := range from.Items {
			p.mergeFrom(n, item)
		}
		return
	}
	for i, k := range from.Keys {
		if n.Index(k.Name) < 0 {
			k.Merged = true
			n.Keys = append(n.Keys, k)
			n.Items = append(n.Items, from.Items[i])
			n.size += from.Items[i].size
		}
	}
}

var (
	integer = regexp.MustCompile(`^[-+]?[0-9]+$`)
	float   = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	based   = regexp.MustCompile(`^0(o[0-7]+|x[0-9a-fA-F]+)$`)
)

// fillScalar types a scalar by the core schema.
func (p *parser) fillScalar(n *Node, y *yaml.Node) {
	n.Text = y.Value
	n.Range.End = p.scalarEnd(y)
	if y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 || y.Style&yaml.TaggedStyle != 0 && y.Tag == "!!str" {
		n.Kind = String
		return
	}
	n.Kind, n.Number = plainKind(y.Value)
	if n.Kind == Null {
		n.Text = ""
	} else if n.Kind == Bool {
		n.Text = strings.ToLower(y.Value)
	}
}

func plainKind(text string) (Kind, float64) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Null, 0
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool, 0
	case ".inf", ".Inf", ".INF", "+.inf":
		return Number, math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return Number, math.Inf(-1)
	case ".nan", ".NaN", ".NAN":
		return Number, math.NaN()
	}
	return plainNumber(text)
}

func plainNumber(text string) (Kind, float64) {
	if based.MatchString(text) {
		v, _ := strconv.ParseUint(text, 0, 64)
		return Number, float64(v)
	}
	if integer.MatchString(text) || float.MatchString(text) {
		v, _ := strconv.ParseFloat(text, 64)
		return Number, v
	}
	return String, 0
}

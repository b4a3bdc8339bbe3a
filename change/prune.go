package change

import "github.com/trialweave/trialweave/internal/scan"

// pruner cuts an annotated document down to the members of some names, with
// what leads to them, and to the nodes of some classes.
type pruner struct {
	names   []string
	scanner *scan.Scanner
	keys    []bool // by key: a member that is kept whole
	typeKey scan.Key
	idKey   scan.Key
	out     []byte
}

// newPruner makes a pruner; without names it keeps everything.
func newPruner(names []string) *pruner {
	known := scan.NewNames(append([]string{"@type", "@id"}, names...))
	p := &pruner{names: names, scanner: scan.NewScanner(known), keys: make([]bool, known.Len()), typeKey: known.Key("@type"), idKey: known.Key("@id")}
	for _, name := range names {
		p.keys[known.Key(name)] = true
	}
	return p
}

// prune returns the part of a document, nil where it has none of the names. It
// is valid until the next call.
func (p *pruner) prune(doc []byte) []byte {
	if p.names == nil {
		return doc
	}
	if !p.scanner.Scan(doc) {
		return nil
	}
	p.out = p.out[:0]
	if !p.value(0) {
		return nil
	}
	return p.out
}

// value writes what is left of a value; it is false, and nothing is written,
// where that is nothing.
func (p *pruner) value(at int) bool {
	v := &p.scanner.Values[at]
	if v.Kind != '{' && v.Kind != '[' {
		return false
	}
	from := len(p.out)
	p.out = append(p.out, v.Kind)
	kept := v.Kind == '{' && p.isOne(at)
	for i := at + 1; i < int(v.Next); i = int(p.scanner.Values[i].Next) {
		before := len(p.out)
		if p.out[before-1] != v.Kind {
			p.out = append(p.out, ',')
		}
		if v.Kind == '{' {
			p.out = append(append(p.out, p.scanner.QuotedKey(i)...), ':')
		}
		switch key := p.scanner.Values[i].Key; {
		case v.Kind == '{' && p.keys[key] && key != scan.Unknown:
			p.out = append(p.out, p.scanner.JSON(i)...)
			kept = true
		case v.Kind == '{' && (key == p.typeKey || key == p.idKey) && key != scan.Unknown:
			p.out = append(p.out, p.scanner.JSON(i)...)
		case p.value(i):
			kept = true
		default:
			p.out = p.out[:before]
		}
	}
	if !kept {
		p.out = p.out[:from]
		return false
	}
	p.out = append(p.out, v.Kind+2) // "{" and "[" come two before their ends
	return true
}

// isOne reports whether an object is of a class that has one of the names.
func (p *pruner) isOne(at int) bool {
	types := p.scanner.Member(at, p.typeKey)
	if types == 0 {
		return false
	}
	for i := types; i < int(p.scanner.Values[types].Next); i++ {
		for _, name := range p.names {
			if p.scanner.String(i) == name {
				return true
			}
		}
	}
	return false
}

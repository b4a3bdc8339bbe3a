package yamltree

// PathAt returns the path of the key or scalar that a place of the text is in, or of the
// innermost collection around it. key tells that the place is in the key that the path
// ends in.
func (d *Document) PathAt(at Mark) (path []string, key bool) {
	n := d.Root
	for {
		i := n.itemAt(at)
		if i < 0 {
			return path, false
		}
		path = n.Step(path, i)
		if n.Kind == Mapping && n.Keys[i].Range.holds(at) {
			return path, true
		}
		n = n.Items[i]
	}
}

// itemAt is the item, with its key, that a place is in; -1 where there is none.
func (n *Node) itemAt(at Mark) int {
	for i, item := range n.Items {
		if n.Kind == Mapping && (n.Keys[i].Merged || n.Keys[i].Range.holds(at)) {
			if !n.Keys[i].Merged {
				return i
			}
			continue
		}
		if item.Range.holds(at) {
			return i
		}
	}
	return -1
}

// holds reports whether a place is in the range, or right behind it.
func (r Range) holds(at Mark) bool { return !at.Before(r.Start) && !r.End.Before(at) }

// Offset is the byte of the text at a place; behind the end of a line it is its end.
func (d *Document) Offset(m Mark) int {
	if m.Line < 1 {
		return 0
	}
	if m.Line > len(d.lines) {
		return len(d.Text)
	}
	line, units := d.Line(m.Line), 1
	for i, r := range line {
		if units >= m.Column {
			return d.lines[m.Line-1] + i
		}
		units += Units(string(r))
	}
	return d.lines[m.Line-1] + len(line)
}

// Equal reports whether two values are the same, wherever they stand.
func Equal(a, b *Node) bool {
	if a == b {
		return true
	}
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Keys) != len(b.Keys) {
		return false
	}
	for i := range a.Keys {
		if a.Keys[i].Name != b.Keys[i].Name {
			return false
		}
	}
	for i := range a.Items {
		if !Equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	return true
}

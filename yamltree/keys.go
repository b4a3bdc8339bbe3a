package yamltree

// KeySet is a set of names of keys, as far as a word can hold one: a name that
// is in it may stand for another, but what is not in it was not put there.
type KeySet uint64

// AllKeys is the set of every name.
const AllKeys = ^KeySet(0)

// schemaBit returns the set of a name that rules ask for in schemas. Those that
// rules ask for most have a bit of their own, all others share what is left.
func schemaBit(key string) KeySet {
	switch key {
	case "$ref":
		return 1 << 0
	case "enum":
		return 1 << 1
	case "type":
		return 1 << 2
	case "example":
		return 1 << 3
	case "examples":
		return 1 << 4
	case "default":
		return 1 << 5
	case "x-example":
		return 1 << 6
	case "schema":
		return 1 << 7
	case "content":
		return 1 << 8
	case "headers":
		return 1 << 9
	case "parameters":
		return 1 << 10
	case "responses":
		return 1 << 11
	case "description":
		return 1 << 12
	}
	return objectBit(key)
}

// objectBit returns the set of a name that rules ask for elsewhere.
func objectBit(key string) KeySet {
	switch key {
	case "title":
		return 1 << 13
	case "anyOf":
		return 1 << 14
	case "oneOf":
		return 1 << 15
	case "allOf":
		return 1 << 16
	case "properties":
		return 1 << 17
	case "items":
		return 1 << 18
	case "xml":
		return 1 << 19
	case "in":
		return 1 << 20
	case "required":
		return 1 << 21
	case "format":
		return 1 << 22
	case "name":
		return 1 << 23
	case "operationId":
		return 1 << 24
	case "tags":
		return 1 << 25
	}
	return 0
}

// KeyBit returns the set of one name.
func KeyBit(name string) KeySet {
	if own := schemaBit(name); own != 0 {
		return own
	}
	hash := uint32(len(name)) //nolint:gosec // any number does
	for i := range len(name) {
		hash = (hash ^ uint32(name[i])) * 16777619
	}
	const shared = 38
	return 1 << (64 - shared + hash%shared)
}

// Below returns the names of the keys of the node and of all that is in it, as
// Seal noted them.
func (n *Node) Below() KeySet { return n.below }

// Twice reports whether the mapping has a key twice, as Seal noted it.
func (n *Node) Twice() bool { return n.twice }

// Seal notes which keys there are, once those of all items are noted. What Parse
// returns is sealed; a copy that is changed is not until it is sealed again.
func (n *Node) Seal() {
	if len(n.Keys) >= manyKeys && !n.places.of(n.Keys) {
		n.places = placesOf(n.Keys)
	}
	n.below = 0
	for i := range n.Keys {
		n.below |= KeyBit(n.Keys[i].Name)
	}
	for _, item := range n.Items {
		n.below |= item.below
	}
}

// manyKeys is from how many keys on a mapping is looked up in a table: without one,
// looking for each key of a mapping takes a time that grows with the square.
const manyKeys = 64

// keyPlaces are the places of the keys of a mapping, while it has these.
type keyPlaces struct {
	first  *Key
	count  int
	byName map[string]int
}

func placesOf(keys []Key) *keyPlaces {
	p := &keyPlaces{first: &keys[0], count: len(keys), byName: make(map[string]int, len(keys))}
	for i := range keys {
		p.byName[keys[i].Name] = i // of duplicate keys the last one counts
	}
	return p
}

// of reports whether the places are those of these keys.
func (p *keyPlaces) of(keys []Key) bool {
	return p != nil && len(keys) == p.count && &keys[0] == p.first
}

// index is the place of a key, or -1.
func (p *keyPlaces) index(name string) int {
	if i, ok := p.byName[name]; ok {
		return i
	}
	return -1
}

package yamltree

// KeySet is a set of names of keys, as far as a word can hold one: a name that
// is in it may stand for another, but what is not in it was not put there.
type KeySet uint64

// AllKeys is the set of every name.
const AllKeys = ^KeySet(0)

// The names that rules ask for most have a bit of their own; all others share
// the rest.
const ownBits = 26

// KeyBit returns the set of one name.
func KeyBit(name string) KeySet {
	if own := ownBit(name); own >= 0 {
		return 1 << own
	}
	hash := uint32(len(name))
	for i := range len(name) {
		hash = (hash ^ uint32(name[i])) * 16777619
	}
	return 1 << (ownBits + hash%(64-ownBits))
}

func ownBit(name string) int { //nolint:cyclop // a table
	switch name {
	case "$ref":
		return 0
	case "enum":
		return 1
	case "type":
		return 2
	case "example":
		return 3
	case "examples":
		return 4
	case "default":
		return 5
	case "x-example":
		return 6
	case "schema":
		return 7
	case "content":
		return 8
	case "headers":
		return 9
	case "parameters":
		return 10
	case "responses":
		return 11
	case "description":
		return 12
	case "title":
		return 13
	case "anyOf":
		return 14
	case "oneOf":
		return 15
	case "allOf":
		return 16
	case "properties":
		return 17
	case "items":
		return 18
	case "xml":
		return 19
	case "in":
		return 20
	case "required":
		return 21
	case "format":
		return 22
	case "name":
		return 23
	case "operationId":
		return 24
	case "tags":
		return 25
	}
	return -1
}

// Below returns the names of the keys of the node and of all that is in it, as
// Seal noted them.
func (n *Node) Below() KeySet { return n.below }

// Twice reports whether the mapping has a key twice, as Seal noted it.
func (n *Node) Twice() bool { return n.twice }

// Seal notes which keys there are, once those of all items are noted. What Parse
// returns is sealed; a copy that is changed is not until it is sealed again.
func (n *Node) Seal() {
	n.below = 0
	for i := range n.Keys {
		n.below |= KeyBit(n.Keys[i].Name)
	}
	for _, item := range n.Items {
		n.below |= item.below
	}
}

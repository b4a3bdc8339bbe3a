package yamltree

// KeySet is a set of names of keys, as far as a word can hold one: a name that
// is in it may stand for another, but what is not in it was not put there.
type KeySet uint64

// AllKeys is the set of every name.
const AllKeys = ^KeySet(0)

// ownBits are those of the names that rules ask for most. All others share what
// is left.
var ownBits = func(names ...string) map[string]KeySet {
	out := map[string]KeySet{}
	for i, name := range names {
		out[name] = 1 << i
	}
	return out
}("$ref", "enum", "type", "example", "examples", "default", "x-example", "schema", "content", "headers", "parameters", "responses", "description",
	"title", "anyOf", "oneOf", "allOf", "properties", "items", "xml", "in", "required", "format", "name", "operationId", "tags")

// KeyBit returns the set of one name.
func KeyBit(name string) KeySet {
	if own := ownBits[name]; own != 0 {
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
	n.below = 0
	for i := range n.Keys {
		n.below |= KeyBit(n.Keys[i].Name)
	}
	for _, item := range n.Items {
		n.below |= item.below
	}
}

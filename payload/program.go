package payload

import (
	"regexp"

	"github.com/trialweave/trialweave/internal/scan"
)

// kinds is a set of kinds of JSON values.
type kinds uint8

const (
	aNull kinds = 1 << iota
	aBoolean
	anInteger
	aNumber
	aString
	anArray
	anObject
)

// node is a schema in compiled form: what a value must be.
type node struct {
	// path leads to the schema in the description.
	path []string
	// kinds are the kinds that a value may be of; none means all.
	kinds kinds
	// enum holds the texts of the strings that a value may be, and others as
	// they stand in JSON; nil means any.
	enum    map[string]bool
	pattern *regexp.Regexp
	format  func(string) bool
	// formatName is for messages; limits for the formats of integers.
	formatName string
	limits     *limits
	// object is nil where nothing is said of the members of an object.
	object *object
	items  int // of a list; none for no schema
	// also must hold too (allOf).
	also []int
	// anyOf and oneOf: at least one of each must hold.
	choices []choice
	// partly says that a keyword of the schema is not checked, so that a value may fit
	// that is invalid.
	partly bool
}

// choice are the alternatives of anyOf or, where only one may hold, of oneOf.
type choice struct {
	nodes []int
	one   bool
}

const none = -1

// object says what the members of an object are.
type object struct {
	// members is indexed by key: the place in fields, plus one.
	members []uint16
	fields  []field
	// required are the places of the fields that must be there.
	required []int
	// values is the schema of members that are not named (additionalProperties).
	values int
	// free tells that the schema allows others on purpose.
	free bool
	// bare tells that no member is named at all.
	bare bool
	// parts are the nodes that say what the object has: the node itself, and
	// what it is composed of.
	parts []int
}

// field is a member that an object may have.
type field struct {
	name     string
	id       int // among the members of all nodes
	node     int
	required bool
}

// limits bound numbers, texts and lists.
type limits struct {
	least, most          *float64
	minLength, maxLength int // in characters; none for no limit
	minItems, maxItems   int
	bits                 int // of an integer; 0 for any
}

// field returns the member of a key, nil where there is none.
func (o *object) field(key scan.Key) *field {
	if int(key) >= len(o.members) || o.members[key] == 0 {
		return nil
	}
	return &o.fields[o.members[key]-1]
}

// Package diff lists what changed between two versions of an OpenAPI description, by the
// rules of libopenapi. A build with the tag lean does without: see [Included].
package diff

import "github.com/trialweave/trialweave/source"

// Change is a difference between two versions of a description.
type Change struct {
	// Property is what changed: a key, or the name of an object.
	Property string
	// Old and New are the values, as text. They are empty for objects, and where a
	// value was added or removed.
	Old, New string
	// Added and Removed tell that there was, or is, nothing.
	Added, Removed bool
	// Breaking tells that what worked with the old version may fail with the new.
	Breaking bool
	// Before and After are the places in the two versions; one without a line
	// is that of nothing.
	Before, After source.Position
}

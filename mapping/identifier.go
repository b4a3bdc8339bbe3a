package mapping

import (
	"math"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// Invalid is a value that is not what its field holds; it is carried as it is.
type Invalid struct {
	// Kind says what the value should be: InvalidDate and the others.
	Kind string
	// Unknown says where it stood, and what it is.
	Unknown
}

// The kinds of invalid values.
const (
	// InvalidDate is a date that the calendar does not have, or is in another
	// form than the registry's.
	InvalidDate = "date"
	// InvalidIdentifier is an identifier that does not follow the pattern of
	// the authority that gives it.
	InvalidIdentifier = "identifier"
	// InvalidCountry is a name that is not that of a country.
	InvalidCountry = "country"
	// InvalidAge is an age or duration that is not a number and a unit of time.
	InvalidAge = "age or duration"
	// InvalidCoordinate is a latitude beyond 90 or a longitude beyond 180 degrees.
	InvalidCoordinate = "coordinate"
	// InvalidNumber, InvalidBoolean and InvalidText are values of another type, and
	// InvalidList is one value for a list, or a list for one value.
	InvalidNumber  = "number"
	InvalidBoolean = "boolean"
	InvalidText    = "text"
	InvalidList    = "list or value"
)

// wrongType is the kind of an invalid value that has not the JSON type of its
// field.
func wrongType(f *model.Field, isList bool) string {
	switch {
	case isList != f.List:
		return InvalidList
	case f.Kind == model.Integer || f.Kind == model.Decimal:
		return InvalidNumber
	case f.Kind == model.Boolean:
		return InvalidBoolean
	}
	return InvalidText
}

// isBeyond reports whether a number of JSON is beyond a limit.
func isBeyond(limit float64, number string) bool {
	if limit == 0 {
		return false
	}
	n, err := strconv.ParseFloat(number, 64)
	return err != nil || math.Abs(n) > limit
}

// MeSH numbers its records in one sequence for each kind. Numbers are written
// with six digits up to a border and with nine digits above it, and some
// deliveries write nine digits for all. The borders are known to lie within
// these limits; what is between them is left as it is.
const (
	lastShortDescriptor, firstLongDescriptor = 66_298, 66_449
	lastShortSupplement, firstLongSupplement = 587_251, 590_786
)

// meshID returns the identifier that MeSH gives a heading of which a record
// has the number in six or nine digits. It reports whether the identifier is
// one of MeSH, and whether its number is certain.
func meshID(id string) (normal string, valid, certain bool) {
	if len(id) != 7 && len(id) != 10 || id[0] != 'D' && id[0] != 'C' {
		return "", false, false
	}
	var number int
	if !digits(id[1:], &number) || number == 0 {
		return "", false, false
	}
	short, long := lastShortDescriptor, firstLongDescriptor
	if id[0] == 'C' {
		short, long = lastShortSupplement, firstLongSupplement
	}
	switch {
	case number <= short && len(id) == 10:
		return id[:1] + id[4:], true, true
	case number <= short || number >= long && len(id) == 10:
		return id, true, true
	case number >= long:
		return id[:1] + "000" + id[1:], true, true
	}
	return id, true, false
}

// isPubMedID reports whether a text is a number of PubMed: up to eight digits
// without a zero in front.
func isPubMedID(id string) bool {
	return id != "" && len(id) <= 8 && id[0] != '0' && strings.Trim(id, "0123456789") == ""
}

// isEuropean reports whether the registry calls an identifier one of a European
// register.
func isEuropean(kind string) bool { return kind == "EUDRACT_NUMBER" || kind == "CTIS" }

// isWithheld reports whether a name says only that the registry does not
// publish it: it is that of many, so no shared node may be made of it.
func isWithheld(name string) bool { return name == "[Redacted]" || name == "[Missing]" }

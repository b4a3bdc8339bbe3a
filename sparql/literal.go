package sparql

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// Compare orders two literals as the operator < does (section 17.3), with the dates,
// times and durations that XPath orders; it is false for those that have no order.
func Compare(a, b rdf.Term) (int, bool) {
	c, ok, nan := compareValues(valueOf(a), valueOf(b))
	return c, ok && !nan
}

// languageForm is the lexical space of xsd:language (XSD 1.1 part 2, section 3.4.3).
var languageForm = regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)

// WellFormed reports whether the text of a literal is in the lexical space of its
// datatype (XSD 1.1 part 2), which no white space is in but that of texts. Literals of
// datatypes that are not of XSD are.
func WellFormed(t rdf.Term) bool {
	local, ok := strings.CutPrefix(t.Datatype, xsd)
	if !ok || t.Kind != rdf.LiteralTerm {
		return true
	}
	switch local {
	case "hexBinary":
		_, err := hex.DecodeString(t.Value)
		return err == nil
	case "base64Binary":
		_, err := base64.StdEncoding.Strict().DecodeString(strings.ReplaceAll(t.Value, " ", ""))
		return err == nil && strings.Trim(t.Value, " ") == t.Value && !strings.ContainsAny(t.Value, "\r\n")
	case "language":
		return languageForm.MatchString(t.Value)
	}
	_, moment := layouts[local]
	if !moment && !strings.HasSuffix(local, "uration") && local != "boolean" && local != "decimal" && local != "double" && local != "float" && !integerTypes[local] {
		return true
	}
	return strings.Trim(t.Value, " \t\n\r") == t.Value && valueOf(t).kind != kindOther
}

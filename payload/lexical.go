package payload

import (
	"regexp"
	"strings"
	"sync"
)

// patterns are the lexical spaces of datatypes of XML Schema 1.1, part 2, as
// far as a regular expression tells them; days of months are looked at besides.
var patterns = sync.OnceValue(func() map[string]*regexp.Regexp {
	const zone, whole, decimals = `(Z|[+-](0\d|1[0-4]):[0-5]\d)?`, `[+-]?\d+`, `[+-]?(\d+(\.\d*)?|\.\d+)`
	const year, month, day, clock = `-?([1-9]\d{3,}|0\d{3})`, `(0[1-9]|1[0-2])`, `(0[1-9]|[12]\d|3[01])`, `([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?`
	out := map[string]*regexp.Regexp{}
	for name, p := range map[string]string{
		"boolean": `true|false|0|1`, "integer": whole, "decimal": decimals,
		"int": whole, "long": whole, "nonNegativeInteger": `\+?\d+|-0+`, "positiveInteger": `\+?0*[1-9]\d*`,
		"double": decimals + `([eE][+-]?\d+)?|[+-]?INF|NaN`, "float": decimals + `([eE][+-]?\d+)?|[+-]?INF|NaN`,
		"gYear": year + zone, "gYearMonth": year + "-" + month + zone, "date": year + "-" + month + "-" + day + zone,
		"dateTime": year + "-" + month + "-" + day + "T" + clock + zone, "time": clock + zone,
		"duration": `-?P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?`,
	} {
		out[name] = regexp.MustCompile("^(?:" + p + ")$")
	}
	return out
})

// isLexical reports whether a text is in the lexical space of a datatype; of one
// that is not known, every text is.
func isLexical(datatype, text string) bool {
	p := patterns()[datatype]
	switch {
	case p == nil:
		return true
	case !p.MatchString(text):
		return false
	}
	switch datatype {
	case "date", "dateTime":
		return strings.HasPrefix(text, "-") || len(text) < 10 || text[4] != '-' || isDate(text[:10])
	case "duration":
		return strings.ContainsAny(text, "0123456789") && !strings.HasSuffix(text, "T")
	}
	return true
}

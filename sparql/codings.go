package sparql

import (
	"strconv"
	"strings"
)

// codings is which forms of an answer a client takes (RFC 9110, section 12.5.3).
func codings(headers []string) (gzip, identity bool) {
	weights := map[string]float64{}
	for _, coding := range elements(strings.Join(headers, ",")) {
		name, parameters, _ := strings.Cut(coding, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "x-gzip" {
			name = "gzip"
		}
		weights[name] = 1
		if q, value, ok := strings.Cut(parameters, "="); ok && strings.EqualFold(strings.TrimSpace(q), "q") {
			weights[name], _ = strconv.ParseFloat(strings.TrimSpace(value), 64) // 0 where it is not a number
		}
	}
	anything, said := weights["*"]
	packed, named := weights["gzip"]
	if !named {
		packed = anything
	}
	plain, named := weights["identity"]
	identity = plain > 0 || !named && (!said || anything > 0)
	return packed > 0 && packed >= plain, identity
}

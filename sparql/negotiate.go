package sparql

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// accepted is what a client takes, of all its Accept lines.
func accepted(r *http.Request) string { return strings.Join(r.Header.Values("Accept"), ",") }

// choose applies the graphs that the protocol names, which win over those of
// the query (section 2.1.4).
func (q *Query) choose(defaults, named []string) error {
	if len(defaults)+len(named) == 0 {
		return nil
	}
	for _, g := range append(defaults[:len(defaults):len(defaults)], named...) {
		if err := rdf.CheckIRI(g); err != nil {
			return refuse(http.StatusBadRequest, "the graph %q: %s", g, err.Error())
		}
	}
	q.dataset, q.from, q.fromNamed = true, nil, nil
	for _, g := range defaults {
		q.from = append(q.from, rdf.IRI(g))
	}
	for _, g := range named {
		q.fromNamed = append(q.fromNamed, rdf.IRI(g))
	}
	return nil
}

// offer is a media type that can be asked for, and the format that it stands
// for.
type offer struct{ mediaType, format string }

// wish is a media range that a client takes. One with parameters that are not of
// ours counts less than one without.
type wish struct {
	kind   string
	plain  bool
	weight float64
}

// wishes reads an Accept header (RFC 9110, section 12.5.1).
func wishes(accept string) []wish {
	var out []wish
	for _, part := range elements(accept) {
		kind, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		w := wish{kind: kind, weight: 1}
		if s, ok := parameters["q"]; ok {
			if w.weight, err = strconv.ParseFloat(s, 64); err != nil || !(w.weight >= 0 && w.weight <= 1) {
				continue
			}
			delete(parameters, "q")
		}
		delete(parameters, "charset")
		w.plain = len(parameters) == 0
		out = append(out, w)
	}
	return out
}

// elements splits a list at its commas, but for those in quotation marks (RFC 9110,
// section 5.6.1).
func elements(header string) []string {
	quoted, escaped := false, false
	return strings.FieldsFunc(header, func(c rune) bool {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		}
		return c == ',' && !quoted
	})
}

// weight is how much a client likes a media type: what the most specific of its
// wishes says; how specific that is, from 1, and its place. Specific is 0 where it
// says nothing.
func weight(all []wish, mediaType string) (weight float64, specific, place int) {
	for i, w := range all {
		at := 0
		switch {
		case w.kind == mediaType && w.plain:
			at = specificType
		case w.kind == mediaType:
			at = 3
		case strings.TrimSuffix(w.kind, "*") == mediaType[:strings.IndexByte(mediaType, '/')+1]:
			at = 2
		case w.kind == "*/*":
			at = 1
		}
		if at > specific {
			weight, specific, place = w.weight, at, i
		}
	}
	return weight, specific, place
}

// specificType is how specific a media type is that is named.
const specificType = 4

// negotiate picks the format that the client likes best (RFC 9110, section
// 12.5.1): of those that it likes alike the one that it names first; the first
// of the offers where it does not say.
func negotiate(accept string, offers []offer) (string, error) {
	if strings.Trim(accept, " ,") == "" {
		return offers[0].format, nil
	}
	all := wishes(accept)
	format, best, first := "", 0.0, 0
	refused := map[string]bool{} // by the name under which they are sent, which comes first
	seen := map[string]bool{}
	for _, o := range offers {
		w, specific, place := weight(all, o.mediaType)
		if !seen[o.format] {
			seen[o.format] = true
			refused[o.format] = w == 0 && specific >= specificType-1
		}
		if refused[o.format] {
			continue
		}
		if w > best || w == best && w > 0 && place < first {
			format, best, first = o.format, w, place
		}
	}
	if format == "" {
		return "", refuse(http.StatusNotAcceptable, "nothing of %q can be served, expected %s or its like", accept, offers[0].mediaType)
	}
	return format, nil
}

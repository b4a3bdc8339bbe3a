package model

import (
	"fmt"
	"strings"
)

// turtle writes the small vocabularies of this package.
type turtle struct{ b strings.Builder }

func newTurtle(prefixes ...Prefix) *turtle {
	t := new(turtle)
	for _, p := range prefixes {
		fmt.Fprintf(&t.b, "@prefix %s: <%s> .\n", p.Name, p.IRI)
	}
	return t
}

// subject writes a subject with its predicates and objects, which come as they
// are to stand in the document. A pair with an empty object is left out.
func (t *turtle) subject(s string, pairs ...[2]string) {
	t.b.WriteString("\n" + s)
	sep := " "
	for _, p := range pairs {
		if p[1] == "" {
			continue
		}
		t.b.WriteString(sep + p[0] + " " + p[1])
		sep = " ;\n    "
	}
	t.b.WriteString(" .\n")
}

func (t *turtle) bytes() []byte { return []byte(t.b.String()) }

// english quotes a text as a literal in English.
func english(s string) string {
	if s == "" {
		return ""
	}
	return literal(s) + "@en"
}

func literal(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func iri(s string) string { return "<" + s + ">" }

// words turns a local name into a label: responsible_party becomes
// "responsible party", ArmGroup "arm group".
func words(local string) string { return strings.ReplaceAll(Snake(local), "_", " ") }

// prefixes of the vocabularies beside those of the context.
var (
	owlPrefix  = Prefix{"owl", "http://www.w3.org/2002/07/owl#"}
	skosPrefix = Prefix{"skos", "http://www.w3.org/2004/02/skos/core#"}
	shPrefix   = Prefix{"sh", "http://www.w3.org/ns/shacl#"}
)

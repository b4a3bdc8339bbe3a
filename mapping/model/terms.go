package model

import (
	"fmt"
	"strings"
)

// BuildTerms makes the page that documents the terms, as Markdown: a table for
// each class.
func (m *Model) BuildTerms() []byte {
	var b strings.Builder
	b.WriteString("# Terms\n\nWhat a study becomes, class by class. This page is made from the tables of `mapping/model`; change those and run `go generate ./mapping/model`.\n\n")
	b.WriteString(disclaimer + "\n\n| prefix | namespace |\n|---|---|\n")
	for _, p := range Prefixes() {
		fmt.Fprintf(&b, "| `%s:` | %s |\n", p.Name, p.IRI)
	}
	for _, c := range m.Classes {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| term | property | values | from |\n|---|---|---|---|\n", c.Name, c.Comment)
		for _, p := range m.Properties() {
			m.termRow(&b, c.Name, p)
		}
	}
	b.WriteString("\n## Statements\n\nWhat `convert --statements` says, in RDF 1.2, of what reifies the statements of a record, beside `prov:wasDerivedFrom`, its version.\n\n| property | values | meaning |\n|---|---|---|\n")
	for _, c := range m.Statements {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Property, rangeOf(c.Type), c.Comment)
	}
	return []byte(b.String())
}

func (m *Model) termRow(b *strings.Builder, class string, p *Property) {
	for _, k := range p.Classes {
		if k == class {
			fmt.Fprintf(b, "| %s | `%s` | %s | %s |\n", m.termOf(class, p.Name), p.Name, strings.Join(p.Ranges, ", "), origin(m, class, p))
			return
		}
	}
}

// termOf finds the name that the context gives a property in a class.
func (m *Model) termOf(class, property string) string {
	for _, d := range m.members(class) {
		if d.iri == property {
			return "`" + d.name + "`"
		}
	}
	return ""
}

// origin lists the paths of the class that a property comes from.
func origin(m *Model, class string, p *Property) string {
	var out []string
	for _, path := range p.Paths {
		f := m.Field(path)
		if f.carrier() == class || f.Subject() == class {
			out = append(out, "`"+path+"`")
		}
	}
	switch {
	case len(out) == 0:
		return p.Comment
	case p.Computed:
		return p.Comment + " From " + strings.Join(out, ", ") + "."
	}
	return strings.Join(out, ", ")
}

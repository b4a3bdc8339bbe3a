package lint

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkContextTerm() Check {
	return Check{
		ID: "context-term", Severity: report.Error,
		Description: "Every term of a JSON-LD context is defined as JSON-LD 1.1 (section 9.15) has it, and stands for an IRI.",
		Why:         "A processor refuses the whole document for some of these, and for others drops the property without a word.",
		Fix:         "Correct the definition; declare the prefix that it uses, or an @vocab.",
		run: func(c *Corpus) (out []finding) {
			for _, r := range c.contexts() {
				out = append(out, r.terms...)
			}
			return out
		},
	}
}

func checkContextSameIRI() Check {
	return Check{
		ID: "context-same-iri", Severity: report.Info,
		Description: "No two terms of one scope stand for the same IRI in the same way.",
		Why:         "Two properties of the data become one, and the triples do not show which was which.",
		Fix:         "Give each an IRI of its own, or take one of them out; where the two are the same on purpose, ignore this with that reason.",
		run: func(c *Corpus) (out []finding) {
			for _, r := range c.contexts() {
				out = append(out, r.same...)
			}
			return out
		},
	}
}

// contextReader judges the context of one document.
type contextReader struct {
	corpus *Corpus
	doc    *ruleset.Document
	// files are the contexts that are being read.
	files       []string
	terms, same []finding
	unchecked   []report.Unchecked
}

func (c *Corpus) contexts() (out []*contextReader) {
	for _, d := range c.Documents {
		if d.Kind == ruleset.Context {
			r := &contextReader{corpus: c, doc: d}
			context, at := d.Tree.Root.Lookup("@context"), []string{"@context"}
			r.context(context, at, scope{iris: map[string]string{}})
			r.process(context, at, jsonld.NewActiveContext())
			out = append(out, r)
		}
	}
	return out
}

// scope is what the contexts so far define.
type scope struct {
	// iris are the terms and what they stand for; a term that is set to null,
	// or cannot be resolved, is there with nothing.
	iris  map[string]string
	vocab bool
	// open tells that a context that is not read may define anything.
	open bool
}

func (r *contextReader) wrong(at []string, format string, args ...any) {
	r.terms = append(r.terms, finding{place: r.doc.Place(slices.Clone(at)), message: fmt.Sprintf(format, args...)})
}

// context reads a context and returns the scope after it.
func (r *contextReader) context(n *yamltree.Node, at []string, s scope) scope {
	switch n.Kind {
	case yamltree.Sequence:
		for i, item := range n.Items {
			s = r.context(item, append(slices.Clone(at), strconv.Itoa(i)), s)
		}
		return s
	case yamltree.String:
		return r.other(n.Text, at, s)
	case yamltree.Null:
		return scope{iris: map[string]string{}}
	case yamltree.Mapping:
		return r.mapping(n, at, s)
	}
	r.wrong(at, "a context is %s, expected an object, a reference or null", wording.Article(n.Kind.String()))
	return s
}

// other reads a context that another one refers to, and returns the scope
// after it. What is wrong in it is reported where it is linted itself.
func (r *contextReader) other(ref string, at []string, s scope) scope {
	d, context, why, remote := r.otherContext(r.doc, ref)
	switch {
	case remote:
		p := r.doc.Place(at).Range.Start
		r.unchecked = append(r.unchecked, report.Unchecked{File: r.doc.File, Why: fmt.Sprintf("%d:%d: the context %q is not read; terms that need it are not checked", p.Line, p.Column, ref)})
		s.open = true
		return s
	case why != "":
		r.wrong(at, "%s", why)
		s.open = true
		return s
	case slices.Contains(r.files, d.File) || d == r.doc:
		r.wrong(at, "the context %q leads back to itself", ref)
		return s
	}
	inner := &contextReader{corpus: r.corpus, doc: d, files: append(slices.Clone(r.files), r.doc.File)}
	return inner.context(context, []string{"@context"}, s)
}

func (r *contextReader) mapping(n *yamltree.Node, at []string, outer scope) scope {
	s := scope{iris: maps.Clone(outer.iris), vocab: outer.vocab, open: outer.open}
	if v := n.Lookup("@vocab"); v != nil {
		s.vocab = v.Kind == yamltree.String
	}
	if ref, ok := n.Lookup("@import").StringValue(); ok {
		s = r.other(ref, append(slices.Clone(at), "@import"), s)
	}
	for i, key := range n.Keys {
		if !strings.HasPrefix(key.Name, "@") {
			s.iris[key.Name] = writtenIRI(key.Name, n.Items[i])
		}
	}
	same := map[string]string{}
	for i, key := range n.Keys {
		where := append(slices.Clone(at), key.Name)
		if isKeywordLike(key.Name) {
			r.contextKey(key.Name, n.Items[i], where)
			continue
		}
		if key.Name == "" {
			r.wrong(where, "a term has an empty name")
			continue
		}
		if r.definition(key.Name, n.Items[i], where, s) {
			r.noteSame(key.Name, n.Items[i], where, s, same)
		}
	}
	return s
}

// isKeywordLike tells names that JSON-LD keeps for itself: an at sign and
// letters.
func isKeywordLike(name string) bool {
	return len(name) > 1 && name[0] == '@' && strings.Trim(strings.ToLower(name[1:]), "abcdefghijklmnopqrstuvwxyz") == ""
}

func (r *contextReader) contextKey(name string, n *yamltree.Node, at []string) {
	kinds := map[string]yamltree.Kind{
		"@protected": yamltree.Bool, "@propagate": yamltree.Bool, "@language": yamltree.String, "@direction": yamltree.String,
		"@base": yamltree.String, "@vocab": yamltree.String, "@import": yamltree.String, "@version": yamltree.Number,
	}
	nullable := []string{"@language", "@direction", "@base", "@vocab"}
	switch kind, typed := kinds[name]; {
	case typed && n.Kind != kind && (n.Kind != yamltree.Null || !slices.Contains(nullable, name)):
		r.wrong(at, "%s is %s, expected %s", name, wording.Article(n.Kind.String()), wording.Article(kind.String()))
	case name == "@direction" && n.Kind == yamltree.String && n.Text != "ltr" && n.Text != "rtl":
		r.wrong(at, "@direction is %q, expected ltr, rtl or null", n.Text)
	case name == "@type" && n.Kind != yamltree.Mapping, name == "@type" && n.Index("@container") < 0 && n.Index("@protected") < 0:
		r.wrong(at, "@type is redefined; only its @container (@set) and @protected can be said")
	}
	known := []string{"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@type", "@version", "@vocab"}
	if !slices.Contains(known, name) {
		r.wrong(at, "unknown key %q in a context", name)
	}
}

// writtenIRI is what a definition says that its term stands for.
func writtenIRI(term string, n *yamltree.Node) string {
	if n.Kind == yamltree.String {
		return n.Text
	}
	for _, key := range []string{"@id", "@reverse"} {
		if v := n.Lookup(key); v != nil {
			return v.Text
		}
	}
	if n.Kind == yamltree.Mapping {
		return term
	}
	return ""
}

// definition judges the definition of a term; it is true for one that stands
// for an IRI.
func (r *contextReader) definition(term string, n *yamltree.Node, at []string, s scope) bool {
	switch n.Kind {
	case yamltree.Null:
		return false
	case yamltree.String, yamltree.Mapping:
	default:
		r.wrong(at, "the definition of %q is %s, expected a string, an object or null", term, wording.Article(n.Kind.String()))
		return false
	}
	if n.Kind == yamltree.Mapping {
		r.members(term, n, at, s)
		if id := n.Lookup("@id"); id != nil && id.Kind == yamltree.Null {
			return false
		}
	}
	iri, why := s.expand(writtenIRI(term, n), term)
	if why != "" {
		r.wrong(at, "the term %q does not map to an IRI: %s", term, why)
		return false
	}
	return !strings.HasPrefix(iri, "@") && iri != ""
}

// members judges the members of an expanded term definition.
func (r *contextReader) members(term string, n *yamltree.Node, at []string, s scope) {
	for _, other := range []string{"@id", "@nest"} {
		if n.Index("@reverse") >= 0 && n.Index(other) >= 0 {
			r.wrong(append(slices.Clone(at), other), "%q has @reverse and %s, of which a term can have one", term, other)
		}
	}
	known := []string{"@id", "@reverse", "@container", "@context", "@direction", "@index", "@language", "@nest", "@prefix", "@protected", "@type"}
	for i, key := range n.Keys {
		where, value := append(slices.Clone(at), key.Name), n.Items[i]
		switch {
		case !slices.Contains(known, key.Name):
			r.wrong(where, "unknown key %q in the definition of a term", key.Name)
		case (key.Name == "@id" || key.Name == "@reverse") && value.Kind != yamltree.String && value.Kind != yamltree.Null:
			r.wrong(where, "the %s of %q is %s, expected a string", key.Name, term, wording.Article(value.Kind.String()))
		case key.Name == "@container":
			r.container(term, value, where)
		case key.Name == "@type":
			r.coercion(term, value, where, s)
		case key.Name == "@context":
			r.context(value, where, s)
		case key.Name == "@protected" && value.Kind != yamltree.Bool:
			r.wrong(where, "the @protected of %q is %s, expected true or false", term, wording.Article(value.Kind.String()))
		case key.Name == "@direction" && value.Kind != yamltree.Null && value.Text != "ltr" && value.Text != "rtl":
			r.wrong(where, "the @direction of %q is %q, expected ltr, rtl or null", term, ruleset.Describe(value))
		}
	}
}

func (r *contextReader) container(term string, n *yamltree.Node, at []string) {
	names := []*yamltree.Node{n}
	if n.Kind == yamltree.Sequence {
		names = n.Items
	}
	for _, name := range names {
		if !slices.Contains([]string{"@set", "@list", "@index", "@language", "@graph", "@id", "@type"}, name.Text) && name.Kind != yamltree.Null {
			r.wrong(at, "the @container of %q is %q, expected @set, @list, @index, @language, @graph, @id or @type", term, ruleset.Describe(name))
			return
		}
	}
	if why := badContainers(names); why != "" {
		r.wrong(at, "the @container of %q combines %s: %s", term, enumerated(names), why)
	}
}

// badContainers says which containers cannot be combined (JSON-LD 1.1, section
// 9.15.1).
func badContainers(names []*yamltree.Node) string {
	var all []string
	for _, n := range names {
		if slices.Contains(all, n.Text) {
			return n.Text + " is there twice"
		}
		all = append(all, n.Text)
	}
	others := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return name == "@set" })
	switch {
	case len(all) < 2, len(others) == 1 && others[0] != "@list":
		return ""
	case slices.Contains(all, "@list"):
		return "@list is combined with nothing"
	case len(others) == 2 && slices.Contains(others, "@graph") && (slices.Contains(others, "@id") || slices.Contains(others, "@index")):
		return ""
	case slices.Contains(others, "@graph"):
		return "@graph is combined with @id or @index, and with @set"
	}
	return "of @index, @id, @type and @language one at most is combined with @set"
}

func enumerated(names []*yamltree.Node) string {
	var out []string
	for _, n := range names {
		out = append(out, ruleset.Describe(n))
	}
	return strings.Join(out, ", ")
}

func (r *contextReader) coercion(term string, n *yamltree.Node, at []string, s scope) {
	if slices.Contains([]string{"@id", "@vocab", "@json", "@none"}, n.Text) || n.Kind == yamltree.Null {
		return
	}
	if n.Kind != yamltree.String {
		r.wrong(at, "the @type of %q is %s, expected a string", term, wording.Article(n.Kind.String()))
		return
	}
	if _, why := s.expand(n.Text, ""); why != "" {
		r.wrong(at, "the @type of %q is not an IRI: %s", term, why)
	}
}

// expand makes the IRI that is written in a context; why says why there is
// none. A term whose definition is itself is looked up no further.
func (s scope) expand(written, self string) (iri, why string) {
	for range len(s.iris) + 1 {
		if s.open {
			return written, ""
		}
		if isKeywordLike(written) {
			return written, ""
		}
		prefix, suffix, colon := strings.Cut(written, ":")
		next, known := s.iris[prefix]
		switch {
		case !colon && (written == self || !known):
			if s.vocab {
				return "@vocab/" + written, ""
			}
			return "", fmt.Sprintf("%q is neither a term nor an IRI, and there is no @vocab", written)
		case !colon:
			written, self = next, prefix
		case strings.HasPrefix(suffix, "//") || !known || prefix == self:
			return written, badIRI(written, prefix)
		default:
			written, self = next+suffix, prefix
		}
	}
	return "", "its definition leads back to itself"
}

// badIRI says what keeps an absolute IRI from being one. A scheme that nobody
// has registered is a prefix that nobody has declared.
func badIRI(iri, scheme string) string {
	if i := strings.IndexAny(iri, " <>\"{}|\\^`\t\n"); i >= 0 {
		return fmt.Sprintf("%q must not stand in the IRI %q", iri[i:i+1], iri)
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "urn", "tag", "did", "mailto", "tel", "data", "file", "ftp", "info", "doi", "ark", "geo", "ni", "cid", "_", "ws", "wss", "coap", "hdl", "swh", "ipfs", "ldap", "news", "sip", "sips":
		return ""
	}
	return fmt.Sprintf("%q uses the prefix %q, which is not declared", iri, scheme)
}

// namesClass reports whether a term is written as classes are.
func namesClass(term string) bool { return term[0] >= 'A' && term[0] <= 'Z' }

// noteSame reports a term that stands for what another of the scope does.
func (r *contextReader) noteSame(term string, n *yamltree.Node, at []string, s scope, seen map[string]string) {
	iri, _ := s.expand(writtenIRI(term, n), term)
	if iri == "" || strings.HasSuffix(iri, "/") || strings.HasSuffix(iri, "#") {
		return // a prefix
	}
	key := iri
	for _, member := range []string{"@type", "@container", "@language", "@reverse", "@index", "@nest"} {
		if v := n.Lookup(member); v != nil {
			key += "\x00" + member + ruleset.Describe(v)
		}
	}
	if first, ok := seen[key]; ok {
		if first == term || namesClass(first) && namesClass(term) {
			return // a duplicate key is reported as such; classes are no properties that become one
		}
		other := r.doc.Place(append(slices.Clone(at[:len(at)-1]), first))
		r.same = append(r.same, finding{
			place: r.doc.KeyPlace(at), message: fmt.Sprintf("%q and %q stand for the same IRI, %s", first, term, iri),
			related: []report.Related{{Message: "first", Place: other}},
		})
		return
	}
	seen[key] = term
}

package languageserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// spot is a place of an open document that the client asks about.
type spot struct {
	root   *root
	buffer *buffer
	corpus *lint.Corpus
	doc    *ruleset.Document
	at     yamltree.Mark
	path   []string
	// key tells that the place is in the key that the path ends in.
	key bool
}

// spot finds the place of a request; ok is false for one in a document that is not judged,
// or cannot be read.
func (s *server) spot(p *placeParams) (at spot, ok bool) {
	b := s.buffers[p.Document.URI]
	if b == nil || b.root == nil {
		return spot{}, false
	}
	at = spot{root: b.root, buffer: b, corpus: b.root.corpus()}
	if at.corpus == nil {
		return spot{}, false
	}
	if at.doc, ok = at.corpus.Document(b.name); !ok {
		return at, false
	}
	at.at = s.encoding.mark(at.doc.Line, p.Position)
	at.path, at.key = at.doc.Tree.PathAt(at.at)
	return at, true
}

// holds reports whether a place of a report has the spot.
func (at spot) holds(p report.Place) bool {
	if p.File != at.buffer.name {
		return false
	}
	m := report.Mark(at.at)
	return !yamltree.Mark(m).Before(yamltree.Mark(p.Range.Start)) && !yamltree.Mark(p.Range.End).Before(yamltree.Mark(m))
}

// has reports whether a finding is at the spot: in its range, or in the key of its value.
func (at spot) has(f report.Finding) bool {
	return at.holds(f.Place) || at.key && f.File == at.buffer.name && slices.Equal(f.Path, at.path)
}

// leads are those that begin at the spot.
func (at spot) leads() (out []lint.Lead) {
	for _, l := range at.corpus.Leads() {
		if at.holds(l.From) {
			out = append(out, l)
		}
	}
	return out
}

// location is a place of a folder as the client has it.
func (s *server) location(r *root, p report.Place) location {
	return location{s.uriOf(r, p.File), s.encoding.span(s.linesOf(r)(p.File), p.Range)}
}

// definition finds what is referred to at a place.
func (s *server) definition(p *placeParams) (any, error) {
	out := []location{}
	at, ok := s.spot(p)
	if !ok {
		return out, nil
	}
	for _, l := range at.leads() {
		if to := s.location(at.root, l.To); !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out, nil
}

// references finds what refers to what is defined, or is referred to, at a place.
func (s *server) references(p *placeParams) (any, error) {
	out := []location{}
	at, ok := s.spot(p)
	if !ok {
		return out, nil
	}
	targets := at.targets()
	add := func(p report.Place) {
		if to := s.location(at.root, p); !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	for _, l := range at.corpus.Leads() {
		if !slices.ContainsFunc(targets, func(t report.Place) bool { return t.File == l.To.File && slices.Equal(t.Path, l.To.Path) }) {
			continue
		}
		if p.Context.Declaration {
			add(l.To)
		}
		add(l.From)
	}
	return out, nil
}

// targets are what is defined at the spot, or referred to there: the value of a key, and
// what an operationId or the name of a parameter is of.
func (at spot) targets() []report.Place {
	out := []report.Place{{File: at.buffer.name, Path: at.path}}
	if n := len(at.path); n > 0 && (at.path[n-1] == "operationId" || at.path[n-1] == "name") {
		out = append(out, report.Place{File: at.buffer.name, Path: at.path[:n-1]})
	}
	if from := at.leads(); len(from) > 0 {
		out = nil
		for _, l := range from {
			out = append(out, l.To)
		}
	}
	return out
}

// hover says what is known about a place: what the rules ask whose findings are there, what
// it refers to, and what a term stands for.
func (s *server) hover(p *placeParams) (any, error) {
	at, ok := s.spot(p)
	if !ok {
		return nil, nil
	}
	var parts []string
	parts = append(parts, s.explanations(at)...)
	for _, l := range at.leads() {
		parts = append(parts, described(at.corpus, l))
	}
	if iri, ok := at.corpus.TermIRI(at.buffer.name, at.path); ok && at.key {
		parts = append(parts, fmt.Sprintf("The term stands for <%s>.", iri))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	rng, _ := at.doc.Tree.RangeAt(at.path...)
	if key, is := at.doc.Tree.KeyRangeAt(at.path...); is && at.key {
		rng = key
	}
	span := s.encoding.span(at.doc.Line, ruleset.ReportRange(rng))
	return hoverResult{markup{"markdown", strings.Join(parts, "\n\n---\n\n")}, &span}, nil
}

// explanations say what the rules ask whose findings are at a spot.
func (s *server) explanations(at spot) (out []string) {
	found, err := at.root.run(s.ctx)
	if err != nil {
		return nil
	}
	for _, f := range found.Findings {
		if !at.has(f) || f.Range.End.Line-f.Range.Start.Line > maxHovered && f.Range.Start.Line != at.at.Line {
			continue
		}
		text := fmt.Sprintf("**%s** (%s): %s", f.Rule, f.Severity, escaped(f.Message))
		if i := slices.IndexFunc(found.Rules, func(r report.Rule) bool { return r.ID == f.Rule }); i >= 0 {
			text += explained(found.Rules[i])
		}
		out = append(out, text)
	}
	return out
}

// maxHovered is how many lines a finding may have to be shown wherever in it the pointer is:
// that of an object is shown in its first line alone.
const maxHovered = 3

// explained is what a rule asks for, why, and what to do.
func explained(rule report.Rule) (text string) {
	for _, part := range []struct{ title, text string }{{"", rule.Description}, {"Why: ", rule.Why}, {"What to do: ", rule.Fix}} {
		if part.text != "" {
			text += "\n\n" + part.title + escaped(part.text)
		}
	}
	if href := page(rule); href != "" {
		text += "\n\n[The page of the rule](" + href + ")"
	}
	return text
}

// escaped is a text in which Markdown sees no signs of its own.
func escaped(text string) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "<", "&lt;", "[", "\\[", "`", "\\`").Replace(text)
}

// described says where a lead leads to, and shows the text there.
func described(c *lint.Corpus, l lint.Lead) string {
	what := map[lint.LeadKind]string{
		lint.LeadReference: "Refers to", lint.LeadOperation: "The operation", lint.LeadParameter: "The parameter", lint.LeadProperty: "The property", lint.LeadTerm: "Has the term", lint.LeadFile: "The file",
	}[l.Kind]
	to := l.To.File
	if len(l.To.Path) > 0 {
		to += " #" + yamltree.Pointer(l.To.Path)
	}
	text := fmt.Sprintf("%s `%s`", what, strings.ReplaceAll(to, "`", "'"))
	d, ok := c.Document(l.To.File)
	if !ok || l.Kind == lint.LeadFile {
		return text
	}
	if excerpt := excerptOf(d, l.To.Path); excerpt != "" {
		text += "\n\n````yaml\n" + excerpt + "\n````"
	}
	return text
}

// maxExcerpt bounds the lines of a text that are shown.
const maxExcerpt = 15

// excerptOf is the text of a value with its key, without the indentation of its first line.
func excerptOf(d *ruleset.Document, path []string) string {
	n := d.Tree.Root.At(path...)
	if n == nil || len(path) == 0 {
		return ""
	}
	first := n.Range.Start.Line
	if key, ok := d.Tree.KeyRangeAt(path...); ok {
		first = key.Start.Line
	}
	start := d.Line(first)
	indent := len(start) - len(strings.TrimLeft(start, " "))
	var lines []string
	for number := first; number <= n.Range.End.Line; number++ {
		if len(lines) == maxExcerpt {
			lines = append(lines, "…")
			break
		}
		line := d.Line(number)
		lines = append(lines, line[min(indent, len(line)-len(strings.TrimLeft(line, " "))):])
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "````", "```")
}

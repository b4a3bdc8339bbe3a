package lint

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func readText(files fs.FS, name string) (string, error) {
	text, err := fs.ReadFile(files, name)
	return string(text), err
}

// edited is the text of a document after edits, which are in the order of the text.
func edited(doc *yamltree.Document, edits []Edit) string {
	text := string(doc.Text)
	for _, e := range slices.Backward(edits) {
		from, to := doc.Offset(yamltree.Mark(e.Range.Start)), doc.Offset(yamltree.Mark(e.Range.End))
		text = text[:from] + e.Text + text[max(from, to):]
	}
	return text
}

// Fix is the one right answer to a finding, as edits of the documents.
type Fix struct {
	// Rule is the check that found the fault, and File where it did.
	Rule, File string
	// Place is where the fault is.
	Place report.Place
	Edits []Edit
	// New is a file to be made; without a name, none is.
	New, Text string
}

// Edits lists the fixes as edits: another text of a scalar where it stands, and for what
// a description lacks the overlay that triallint fix writes.
func (r *Repair) Edits() (out []Fix) {
	overlaid := map[string]bool{}
	for _, f := range r.fixes {
		one := Fix{Rule: f.rule, File: f.file}
		if f.update == nil {
			one.Place = report.Place{File: f.file, Range: f.rng, Path: f.path}
			d, ok := r.corpus.Document(f.file)
			if !ok {
				continue
			}
			one.Edits = []Edit{{one.Place, requoted(scalarText(d, f.rng), f.value)}}
			out = append(out, one)
			continue
		}
		if overlaid[f.file] {
			continue
		}
		overlaid[f.file] = true
		one.New = OverlayName(f.file)
		if text, err := r.Overlay(f.file, relativePath(path.Dir(one.New), f.file)); err == nil && !exists(r.corpus.files, one.New) {
			one.Text = string(text)
			out = append(out, one)
		}
	}
	return out
}

// scalarText is the text of a scalar as it is written; empty for one of several lines.
func scalarText(d *ruleset.Document, r report.Range) string {
	if r.Start.Line != r.End.Line {
		return ""
	}
	return cutUnits(d.Line(r.Start.Line), r.Start.Column-1, r.End.Column-1)
}

// IgnoreEdit makes a finding be ignored: by a comment before its line, or where the
// document can have none, by an entry of the configuration, which may be a new file.
func (c *Corpus) IgnoreEdit(f report.Finding) (Edit, bool) {
	const reason = "why this is right as it is"
	d, ok := c.Document(f.File)
	if !ok || !ignorable(f.Rule) {
		return Edit{}, false
	}
	start := report.Mark{Line: f.Range.Start.Line, Column: 1}
	line := d.Line(start.Line)
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	e := Edit{report.Place{File: f.File, Range: report.Range{Start: start, End: start}}, indent + "# triallint-ignore " + f.Rule + ": " + reason + lineEnd(string(d.Tree.Text))}
	if !strings.HasSuffix(f.File, "json") && !strings.HasSuffix(f.File, ".jsonld") && sameValue(d, edited(d.Tree, []Edit{e})) {
		return e, true
	}
	return c.ignoreEntry(f, reason)
}

// lineEnd is how the lines of a text end.
func lineEnd(text string) string {
	if first, _, more := strings.Cut(text, "\n"); more && strings.HasSuffix(first, "\r") {
		return "\r\n"
	}
	return "\n"
}

func ignorable(rule string) bool {
	return ignoreComment.MatchString("# triallint-ignore " + rule + ": x")
}

// sameValue reports whether a text means what a document means.
func sameValue(d *ruleset.Document, text string) bool {
	tree, err := yamltree.Parse(d.File, []byte(text), nil)
	return err == nil && yamltree.Equal(tree.Root, d.Tree.Root)
}

// ignoreEntry adds an entry to the ignores of the configuration.
func (c *Corpus) ignoreEntry(f report.Finding, reason string) (edit Edit, ok bool) {
	entry := "  - rule: " + quotedJSON(f.Rule) + "\n    files: " + quotedJSON(f.File) + "\n"
	if len(f.Path) > 0 {
		entry += "    path: " + quotedJSON(jsonPath(f.Path)) + "\n"
	}
	entry += "    reason: " + reason + "\n"
	at := report.Mark{Line: 1, Column: 1}
	e := Edit{report.Place{File: ConfigFile, Range: report.Range{Start: at, End: at}}, "ignores:\n" + entry}
	text, err := readText(c.files, ConfigFile)
	if err != nil {
		return e, true
	}
	doc, err := yamltree.Parse(ConfigFile, []byte(text), nil)
	if err != nil {
		return Edit{}, false
	}
	defer func() { edit.Text = strings.ReplaceAll(edit.Text, "\n", lineEnd(text)) }()
	if ignores := doc.Root.Lookup("ignores"); ignores != nil {
		r, _ := doc.KeyRangeAt("ignores")
		if ignores.Kind != yamltree.Sequence || ignores.Range.Start.Line == r.Start.Line || len(ignores.Items) == 0 {
			return Edit{}, false
		}
		at = report.Mark{Line: r.Start.Line + 1, Column: 1}
		indent := doc.Line(ignores.Range.Start.Line)
		indent = indent[:len(indent)-len(strings.TrimLeft(indent, " "))]
		e.Text = strings.ReplaceAll(indent+strings.TrimPrefix(entry, "  "), "\n    ", "\n"+indent+"  ")
		e.Range = report.Range{Start: at, End: at}
	}
	after := NewTexts(c.files)
	after.Set(ConfigFile, []byte(edited(doc, []Edit{e})))
	_, err = ReadConfig(after)
	return e, err == nil
}

package languageserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
)

// workspaceEdit makes edits of documents what the client applies.
func (s *server) workspaceEdit(r *root, edits []lint.Edit) *workspaceEdit {
	byURI := map[string][]textEdit{}
	versions := map[string]*int{}
	for _, e := range edits {
		at := s.location(r, e.Place)
		byURI[at.URI] = append(byURI[at.URI], textEdit{at.Range, e.Text})
		if b := s.bufferOf(r, e.File); b != nil {
			versions[at.URI] = b.version
		}
	}
	if !s.client.Capabilities.Workspace.Edit.DocumentChanges {
		return &workspaceEdit{Changes: byURI}
	}
	out := &workspaceEdit{}
	for _, uri := range slices.Sorted(maps.Keys(byURI)) {
		out.DocumentChanges = append(out.DocumentChanges, documentEdit{Document: &versionedParams{uri, versions[uri]}, Edits: byURI[uri]})
	}
	return out
}

// create is the edit that makes a file.
func (s *server) create(r *root, file, text string) *workspaceEdit {
	uri := s.uriOf(r, file)
	return &workspaceEdit{DocumentChanges: []documentEdit{
		{Kind: "create", URI: uri},
		{Document: &versionedParams{URI: uri}, Edits: []textEdit{{NewText: text}}},
	}}
}

// explainCommand opens the explanation of a rule.
const explainCommand = "triallint.explain"

// codeActions offers the fixes that are certain, to ignore a finding, and to open the
// explanation of its rule.
func (s *server) codeActions(p *actionParams) (any, error) {
	out := []codeAction{}
	at, ok := s.spot(&placeParams{Document: p.Document, Position: p.Range.Start})
	if !ok {
		return out, nil
	}
	found, err := at.root.run(s.ctx)
	if err != nil {
		return nil, err
	}
	lines := s.linesOf(at.root)
	var here []report.Finding
	for _, f := range found.Findings {
		if f.File == at.buffer.name && (at.has(f) || s.encoding.span(lines(f.File), f.Range).touches(p.Range)) {
			here = append(here, f)
		}
	}
	if len(here) == 0 {
		return out, nil
	}
	said := s.diagnostics(at.root, found)[at.buffer.name]
	of := func(f report.Finding) []diagnostic {
		span := s.encoding.span(lines(f.File), f.Range)
		i := slices.IndexFunc(said, func(d diagnostic) bool { return d.Code == f.Rule && d.Range == span && d.Message == f.Message })
		if i < 0 {
			return nil
		}
		return said[i : i+1]
	}
	fixes := lint.Fixes(at.corpus).Edits()
	for _, f := range here {
		out = append(out, s.fixActions(at.root, f, fixes, of(f))...)
	}
	for _, f := range here {
		if e, ok := at.corpus.IgnoreEdit(f); ok {
			out = append(out, codeAction{Title: "Ignore this finding of " + f.Rule, Kind: "quickfix", Diagnostics: of(f), Edit: s.ignoreEdit(at.root, e)})
		}
		open := "Open the explanation of " + f.Rule
		out = append(out, codeAction{Title: open, Kind: "quickfix", Diagnostics: of(f), Command: &command{open, explainCommand, []string{f.Rule}}})
	}
	return out, nil
}

// fixActions offers the fixes of a finding.
func (s *server) fixActions(r *root, f report.Finding, fixes []lint.Fix, of []diagnostic) (out []codeAction) {
	for _, fix := range fixes {
		switch {
		case fix.Rule != f.Rule || fix.File != f.File:
		case fix.New != "" && s.client.Capabilities.Workspace.Edit.DocumentChanges:
			out = append(out, codeAction{Title: "Write the overlay " + fix.New + ", which adds what is missing", Kind: "quickfix", Diagnostics: of, Edit: s.create(r, fix.New, fix.Text)})
		case fix.New == "" && fix.Place.Range == f.Range:
			title := "Replace it by " + strings.Trim(fix.Edits[0].Text, `'"`)
			out = append(out, codeAction{Title: title, Kind: "quickfix", Diagnostics: of, Preferred: true, Edit: s.workspaceEdit(r, fix.Edits)})
		}
	}
	return out
}

// ignoreEdit makes the edit that ignores a finding, where need be with the configuration.
func (s *server) ignoreEdit(r *root, e lint.Edit) *workspaceEdit {
	if _, err := r.session.Files().Stat(e.File); err != nil && s.client.Capabilities.Workspace.Edit.DocumentChanges {
		return s.create(r, e.File, e.Text)
	}
	return s.workspaceEdit(r, []lint.Edit{e})
}

// execute runs a command.
func (s *server) execute(p *commandParams) (any, error) {
	if p.Command != explainCommand || len(p.Arguments) != 1 {
		return nil, &responseError{codeInvalidParams, fmt.Sprintf("unknown command %q, expected %s with the id of a rule", p.Command, explainCommand)}
	}
	for _, r := range s.roots {
		c := r.corpus()
		if c == nil {
			continue
		}
		e, ok := lint.Explain(c, nil, p.Arguments[0])
		if !ok {
			continue
		}
		href := s.pageOf(r, e.ID)
		if href != "" && s.client.Capabilities.Window.Show.Support {
			return nil, s.request("window/showDocument", map[string]any{"uri": href, "external": true})
		}
		const info = 3
		text := strings.TrimSpace(fmt.Sprintf("%s (%s): %s\n%s\n%s", e.ID, e.Severity, e.Description, e.Why, e.Fix))
		return nil, s.wire.notify("window/showMessage", map[string]any{"type": info, "message": text})
	}
	return nil, &responseError{codeInvalidParams, fmt.Sprintf("no rule or check is named %q", p.Arguments[0])}
}

// pageOf is the address of the page of a rule.
func (s *server) pageOf(r *root, id string) string {
	found, err := r.run(s.ctx)
	if err != nil {
		return ""
	}
	for _, rule := range found.Rules {
		if rule.ID == id {
			return page(rule)
		}
	}
	return ""
}

// prepareRename says what would be renamed at a place.
func (s *server) prepareRename(p *placeParams) (any, error) {
	at, ok := s.spot(p)
	if !ok {
		return nil, nil
	}
	renaming, err := at.corpus.Rename(at.buffer.name, at.at)
	if err != nil {
		return nil, err
	}
	return map[string]any{"range": s.location(at.root, renaming.At).Range, "placeholder": renaming.Name}, nil
}

// rename renames an operationId or a component in all documents.
func (s *server) rename(p *placeParams) (any, error) {
	at, ok := s.spot(p)
	if !ok {
		return nil, &responseError{codeRequestFailed, "the document cannot be read, so that nothing in it can be renamed"}
	}
	renaming, err := at.corpus.Rename(at.buffer.name, at.at)
	if err != nil {
		return nil, err
	}
	edits, err := renaming.Edits(p.NewName)
	if err != nil {
		return nil, err
	}
	return s.workspaceEdit(at.root, edits), nil
}

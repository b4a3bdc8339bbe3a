package proof

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// note adds what is to be known about a rule beside its verdict.
func (p *prover) note(out *Proof, s subject, h *search) {
	add := func(kind NoteKind, rule, format string, args ...any) {
		out.Notes = append(out.Notes, Note{kind, rule, fmt.Sprintf(format, args...)})
	}
	documents, looks := p.atHand(s, h)
	if documents > 0 && looks == 0 && !rules.IsBuiltin(s.rule.From.File) {
		add(DeadPath, "", "its paths select nothing in the documents at hand (%d that it is for)", documents)
	}
	if why := p.unreachable(s); why != "" {
		add(UnreachableSeverity, "", "%s", why)
	}
	if out.Verdict != Proven {
		return
	}
	// The documents that break promises tell rules apart too.
	q := &claimCheck{search: h, peers: p.peersOf(s), text: readText(s.rule)}
	broken := q.notes()
	for _, d := range p.duplicates(s, h) {
		add(DuplicateOf, d.rule, "%s", d.why)
	}
	out.Notes = append(out.Notes, broken...)
}

// atHand counts the documents at hand that a rule is for, and the values that
// it looks at in them.
func (p *prover) atHand(s subject, h *search) (documents, looks int) {
	for _, b := range p.bases {
		if !b.own || !p.isFor(s, b) {
			continue
		}
		documents++
		if b.kind == h.kind {
			continue // counted by the hunt
		}
		found, err := s.trial.Looks(h.ctx, ruleset.NewDocument(b.file, b.root))
		if err == nil {
			looks += len(found)
		}
	}
	return documents, looks + h.seen
}

// unreachable says why no finding has the severity that a rule is given.
func (p *prover) unreachable(s subject) string {
	switch {
	case s.rule.Severity == rules.Off:
		return "its severity is off: it finds nothing"
	case !s.rule.Enabled && !rules.IsBuiltin(s.rule.From.File):
		return fmt.Sprintf("it is switched off: nothing is found with the severity %s", s.rule.Severity)
	}
	other, files := rules.Severity(0), 0
	for _, b := range p.bases {
		if !b.own || !p.isFor(s, b) {
			continue
		}
		files++
		if other = s.set.SeverityIn(p.corpus, b.file, s.rule.ID); other == s.rule.Severity {
			return ""
		}
	}
	if files == 0 {
		return ""
	}
	return fmt.Sprintf("in each of the documents at hand its severity is another than %s, such as %s", s.rule.Severity, other)
}

// peersOf are the other rules that run beside a rule.
func (p *prover) peersOf(s subject) []*ruleset.Compiled {
	return slices.DeleteFunc(slices.Clone(p.peers[s.set.Set]), func(t *ruleset.Compiled) bool { return t.Rule.ID == s.rule.ID })
}

// duplicate is a rule that says the same, and why that is known.
type duplicate struct{ rule, why string }

// fewest is how many documents must show that two rules say the same, both
// where they fire and where they are quiet.
const fewest = 2

// duplicates are the rules that say the same as a rule wherever it looks, on
// each valid document that was tried.
func (p *prover) duplicates(s subject, h *search) []duplicate {
	var out []duplicate
	for _, peer := range p.peersOf(s) {
		if peer.Rule.From.File == s.rule.From.File && compareDefinitions(peer.Rule, s.rule) > 0 {
			continue // of two, the later one is the duplicate
		}
		if firing, quiet, same := h.agree(peer); same && firing >= fewest && quiet >= fewest {
			out = append(out, duplicate{peer.Rule.ID, fmt.Sprintf(
				"wherever this rule looks, %s finds the same: on %d documents on which both fire and %d on which both are quiet", peer.Rule.ID, firing, quiet)})
		}
	}
	slices.SortFunc(out, func(a, b duplicate) int { return cmp.Compare(a.rule, b.rule) })
	return out
}

// agree compares a rule with another one on the valid samples. Whether one is
// valid is asked last: almost all rules differ on the first samples.
func (h *search) agree(peer *ruleset.Compiled) (firing, quiet int, same bool) {
	var alike []*sample
	for _, s := range h.samples {
		switch found, ok := h.sameFindings(peer, s); {
		case found && ok:
			alike = append(alike, s)
		case ok && h.isValid(s):
			return 0, 0, false
		}
	}
	for _, s := range alike {
		switch {
		case !h.isValid(s):
		case s.fires:
			firing++
		default:
			quiet++
		}
	}
	return firing, quiet, true
}

// sameFindings reports whether a rule finds the same in a document, wherever
// the rule that is judged looks; not ok where that says nothing.
func (h *search) sameFindings(peer *ruleset.Compiled, s *sample) (same, ok bool) {
	if !applies(peer, s.doc) {
		return false, s.fires
	}
	looks, err := peer.Looks(h.ctx, s.doc)
	return err == nil && slices.Equal(placesOf(s.looks), within(placesOf(looks), s.looks)), true
}

// placesOf are the places of findings, in order and each once.
func placesOf(looks []ruleset.Look) []string {
	var out []string
	for _, look := range looks {
		for _, f := range look.Findings {
			out = append(out, yamltree.Pointer(f.Path))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within are the places at or below the values that a rule selected.
func within(places []string, looks []ruleset.Look) []string {
	var out []string
	for _, at := range places {
		path, err := yamltree.ParsePointer(at)
		if err == nil && slices.ContainsFunc(looks, func(look ruleset.Look) bool { return hasPrefix(path, look.Given) }) {
			out = append(out, at)
		}
	}
	return out
}

// findingsNear are the findings of a rule on a document at, above or below the
// places of a breach.
func findingsNear(h *search, peer *ruleset.Compiled, s *sample, b breach) []report.Finding {
	if !applies(peer, s.doc) {
		return nil
	}
	looks, err := peer.Looks(h.ctx, s.doc)
	if err != nil {
		return nil
	}
	var out []report.Finding
	for _, look := range looks {
		for _, f := range look.Findings {
			if related(f.Path, b.at) || b.too != nil && related(f.Path, b.too) {
				out = append(out, f)
			}
		}
	}
	return out
}

func related(a, b []string) bool { return hasPrefix(a, b) || hasPrefix(b, a) }

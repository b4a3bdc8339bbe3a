package proof

import (
	"context"
	"slices"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// harness tries one rule on documents that it makes.
type harness struct {
	ctx       context.Context
	trial     *ruleset.Compiled
	validator *lint.Validator
	// kind is what the documents are.
	kind ruleset.Kind
	// left is how many of tries documents may still be tried.
	tries, left int
	err         error
	// wasted is the time of tries that failed in a function of the ruleset; where that is
	// too much, no more are made, and given says how the last one failed.
	wasted time.Duration
	given  error
	// samples are the documents that told something, in the order they were
	// tried; of those made of one document at most maxSamples that fire and as
	// many that do not.
	samples       []*sample
	firing, quiet int
}

const maxSamples = 80

// turn says that what is tried next is made of another document.
func (l *harness) turn() { l.firing, l.quiet = 0, 0 }

// sample is a document with what the rule says of it.
type sample struct {
	root  *yamltree.Node
	doc   *ruleset.Document
	looks []ruleset.Look
	fires bool
	// own tells that it was made of a document at hand, and how of which.
	own  bool
	from string

	judged, valid bool
}

// try tries the rule on a document; nil where it is not for such documents or
// the lab's budget is spent.
func (l *harness) try(root *yamltree.Node, from string, own bool) *sample {
	if l.left <= 0 || l.err != nil {
		return nil
	}
	l.left--
	return l.run(root, from, own)
}

// again tries the rule on a part of a document that was tried before.
func (l *harness) again(root *yamltree.Node) *sample { return l.run(root, "", false) }

func (l *harness) run(root *yamltree.Node, from string, own bool) *sample {
	s := &sample{root: root, doc: ruleset.NewDocument("document", root), from: from, own: own}
	if s.doc.Kind != l.kind && l.kind != ruleset.JSONSchema || !applies(l.trial, s.doc) {
		return nil
	}
	start := time.Now()
	looks, err := l.trial.Looks(l.ctx, s.doc)
	if err != nil {
		if l.ctx.Err() != nil {
			l.err = l.ctx.Err()
		}
		l.failed(time.Since(start), err)
		return nil
	}
	s.looks = looks
	for _, look := range looks {
		s.fires = s.fires || len(look.Findings) > 0
	}
	return s
}

// mostWasted is the most time of tries that fail in a function of the ruleset: each of
// those that end by their time takes seconds.
const mostWasted = 20 * time.Second

// failed notes how long a try took that failed.
func (l *harness) failed(took time.Duration, err error) {
	if !slices.ContainsFunc(l.trial.Rule.Then, func(then rules.Then) bool { return then.Script != nil }) {
		return
	}
	if l.wasted += took; l.wasted > mostWasted {
		l.left, l.given = 0, err
	}
}

// keep adds a sample to those that notes are made from.
func (l *harness) keep(s *sample) {
	if s == nil {
		return
	}
	if s.fires && l.firing < maxSamples {
		l.firing++
		l.samples = append(l.samples, s)
	} else if !s.fires && l.quiet < maxSamples && len(s.looks) > 0 {
		l.quiet++
		l.samples = append(l.samples, s)
	}
}

// isValid reports whether the document of a sample is valid, apart from the rule.
func (l *harness) isValid(s *sample) bool {
	if !s.judged {
		s.judged = true
		s.valid = ruleset.JudgesValidity(l.trial.Rule) || len(l.validator.Faults(s.doc, l.kind)) == 0
	}
	return s.valid
}

// applies reports whether a rule is for a document: one without formats is tried
// on all.
func applies(c *ruleset.Compiled, d *ruleset.Document) bool {
	return len(c.Rule.Formats) == 0 || c.AppliesTo(d.Formats())
}

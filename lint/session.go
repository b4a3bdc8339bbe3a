package lint

import (
	"context"
	"io/fs"
	"slices"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
)

// Session judges the documents of a tree of files whenever one of them changed. What it
// reports is what Load and Run report for the same texts. After a change of one value of a
// description it reads only the entry that has the value, and rules whose paths see no
// further than that judge nothing else. It is not safe for use by several goroutines.
type Session struct {
	texts *Texts
	opts  Options

	paths  []string
	config *Config
	corpus *Corpus
	report *report.Report

	// last is the last run in which every document could be read, which the next one may
	// take over from; pending is the one file that changed since.
	last    *judgement
	pending string
	// whole and partial count the runs over everything, and those that took over.
	whole, partial int
}

// NewSession begins a session on a tree of files; see Run for the options.
func NewSession(files fs.FS, opts *Options) *Session {
	s := &Session{texts: NewTexts(files), paths: []string{"."}, config: &Config{}}
	if opts != nil {
		s.opts = *opts
	}
	return s
}

// Files is the tree of files with the texts that were set.
func (s *Session) Files() *Texts { return s.texts }

// Configure sets the configuration of the runs that follow.
func (s *Session) Configure(config *Config) {
	s.config = config
	s.Changed()
}

// RunBy sets what runs the rulesets in the runs that follow; see Options.
func (s *Session) RunBy(engine RulesetEngine) {
	s.opts.RunBy = engine
	s.Changed()
}

// Corpus returns the documents as they are now.
func (s *Session) Corpus() (*Corpus, error) {
	if s.corpus == nil && s.pending != "" {
		s.takeOver()
	}
	if s.corpus != nil {
		return s.corpus, nil
	}
	c, err := Load(s.texts, s.paths, s.config)
	if err != nil {
		return nil, err
	}
	s.texts.kept.sweep()
	s.corpus = c
	return c, nil
}

// Changed says that files changed, other than by Set.
func (s *Session) Changed() { s.corpus, s.report, s.last, s.pending = nil, nil, nil, "" }

// Set gives a file another text, which must not be changed afterwards.
func (s *Session) Set(name string, text []byte) {
	s.texts.Set(name, text)
	if s.last == nil || s.pending != "" && s.pending != name || !s.last.has(name) {
		s.Changed()
	}
	if s.last != nil {
		s.corpus, s.report, s.pending = nil, nil, name
	}
}

// has reports whether a file is a document of the run.
func (j *judgement) has(name string) bool {
	return slices.ContainsFunc(j.corpus.Documents, func(d *ruleset.Document) bool { return d.File == name })
}

// Unset gives a file the text that it has in the tree.
func (s *Session) Unset(name string) {
	s.texts.Unset(name)
	s.Changed()
}

// Runs returns how many runs were over everything, and how many took over from the one
// before.
func (s *Session) Runs() (whole, partial int) { return s.whole, s.partial }

// Run reports on the documents as they are now. Its errors are those of Load and Run.
func (s *Session) Run(ctx context.Context) (*report.Report, error) {
	if s.report == nil && s.pending != "" {
		s.takeOver()
	}
	if s.report != nil {
		return s.report, nil
	}
	c, err := s.Corpus()
	if err != nil {
		return nil, err
	}
	j, err := judged(ctx, c, &s.opts)
	if err != nil {
		return nil, err
	}
	s.whole++
	s.report = j.runner.report
	if s.pending == "" || c.refs.Files[s.pending] != nil {
		s.last, s.pending = j, ""
	}
	return s.report, nil
}

// takeOver makes the run after a change of one document from the last one, where it can. A
// document that cannot be read leaves the last run as it is, for when it can again.
func (s *Session) takeOver() {
	name := s.pending
	defer func() {
		if recover() != nil { // what was changed in place is not to be trusted: everything is read anew
			delete(s.texts.kept.trees, name)
			s.Changed()
		}
	}()
	d := s.last.corpus.refs.Files[name]
	text, err := s.texts.ReadFile(name)
	if err != nil {
		s.Changed()
		return
	}
	patch := d.Tree.Patch(text)
	if patch == nil {
		return
	}
	change := ruleset.NewChange(d, patch)
	s.texts.kept.keep(name, text, d.Tree)
	if change == nil {
		patch.Apply()
		s.Changed()
		return
	}
	ctx := context.Background()
	a := s.last.prepare(ctx, change)
	change.Apply()
	j, err := s.last.after(ctx, a)
	if err != nil {
		s.Changed()
		return
	}
	s.partial++
	s.last, s.corpus, s.report, s.pending = j, j.corpus, j.runner.report, ""
}

package lint

import (
	"context"
	"io/fs"

	"github.com/trialweave/trialweave/report"
)

// Session judges the documents of a tree of files whenever one of them changed. What it
// reports is what Load and Run report for the same texts. It is not safe for use by
// several goroutines.
type Session struct {
	texts *Texts
	opts  Options

	paths  []string
	config *Config
	corpus *Corpus
	report *report.Report
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
func (s *Session) Configure(config *Config) { s.config = config }

// Corpus returns the documents as they are now, without judging them.
func (s *Session) Corpus() (*Corpus, error) {
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
func (s *Session) Changed() { s.corpus, s.report = nil, nil }

// Set gives a file another text.
func (s *Session) Set(name string, text []byte) {
	s.texts.Set(name, text)
	s.Changed()
}

// Unset gives a file the text that it has in the tree.
func (s *Session) Unset(name string) {
	s.texts.Unset(name)
	s.Changed()
}

// Run reports on the documents as they are now. Its errors are those of Load and Run.
func (s *Session) Run(ctx context.Context) (*report.Report, error) {
	if s.report != nil {
		return s.report, nil
	}
	c, err := s.Corpus()
	if err != nil {
		return nil, err
	}
	r, err := Run(ctx, c, &s.opts)
	if err != nil {
		return nil, err
	}
	s.report = r
	return r, nil
}

package main

import (
	"cmp"
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/internal/remote"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
)

// lintCmd lints documents.
type lintCmd struct {
	reporting
	allowing
	Paths        []string      `arg:"" optional:"" name:"PATH" help:"Files or folders; default: this folder; - is standard input, as a file of the current folder."`
	Ruleset      []string      `help:"Ruleset to run: a file, spectral:oas, spectral:asyncapi, spectral:arazzo, a rule pack of vacuum (vacuum:oas, vacuum:owasp, vacuum:asyncapi, vacuum:json-schema), or one of ours: trialweave:clinical-trials-gov, trialweave:apis-json, trialweave:capabilities, trialweave:json-ld, trialweave:overlay. Default: what .triallint.yml, else the index, names." placeholder:"FILE"`
	Engine       string        `help:"What runs the rulesets: spectral (triallint itself, as Spectral reads them) or vacuum (in vacuum, as it reads them). Default: what .triallint.yml says, else spectral." enum:",spectral,vacuum" default:"" placeholder:"NAME"`
	Official     []string      `help:"Description that says how the API is: others of the same service are compared with it." placeholder:"FILE"`
	ChangedSince string        `help:"Report only findings that a revision of the repository does not have." placeholder:"REV"`
	Root         string        `help:"Folder whose files may be read: what a path or reference names outside of it is not. Default: this folder where it holds all paths, else the repository around them." placeholder:"DIR"`
	Strict       bool          `help:"Refuse rulesets that Spectral would refuse."`
	Watch        bool          `help:"Lint again whenever a file changes."`
	Timeout      time.Duration `help:"Time for one rule on one document: a last resort, the work is bounded by steps." default:"5m"`

	stdin []byte // the text of standard input, where it is a path
}

// ruleTimeout is the time for one rule where nobody says otherwise.
const ruleTimeout = 5 * time.Minute

// Run lints the paths, and again on every change with --watch.
func (c *lintCmd) Run(ctx context.Context, std *streams) error {
	outputs, err := parseOutputs(c.Format)
	if err != nil {
		return err
	}
	if slices.Contains(c.Paths, "-") {
		if c.stdin, err = readStdin(std.in); err != nil {
			return err
		}
	}
	if err := c.allowing.open(); err != nil {
		return err
	}
	defer c.allowing.close()
	once := func() error { return c.once(ctx, std, outputs) }
	if c.Watch {
		return c.watch(ctx, std, once)
	}
	return once()
}

// once lints one time.
func (c *lintCmd) once(ctx context.Context, std *streams, outputs []output) error {
	w, err := openWorkspace(c.Root, c.Paths, c.Ruleset)
	if err != nil {
		return err
	}
	if slices.Contains(c.Paths, "-") {
		if err := w.addStdin(c.stdin); err != nil {
			return err
		}
	}
	config, err := w.config()
	if err != nil {
		return err
	}
	if _, err := c.failOn(config); err != nil {
		return err
	}
	r, corpus, err := c.judge(ctx, w, config)
	if err != nil {
		return err
	}
	if err := c.narrow(ctx, std, w, config, r); err != nil {
		return err
	}
	w.show(r, fileNames(corpus))
	c.folder = folderOf(w.root)
	return c.finish(std, r, config, outputs, lineReader(w, corpus))
}

// judge loads and lints the documents of a workspace.
func (c *lintCmd) judge(ctx context.Context, w *workspace, config *lint.Config) (*report.Report, *lint.Corpus, error) {
	if _, err := c.reach(ctx, w, remote.Locked); err != nil {
		return nil, nil, err
	}
	corpus, err := lint.Load(w.files, w.paths, config)
	if err != nil {
		return nil, nil, err
	}
	defer lessGarbage(corpus)()
	if err := addOfficials(corpus, c.Official); err != nil {
		return nil, nil, err
	}
	runBy, err := rulesetEngine(cmp.Or(c.Engine, config.Engine), c.Timeout)
	if err != nil {
		return nil, nil, err
	}
	opts := &lint.Options{RunBy: runBy, Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Strict: c.Strict, Timeout: c.Timeout, Engines: engines(c.Timeout)}
	c.allowing.apply(opts)
	r, err := lint.Run(ctx, corpus, opts)
	if err == nil && len(r.Documents) == 0 && len(r.Unchecked) == 0 {
		r.Unchecked = append(r.Unchecked, report.Unchecked{File: strings.Join(c.Paths, " "), Why: "no document was found to lint"})
	}
	return r, corpus, err
}

// How much garbage there may be beside what is in use, in percent, before it is
// collected: most descriptions are done before much has come together, and that of
// a run over big documents takes memory. A GOGC in the environment counts instead.
const (
	startGarbage, usualGarbage, leastGarbage = 800, 100, 35
	// usualCorpus and bigCorpus are how many bytes of documents make a run a usual
	// and a big one.
	usualCorpus, bigCorpus = 1 << 20, 8 << 20
)

// startGarbageLimit sets the limit that holds until the documents are known.
func startGarbageLimit() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(startGarbage)
	}
}

// lessGarbage lets the garbage of a run over big documents be collected when it
// is a third of what they take, and not as much again: that costs a sixth of the
// time, and saves a quarter of the memory. The function that it returns undoes
// that.
func lessGarbage(corpus *lint.Corpus) func() {
	size := 0
	for _, d := range corpus.Texts() {
		size += d.Size()
	}
	percent := usualGarbage
	switch {
	case size < usualCorpus || os.Getenv("GOGC") != "":
		return func() {}
	case size >= bigCorpus:
		percent = leastGarbage
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// addOfficials names official descriptions, which may lie anywhere.
func addOfficials(corpus *lint.Corpus, files []string) error {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		d, err := openapi.Parse(file, text)
		if err != nil {
			return err
		}
		corpus.AddOfficial(file, d)
	}
	return nil
}

func fileNames(c *lint.Corpus) map[string]bool {
	out := map[string]bool{}
	for _, d := range c.Texts() {
		out[d.File] = true
	}
	return out
}

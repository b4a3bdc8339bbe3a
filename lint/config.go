package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// ConfigFile is the name of the file that configures a repository.
const ConfigFile = ".triallint.yml"

// Config is what a .triallint.yml says.
type Config struct {
	// File is the file it was read from; empty for a config made in code.
	File string
	// Rulesets are the rulesets to run.
	Rulesets []RulesetUse
	// Engine is the name of the engine that runs them; empty means spectral.
	Engine string
	// Documents are patterns of the files to look at; none means all.
	Documents []string
	// Exclude are patterns of files to leave out, as in a .gitignore: the last
	// one that matches counts, and "!" takes back what an earlier one left out.
	Exclude []string
	// IgnoreFiles are the ignore files of git that lie above the folder that is
	// linted, the topmost first; those within it are read by Load.
	IgnoreFiles []IgnoreFile
	// Official are descriptions that say how an API is: others of the same
	// service are compared with them.
	Official []string
	// Annotated are patterns of contexts that are applied to documents as
	// trialweave annotate writes them, and not to records as they are served.
	Annotated []string
	// FailOn is the least severity that fails a run; empty means error.
	FailOn string
	// Severities change the severity of rules, the last match counts.
	Severities []SeverityChange
	// Ignores drop findings.
	Ignores []Ignore
}

// RulesetUse is a ruleset and the documents it is for.
type RulesetUse struct {
	// Ruleset is a file, or a built-in name such as "spectral:oas".
	Ruleset string
	// Documents are patterns of files, or kinds of documents; none means
	// OpenAPI descriptions and what the rules' formats name.
	Documents []string
}

// SeverityChange gives a rule another severity in some files.
type SeverityChange struct {
	Rule     string
	Files    string
	Severity string

	at report.Place
}

// Ignore drops the findings of a rule in some files at some places. Its
// reason is required.
type Ignore struct {
	Rule   string
	Files  string
	Path   string
	Reason string

	path *jsonpath.Path
	at   report.Place
	used bool
}

// ReadConfig reads the .triallint.yml of a tree of files; without one the
// config is empty. Its errors are *source.Error values.
func ReadConfig(fsys fs.FS) (*Config, error) {
	text, err := fs.ReadFile(fsys, ConfigFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &Config{}, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := yamltree.Parse(ConfigFile, text, nil)
	if err != nil {
		return nil, err
	}
	r := &configReader{doc: doc, config: &Config{File: ConfigFile}}
	r.read()
	return r.config, r.err
}

type configReader struct {
	doc    *yamltree.Document
	config *Config
	err    error
}

func (r *configReader) fail(path []string, problem, expected string) {
	if r.err == nil {
		at, _ := r.doc.RangeAt(path...)
		r.err = &source.Error{Position: r.doc.Position(at.Start, path...), Problem: problem, Expected: expected}
	}
}

// unknown refuses the key that a path ends in.
func (r *configReader) unknown(path []string, expected string) {
	if r.err == nil {
		at, _ := r.doc.KeyRangeAt(path...)
		problem := fmt.Sprintf("unknown key %q", path[len(path)-1])
		r.err = &source.Error{Position: r.doc.Position(at.Start, path...), Problem: problem, Expected: expected}
	}
}

func (r *configReader) read() {
	root := r.doc.Root
	if root.Kind != yamltree.Mapping && root.Kind != yamltree.Null {
		r.fail(nil, "the configuration is "+root.Kind.String(), "a mapping")
		return
	}
	for i, key := range root.Keys {
		r.key(key.Name, root.Items[i])
	}
}

func (r *configReader) key(name string, n *yamltree.Node) {
	at := []string{name}
	switch name {
	case "rulesets":
		r.each(n, at, r.ruleset)
	case "engine":
		r.config.Engine = n.Text
		if n.Text != "spectral" && n.Text != "vacuum" {
			r.fail(at, fmt.Sprintf("unknown engine %q", n.Text), "spectral or vacuum")
		}
	case "documents":
		r.config.Documents = r.texts(n, at)
	case "exclude":
		r.config.Exclude = r.texts(n, at)
	case "official":
		r.config.Official = r.texts(n, at)
	case "annotated":
		r.config.Annotated = r.texts(n, at)
	case "fail-on":
		r.config.FailOn = n.Text
		if _, err := report.ParseSeverity(n.Text); err != nil && n.Text != "never" {
			r.fail(at, err.Error(), "or never")
		}
	case "severities":
		r.each(n, at, r.severity)
	case "ignores":
		r.each(n, at, r.ignore)
	default:
		r.unknown(at, "rulesets, engine, documents, exclude, official, annotated, fail-on, severities or ignores")
	}
}

func (r *configReader) each(n *yamltree.Node, at []string, read func(*yamltree.Node, []string)) {
	if n.Kind != yamltree.Sequence {
		r.fail(at, "this is "+n.Kind.String(), "a list")
		return
	}
	for i, item := range n.Items {
		read(item, append(slices.Clone(at), strconv.Itoa(i)))
	}
}

func (r *configReader) texts(n *yamltree.Node, at []string) []string {
	var out []string
	r.each(n, at, func(item *yamltree.Node, at []string) {
		if item.Kind != yamltree.String {
			r.fail(at, "this is "+item.Kind.String(), "a string")
		}
		out = append(out, item.Text)
	})
	return out
}

func (r *configReader) ruleset(n *yamltree.Node, at []string) {
	if n.Kind == yamltree.String {
		r.config.Rulesets = append(r.config.Rulesets, RulesetUse{Ruleset: n.Text})
		return
	}
	fields := r.fields(n, at, "ruleset", "documents")
	use := RulesetUse{Ruleset: fields["ruleset"]}
	if d := n.Lookup("documents"); d != nil {
		use.Documents = r.texts(d, append(slices.Clone(at), "documents"))
	}
	r.config.Rulesets = append(r.config.Rulesets, use)
}

// fields reads the scalar members of a mapping, all of which must be known.
func (r *configReader) fields(n *yamltree.Node, at []string, known ...string) map[string]string {
	out := map[string]string{}
	if n.Kind != yamltree.Mapping {
		r.fail(at, "this is "+n.Kind.String(), "a mapping")
	}
	for i, key := range n.Keys {
		if !slices.Contains(known, key.Name) {
			r.unknown(append(slices.Clone(at), key.Name), strings.Join(known, ", "))
		}
		out[key.Name] = n.Items[i].Text
	}
	return out
}

func (r *configReader) severity(n *yamltree.Node, at []string) {
	f := r.fields(n, at, "rule", "files", "severity")
	if _, err := report.ParseSeverity(f["severity"]); err != nil && f["severity"] != "off" {
		r.fail(at, err.Error(), "or off")
	}
	rng, _ := r.doc.RangeAt(append(slices.Clone(at), "rule")...)
	place := report.Place{File: r.doc.Name, Range: ruleset.ReportRange(rng), Path: at}
	r.config.Severities = append(r.config.Severities, SeverityChange{f["rule"], f["files"], f["severity"], place})
}

func (r *configReader) ignore(n *yamltree.Node, at []string) {
	f := r.fields(n, at, "rule", "files", "path", "reason")
	ig := Ignore{Rule: f["rule"], Files: f["files"], Path: f["path"], Reason: f["reason"]}
	if ig.Reason == "" {
		r.fail(at, "an ignore without a reason", "reason: why this is right as it is")
	}
	if ig.Path != "" {
		path, err := jsonpath.Compile(ig.Path)
		if err != nil {
			r.fail(append(slices.Clone(at), "path"), err.Error(), "a JSONPath")
		}
		ig.path = path
	}
	rng, _ := r.doc.RangeAt(at...)
	ig.at = report.Place{File: r.doc.Name, Range: ruleset.ReportRange(rng), Path: at}
	r.config.Ignores = append(r.config.Ignores, ig)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/toolserver"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
)

// mcpCmd offers tools to clients of the Model Context Protocol.
type mcpCmd struct {
	Root    string        `help:"Folder whose files may be read. Default: this folder." placeholder:"DIR"`
	Timeout time.Duration `help:"End a call after this time." default:"1m"`
	allowing
}

// Help says more than --help has room for.
func (mcpCmd) Help() string {
	return `The tools lint texts and files, explain and list rules, prove a rule, propose fixes that are certain, and say what is known of an
operation. They only read, and nothing outside of the root. The command talks over standard input and output, and ends
with its input and on SIGTERM.`
}

// Run answers until the client ends the session.
func (c *mcpCmd) Run(ctx context.Context, std *streams) error {
	if err := toolserver.Included(); err != nil {
		return err
	}
	if err := c.allowing.open(); err != nil {
		return err
	}
	defer c.allowing.close()
	t, err := c.tools(ctx)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(usualGarbage)
	}
	return t.server(c.Timeout).Serve(ctx, std.in, std.out)
}

// tools are those of the root, with what is allowed.
func (c *mcpCmd) tools(ctx context.Context) (*tools, error) {
	t, err := openTools(c.Root)
	if err != nil {
		return nil, err
	}
	if t.files, err = c.follow(ctx, t.root, t.files); err != nil {
		return nil, err
	}
	t.functions = c.allowing.run()
	return t, nil
}

// tools are what clients can call. Each call reads the files anew.
type tools struct {
	root  string
	files fs.FS
	// functions runs functions in JavaScript; nil where that is not allowed.
	functions func(files fs.FS) ruleset.Functions
}

func openTools(root string) (*tools, error) {
	if root == "" {
		root = "."
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	files, err := openRoot(root)
	if err != nil {
		return nil, fmt.Errorf("--root: %w", err)
	}
	return &tools{root: root, files: regularFiles{files}}, nil
}

// server makes the server with all tools.
func (t *tools) server(timeout time.Duration) *toolserver.Server {
	s := toolserver.New(toolserver.Options{
		Name: "triallint", Title: "triallint", Version: buildinfo.Version(), Timeout: timeout,
		Instructions: "Lints API descriptions (OpenAPI, APIs.json, capabilities, JSON-LD contexts, overlays, rulesets) in one folder, by its configuration. Paths are relative to that folder, lines and columns count from 1. What could not be checked is listed, too: no finding means nothing then.",
	})
	toolserver.Add(s, toolserver.Tool{Name: "lint_text", Title: "Lint a text", Description: "Lint a text as if it stood in a file of the folder, whether or not that exists. References to other files are followed."}, t.lintText)
	toolserver.Add(s, toolserver.Tool{Name: "lint_files", Title: "Lint files", Description: "Lint files or folders, the whole folder where none is named."}, t.lintFiles)
	toolserver.Add(s, toolserver.Tool{Name: "explain", Title: "Explain a rule", Description: "Say what a rule or check asks for, why, and what to do; at a place, also whether it fires there, or why not."}, t.explain)
	toolserver.Add(s, toolserver.Tool{Name: "list_rules", Title: "List rules", Description: "List the rules and checks that would run, with severity and origin."}, t.listRules)
	toolserver.Add(s, toolserver.Tool{Name: "prove_rule", Title: "Prove a rule", Description: "Generate a document on which a rule reports a finding and one on which it reports none, or say that no such document exists; also report where the rule does not do what its description says."}, t.proveRule)
	toolserver.Add(s, toolserver.Tool{Name: "propose_fixes", Title: "Propose fixes", Description: "Propose a patch, and overlays for descriptions, for the findings that have one right answer. Nothing is written."}, t.proposeFixes)
	toolserver.Add(s, toolserver.Tool{Name: "operation", Title: "What is at an operation", Description: "Say what is known of an operation, by operationId or by METHOD PATH: where it is written, its text, its parameters and response properties, and what is found in it."}, t.operation)
	return s
}

// errOutside is the error of a name that leads out of the folder.
var errOutside = errors.New("outside of the root")

// inRoot is a name of the folder as files have it.
func (t *tools) inRoot(name string) (string, error) {
	clean := path.Clean(filepath.ToSlash(name))
	if filepath.IsAbs(name) {
		rel, err := filepath.Rel(t.root, name)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, errOutside)
		}
		clean = filepath.ToSlash(rel)
	}
	if !fs.ValidPath(clean) {
		return "", fmt.Errorf("%s: %w", name, errOutside)
	}
	return clean, nil
}

// workspace is the folder as other commands have it, with a text in place of a file
// where there is one.
func (t *tools) workspace(paths []string, ruleset, name string, text *string) (*workspace, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	w := &workspace{root: t.root, files: t.files}
	for _, p := range paths {
		clean, err := t.inRoot(p)
		if err != nil {
			return nil, err
		}
		w.paths = append(w.paths, clean)
	}
	if text != nil {
		with := lint.NewTexts(t.files)
		with.Set(name, []byte(*text))
		w.files = with
	}
	w.rulesetRoot, w.rulesetFiles = t.root, w.files
	if ruleset == "" {
		return w, nil
	}
	if !isBuiltin(ruleset) && !strings.HasPrefix(ruleset, "vacuum:") {
		clean, err := t.inRoot(ruleset)
		if err != nil {
			return nil, err
		}
		if !fileExists(w.files, clean) {
			return nil, fmt.Errorf("the ruleset %s: no such file, expected one of the folder, or one of %s", ruleset, strings.Join(rules.Builtin(), ", "))
		}
		ruleset = clean
	}
	w.rulesets = []lint.RulesetUse{{Ruleset: ruleset}}
	return w, nil
}

// corpus reads the documents.
func (t *tools) corpus(w *workspace) (*lint.Corpus, *lint.Options, error) {
	config, err := w.config()
	if err != nil {
		return nil, nil, err
	}
	for _, p := range w.paths {
		if p != "." && !fileExists(w.files, p) {
			return nil, nil, fmt.Errorf("%s: no such file or folder", p)
		}
	}
	runBy, err := rulesetEngine(config.Engine, ruleTimeout)
	if err != nil {
		return nil, nil, err
	}
	corpus, err := lint.Load(w.files, w.paths, config)
	return corpus, &lint.Options{RunBy: runBy, Rulesets: w.rulesets, RulesetFiles: w.rulesetFiles, Engines: engines(ruleTimeout), Functions: t.functions}, err
}

// Command triallint lints what an API is described by: OpenAPI descriptions,
// APIs.json indexes, capabilities, JSON-LD contexts, overlays, and the
// rulesets themselves.
//
// Exit status: 0 no finding at or above --fail-on, and every rule ran; 1 such
// findings; 2 something that was asked for was not done, after everything
// else was.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/languageserver"
	"github.com/trialweave/trialweave/script"
)

// streams are what the command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
	// terminal tells that out is one, and colours are welcome.
	terminal bool
	// watched tells that err is one.
	watched bool
}

type cli struct {
	Lint       lintCmd                `cmd:"" default:"withargs" help:"Lint documents (the default command)."`
	Init       initCmd                `cmd:"" help:"Write a configuration and a workflow for this repository."`
	Explain    explainCmd             `cmd:"" help:"Explain a rule or check, and what it says at a place."`
	Rules      rulesCmd               `cmd:"" help:"Look at rulesets."`
	Payload    payloadCmd             `cmd:"" help:"Compare real records with the description that says what they are."`
	Diff       diffCmd                `cmd:"" help:"Compare two versions of a description, a context, a ruleset or a capabilities file."`
	Fix        fixCmd                 `cmd:"" help:"Write a patch, and overlays, for what can be fixed automatically."`
	LSP        lspCmd                 `cmd:"" name:"lsp" help:"Serve an editor by the Language Server Protocol, over standard input and output."`
	Lock       lockCmd                `cmd:"" help:"Note what references and rulesets on other hosts are, so that a build can be repeated."`
	MCP        mcpCmd                 `cmd:"" name:"mcp" help:"Offer tools to clients of the Model Context Protocol, over standard input and output."`
	Completion commandline.Completion `cmd:"" help:"Print what makes a shell complete commands, flags and values."`
	Man        commandline.Man        `cmd:"" help:"Print the page of the manual: triallint man | man -l -"`
	Version    versionCmd             `cmd:"" help:"Print the version."`

	commandline.ConfigFlags

	Color     string `group:"Every command:" enum:"auto,always,never" default:"auto" help:"Whether text has colours: auto (on a terminal, where NO_COLOR is not set), always or never."`
	LogFormat string `group:"Every command:" enum:"text,json" default:"text" help:"What is printed beside the report: text, or json: one object a line, with time, level and message."`
}

// settle applies the flags of all commands.
func (c *cli) settle(std *streams) {
	if log, ok := std.err.(*commandline.Log); ok {
		log.Set(false, c.LogFormat == "json")
	}
	std.watched = std.watched && c.LogFormat == "text"
	if c.Color != "auto" {
		std.terminal = c.Color == "always"
	}
}

type rulesCmd struct {
	List    rulesListCmd    `cmd:"" help:"List the rules that would run, from where, with which severity."`
	Prove   rulesProveCmd   `cmd:"" help:"Make a document on which each rule fires, and one on which it is quiet."`
	Compare rulesCompareCmd `cmd:"" help:"Find the rules that mean something else in vacuum than in Spectral, with an example and another way to write them."`
	Mutate  rulesMutateCmd  `cmd:"" help:"Change each rule, and tell which changes no fixture notices."`
}

const (
	exitClean    = 0
	exitFindings = 1
	exitFailed   = 2
)

// errFindings and errUnchecked are the outcomes of a run that was reported.
var (
	errFindings  = errors.New("findings")
	errUnchecked = errors.New("not everything was checked")
)

func main() { os.Exit(start()) }

func start() int {
	if len(os.Args) > 1 && os.Args[1] == script.Argument {
		return script.Serve(os.Stdin, os.Stdout)
	}
	startGarbageLimit()
	std := &streams{in: os.Stdin, out: os.Stdout, err: commandline.NewLog(os.Stderr, "triallint"), terminal: wantsColour(os.Stdout), watched: wantsColour(os.Stderr)}
	return interruptible(std, func(ctx context.Context) int { return run(ctx, os.Args[1:], std) })
}

// wantsColour reports whether a file is a terminal whose user does not mind.
func wantsColour(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// exited is the panic by which kong leaves after --help.
type exited int

func run(ctx context.Context, args []string, std *streams) (status int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			status = int(r)
		default:
			panic(r)
		}
	}()
	var commands cli
	defaults := commandline.Defaults("triallint", args)
	grammar, settle := commandline.Grammar(&commands, args, defaults)
	parser, err := kong.New(grammar,
		kong.Name("triallint"), kong.Description("A linter for API descriptions that never stays silent about what it did not check."),
		kong.Writers(std.out, std.err), kong.Exit(func(code int) { panic(exited(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std, manualPage(), defaults), kong.BindTo(std.out, (*io.Writer)(nil)), kong.Resolvers(defaults))
	if err != nil {
		return std.fail(err)
	}
	if len(args) > 0 && args[0] == commandline.Asked {
		return std.status(commandline.WriteCandidates(std.out, commandline.Complete(parser.Model, args[1:], completions)))
	}
	if !slices.Contains(args, "--help") && !slices.Contains(args, "-h") {
		if err := defaults.Validate(parser.Model); err != nil {
			return std.fail(err)
		}
	}
	command, err := parser.Parse(spelled(args))
	if err != nil {
		return std.fail(commandline.Usage(parser.Model, args, err))
	}
	settle()
	commands.settle(std)
	return std.status(command.Run())
}

// status prints what went wrong, if anything did, and returns the exit status.
func (s *streams) status(err error) int {
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errUnchecked):
		return exitFailed
	case errors.Is(err, errFindings), errors.Is(err, languageserver.ErrNotShutDown):
		return exitFindings
	case errors.Is(err, context.Canceled):
		return s.fail(errInterrupted)
	}
	return s.fail(err)
}

func (s *streams) fail(err error) int {
	fmt.Fprintf(s.err, "triallint: %s\n", commandline.Message(commandline.Text(err)))
	return exitFailed
}

// note says something beside the report.
func (s *streams) note(format string, args ...any) {
	text := commandline.Message(fmt.Sprintf(format, args...))
	if log, ok := s.err.(*commandline.Log); ok {
		log.Note(text)
		return
	}
	fmt.Fprintf(s.err, "triallint: %s\n", text)
}

type versionCmd struct{}

// Run prints the version, and the commit that was built.
func (versionCmd) Run(std *streams) error {
	_, err := fmt.Fprintln(std.out, "triallint", buildinfo.Line())
	return err
}

// spelled returns the arguments as the parser knows them: "help COMMAND" and
// "--version" as other commands have them too. A file of the name help is
// linted.
func spelled(args []string) []string {
	switch {
	case len(args) > 0 && args[0] == "help":
		if _, err := os.Lstat("help"); err != nil {
			return append(slices.Clone(args[1:]), "--help")
		}
	case len(args) == 1 && args[0] == "--version":
		return []string{"version"}
	}
	return args
}

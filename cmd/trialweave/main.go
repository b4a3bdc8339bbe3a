// Command trialweave turns study records of ClinicalTrials.gov into RDF.
//
// Exit status: 0 done; 1 done, some records rejected, or validate found
// something; 2 could not do it, also when interrupted; 141, quietly, when the reader of standard output went away.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/internal/interrupt"
	"github.com/trialweave/trialweave/internal/network"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/internal/redact"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/registry"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/sparql"
)

// streams are what the command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // err is one
	engine   engineMaker
	network  network.Limits
	pause    time.Duration // before a request is sent to a store again; 0: as package store has it
}

type cli struct {
	Convert    convertCmd             `cmd:"" help:"Turn study records into RDF."`
	Fetch      fetchCmd               `cmd:"" help:"Fetch study records from the live registry, or a mirror of it."`
	Sample     sampleCmd              `cmd:"" help:"Make synthetic studies of the shape of the registry, to try things with."`
	Plan       planCmd                `cmd:"" help:"Divide studies among several machines that convert."`
	Merge      mergeCmd               `cmd:"" help:"Verify the parts that several machines converted, and put them together."`
	Annotate   annotateCmd            `cmd:"" help:"Turn study records into JSON-LD: the record itself with what makes it linked data."`
	Restore    restoreCmd             `cmd:"" help:"Turn the RDF of studies back into study records."`
	Load       loadCmd                `cmd:"" help:"Bring studies or RDF into a triple store."`
	Sync       syncCmd                `cmd:"" help:"Bring what changed since the last time into a triple store."`
	Stats      statsCmd               `cmd:"" help:"Count quads by class, property and graph."`
	Describe   describeCmd            `cmd:"" help:"Show what is said of a study."`
	Index      indexCmd               `cmd:"" help:"Put studies or RDF into a folder that can be asked at once."`
	Query      queryCmd               `cmd:"" help:"Ask SPARQL questions of studies or RDF, without a server."`
	Serve      serveCmd               `cmd:"" help:"Answer SPARQL queries over HTTP on this machine."`
	Validate   validateCmd            `cmd:"" help:"Check studies or RDF against SHACL shapes."`
	Format     formatCmd              `cmd:"" help:"Convert and check RDF between its syntaxes."`
	Model      modelCmd               `cmd:"" help:"Print the model: context, ontology, schemes, shapes, questions."`
	Explain    explainCmd             `cmd:"" help:"Say what a field, term, piece, column or code means, or search for words."`
	Doctor     doctorCmd              `cmd:"" help:"Look at what the commands need: folders, loaders, servers."`
	MCP        mcpCmd                 `cmd:"" name:"mcp" help:"Offer tools to clients of the Model Context Protocol, over standard input and output."`
	Completion commandline.Completion `cmd:"" help:"Print what makes a shell complete commands, flags and values."`
	Man        commandline.Man        `cmd:"" help:"Print the page of the manual: trialweave man | man -l -"`
	Version    versionCmd             `cmd:"" help:"Print the version."`

	commandline.ConfigFlags

	Quiet     bool   `group:"Every command:" help:"Print errors, warnings and hints only beside the output: no summaries, no progress."`
	LogFormat string `group:"Every command:" enum:"text,json" default:"text" help:"What is printed beside the output: text, or json: one object a line, with time, level and message."`

	NoFsync bool `name:"no-fsync" group:"Every command:" help:"Do not wait until output files are on the disk: a power cut may then leave empty ones. Indexes and journals are waited for."`

	ConnectTimeout time.Duration `group:"Every command:" placeholder:"DURATION" help:"Give up connecting to a registry, store, SPARQL service or database after this time. Default: 30s, or the connect_timeout of a database's address."`
	IdleTimeout    time.Duration `group:"Every command:" placeholder:"DURATION" help:"Give up a request to which the server sends nothing for this time. Default: 5m; of a page of the registry 2m, of a store what --timeout says."`
}

const (
	exitDone     = 0
	exitRejected = 1
	exitFailed   = 2
	exitPipe     = 128 + int(syscall.SIGPIPE)
)

// errRejected is the outcome of a run that is done but for rejected records.
var errRejected = errors.New("some records were rejected")

// memoryLimit is where the garbage collector begins to work harder: expanding
// a big study with json-gold leaves some 100 MB of garbage. GOMEMLIMIT in the
// environment overrides it.
const memoryLimit = 384 << 20

func main() { os.Exit(start()) }

func start() int {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	// A write to a closed pipe is then an error, and temporary files go away.
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	std := &streams{out: os.Stdout, err: commandline.NewLog(redact.NewWriter(os.Stderr), "trialweave"), terminal: isTerminal(os.Stderr), engine: newEngine}
	return interruptibly(std, func(ctx context.Context) int {
		std.in = newInterruptible(ctx, os.Stdin)
		return run(ctx, os.Args[1:], std)
	})
}

// grace is how long a command may take to end by itself after a signal. What
// does not, since it waits for a pipe or a server, is ended.
const grace = 700 * time.Millisecond

// interruptibly runs a command as interrupt.Run does.
func interruptibly(std *streams, command func(context.Context) int) int {
	return interrupt.Run(grace, command, func() int {
		output.AbortAll()
		return std.fail(errSignal)
	})
}

// errSignal is the error of a command that a signal ended.
var errSignal = errors.New("interrupted; no output file was written")

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
	defaults := commandline.Defaults("trialweave", args)
	commands.Fetch.Plugins = searchFlags()
	grammar, settle := commandline.Grammar(&commands, args, defaults)
	parser, err := kong.New(grammar,
		kong.Name("trialweave"), kong.Description("ClinicalTrials.gov as linked data."),
		kong.Vars{"base": model.DefaultBase, "registry": registry.DefaultBase, "syntaxes": wording.Or(input.Syntaxes()), "graphs": wording.Or(sparql.GraphFormats())},
		kong.Writers(std.out, std.err), kong.Exit(func(code int) { panic(exited(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std, manualPage(), defaults), kong.BindTo(std.out, (*io.Writer)(nil)), kong.Resolvers(defaults))
	if err != nil {
		return std.fail(err)
	}
	if len(args) > 0 && args[0] == commandline.Asked {
		return std.status(ctx, commandline.WriteCandidates(std.out, commandline.Complete(parser.Model, args[1:], completions)))
	}
	if !slices.Contains(args, "--help") && !slices.Contains(args, "-h") {
		if err := defaults.Validate(parser.Model); err != nil {
			return std.fail(err)
		}
	}
	command, err := parser.Parse(spelled(args))
	if errors.Is(err, syscall.EPIPE) { // the reader of --help went away
		return exitPipe
	}
	if err != nil {
		return std.fail(commandline.Usage(parser.Model, args, err))
	}
	settle()
	if err := commands.settle(std); err != nil {
		return std.fail(err)
	}
	return std.status(ctx, command.Run())
}

// silent reports whether a server sent nothing for too long, and nothing has
// been said of it that is better to do.
func silent(err error) bool {
	_, ok := errors.AsType[*network.SilentError](err)
	return ok && !strings.Contains(err.Error(), "\nhint: ")
}

// outdated reports whether an index is of another version of its format.
func outdated(err error) bool {
	_, ok := errors.AsType[*index.FormatError](err)
	return ok
}

// settle applies the flags of all commands.
func (c *cli) settle(std *streams) error {
	if log, ok := std.err.(*commandline.Log); ok {
		log.Set(c.Quiet, c.LogFormat == "json")
	}
	std.terminal = std.terminal && !c.Quiet && c.LogFormat == "text" // or there is no progress
	if c.NoFsync {
		output.SkipSync()
	}
	if c.ConnectTimeout < 0 || c.IdleTimeout < 0 {
		return errors.New("--connect-timeout and --idle-timeout must be positive, such as 30s")
	}
	std.network = network.Limits{Connect: c.ConnectTimeout, Idle: c.IdleTimeout}
	return nil
}

// status prints what went wrong, if anything did, and returns the exit status.
func (s *streams) status(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errRejected), errors.Is(err, errFindings):
		return exitRejected
	case errors.Is(err, syscall.EPIPE):
		return exitPipe
	case outdated(err):
		return s.fail(fmt.Errorf("%w\nhint: trialweave index -o NEW INPUT makes one of this version", err))
	case silent(err):
		return s.fail(fmt.Errorf("%w\nhint: --idle-timeout DURATION waits longer", err))
	case ctx.Err() != nil:
		_, hint, hinted := strings.Cut(err.Error(), "\nhint: ")
		err = errSignal
		if hinted {
			err = fmt.Errorf("%w\nhint: %s", err, hint)
		}
		return s.fail(err)
	}
	return s.fail(err)
}

func (s *streams) fail(err error) int {
	s.complain(err)
	return exitFailed
}

// complain prints an error on one line, and its hint on another.
func (s *streams) complain(err error) {
	text := commandline.Text(err)
	var at *source.Error
	if errors.As(err, &at) && at.Hint != "" {
		text, _, _ = strings.Cut(text, "\nhint: ")
		text += "\nhint: " + at.Hint
	}
	fmt.Fprintf(s.err, "trialweave: %s\n", commandline.Message(text))
}

type versionCmd struct{}

// Run prints the version, and the commit that was built.
func (versionCmd) Run(std *streams) error {
	_, err := fmt.Fprintln(std.out, "trialweave", buildinfo.Line())
	return err
}

// spelled returns the arguments as the parser knows them: "help COMMAND" and
// "--version" as other commands have them too.
func spelled(args []string) []string {
	switch {
	case len(args) > 0 && args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case len(args) == 1 && args[0] == "--version":
		return []string{"version"}
	}
	return args
}

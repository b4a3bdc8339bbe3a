package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/mapping/model"
)

// doctorCmd looks at what the other commands need.
type doctorCmd struct {
	Targets []string      `arg:"" optional:"" name:"TARGET" help:"A store, as load has it, or api: for the registry: whether it answers. Without any, nothing is asked over the network."`
	State   string        `placeholder:"DIR" env:"TRIALWEAVE_STATE" help:"Where the journals of targets are kept, as load has it."`
	Timeout time.Duration `default:"30s" help:"How long a target may take to answer."`
}

// Help tells what is looked at.
func (doctorCmd) Help() string {
	return `It prints which build this is, what the machine has, which folders can be written,
which loaders of stores are installed, and which variables of the environment are
read. The exit status is 1 where something would stop a command.`
}

// examination prints what was looked at, and counts what is wrong.
type examination struct {
	std   *streams
	wrong int
}

func (e *examination) say(what, format string, args ...any) {
	fmt.Fprintf(e.std.out, "ok      %-14s %s\n", what, commandline.Message(fmt.Sprintf(format, args...)))
}

func (e *examination) absent(what, format string, args ...any) {
	fmt.Fprintf(e.std.out, "absent  %-14s %s\n", what, commandline.Message(fmt.Sprintf(format, args...)))
}

func (e *examination) fault(what string, err error) {
	e.wrong++
	fmt.Fprintf(e.std.out, "FAULT   %-14s %s\n", what, commandline.Message(commandline.Text(err)))
}

// Run prints what it finds.
func (c *doctorCmd) Run(ctx context.Context, std *streams, defaults *commandline.Config) error {
	e := &examination{std: std}
	m := model.Default()
	e.say("version", "%s, built by %s for %s/%s", buildinfo.Line(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	e.say("model", "%s, %s, %s, %s", countOf(len(m.Fields), "field"), fmt.Sprintf("%d classes", len(m.Classes)), countOf(len(m.Concepts), "code"), countOf(len(model.Queries()), "question"))
	e.say("machine", "%s, a memory limit of %d MB", countOf(runtime.GOMAXPROCS(0), "processor"), debug.SetMemoryLimit(-1)>>20)
	e.folder("this folder", ".")
	e.folder("temporary", os.TempDir())
	if state, err := stateFolder(c.State); err != nil {
		e.fault("journals", err)
	} else {
		e.folder("journals", state)
	}
	if defaults.File == "" {
		e.absent("defaults", "no %s in this folder or above it, up to the root of the repository", commandline.ConfigName)
	} else {
		e.say("defaults", "%s", defaults.File)
	}
	e.programs()
	e.environment()
	for _, target := range c.Targets {
		e.target(ctx, target, c.Timeout)
	}
	if e.wrong > 0 {
		return errFindings
	}
	return nil
}

// folder reports whether files can be written into a folder, or into the one that
// would have to be made.
func (e *examination) folder(what, dir string) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		e.fault(what, err)
		return
	}
	at := dir
	for {
		info, err := os.Stat(at)
		if err == nil && !info.IsDir() {
			e.fault(what, fmt.Errorf("%s: is a file, expected a folder", at))
			return
		}
		if err == nil || !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) || filepath.Dir(at) == at {
			break
		}
		at = filepath.Dir(at)
	}
	f, err := os.CreateTemp(at, ".trialweave-doctor-*")
	if err != nil {
		e.fault(what, fmt.Errorf("%s: cannot be written: %w", dir, errors.Unwrap(err)))
		return
	}
	err = errors.Join(f.Close(), os.Remove(f.Name()))
	if err != nil {
		e.fault(what, err)
		return
	}
	e.say(what, "%s can be written", dir)
}

// programs looks for what load --bulk calls or writes scripts for.
func (e *examination) programs() {
	for _, p := range [...]struct{ name, use string }{
		{"oxigraph", "load oxigraph:FOLDER --bulk"}, {"tdb2.tdbloader", "load tdb2:FOLDER --bulk"},
		{"qlever-index", "load qlever:NAME --bulk"}, {"isql", "load virtuoso:URL --bulk"},
	} {
		if path, err := exec.LookPath(p.name); err == nil {
			e.say(p.name, "%s, for %s", path, p.use)
		} else {
			e.absent(p.name, "only %s needs it", p.use)
		}
	}
}

// environment says which variables are set, and not to what.
func (e *examination) environment() {
	var set []string
	for _, name := range []string{"TRIALWEAVE_USER", "TRIALWEAVE_PASSWORD", "TRIALWEAVE_TOKEN", "TRIALWEAVE_STATE", "XDG_STATE_HOME", "GOMEMLIMIT", "GOGC", "GOMAXPROCS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		set = []string{"no variable that is read"}
	}
	e.say("environment", "%s", strings.Join(set, ", "))
}

// target reports whether a store or a registry answers, and what it is.
func (e *examination) target(ctx context.Context, target string, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if text, registry := strings.CutPrefix(target, "api:"); registry {
		from, err := e.std.source(text, nil)
		if err != nil {
			e.fault("registry", err)
			return
		}
		version, err := from.client.Version(ctx)
		if err != nil {
			e.fault("registry", err)
			return
		}
		e.say("registry", "%s: version %s, data of %s", from.client.Base(), version.API, version.Data)
		return
	}
	flags := storeFlags{Target: target, Timeout: timeout, retries: 1} // who asks waits
	s, _, err := flags.open(ctx, e.std)
	if err != nil {
		e.fault("store", err)
		return
	}
	e.say("store", "%s is %s", target, s.Capability().Name)
}

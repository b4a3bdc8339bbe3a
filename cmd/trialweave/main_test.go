package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/internal/redact"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/registry/registrytest"
	"github.com/trialweave/trialweave/study"
)

func TestMain(m *testing.M) {
	if os.Getenv("TRIALWEAVE_TEST_MAIN") != "" { // this process is the program
		os.Exit(start())
	}
	testscript.Main(m, map[string]func(){
		"trialweave": func() { os.Exit(start()) },
		"identify":   func() { os.Exit(identify(false)) },
		"shown":      func() { os.Exit(identify(true)) },
		"generate":   generate,
		"binary":     binary,
		"mirror":     mirror,
	})
}

// identify is trialweave with an engine that says of a study only which it is,
// so that the scripts tell about the run and not about the model. With
// terminal it takes standard error for one.
func identify(terminal bool) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return run(ctx, os.Args[1:], &streams{
		in: newInterruptible(ctx, os.Stdin), out: os.Stdout, err: os.Stderr, terminal: terminal,
		engine: func(*mapping.Options) (engine, error) { return identity{}, nil },
	})
}

type identity struct{}

func (identity) compiled() bool { return true }

func (identity) converter(bool) convert.Converter { return identity{} }

func (identity) Convert(json []byte, out *mapping.Output) error {
	id, fault := study.Validate(json)
	if fault != nil {
		return fault
	}
	if bytes.Contains(json, []byte("make the converter fail")) {
		panic("as told")
	}
	out.Shared = append(out.Shared, "<https://example.org/registry> <http://purl.org/dc/terms/title> \"shared\" <https://example.org/shared> .\n"...)
	out.Record = fmt.Appendf(out.Record,
		"<https://clinicaltrials.gov/study/%[1]s> <http://purl.org/dc/terms/identifier> \"%[1]s\" <https://clinicaltrials.gov/study/%[1]s#record> .\n", id)
	out.Quads++
	if bytes.Contains(json, []byte("newField")) {
		out.Unknown = append(out.Unknown, mapping.Unknown{Path: "protocolSection.newField", Example: "1"})
	}
	return nil
}

func (identity) form(mapping.Form) (mapping.Frame, func() convert.Converter, error) {
	return mapping.Frame{}, nil, errors.New("identity has no JSON-LD")
}

func (identity) annotate(dst, json []byte, _ string, _ mapping.ContextMode) ([]byte, error) {
	return append(dst, json...), nil
}

// generate prints as many synthetic studies as its argument says.
func generate() {
	var n int
	fmt.Sscan(os.Args[1], &n)
	for i := range n {
		fmt.Printf("{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT%08d\"}}}\n", 99000000+i)
	}
}

// mirror serves the studies of a file of NDJSON as the registry does, until it
// is killed. Its arguments are the file of studies, the file that gets the
// address, and a seed for faults; with "slow" each answer takes a while.
func mirror() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	r := registrytest.New(bytes.Split(bytes.TrimSpace(text), []byte("\n")))
	var handler http.Handler = r
	if seed, err := strconv.ParseUint(os.Args[3], 10, 64); err == nil {
		r.Disturb(seed, registrytest.AllFaults...)
	} else if os.Args[3] == "slow" {
		handler = http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			time.Sleep(50 * time.Millisecond)
			r.ServeHTTP(w, q)
		})
	}
	server := httptest.NewServer(handler)
	if err := os.WriteFile(os.Args[2]+".part", []byte(server.URL+"/api/v2"), 0o600); err != nil {
		panic(err)
	}
	if err := os.Rename(os.Args[2]+".part", os.Args[2]); err != nil {
		panic(err)
	}
	select {}
}

// binary prints its argument with escapes such as \xff undone.
func binary() {
	var s string
	if _, err := fmt.Sscanf(`"`+os.Args[1]+`"`, "%q", &s); err != nil {
		panic(err)
	}
	fmt.Print(s)
}

// oneCommand is held while a command of a script runs in this process, whose
// working folder is then that of the script.
var oneCommand sync.Mutex

// runCommand runs trialweave or identify in this process, which takes a fraction of
// the time of a process of its own: run trialweave … Scripts that set variables of the
// environment, give standard input or send signals use exec.
func runCommand(ts *testscript.TestScript, neg bool, args []string) {
	oneCommand.Lock()
	defer oneCommand.Unlock()
	before, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	defer func() { ts.Check(os.Chdir(before)) }()
	std := &streams{in: strings.NewReader(""), out: ts.Stdout(), engine: newEngine, pause: time.Millisecond}
	switch args[0] {
	case "trialweave":
		std.err = commandline.NewLog(redact.NewWriter(ts.Stderr()), "trialweave")
	case "identify":
		std.err, std.engine = ts.Stderr(), func(*mapping.Options) (engine, error) { return identity{}, nil }
	default:
		ts.Fatalf("run %s: expected trialweave or identify", args[0])
	}
	if status := run(context.Background(), args[1:], std); (status == exitDone) == neg {
		ts.Fatalf("exit status %d", status)
	}
}

func TestScripts(t *testing.T) {
	t.Setenv("HOME", "/no-home") // as testscript has it
	dir, err := filepath.Abs("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	fixtures, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir, UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("FIXTURES", fixtures)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"run": runCommand},
		Condition: func(name string) (bool, error) {
			if name != "lean" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return lean, nil
		},
	})
}

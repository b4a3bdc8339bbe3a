package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trialweave/trialweave/change"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/script"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == script.Argument { // a process for functions, of a test in this one
		os.Exit(script.Serve(os.Stdin, os.Stdout))
	}
	testscript.Main(m, map[string]func(){"triallint": func() { os.Exit(start()) }})
}

func TestScripts(t *testing.T) {
	t.Setenv("HOME", "/no-home")                               // as testscript has it
	defer debug.SetGCPercent(debug.SetGCPercent(startGarbage)) // as start has it
	dir, err := filepath.Abs("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"process": process, "status": status,
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "vacuum":
				return len(engines(0)) > 0, nil
			case "lean":
				return change.Lean(), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// oneCommand is held while a command of a script runs in this process, whose
// working folder is then that of the script.
var oneCommand sync.Mutex

// status runs triallint in this process, which takes a fraction of the time of a
// process of its own, and compares its exit status: status 2 triallint …
func status(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || args[1] != "triallint" {
		ts.Fatalf("status %q: expected an exit status and triallint", args)
	}
	oneCommand.Lock()
	defer oneCommand.Unlock()
	before, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	defer func() { ts.Check(os.Chdir(before)) }()
	std := &streams{in: strings.NewReader(""), out: ts.Stdout(), err: commandline.NewLog(ts.Stderr(), "triallint")}
	if got := strconv.Itoa(run(context.Background(), args[2:], std)); (got == args[0]) == neg {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// process runs triallint in a process of its own, which gets the standard input of the
// script, and compares its exit status: process 2 triallint …
func process(ts *testscript.TestScript, neg bool, args []string) {
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = exitText(err)
	}
	if (got == args[0]) == neg {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

func exitText(err error) string {
	type coder interface{ ExitCode() int }
	if c, ok := err.(coder); ok {
		return strconv.Itoa(c.ExitCode())
	}
	return err.Error()
}

// Package script runs the functions in JavaScript that rulesets of Spectral
// name, in processes of their own that have no files, no network and no
// processes, a bounded memory and a bounded time.
//
// A program that has a Host starts itself again with the argument Argument; its
// main then calls Serve, and nothing else. Host.Functions makes functions for
// ruleset.Compile of what a ruleset names.
//
// Each run of a rule on a document has a state of its own: what a function keeps
// in variables is gone in the next run. Modules may be ES modules or CommonJS, and
// import files of the folder of functions, @stoplight/spectral-core and
// @stoplight/spectral-functions, which are served by package ruleset.
package script

import "time"

// Argument is the first argument of a process that runs functions.
const Argument = "__run-functions"

// Options bound what functions may do; the zero value means the defaults.
type Options struct {
	// Command is the program, with arguments, that calls Serve. Default: this
	// program with Argument.
	Command []string
	// Time is the time of a processor that one call of a function may take.
	// Default: 5 seconds.
	Time time.Duration
	// Memory is the most bytes that a process may take. Default: 512 MiB.
	Memory int64
	// Processes is the most processes at a time. Default: one for each processor.
	Processes int
}

const (
	defaultTime   = 5 * time.Second
	defaultMemory = 512 << 20
	leastMemory   = 128 << 20
	// hardMemory is how much more the system allows than the guard: for the stacks of
	// threads, and for what is reserved.
	hardMemory = 512 << 20
	// patience is how many times as long as its time of a processor a call may
	// take, on a machine that is busy.
	patience = 12
)

// Limits of what functions return, and of what their modules are made of.
const (
	maxResults = 10_000
	maxText    = 64 << 10
	maxSteps   = 1_000
	maxFrame   = 256 << 20
	maxAnswer  = 64 << 20
	maxFiles   = 500
	maxFile    = 1 << 20
	maxSource  = 16 << 20
	maxStack   = 128 << 20
	maxCalls   = 5_000
)

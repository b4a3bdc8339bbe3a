package main

import (
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/script"
)

// allowing are the flags of what a run may do only if the command line says so: no
// file of the repository can set them.
type allowing struct {
	AllowFunctions bool `help:"Run the functions in JavaScript that rulesets name, in processes without files, network and more than 512 MB of memory. No file of the repository can set this."`

	// functions runs functions in JavaScript; nil where that is not allowed.
	functions *script.Host
}

// open starts what is allowed.
func (a *allowing) open() (err error) {
	if a.AllowFunctions {
		a.functions, err = script.New(nil)
	}
	return err
}

// close ends what open started.
func (a *allowing) close() {
	if a.functions != nil {
		a.functions.Close()
	}
}

// apply sets the options of a run.
func (a *allowing) apply(opts *lint.Options) {
	if a.functions != nil {
		opts.Functions = a.functions.Functions
	}
}

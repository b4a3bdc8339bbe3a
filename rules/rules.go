// Package rules reads rulesets in the format of Spectral: rules as data, each
// with the place it is defined at. It resolves extends, merges and severities,
// and names every fault with file, line and rule; it does not run anything.
package rules

import (
	"fmt"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Severity is what a rule reports its findings as.
type Severity uint8

// The severities, from the worst to the mildest; Off disables a rule.
const (
	Error Severity = iota
	Warn
	Info
	Hint
	Off
)

// String names the severity as rulesets do.
func (s Severity) String() string {
	return [...]string{"error", "warn", "info", "hint", "off"}[s]
}

// Rule is one rule, after everything it inherits.
type Rule struct {
	ID          string
	Description string
	// Message is the template of its messages; empty means the description.
	Message       string
	Documentation string
	Severity      Severity
	// Given are the paths it looks at, aliases written out.
	Given []string
	Then  []Then
	// Formats are the formats of documents it is for; none means all.
	Formats []string
	// NoFormat reports whether the list of formats is there and empty: the rule
	// is for no document.
	NoFormat bool
	// Recommended reports whether it runs where only recommended rules do.
	Recommended bool
	// Resolved reports whether it looks at the document with its references
	// followed.
	Resolved bool
	// Enabled reports whether it runs.
	Enabled bool
	// From is where it is defined.
	From source.Position
	// Why is its reason, Fix what to do, Good and Bad are documents on which it is
	// quiet and fires, all from its extensions.
	Why, Fix, Good, Bad string
	// Pack is the rule pack that the rule is of, whose engine runs it; such a
	// rule has no paths and functions. Empty for all other rules.
	Pack string
	// SkipData reports whether its paths leave out what is data: examples,
	// defaults, the values of enum and const, and extensions. Only bundled rules
	// ask for it.
	SkipData bool

	// written are the paths as they are written, with the aliases of the file
	// that they are written in.
	written []string
	aliases aliases
}

// Then is what a rule does with each value that its paths select.
type Then struct {
	// Field is what to look at below the value: a name, a path, "@key", or
	// HasField reports whether the field is there; an empty one leads nowhere.
	HasField bool
	// empty for the value itself.
	Field string
	// Function is the name of the function that judges it.
	Function string
	// Options are the options of the function; nil where there are none.
	Options *yamltree.Node
	// Script is where the ruleset has the function in JavaScript; nil where it
	// names none of that name.
	Script *Script
	From   source.Position
}

// Script is a function in JavaScript that a ruleset names in its functions.
type Script struct {
	// Folder is the folder of the functions, and File the file in it, both among
	// the files that the ruleset is one of.
	Folder, File string
}

// Problem is a fault of a ruleset.
type Problem struct {
	Fault source.Error
	// Rule is the rule it is in, or the name of what could not be extended;
	// empty where it concerns the whole file.
	Rule string
	// Stops tells that something cannot run because of it; other problems
	// change no verdict.
	Stops bool
	// Accepted tells that Spectral takes it, so that a strict run does, too.
	Accepted bool
	// Path leads to the fault in the file.
	Path []string
	// Range is where it stands.
	Range yamltree.Range
}

// Set is a ruleset with everything it extends.
type Set struct {
	// Name is the file (or the built-in name) it was read from.
	Name string
	// Rules are all its rules by id, those that do not run included.
	Rules map[string]*Rule
	// Engines are the rule packs that it extends, such as "vacuum:oas", with
	// the mode they are extended in; Rules has their rules where they are known.
	Engines map[string]string
	// Overrides apply in order.
	Overrides []Override
	// Problems are its faults, in the order they were found.
	Problems []Problem
	// Files are the files that were read.
	Files []*yamltree.Document

	effective *effectives
}

// Enabled returns the rules that run, by id in order.
func (s *Set) Enabled() []*Rule {
	var out []*Rule
	for _, id := range sortedKeys(s.Rules) {
		if s.Rules[id].Enabled {
			out = append(out, s.Rules[id])
		}
	}
	return out
}

// Error formats the fault with its place and rule.
func (p *Problem) Error() string {
	if p.Rule == "" {
		return p.Fault.Error()
	}
	return fmt.Sprintf("%s (%s)", p.Fault.Error(), p.Rule)
}

// Unwrap returns the fault, a *source.Error.
func (p *Problem) Unwrap() error { return &p.Fault }

package ruleset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// function is a function that rules can name.
type function struct {
	name string
	// options are the options it knows; required those it cannot do without.
	options, required []string
	// prepare reads the options once; the judge it returns is safe for use by
	// several goroutines.
	prepare func(options *yamltree.Node) (judge, error)
}

// judge says what is wrong with a value; nothing where it is right.
type judge func(input) ([]outcome, error)

// input is a value with where it stands.
type input struct {
	value   *yamltree.Node // nil is JavaScript's undefined
	path    []string
	doc     *Document
	formats map[string]bool
	// steps are what is left of the work that the rule may do; nil means that
	// each value has a bound of its own.
	steps *int
	// run is the run that the value is judged in; nil where there is none.
	run *run
}

// outcome is one thing that is wrong; without a path it is the value itself.
type outcome struct {
	message string
	path    []string
}

// functions are all functions that rules can name: Spectral's core set and
// those that its OpenAPI rules need.
func functions() []function {
	return slices.Concat(coreFunctions(), openAPIFunctions())
}

// OwnFunction reports whether a function runs here that Spectral does not know in
// a ruleset.
func OwnFunction(name string) bool {
	_, known := functionNamed(name)
	return known && !slices.ContainsFunc(coreFunctions(), func(f function) bool { return f.name == name })
}

// FunctionNames lists the functions that rules can name.
func FunctionNames() (out []string) {
	for _, f := range functions() {
		out = append(out, f.name)
	}
	return out
}

// FormatNames lists the formats that rules are most often for.
func FormatNames() []string {
	return []string{"oas2", "oas3", "oas3_0", "oas3_1", "oas3_2", "asyncapi2", "aas3", "arazzo1_0", "json-schema", string(APIsJSON), string(Capabilities), string(Context), string(Overlay), string(Ruleset)}
}

func functionNamed(name string) (function, bool) {
	for _, f := range functions() {
		if f.name == name {
			return f, true
		}
	}
	return function{}, false
}

// checkOptions refuses options that the function does not have: they would
// be a wish that is silently not granted.
func checkOptions(f function, options *yamltree.Node) error {
	if options != nil && options.Kind != yamltree.Mapping && options.Kind != yamltree.Null {
		return fmt.Errorf("its options are %s, expected a mapping", options.Kind)
	}
	for i := range options.Pairs() {
		if name := options.Keys[i].Name; !slices.Contains(f.options, name) {
			return fmt.Errorf("unknown option %q, expected %s", name, orNone(f.options))
		}
	}
	for _, name := range f.required {
		if options.Lookup(name) == nil {
			return fmt.Errorf("option %q is missing", name)
		}
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// plain makes a function without options of a judge without errors.
func plain(name string, j func(input) []outcome) function {
	return function{name: name, prepare: func(*yamltree.Node) (judge, error) {
		return func(in input) ([]outcome, error) { return j(in), nil }, nil
	}}
}

func wrong(format string, args ...any) []outcome {
	return []outcome{{message: fmt.Sprintf(format, args...)}}
}

// named names the value by the last step of its path.
func named(in input) string {
	if len(in.path) == 0 {
		return "the document"
	}
	return strconv.Quote(in.path[len(in.path)-1])
}

// truthy is JavaScript's ToBoolean of a value.
func truthy(n *yamltree.Node) bool {
	if n == nil {
		return false
	}
	switch n.Kind {
	case yamltree.Null:
		return false
	case yamltree.Bool:
		return n.Text == "true"
	case yamltree.Number:
		return n.Number != 0 && n.Number == n.Number
	case yamltree.String:
		return n.Text != ""
	}
	return true
}

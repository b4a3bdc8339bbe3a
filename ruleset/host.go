package ruleset

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/yamltree"
)

// Function is a function that a host has, for rules to name.
type Function struct {
	Name string
	// Prepare reads the options of a rule once, nil where it gives none. Its error
	// keeps the rule from running.
	Prepare func(options *yamltree.Node) (Judge, error)
}

// Judge says what is wrong with a value; nothing where it is right. It must be
// safe for use by several goroutines. Its context ends when the run of the rule
// does.
type Judge func(ctx context.Context, v Value) ([]Outcome, error)

// Value is a value that a rule selected.
type Value struct {
	// Node is the value; nil where there is none, as for a field that is not there.
	Node *yamltree.Node
	// Path is the path of the value as the rule sees the document.
	Path []string
	// Document is the document, and Rule the rule; nil where a function is called
	// without one.
	Document *Document
	Rule     *rules.Rule
	// Run numbers the runs of rules on documents: the values of one run come one
	// after the other.
	Run int64
}

// Outcome is one thing that is wrong.
type Outcome struct {
	Message string
	// Path is the path of what is wrong; nil means the value.
	Path []string
}

// Functions finds the function of a host that an entry of a rule's then names.
// Functions of Spectral's core set are not asked for: as in Spectral, a ruleset
// cannot replace them.
type Functions func(then rules.Then) (Function, bool)

// Registered are functions that all rules can name.
func Registered(functions ...Function) Functions {
	return func(then rules.Then) (Function, bool) {
		i := slices.IndexFunc(functions, func(f Function) bool { return f.Name == then.Function })
		if i < 0 {
			return Function{}, false
		}
		return functions[i], true
	}
}

// CoreFunctions are the functions of Spectral's core set.
func CoreFunctions() []Function {
	var out []Function
	for _, f := range coreFunctions() {
		out = append(out, Function{Name: f.name, Prepare: func(options *yamltree.Node) (Judge, error) {
			if err := checkOptions(f, options); err != nil {
				return nil, err
			}
			j, err := f.prepare(options)
			return j.published(), err
		}})
	}
	return out
}

// runs counts runs.
var runs atomic.Int64

// published is a judge as hosts have them.
func (j judge) published() Judge {
	return func(_ context.Context, v Value) ([]Outcome, error) {
		in := input{value: v.Node, path: v.Path, doc: v.Document}
		if v.Document != nil {
			in.formats = v.Document.Formats()
		}
		outcomes, err := j(in)
		out := make([]Outcome, 0, len(outcomes))
		for _, o := range outcomes {
			out = append(out, Outcome{Message: o.message, Path: o.path})
		}
		return out, err
	}
}

// own is a judge of a host as the others are.
func (f Judge) own() judge {
	return func(in input) ([]outcome, error) {
		v := Value{Node: in.value, Path: in.path, Document: in.doc}
		ctx := context.Background()
		if in.run != nil {
			ctx, v.Run, v.Rule = in.run.ctx, in.run.number, in.run.rule.Rule
		}
		outcomes, err := f(ctx, v)
		out := make([]outcome, 0, len(outcomes))
		for _, o := range outcomes {
			out = append(out, outcome{message: o.Message, path: o.Path})
		}
		return out, err
	}
}

// notCarried is the function that the rules of bundled rulesets name which are
// listed, and are not done.
const notCarried = "notCarried"

// prepareThen finds the function of an entry, and reads its options.
func prepareThen(then rules.Then, hosts []Functions) (j judge, ofHost bool, err error) {
	f, known := functionNamed(then.Function)
	if !known || OwnFunction(then.Function) {
		for _, host := range hosts {
			if of, ok := host(then); ok {
				own, err := of.Prepare(then.Options)
				if err != nil {
					return nil, true, fmt.Errorf("function %q: %w", then.Function, err)
				}
				return own.own(), true, nil
			}
		}
		if then.Script != nil {
			return nil, true, fmt.Errorf("function %q is JavaScript (%s), which is not run here", then.Function, then.Script.File)
		}
	}
	if then.Function == notCarried && rules.IsBuiltin(then.From.File) {
		return nil, false, errors.New("this rule of Spectral's is not carried")
	}
	if !known {
		return nil, false, fmt.Errorf("unknown function %q", then.Function)
	}
	if err = checkOptions(f, then.Options); err == nil {
		j, err = f.prepare(then.Options)
	}
	if err != nil {
		return nil, false, fmt.Errorf("function %q: %w", f.name, err)
	}
	return j, false, nil
}

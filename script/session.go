package script

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"strings"

	"github.com/dop251/goja"

	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// session is a function that is ready, with the state that its modules have
// during one run of a rule.
type session struct {
	process *process
	vm      *goja.Runtime
	function,
	options goja.Value
	context *goja.Object
	rule    *ruleInfo
	// root is what the paths of the rule lead through.
	root *yamltree.Node
	// wrapped are the objects of nodes: the same node is the same object.
	wrapped map[*yamltree.Node]*goja.Object
	// judges are functions of Spectral's, by their name and their options.
	judges map[judgeKey]ruleset.Judge
	// doc is the document for functions of Spectral's; nil until one needs it.
	doc *ruleset.Document
}

type judgeKey struct {
	name    string
	options *goja.Object
}

func (p *process) newSession(r *request, options *yamltree.Node) *session {
	s := &session{process: p, vm: goja.New(), rule: r.Rule, wrapped: map[*yamltree.Node]*goja.Object{}, judges: map[judgeKey]ruleset.Judge{}}
	s.vm.SetMaxCallStackSize(maxCalls)
	s.vm.SetRandSource(rand.New(rand.NewSource(1)).Float64) //nolint:gosec // the same in every run
	s.options = goja.Null()
	if options != nil {
		s.options = s.wrap(options)
	}
	if !r.Bare {
		if s.root = p.unresolved; r.Rule.Resolved {
			s.root = p.resolved
		}
	}
	return s
}

// begin runs the modules, and has the function judge its options.
func (s *session) begin(program *goja.Program) error {
	if err := s.furnish(); err != nil {
		return err
	}
	if _, err := s.vm.RunProgram(program); err != nil {
		return fmt.Errorf("its module fails: %w", s.said(err))
	}
	if _, callable := goja.AssertFunction(s.function); !callable {
		return errors.New("its module exports no function by default")
	}
	validator, callable := goja.AssertFunction(s.get(s.function, "validator"))
	if callable {
		if _, err := validator(s.function, s.options); err != nil {
			return s.said(err)
		}
	}
	if s.root == nil {
		return nil
	}
	return s.describe()
}

// get reads a member, which may be one that fails.
func (s *session) get(of goja.Value, name string) (v goja.Value) {
	v = goja.Undefined()
	if object, ok := of.(*goja.Object); ok {
		_ = s.vm.Try(func() { // a member that fails is one that is not there
			if got := object.Get(name); got != nil {
				v = got
			}
		})
	}
	return v
}

// furnish makes what the served packages need, and a console that is silent.
func (s *session) furnish() error {
	formats := s.vm.NewObject()
	for _, name := range formatNames() {
		if err := formats.Set(name, s.formatFunction(name)); err != nil {
			return err
		}
	}
	console := s.vm.NewObject()
	for _, name := range []string{"log", "info", "warn", "error", "debug", "trace"} {
		if err := console.Set(name, func(goja.FunctionCall) goja.Value { return goja.Undefined() }); err != nil {
			return err
		}
	}
	host := s.vm.NewObject()
	for name, v := range map[string]any{
		"core": s.core, "check": s.check, "invalid": s.invalid, "formats": formats,
		"take": func(call goja.FunctionCall) goja.Value { s.function = call.Argument(0); return goja.Undefined() },
	} {
		if err := host.Set(name, v); err != nil {
			return err
		}
	}
	if err := s.vm.GlobalObject().DefineDataProperty(hostName, host, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		return err
	}
	s.function = goja.Undefined()
	return s.vm.Set("console", console)
}

// formatNames are the formats that documents may have, as spectral-formats names
// them.
func formatNames() []string {
	return []string{
		"oas2", "oas3", "oas3_0", "oas3_1", "asyncapi2", "asyncapi3", "arazzo1_0", "jsonSchema", "jsonSchemaDraft4", "jsonSchemaDraft6",
		"jsonSchemaDraft7", "jsonSchemaDraft2019_09", "jsonSchemaDraft2020_12",
	}
}

// formatOf is a format as rulesets name it.
func formatOf(name string) string {
	if rest, ok := strings.CutPrefix(name, "jsonSchemaDraft"); ok {
		return "json-schema-draft" + strings.ReplaceAll(rest, "_", "-")
	}
	if name == "jsonSchema" {
		return "json-schema"
	}
	return name
}

// formatFunction reports whether a document has a format.
func (s *session) formatFunction(name string) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		n, err := s.node(call.Argument(0))
		if err != nil || n == nil || n.Kind != yamltree.Mapping {
			return s.vm.ToValue(false)
		}
		return s.vm.ToValue(ruleset.Formats(n)[formatOf(name)])
	}
}

// describe makes the context that functions get.
func (s *session) describe() error {
	host := s.vm.GlobalObject().Get(hostName).ToObject(s.vm)
	var formats []any
	for _, name := range formatNames() {
		for _, has := range s.process.document.Formats {
			if has == formatOf(name) {
				formats = append(formats, host.Get("formats").ToObject(s.vm).Get(name))
			}
		}
	}
	set, err := s.vm.New(s.vm.Get("Set"), s.vm.NewArray(formats...))
	if err != nil {
		return err
	}
	doc, parsed, inventory, rule := s.vm.NewObject(), s.vm.NewObject(), s.vm.NewObject(), s.vm.NewObject()
	s.context = s.vm.NewObject()
	given := make([]any, len(s.rule.Given))
	for i, g := range s.rule.Given {
		given[i] = g
	}
	var message any = s.rule.Message
	if s.rule.Message == "" {
		message = goja.Null()
	}
	for _, m := range []struct {
		of    *goja.Object
		name  string
		value any
	}{
		{parsed, "data", s.wrap(s.process.unresolved)},
		{doc, "data", s.wrap(s.process.unresolved)},
		{doc, "parserResult", parsed},
		{doc, "source", s.process.document.Source},
		{doc, "formats", set},
		{inventory, "document", doc},
		{inventory, "resolved", s.wrap(s.process.resolved)},
		{inventory, "unresolved", s.wrap(s.process.unresolved)},
		{inventory, "source", s.process.document.Source},
		{inventory, "formats", set},
		{rule, "name", s.rule.Name},
		{rule, "description", s.rule.Description},
		{rule, "message", message},
		{rule, "severity", s.rule.Severity},
		{rule, "resolved", s.rule.Resolved},
		{rule, "given", s.vm.NewArray(given...)},
		{rule, "enabled", true},
		{rule, "documentationUrl", s.rule.URL},
		{s.context, "document", doc},
		{s.context, "documentInventory", inventory},
		{s.context, "rule", rule},
	} {
		if err := m.of.Set(m.name, m.value); err != nil {
			return err
		}
	}
	return nil
}

// call calls the function with a value.
func (s *session) call(with *calledWith) ([]outcome, error) {
	value := goja.Undefined()
	switch {
	case with.Given:
		n, err := with.Scalar.value()
		if err != nil {
			return nil, err
		}
		if n != nil {
			value = s.wrap(n)
		}
	default:
		n := s.root.At(with.Path...)
		if n == nil {
			return nil, errors.New("the value is not in the document")
		}
		value = s.wrap(n)
	}
	if err := s.context.Set("path", s.path(with.Path)); err != nil {
		return nil, err
	}
	function, _ := goja.AssertFunction(s.function)
	returned, err := function(goja.Undefined(), value, s.options, s.context)
	if err != nil {
		return nil, s.said(err)
	}
	if returned, err = s.settled(returned); err != nil {
		return nil, err
	}
	return s.outcomes(returned)
}

// path is a path as functions have it: indexes are numbers.
func (s *session) path(steps []string) *goja.Object {
	out := make([]any, len(steps))
	n := s.root
	for i, step := range steps {
		out[i] = step
		if n != nil && n.Kind == yamltree.Sequence {
			if at, err := indexOf(step); err == nil {
				out[i] = at
			}
		}
		n = n.Child(step)
	}
	return s.vm.NewArray(out...)
}

// settled is what a promise comes to, and any other value itself.
func (s *session) settled(v goja.Value) (goja.Value, error) {
	object, ok := v.(*goja.Object)
	if !ok {
		return v, nil
	}
	var promise *goja.Promise
	if object.ExportType() == promiseType {
		promise, _ = object.Export().(*goja.Promise)
	}
	if promise == nil {
		if _, thenable := goja.AssertFunction(s.get(object, "then")); !thenable {
			return v, nil
		}
		resolve, _ := goja.AssertFunction(s.get(s.vm.Get("Promise"), "resolve"))
		if resolve == nil {
			return nil, errors.New("it returns a promise, and there is no Promise.resolve")
		}
		made, err := resolve(s.vm.Get("Promise"), object)
		if err != nil {
			return nil, s.said(err)
		}
		if of, ok := made.(*goja.Object); !ok || of.ExportType() != promiseType {
			return nil, errors.New("it returns a promise that is not one")
		}
		promise, _ = made.Export().(*goja.Promise)
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return promise.Result(), nil
	case goja.PromiseStateRejected:
		return nil, errors.New("it throws " + s.thrown(promise.Result()))
	}
	return nil, errors.New("it returns a promise that nothing settles: there are no timers, files and networks here")
}

// core calls a function of Spectral's.
func (s *session) core(call goja.FunctionCall) goja.Value {
	judge := s.judge(call.Argument(0).String(), call.Argument(2))
	value, err := s.node(call.Argument(1))
	if err != nil {
		panic(s.vm.NewGoError(err))
	}
	at, err := s.steps(s.get(call.Argument(3), "path"))
	if err != nil {
		panic(s.vm.NewGoError(err))
	}
	if s.doc == nil && s.process.unresolved != nil {
		s.doc = ruleset.NewDocument(s.process.document.Source, s.process.unresolved)
	}
	found, err := judge(context.Background(), ruleset.Value{Node: value, Path: at, Document: s.doc})
	if err != nil {
		panic(s.vm.NewGoError(err))
	}
	if len(found) == 0 {
		return goja.Undefined()
	}
	out := make([]any, len(found))
	for i, o := range found {
		result := map[string]any{"message": o.Message}
		if o.Path != nil {
			result["path"] = s.path(o.Path)
		}
		out[i] = s.vm.ToValue(result)
	}
	return s.vm.NewArray(out...)
}

// check judges the options of a function of Spectral's.
func (s *session) check(call goja.FunctionCall) goja.Value {
	s.judge(call.Argument(0).String(), call.Argument(1))
	return goja.Undefined()
}

// judge makes a function of Spectral's, once for the same options.
func (s *session) judge(name string, options goja.Value) ruleset.Judge {
	object, _ := options.(*goja.Object)
	key := judgeKey{name, object}
	if known, ok := s.judges[key]; ok {
		return known
	}
	for _, f := range ruleset.CoreFunctions() {
		if f.Name != name {
			continue
		}
		n, err := s.node(options)
		if err == nil && n != nil && n.Kind == yamltree.Null {
			n = nil
		}
		var made ruleset.Judge
		if err == nil {
			made, err = f.Prepare(n)
		}
		if err != nil {
			panic(s.vm.NewGoError(fmt.Errorf("function %q: %w", name, err)))
		}
		if len(s.judges) < maxFiles {
			s.judges[key] = made
		}
		return made
	}
	panic(s.vm.NewTypeError("there is no function " + name))
}

// invalid says why a value is not valid by a schema; nothing where it is.
func (s *session) invalid(call goja.FunctionCall) goja.Value {
	schema, value := call.Argument(0), call.Argument(1)
	given, err := s.node(schema)
	if err != nil {
		panic(s.vm.NewGoError(err))
	}
	switch {
	case given == nil:
		panic(s.vm.NewTypeError("createRulesetFunction has no schema of the input or the options, expected one or null"))
	case given.Kind == yamltree.Bool && given.Text == "true", given.Kind == yamltree.Mapping && len(given.Items) == 0:
		return goja.Undefined()
	case given.Kind == yamltree.Bool || goja.IsUndefined(value):
		return s.vm.ToValue("nothing is valid")
	}
	object, _ := schema.(*goja.Object)
	key := judgeKey{"", object}
	judge, known := s.judges[key]
	if !known {
		i := 0
		core := ruleset.CoreFunctions()
		for core[i].Name != "schema" {
			i++
		}
		if judge, err = core[i].Prepare(&yamltree.Node{Kind: yamltree.Mapping, Keys: []yamltree.Key{{Name: "schema", Kind: yamltree.String}}, Items: []*yamltree.Node{given}}); err != nil {
			panic(s.vm.NewGoError(fmt.Errorf("createRulesetFunction: %w", err)))
		}
		s.judges[key] = judge
	}
	n, err := s.node(value)
	if err != nil {
		panic(s.vm.NewGoError(err))
	}
	found, err := judge(context.Background(), ruleset.Value{Node: n})
	switch {
	case err != nil:
		panic(s.vm.NewGoError(err))
	case len(found) > 0:
		return s.vm.ToValue(found[0].Message)
	}
	return goja.Undefined()
}

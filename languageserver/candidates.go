package languageserver

import (
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// candidates are what can be typed, by the kind of the document.
func (a *asked) candidates() []candidate {
	if a.key == "$ref" && !a.name {
		return a.references()
	}
	switch {
	case path.Base(a.buffer.name) == lint.ConfigFile:
		return a.inConfiguration()
	case a.kind == ruleset.OpenAPI:
		return a.inDescription()
	case a.kind == ruleset.Capabilities:
		return a.inCapabilities()
	case a.kind == ruleset.APIsJSON:
		return a.inIndex()
	case a.kind == ruleset.Context:
		return a.inContext()
	case a.kind == ruleset.Ruleset:
		return a.inRuleset()
	case a.kind == ruleset.Overlay && a.key == "extends":
		return a.files(ruleset.OpenAPI)
	}
	return nil
}

func values(texts ...string) (out []candidate) {
	for _, t := range texts {
		out = append(out, candidate{label: t, text: t, kind: kindEnum})
	}
	return out
}

// references are the components of this document, then those of the others.
func (a *asked) references() (out []candidate) {
	add := func(file string, root *yamltree.Node) {
		for _, base := range [][]string{{"components"}, {}} {
			for i, key := range root.At(base...).Pairs() {
				if len(base) == 0 && !slices.Contains([]string{"definitions", "parameters", "responses", "$defs"}, key.Name) {
					continue
				}
				group := root.At(base...).Items[i]
				for _, name := range group.Pairs() {
					pointer := yamltree.Pointer(append(slices.Clone(base), key.Name, name.Name))
					out = append(out, candidate{name.Name, key.Name + " " + file, file + "#" + pointer, kindReference})
				}
			}
		}
	}
	add("", a.root)
	for _, d := range a.corpus.Texts() {
		if d.File != a.buffer.name && (d.Kind == ruleset.OpenAPI || d.Kind == ruleset.JSONSchema || d.Kind == ruleset.Other) {
			add(relativeFile(a.buffer.name, d.File), d.Tree.Root)
		}
	}
	return out
}

// relativeFile is the way from the folder of a file to another file.
func relativeFile(from, to string) string {
	dir, up := path.Dir(from), ""
	for dir != "." && !strings.HasPrefix(to, dir+"/") {
		dir, up = path.Dir(dir), up+"../"
	}
	if dir == "." {
		return up + to
	}
	return up + strings.TrimPrefix(to, dir+"/")
}

func (a *asked) inDescription() []candidate {
	if a.name {
		return nil
	}
	switch a.key {
	case "operationId":
		if !slices.Contains(a.above, "links") {
			return nil
		}
		var out []candidate
		for _, o := range a.corpus.Operations() {
			if o.ID != "" {
				out = append(out, candidate{o.ID, operationName(o), o.ID, kindMethod})
			}
		}
		return out
	case "tags":
		var out []candidate
		if tags := a.root.Lookup("tags"); tags != nil && len(a.above) > 0 {
			for _, tag := range tags.Items {
				out = append(out, values(yamltree.TextOf(tag, "name"))...)
			}
		}
		return out
	case "example", "default", "const":
		return enumOf(a.around())
	case "in":
		if slices.Contains(a.above, "securitySchemes") {
			return values("query", "header", "cookie")
		}
		return values("query", "path", "header", "cookie")
	case "type":
		if slices.Contains(a.above, "securitySchemes") {
			return values("apiKey", "http", "mutualTLS", "oauth2", "openIdConnect")
		}
		return values("string", "number", "integer", "boolean", "array", "object")
	case "style":
		return values("form", "simple", "matrix", "label", "spaceDelimited", "pipeDelimited", "deepObject")
	case "format":
		return values("int32", "int64", "float", "double", "date", "date-time", "password", "byte", "binary", "uuid", "uri", "email")
	case "required", "deprecated", "explode", "allowReserved", "nullable", "readOnly", "writeOnly", "uniqueItems":
		if a.item {
			return propertiesOf(a.around())
		}
		return values("true", "false")
	}
	return nil
}

func operationName(o lint.NamedOperation) string { return strings.ToUpper(o.Method) + " " + o.Path }

// enumOf are the values that a schema allows.
func enumOf(schema *yamltree.Node) (out []candidate) {
	list := schema.Lookup("enum")
	if list == nil {
		list = schema.Lookup("schema").Lookup("enum")
	}
	if list != nil {
		for _, item := range list.Items {
			out = append(out, values(item.Text)...)
		}
	}
	return out
}

func propertiesOf(schema *yamltree.Node) (out []candidate) {
	for _, key := range schema.Lookup("properties").Pairs() {
		out = append(out, candidate{key.Name, "", key.Name, kindProperty})
	}
	return out
}

func (a *asked) inCapabilities() (out []candidate) {
	switch a.key {
	case "operationRef":
		for _, o := range a.corpus.Operations() {
			pointer := yamltree.Pointer([]string{"paths", o.Path, o.Method})
			text := a.corpus.Written(a.buffer.name, o.File) + "#" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(pointer)
			label := o.ID
			if label == "" {
				label = operationName(o)
			}
			out = append(out, candidate{label, strings.TrimSpace(operationName(o) + " " + o.Summary), text, kindMethod})
		}
	case "api":
		return values(a.corpus.AIDs()...)
	case "method":
		return values("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
	case "inputs", "inputParameters", "outputs", "outputParameters":
		return a.ofOperation(strings.HasPrefix(a.key, "in"))
	}
	return out
}

// ofOperation are the parameters, or the properties of the response, of the operation of
// the capability that is typed in.
func (a *asked) ofOperation(inputs bool) (out []candidate) {
	ref := yamltree.TextOf(a.around(), "operationRef")
	file, pointer, _ := strings.Cut(ref, "#")
	pointer = yamltree.Unescape(pointer)
	for _, o := range a.corpus.Operations() {
		if a.corpus.Written(a.buffer.name, o.File) != file || yamltree.Pointer([]string{"paths", o.Path, o.Method}) != pointer {
			continue
		}
		names, kind := o.Properties, kindProperty
		if inputs {
			names, kind = o.Parameters, kindField
		}
		for _, name := range names {
			out = append(out, candidate{name, operationName(o), name, kind})
		}
	}
	return out
}

func (a *asked) inIndex() (out []candidate) {
	switch a.key {
	case "type":
		return values(apisjson.PropertyTypes()...)
	case "url":
		return a.files("")
	case "aid":
		return values(a.corpus.AIDs()...)
	}
	return nil
}

// files are the documents of a kind, or of any.
func (a *asked) files(kind ruleset.Kind) (out []candidate) {
	for _, d := range a.corpus.Documents {
		if d.File != a.buffer.name && (kind == "" || d.Kind == kind) {
			name := relativeFile(a.buffer.name, d.File)
			out = append(out, candidate{name, string(d.Kind), name, kindFile})
		}
	}
	return out
}

func (a *asked) inContext() (out []candidate) {
	context := a.root.Lookup("@context")
	switch {
	case a.name && len(a.above) > 0:
		for _, name := range a.corpus.Properties(a.buffer.name) {
			if context.Lookup(name) == nil {
				out = append(out, candidate{name, "a property of the records", name, kindProperty})
			}
		}
		return append(out, values("@id", "@type", "@container", "@context", "@language", "@reverse", "@prefix", "@vocab")...)
	case a.key == "@container":
		return values("@list", "@set", "@language", "@index", "@id", "@type", "@graph")
	}
	if a.key == "@type" {
		out = values("@id", "@vocab", "@json", "@none")
	}
	for i, key := range context.Pairs() {
		if iri, ok := context.Items[i].StringValue(); ok && iri != "" && strings.ContainsRune("/#:", rune(iri[len(iri)-1])) {
			out = append(out, candidate{key.Name + ":", iri, key.Name + ":", kindValue})
		}
	}
	return out
}

func severities() []candidate { return values("error", "warn", "info", "hint", "off") }

func (a *asked) inRuleset() (out []candidate) {
	switch {
	case a.name && len(a.above) == 1 && a.above[0] == "rules":
		return a.ruleNames(false)
	case a.name:
		return nil
	case a.key == "function":
		for _, name := range ruleset.FunctionNames() {
			out = append(out, candidate{name, "", name, kindFunction})
		}
		return out
	case a.key == "severity", len(a.above) == 1 && a.above[0] == "rules":
		return severities()
	case a.key == "extends", a.key == "- extends":
		return append(values(rules.Builtin()...), a.files(ruleset.Ruleset)...)
	case a.key == "formats":
		return values(ruleset.FormatNames()...)
	case a.key == "type" && slices.Contains(a.above, "functionOptions"):
		return values("flat", "camel", "pascal", "kebab", "cobol", "snake", "macro")
	}
	return nil
}

// ruleNames are the rules of the rulesets that run, and the bundled ones; with the checks
// that are not of a ruleset.
func (a *asked) ruleNames(checks bool) (out []candidate) {
	seen := map[string]bool{}
	add := func(id, description string) {
		if !seen[id] {
			seen[id] = true
			out = append(out, candidate{id, description, id, kindValue})
		}
	}
	for _, e := range lint.List(a.corpus, nil).Rules {
		if checks || e.From != "triallint" {
			add(e.ID, e.Description)
		}
	}
	for _, name := range rules.Builtin() {
		if set, err := rules.Load(a.buffer.root.session.Files(), name); err == nil {
			for _, rule := range set.Enabled() {
				add(rule.ID, rule.Description)
			}
		}
	}
	slices.SortFunc(out, func(x, y candidate) int { return strings.Compare(x.label, y.label) })
	return out
}

func (a *asked) inConfiguration() []candidate {
	switch {
	case a.name && len(a.above) == 0:
		return values("rulesets", "documents", "exclude", "official", "annotated", "fail-on", "severities", "ignores")
	case a.key == "rule":
		return a.ruleNames(true)
	case a.key == "severity", a.key == "fail-on":
		return severities()
	case a.key == "ruleset", a.key == "rulesets":
		return append(values(rules.Builtin()...), a.files(ruleset.Ruleset)...)
	case a.key == "official":
		return a.files(ruleset.OpenAPI)
	case a.key == "files":
		return a.files("")
	}
	return nil
}

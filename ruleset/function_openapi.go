package ruleset

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// openAPIFunctions are the functions that the rules of spectral:oas use beside
// the core set. Where public rulesets name Spectral's own function for the
// same purpose, that name is kept.
func openAPIFunctions() []function {
	return []function{
		plain("oasOpSuccessResponse", judgeSuccessResponse),
		plain("oasOpFormDataConsumeCheck", judgeFormData),
		plain("oasOpIdUnique", judgeOperationIDs),
		plain("operationIds", judgeOperationIDsGiven),
		plain("oasOpId", judgeOperationIDsAt),
		plain("oasOpParams", judgeParameters),
		plain("oasTagDefined", judgeTagsDefined),
		plain("oasPathParam", judgePathParameters),
		plain("uniquenessTags", judgeTagNames),
		plain("refSiblings", judgeRefSiblings),
		plain("oasDiscriminator", judgeDiscriminator),
		plain("oasUnusedComponent", judgeUnusedComponents),
		{name: "serverVariables", prepare: func(*yamltree.Node) (judge, error) { return judgeServerVariables, nil }},
		plain("typedEnum", judgeTypedEnum),
		plain("uniqueEnum", judgeUniqueEnum),
		{name: "oasSecurityDefined", options: []string{"oasVersion"}, prepare: prepareSecurityDefined},
		{name: "oasExample", options: []string{"schemaField", "oasVersion", "type"}, required: []string{"type"}, prepare: prepareExample},
		{name: "oasDocumentSchema", prepare: prepareDocumentSchema},
	}
}

// Methods are the keys of a path item that are operations.
func Methods() []string {
	return []string{"get", "head", "post", "put", "patch", "delete", "options", "trace"}
}

// operation is one operation below a paths object.
type operation struct {
	path, method string
	// steps lead from the path item to the operation.
	steps []string
	value *yamltree.Node
}

// Name names the operation as a request does: GET /studies.
func (o operation) name() string { return strings.ToUpper(o.method) + " " + o.path }

func (o operation) at(steps ...string) []string {
	return slices.Concat([]string{"paths", o.path}, o.steps, steps)
}

// operationsOf lists the operations of a paths object, in its order.
func operationsOf(in input, paths *yamltree.Node) []operation {
	var out []operation
	if paths == nil || paths.Kind != yamltree.Mapping {
		return nil
	}
	for i, key := range paths.Keys {
		out = append(out, operationsAt(in, key.Name, paths.Items[i])...)
	}
	return out
}

// operationsAt lists the operations of a path item. Since OpenAPI 3.2 there
// may be one of the method query, and others under their names.
func operationsAt(in input, path string, item *yamltree.Node) []operation {
	var out []operation
	add := func(method string, n *yamltree.Node, steps ...string) {
		if n.Kind == yamltree.Mapping {
			out = append(out, operation{path, method, steps, n})
		}
	}
	for i, key := range item.Pairs() {
		n := item.Items[i]
		switch {
		case slices.Contains(Methods(), key.Name), key.Name == "query" && in.formats["oas3_2"]:
			add(key.Name, n, key.Name)
		case key.Name == "additionalOperations" && in.formats["oas3_2"]:
			for j, other := range n.Pairs() {
				add(other.Name, n.Items[j], key.Name, other.Name)
			}
		}
	}
	return out
}

func judgeSuccessResponse(in input) []outcome {
	if in.value == nil || in.value.Kind != yamltree.Mapping {
		return nil
	}
	for _, key := range in.value.Keys {
		if in.formats["oas3"] && (key.Name == "2XX" || key.Name == "3XX") {
			return nil
		}
		if code, err := strconv.Atoi(key.Name); err == nil && code >= 200 && code < 400 {
			return nil
		}
	}
	return wrong("there is no 2xx or 3xx response")
}

func judgeFormData(in input) []outcome {
	parameters, consumes := in.value.Lookup("parameters"), in.value.Lookup("consumes")
	if parameters == nil || consumes == nil {
		return nil
	}
	form := slices.ContainsFunc(parameters.Items, func(p *yamltree.Node) bool { return yamltree.TextOf(p, "in") == "formData" })
	fits := slices.ContainsFunc(consumes.Items, func(c *yamltree.Node) bool {
		return strings.Contains(c.Text, "application/x-www-form-urlencoded") || strings.Contains(c.Text, "multipart/form-data")
	})
	if form && !fits {
		return wrong("there are formData parameters, but no form media type is consumed")
	}
	return nil
}

func judgeOperationIDs(in input) []outcome {
	var out []outcome
	first := map[string]operation{}
	for _, o := range operationsOf(in, in.value) {
		id := o.value.Lookup("operationId")
		if id == nil {
			continue
		}
		before, again := first[id.Text]
		if !again {
			first[id.Text] = o
			continue
		}
		out = append(out, outcome{
			fmt.Sprintf("operationId %q is already used by %s", id.Text, before.name()), o.at("operationId"),
		})
	}
	return out
}

// judgeOperationIDsGiven asks that every operation has an id, and its own.
func judgeOperationIDsGiven(in input) []outcome {
	var out []outcome
	for _, o := range operationsOf(in, in.value) {
		if !truthy(o.value.Lookup("operationId")) {
			out = append(out, outcome{o.name() + " has no operationId", o.at()})
		}
	}
	return append(out, judgeOperationIDs(in)...)
}

// judgeOperationIDsAt judges a whole document (or its paths) by the same.
func judgeOperationIDsAt(in input) []outcome {
	if paths := in.value.Lookup("paths"); paths != nil {
		in.value = paths
	}
	return judgeOperationIDs(in)
}

func judgeParameters(in input) []outcome {
	if in.value == nil || in.value.Kind != yamltree.Sequence {
		return nil
	}
	var out []outcome
	seen, bodies, forms := map[string]bool{}, 0, 0
	for i, p := range in.value.Items {
		if p.Kind != yamltree.Mapping || p.Index("$ref") >= 0 {
			continue
		}
		at := append(slices.Clone(in.path), strconv.Itoa(i))
		if key := yamltree.TextOf(p, "in") + " " + yamltree.TextOf(p, "name"); seen[key] {
			out = append(out, outcome{fmt.Sprintf("parameter %q in %s is declared twice", yamltree.TextOf(p, "name"), yamltree.TextOf(p, "in")), at})
		} else {
			seen[key] = true
		}
		switch yamltree.TextOf(p, "in") {
		case "body":
			if bodies++; bodies > 1 {
				out = append(out, outcome{"there is more than one body parameter", at})
			}
		case "formData":
			forms++
		}
	}
	if bodies > 0 && forms > 0 {
		out = append(out, wrong("there are both body and formData parameters")...)
	}
	return out
}

func judgeTagsDefined(in input) []outcome {
	known := map[string]bool{}
	if tags := in.value.Lookup("tags"); tags != nil {
		for _, tag := range tags.Items {
			known[yamltree.TextOf(tag, "name")] = true
		}
	}
	var out []outcome
	for _, o := range operationsOf(in, in.value.Lookup("paths")) {
		tags := o.value.Lookup("tags")
		if tags == nil || tags.Kind != yamltree.Sequence {
			continue
		}
		for i, tag := range tags.Items {
			if !known[tag.Text] {
				out = append(out, outcome{fmt.Sprintf("tag %q is not defined in the tags of the document", tag.Text), o.at("tags", strconv.Itoa(i))})
			}
		}
	}
	return out
}

func judgeTagNames(in input) []outcome {
	if in.value == nil {
		return nil
	}
	var out []outcome
	seen := map[string]bool{}
	for i, tag := range in.value.Items {
		name := yamltree.TextOf(tag, "name")
		if seen[name] && name != "" {
			out = append(out, outcome{fmt.Sprintf("tag %q is defined twice", name), append(slices.Clone(in.path), strconv.Itoa(i), "name")})
		}
		seen[name] = true
	}
	return out
}

// judgeRefSiblings judges a $ref by what stands beside it.
func judgeRefSiblings(in input) []outcome {
	if len(in.path) == 0 {
		return nil
	}
	above := in.path[:len(in.path)-1]
	var out []outcome
	for _, key := range in.doc.Tree.Root.At(above...).Pairs() {
		if key.Name != "$ref" {
			out = append(out, outcome{fmt.Sprintf("key %q next to $ref is ignored", key.Name), append(slices.Clone(above), key.Name)})
		}
	}
	return out
}

func judgeDiscriminator(in input) []outcome {
	name, ok := in.value.Lookup("discriminator").StringValue()
	if !ok {
		return nil
	}
	var out []outcome
	if in.value.Lookup("properties").Index(name) < 0 {
		out = append(out, outcome{fmt.Sprintf("discriminator %q is not a property of the schema", name), append(slices.Clone(in.path), "properties")})
	}
	required := in.value.Lookup("required")
	if required == nil || !slices.ContainsFunc(required.Items, func(n *yamltree.Node) bool { return n.Text == name }) {
		out = append(out, outcome{fmt.Sprintf("discriminator %q is not a required property", name), append(slices.Clone(in.path), "required")})
	}
	return out
}

func judgeUnusedComponents(in input) []outcome {
	components := in.value.Lookup("components")
	used := usedIn(in.doc)
	var out []outcome
	for _, kind := range []string{"schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks"} {
		if list := components.Lookup(kind); list != nil {
			out = append(out, unreferenced(list, "#/components/"+kind, used)...)
		}
	}
	return out
}

var serverVariable = regexp.MustCompile(`\{([^{}]+)\}`)

// serverObject is what a server must be for its variables to be compared.
var serverObject = sync.OnceValues(func() (*schemaCheck, error) {
	doc, err := yamltree.Parse("server object", []byte(`
type: object
required: [url]
properties:
  url: {type: string}
  variables:
    type: object
    additionalProperties:
      type: object
      properties:
        enum: {type: array, items: {type: string}}
        default: {type: string}
        description: {type: string}
        examples: {type: string}
      patternProperties: {"^x-": true}
      additionalProperties: false
`), nil)
	if err != nil {
		return nil, err
	}
	return aloneSchema(doc.Root, jsonschema.Draft7)
})

// judgeServerVariables compares the variables in a server's URL with those it
// declares, and tries their values.
func judgeServerVariables(in input) ([]outcome, error) {
	check, err := serverObject()
	if err != nil {
		return nil, err
	}
	if in.value == nil {
		return nil, nil
	}
	invalid, err := check.judge(in, in.value, nil)
	if err != nil || len(invalid) > 0 {
		var out []outcome
		for _, o := range invalid {
			out = append(out, outcome{message: "the server is invalid: " + o.message})
		}
		return out, err
	}
	variables := in.value.Lookup("variables")
	var used []string
	for _, m := range serverVariable.FindAllStringSubmatch(in.value.Lookup("url").Text, -1) {
		used = append(used, m[1])
	}
	return append(undeclaredVariables(in, used, variables), declaredVariables(in, used, variables)...), nil
}

func undeclaredVariables(in input, used []string, variables *yamltree.Node) []outcome {
	var out []outcome
	for _, name := range used {
		if variables.Index(name) < 0 {
			at := append(slices.Clone(in.path), "variables")
			out = append(out, outcome{fmt.Sprintf("server URL uses the undeclared variable %q", name), at})
		}
	}
	return out
}

func declaredVariables(in input, used []string, variables *yamltree.Node) []outcome {
	var out []outcome
	for i, key := range variables.Pairs() {
		v, at := variables.Items[i], append(slices.Clone(in.path), "variables", key.Name)
		value := v.Lookup("default")
		enum := v.Lookup("enum")
		switch {
		case !slices.Contains(used, key.Name):
			out = append(out, outcome{fmt.Sprintf("server variable %q is not used in the URL", key.Name), at})
		case value == nil:
			out = append(out, outcome{fmt.Sprintf("server variable %q has no default", key.Name), at})
		case enum != nil && !slices.ContainsFunc(enum.Items, func(n *yamltree.Node) bool { return sameScalar(n, value) }):
			out = append(out, outcome{fmt.Sprintf("default %q of the server variable %q is not one of its enum", value.Text, key.Name), append(at, "default")})
		}
	}
	return out
}

func judgeUniqueEnum(in input) []outcome {
	if in.value == nil || in.value.Kind != yamltree.Sequence {
		return nil
	}
	seen := map[string]bool{}
	for _, v := range in.value.Items {
		key := jsonschema.Key(v)
		if seen[key] {
			return wrong("enum value %q is listed twice", Describe(v))
		}
		seen[key] = true
	}
	return nil
}

func prepareSecurityDefined(*yamltree.Node) (judge, error) {
	return func(in input) ([]outcome, error) { return judgeSecurity(in), nil }, nil
}

func judgeSecurity(in input) []outcome {
	schemes := in.doc.Tree.Root.Lookup("securityDefinitions")
	where := "securityDefinitions"
	if in.formats["oas3"] {
		schemes, where = in.doc.Tree.Root.At("components", "securitySchemes"), "components.securitySchemes"
	}
	if in.value == nil || in.value.Kind != yamltree.Mapping {
		return nil
	}
	var out []outcome
	for i, key := range in.value.Keys {
		at := append(slices.Clone(in.path), key.Name)
		scheme := schemes.Lookup(key.Name)
		if scheme == nil {
			out = append(out, outcome{fmt.Sprintf("security scheme %q is not defined in %s", key.Name, where), at})
			continue
		}
		for j, scope := range in.value.Items[i].Items {
			if !hasScope(scheme, scope.Text) {
				out = append(out, outcome{fmt.Sprintf("scope %q is not defined by the security scheme %q", scope.Text, key.Name), append(slices.Clone(at), strconv.Itoa(j))})
			}
		}
	}
	return out
}

func hasScope(scheme *yamltree.Node, scope string) bool {
	if scheme.Lookup("scopes").Index(scope) >= 0 {
		return true
	}
	if flows := scheme.Lookup("flows"); flows != nil {
		return slices.ContainsFunc(flows.Items, func(f *yamltree.Node) bool { return f.Lookup("scopes").Index(scope) >= 0 })
	}
	return false
}

package jsonschema_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	oracle "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trialweave/trialweave/jsonschema"
	"github.com/trialweave/trialweave/yamltree"
)

// TestAgainstOracle compares verdicts with those of another validator, on
// schemas and values that are made at random from a small stock of names, so
// that keywords meet.
func TestAgainstOracle(t *testing.T) {
	drafts := map[jsonschema.Draft]*oracle.Draft{
		jsonschema.Draft4: oracle.Draft4, jsonschema.Draft6: oracle.Draft6, jsonschema.Draft7: oracle.Draft7,
		jsonschema.Draft2019: oracle.Draft2019, jsonschema.Draft2020: oracle.Draft2020,
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
	compared, holds := 0, 0
	for draft, other := range drafts {
		for range 400 {
			g.compare(t, draft, other, &compared, &holds)
		}
	}
	if compared < 3000 || holds < compared/20 || holds > compared*19/20 {
		t.Errorf("%d verdicts were compared, of which %d hold: too few to tell", compared, holds)
	}
}

func (g *generator) compare(t *testing.T, draft jsonschema.Draft, other *oracle.Draft, compared, holds *int) {
	t.Helper()
	text := g.document(draft)
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	c := oracle.NewCompiler()
	c.DefaultDraft(other)
	if err := c.AddResource("mem:///s.json", value); err != nil {
		t.Fatal(err)
	}
	theirs, err := c.Compile("mem:///s.json")
	if err != nil {
		return // a loop of references, say
	}
	schema := parse(t, text)
	resolver, root := jsonschema.NewAlone(schema, draft)
	ours := (&jsonschema.Compiler{Draft: draft, Resolver: resolver}).Schema(schema, root)
	for range 8 {
		instance := g.value(3)
		var v any
		if err := json.Unmarshal([]byte(instance), &v); err != nil {
			t.Fatal(err)
		}
		errs, err := ours.Validate(parse(t, instance), nil)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := ours.Validate(parse(t, instance), &jsonschema.Options{First: true})
		want := theirs.Validate(v)
		if (want == nil) != (len(errs) == 0) || (len(errs) == 0) != (len(first) == 0) || len(first) > 1 {
			t.Fatalf("draft %d\nschema %s\nvalue %s\nours %v, the first %v\ntheirs %v", draft, text, instance, errs, first, want)
		}
		*compared++
		if want == nil {
			*holds++
		}
	}
}

func parse(t *testing.T, text string) *yamltree.Node {
	t.Helper()
	doc, err := yamltree.Parse("x.json", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Root
}

type generator struct {
	*rand.Rand
	// refs are the references that a schema may have: none that leads back.
	refs []string
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) name() string { return g.pick("a", "b", "c", "dd") }

func (g *generator) value(depth int) string {
	kind := g.IntN(7)
	if depth == 0 {
		kind = g.IntN(5)
	}
	switch kind {
	case 0:
		return g.pick("null", "true", "false")
	case 1, 2:
		return g.pick("0", "1", "2", "3", "1.5", "-1")
	case 3, 4:
		return g.pick(`"a"`, `"b"`, `"dd"`, `"abc"`, `""`)
	case 5:
		return g.list(g.IntN(4), func() string { return g.value(depth - 1) })
	}
	return g.object(g.IntN(4), g.name, func() string { return g.value(depth - 1) })
}

func (g *generator) list(n int, item func() string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = item()
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (g *generator) object(n int, key, item func() string) string {
	var parts []string
	seen := map[string]bool{}
	for range n {
		if k := key(); !seen[k] {
			seen[k] = true
			parts = append(parts, fmt.Sprintf("%q:%s", k, item()))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// document makes a schema with two definitions that it may refer to.
func (g *generator) document(draft jsonschema.Draft) string {
	g.refs = nil
	y := g.schema(draft, 1)
	g.refs = []string{`"#/definitions/y"`}
	x := g.schema(draft, 2)
	g.refs = append(g.refs, `"#/definitions/x"`)
	s := g.schema(draft, 3)
	if s[0] != '{' {
		s = "{}"
	}
	comma := ","
	if s == "{}" {
		comma = ""
	}
	return fmt.Sprintf(`{"definitions":{"x":%s,"y":%s}%s%s`, x, y, comma, s[1:])
}

func (g *generator) schema(draft jsonschema.Draft, depth int) string {
	if draft > jsonschema.Draft4 && g.IntN(12) == 0 {
		return g.pick("true", "false")
	}
	words := g.keywords(draft, depth)
	var parts []string
	seen := map[string]bool{}
	for range 1 + g.IntN(4) {
		w := words[g.IntN(len(words))]
		if draft < w.from || draft > w.to || seen[w.name] {
			continue
		}
		if draft <= jsonschema.Draft7 && (w.name == "const" && seen["$ref"] || w.name == "$ref" && seen["const"]) {
			continue // the oracle looks at this one keyword beside a reference
		}
		seen[w.name] = true
		parts = append(parts, fmt.Sprintf("%q:%s", w.name, w.make()))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// keyword is a keyword of some drafts.
type keyword struct {
	name     string
	from, to jsonschema.Draft
	make     func() string
}

func (g *generator) keywords(draft jsonschema.Draft, depth int) []keyword {
	const first, last = jsonschema.Draft4, jsonschema.Draft2020
	one := func(list ...string) func() string { return func() string { return g.pick(list...) } }
	small := one("0", "1", "2", "3")
	names := func() string {
		return g.pick(`["a"]`, `["b"]`, `["a","b"]`, `["c","dd"]`)
	}
	out := []keyword{
		{"type", first, last, one(`"object"`, `"array"`, `"string"`, `"number"`, `"integer"`, `"null"`, `["string","object"]`, `["boolean","array"]`)},
		{"enum", first, last, one(`["a","b"]`, `[1,2,null]`, `[{"a":1},[1],"dd"]`)},
		{"const", jsonschema.Draft6, last, func() string { return g.value(1) }},
		{"maximum", first, last, small}, {"minimum", first, last, small},
		{"exclusiveMaximum", jsonschema.Draft6, last, small}, {"exclusiveMinimum", jsonschema.Draft6, last, small},
		{"multipleOf", first, last, one("1", "2", "0.5")},
		{"maxLength", first, last, small}, {"minLength", first, last, small},
		{"pattern", first, last, one(`"^a"`, `"b$"`, `"d+"`)},
		{"maxItems", first, last, small}, {"minItems", first, last, small}, {"uniqueItems", first, last, one("true", "false")},
		{"maxProperties", first, last, small}, {"minProperties", first, last, small},
		{"required", first, last, names},
		{"dependentRequired", jsonschema.Draft2019, last, func() string { return g.object(2, g.name, names) }},
	}
	if g.refs != nil {
		out = append(out, keyword{"$ref", first, last, one(g.refs...)})
	}
	if depth == 0 {
		return out
	}
	sub := func() string { return g.schema(draft, depth-1) }
	subs := func() string { return g.list(1+g.IntN(2), sub) }
	named := func() string { return g.object(1+g.IntN(2), g.name, sub) }
	return append(out, []keyword{
		{"properties", first, last, named}, {"properties", first, last, named},
		{"patternProperties", first, last, func() string { return g.object(1, one("^a", "d"), sub) }},
		{"additionalProperties", first, last, sub}, {"propertyNames", jsonschema.Draft6, last, sub},
		{"items", first, last, sub}, {"items", first, jsonschema.Draft2019, subs}, {"prefixItems", jsonschema.Draft2020, last, subs},
		{"additionalItems", first, jsonschema.Draft2019, sub}, {"contains", jsonschema.Draft6, last, sub},
		{"minContains", jsonschema.Draft2019, last, small}, {"maxContains", jsonschema.Draft2019, last, small},
		{"unevaluatedProperties", jsonschema.Draft2019, last, sub}, {"unevaluatedItems", jsonschema.Draft2019, last, sub},
		{"dependencies", first, jsonschema.Draft7, named}, {"dependentSchemas", jsonschema.Draft2019, last, named},
		{"not", first, last, sub}, {"allOf", first, last, subs}, {"anyOf", first, last, subs}, {"oneOf", first, last, subs},
		{"if", jsonschema.Draft7, last, sub}, {"then", jsonschema.Draft7, last, sub}, {"else", jsonschema.Draft7, last, sub},
	}...)
}

package lint_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/trialweave/trialweave/lint"
)

// TestSharedSchemas holds that schemas that refer to many others, those again
// to many, are each looked at once: there are more paths through them than can
// be counted. Nothing is left unchecked for want of time.
func TestSharedSchemas(t *testing.T) {
	lattice := func(i, n int) (out []int) { return []int{min(i+1, n-1), min(i+2, n-1), min(i+3, n-1)} }
	clique := func(_, n int) (out []int) {
		for i := range n {
			out = append(out, i)
		}
		return out
	}
	for name, shape := range map[string]struct {
		n    int
		next func(i, n int) []int
	}{"lattice": {600, lattice}, "clique": {60, clique}} {
		for _, form := range []string{"properties", "allOf", "anyOf"} {
			for _, version := range []string{"3.0.3", "3.1.0"} {
				t.Run(name+" "+form+" "+version, func(t *testing.T) {
					files := fstest.MapFS{
						"api.yml":    {Data: []byte(sharing(version, form, shape.n, shape.next))},
						"ctx.jsonld": {Data: []byte(`{"@context": {"name": "https://schema.org/name"}}`)},
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					corpus, err := lint.Load(files, []string{"."}, nil)
					if err != nil {
						t.Fatal(err)
					}
					r, err := lint.Run(ctx, corpus, nil)
					if err != nil {
						t.Fatal(err)
					}
					if len(r.Unchecked) > 0 {
						t.Errorf("not checked: %v", r.Unchecked)
					}
					if form == "properties" && !fires(r, "oas3-valid-media-example") {
						t.Error("the example is wrong, and nothing was found")
					}
				})
			}
		}
	}
}

// sharing makes a description whose schemas share others.
func sharing(version, form string, n int, next func(i, n int) []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "openapi: %s\ninfo: {title: t, version: '1'}\npaths:\n", version)
	for i := range 20 {
		fmt.Fprintf(&b, "  /p%d: {get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/S%d'}, example: {p0: {p1: 1}}}}}}}}\n", i, i)
	}
	b.WriteString("components:\n  schemas:\n")
	for i := range n {
		var parts []string
		for j, k := range next(i, n) {
			part := fmt.Sprintf("{$ref: '#/components/schemas/S%d'}", k)
			if form == "properties" {
				part = fmt.Sprintf("p%d: %s", j, part)
			}
			parts = append(parts, part)
		}
		opening, closing := "[", "]"
		if form == "properties" {
			opening, closing = "{", "}, type: object"
		}
		fmt.Fprintf(&b, "    S%d: {%s: %s%s%s}\n", i, form, opening, strings.Join(parts, ", "), closing)
	}
	return b.String()
}

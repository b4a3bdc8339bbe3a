//go:build !lean

package change_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/change"
)

// TestUnusedComponents holds that what no operation uses is listed as a change
// that breaks nobody.
func TestUnusedComponents(t *testing.T) {
	description := func(kind string) []byte {
		return []byte("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents: {schemas: {A: {type: object, properties: {x: {type: " + kind + "}}}}}\n")
	}
	found, err := change.Descriptions(change.File{Name: "old.yml", Text: description("string")}, change.File{Name: "new.yml", Text: description("integer")})
	if err != nil || len(found) != 1 || found[0].Rule != "change-compatible" {
		t.Errorf("%v, %v", found, err)
	}
}

// TestEverythingSharesAll: schemas each composed of all others are compared once,
// by libopenapi too.
func TestEverythingSharesAll(t *testing.T) {
	description := func(kind string) []byte {
		var b strings.Builder
		b.WriteString("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n")
		for i := range 60 {
			fmt.Fprintf(&b, "    S%d: {allOf: [", i)
			for j := range 60 {
				fmt.Fprintf(&b, "{\"$ref\": '#/components/schemas/S%d'}, ", (i+j)%60)
			}
			fmt.Fprintf(&b, "{properties: {p%d: {description: '\U0001F680 %s'}}}]}\n", i, kind)
		}
		return []byte(b.String())
	}
	found, err := change.Descriptions(change.File{Name: "old.yml", Text: description("x")}, change.File{Name: "new.yml", Text: description("y")})
	if err != nil || len(found) != 60 {
		t.Errorf("%d findings, %v", len(found), err)
	}
}

#!/bin/sh
# santhosh-tekuri/jsonschema: const beside $ref counts in draft 7, and nothing else
# there does.
#
# Drafts 3 to 7 ignore what stands beside $ref (draft 7, core, section 8.3). Seen on
# 2026-11-29 with v6.0.3: of const, enum and type beside a $ref to the empty schema,
# only const makes a value invalid.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
go mod init example.org/judge >/dev/null 2>&1
cat > main.go <<'G'
package main

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func main() {
	for _, sibling := range []string{`"const": 1`, `"enum": [1]`, `"type": "string"`} {
		text := `{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/x", ` + sibling + `, "definitions": {"x": {}}}`
		schema, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			panic(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("schema.json", schema); err != nil {
			panic(err)
		}
		fmt.Println(sibling, "valid", c.MustCompile("schema.json").Validate(2) == nil)
	}
}
G
go get github.com/santhosh-tekuri/jsonschema/v6@v6.0.3 >/dev/null 2>&1
go run . > seen
cat seen
printf '%s\n' '"const": 1 valid false' '"enum": [1] valid true' '"type": "string" valid true' | diff - seen

#!/bin/sh
# go.yaml.in/yaml/v3: of valid JSON, one kind is refused and one gets other lines.
#
# YAML 1.2 calls JSON a subset of itself, and tools read JSON descriptions with a
# YAML parser for it. Seen on 2026-11-29 with v3.0.4: a string with an escaped
# surrogate pair, as Python's json.dumps writes an emoji, is refused ("invalid
# Unicode character escape code"), and U+2028 inside a string, which JSON allows,
# counts as a line end, so that every later position is a line too far.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
go mod init example.org/read >/dev/null 2>&1
cat > main.go <<'G'
package main

import (
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

func main() {
	for _, text := range []string{"{\"a\": \"\\ud83d\\ude00\"}", "{\"a\": \"x\u2028y\",\n\"b\": 1}"} {
		var node yaml.Node
		err := yaml.Unmarshal([]byte(text), &node)
		fmt.Println("json", json.Valid([]byte(text)), "yaml", err == nil)
		if err == nil {
			keys := node.Content[0].Content
			fmt.Println("line of b", keys[2].Line)
		}
	}
}
G
go get go.yaml.in/yaml/v3@v3.0.4 >/dev/null 2>&1
go run . > seen
cat seen
printf '%s\n' 'json true yaml false' 'json true yaml true' 'line of b 3' | diff - seen

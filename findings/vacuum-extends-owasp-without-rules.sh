#!/bin/sh
# vacuum: a ruleset that extends vacuum:owasp by its name alone has no rule, and
# everything passes.
#
# "extends: spectral:oas" and "extends: vacuum:oas" bring rules, and so do the pairs
# of name and mode that rulesets of Spectral have. Seen on 2026-11-30 with vacuum
# 0.30.3: "extends: vacuum:owasp" says "against 0 rules", and gives a description
# without any security 100 of 100; with [[vacuum:owasp, recommended]] the same file
# has 9 results, of which 4 are errors.
#
# The first run compiles for some ten CPU-minutes.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > go.mod <<'E'
module example.org/run

go 1.26

require (
	github.com/daveshanley/vacuum v0.30.3
	github.com/pb33f/libopenapi v0.38.7
)
E
cat > main.go <<'E'
package main

import "github.com/daveshanley/vacuum/cmd"

func main() { cmd.Execute("0", "0", "0") }
E
go build -mod=mod -o vacuum . >/dev/null 2>&1
cat > api.yaml <<'Y'
openapi: 3.0.3
info: {title: t, version: "1"}
servers: [{url: http://example.org}]
paths:
  /a:
    get:
      operationId: getA
      parameters: [{name: n, in: query, schema: {type: integer}}]
      responses: {"200": {description: ok}}
Y
echo 'extends: vacuum:owasp' > name.yaml
echo 'extends: [[vacuum:owasp, recommended]]' > pair.yaml
echo 'extends: vacuum:oas' > oas.yaml
for ruleset in name pair oas; do
  ./vacuum lint --no-banner --no-style -d -r $ruleset.yaml api.yaml > out 2>&1 || true
  echo "$ruleset: $(grep -o 'against [0-9]* rules' out), $(grep -o 'Quality Score: [0-9]*' out)"
done > seen
cat seen
grep -qx 'name: against 0 rules, Quality Score: 100' seen
grep -q '^pair: against [1-9]' seen
grep -q '^oas: against [1-9]' seen

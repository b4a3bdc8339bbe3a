#!/bin/sh
# Spectral: an alias with targets for a format selects nothing unless the rule
# itself names that format.
#
# The guide on aliases says that the target is chosen by the format of the
# document. Seen on 2026-11-29 with @stoplight/spectral-cli 6.16.3: on an OpenAPI
# 3.1 document, a rule whose given is an alias with a target for oas3_1 finds
# nothing and exits with 0; the same rule with formats: [oas3_1] finds the path.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund @stoplight/spectral-cli@6.16.3 >/dev/null
cat > api.yaml <<'Y'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a: {}
Y
rules() { cat <<Y
aliases:
  Path:
    targets:
      - formats: [oas3_1]
        given: ["\$.paths[*]"]
rules:
  empty-path:
    given: "#Path"
    $1
    severity: error
    message: seen
    then: {function: truthy, field: get}
Y
}
rules '' > without.yaml
rules 'formats: [oas3_1]' > with.yaml
for set in without with; do
  n=$(npx spectral lint -q -f json --ruleset $set.yaml api.yaml | grep -c '"code": *"empty-path"' || true)
  echo "$set $n"
done > seen
cat seen
printf '%s\n' 'without 0' 'with 1' | diff - seen

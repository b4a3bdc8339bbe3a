#!/bin/sh
# Spectral: the overrides of a ruleset are lost when another ruleset extends it.
#
# Seen on 2026-11-29 with @stoplight/spectral-cli 6.16.3: base.yaml switches its rule
# off for api.yaml in "overrides". Run with base.yaml, nothing is reported; run with
# a ruleset that does nothing but extend base.yaml, the rule fires.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund @stoplight/spectral-cli@6.16.3 >/dev/null
printf 'info: {}\n' > api.yaml
cat > base.yaml <<'Y'
rules:
  info-title:
    given: $.info
    severity: error
    then: {function: truthy, field: title}
overrides:
  - files: [api.yaml]
    rules: {info-title: "off"}
Y
printf 'extends: [./base.yaml]\n' > child.yaml
for set in base child; do
  n=$(npx spectral lint -q -f json --ruleset $set.yaml api.yaml | grep -c '"code": *"info-title"' || true)
  echo "$set $n"
done > seen
cat seen
printf '%s\n' 'base 0' 'child 1' | diff - seen

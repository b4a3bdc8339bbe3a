#!/bin/sh
# Spectral: in a path, ".[*]" means "..[*]".
#
# $.paths.[*] looks like a slip for $.paths[*] and is in published rulesets. Seen on
# 2026-11-29 with @stoplight/spectral-cli 6.16.3: it selects every value at any
# depth below paths, 4 in the document below where $.paths[*] selects 1; there is
# no warning.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund @stoplight/spectral-cli@6.16.3 >/dev/null
cat > api.yaml <<'Y'
paths:
  /a:
    get:
      x-one: {x-two: {}}
Y
for given in '$.paths[*]' '$.paths.[*]'; do
  cat > rules.yaml <<Y
rules:
  seen:
    given: "$given"
    severity: error
    message: "{{path}}"
    then: {function: undefined, field: x-not-there}
  counted:
    given: "$given"
    severity: error
    message: "{{path}}"
    then: {function: truthy, field: x-not-there}
Y
  n=$(npx spectral lint -q -f json --ruleset rules.yaml api.yaml | grep -c '"code": *"counted"' || true)
  echo "$given $n"
done > seen
cat seen
printf '%s\n' '$.paths[*] 1' '$.paths.[*] 4' | diff - seen

#!/bin/sh
# Spectral: {{property}} in a message is not the field that a rule names.
#
# For a field that is missing, {{property}} begins with the last step of the path that
# exists ("info.contact", "[0].description"); where that is the root, it is the last of
# the missing steps alone: "url", of externalDocs.url. {{path}} is the JSON Pointer of
# what exists, as a URI fragment, with braces escaped. Seen on 2026-11-30 with @stoplight/spectral-cli 6.16.3.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @stoplight/spectral-cli@6.16.3
cat > rules.yaml <<'R'
rules:
  a: {given: $.info, severity: warn, message: "a {{property}} {{path}}", then: {field: contact, function: truthy}}
  b: {given: $.info, severity: warn, message: "b {{property}} {{path}}", then: {field: contact.name, function: truthy}}
  c: {given: "$.servers[0]", severity: warn, message: "c {{property}} {{path}}", then: {field: description, function: truthy}}
  d: {given: $, severity: warn, message: "d {{property}} {{path}}", then: {field: externalDocs.url, function: truthy}}
  e: {given: "$.paths[*].get", severity: warn, message: "e {{property}} {{path}}", then: {field: summary, function: truthy}}
R
cat > api.yaml <<'D'
openapi: 3.0.3
info: {title: Ships, version: "1"}
servers: [{url: "https://harbour.example"}]
paths:
  /ships/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: A ship.}}
D
./node_modules/.bin/spectral lint -r rules.yaml api.yaml -f json 2>/dev/null | node -e '
  const list = JSON.parse(require("fs").readFileSync(0, "utf8"));
  console.log(list.map(f => f.message).sort().join("\n"));' > seen || true
cat seen
printf '%s\n' 'a info.contact #/info' 'b info.contact.name #/info' 'c [0].description #/servers/0' 'd url #' \
  'e get.summary #/paths/~1ships~1%7Bid%7D/get' | diff - seen

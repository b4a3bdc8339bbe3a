#!/bin/sh
# oasdiff: a description that is only moved from OpenAPI 3.0 to 3.1 breaks its
# clients, by the verdict on nullable.
#
# "nullable: true" of OpenAPI 3.0 is written as a type of two, with "null", in
# 3.1 (migration guide of the specification). Seen on 2026-11-29 with oasdiff
# 1.38.0: "oasdiff breaking" of the two reports the error
# request-property-became-not-nullable on a request, although both accept the same
# values.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
go mod init example.org/compare >/dev/null 2>&1
GOBIN="$dir/bin" go install github.com/oasdiff/oasdiff@v1.38.0 >/dev/null 2>&1
description() { cat <<Y
openapi: $1
info: {title: t, version: "1"}
paths:
  /a:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                name: {$2}
      responses: {"204": {description: done}}
Y
}
description 3.0.3 'type: string, nullable: true' > old.yaml
description 3.1.0 'type: [string, "null"]' > new.yaml
bin/oasdiff breaking -f json old.yaml new.yaml | grep -o '"id": *"[^"]*"' | tr -d ' ' > seen || true
cat seen
echo '"id":"request-property-became-not-nullable"' | diff - seen

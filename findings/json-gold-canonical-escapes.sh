#!/bin/sh
# json-gold: canonical N-Quads have other escapes, so that other hashes come out.
#
# RDF Dataset Canonicalization 1.0 (section 5) writes a backspace as \b, a form feed
# as \f and other control characters as \uXXXX, in what is printed and in what is
# hashed to label blank nodes. Seen on 2026-11-30 with json-gold v0.9.1 (URDNA2015):
# the characters stand as they are. The dataset of one triple with a form feed has
# another SHA-256 than rdf-canonize 4.0.1 of npm gives it, and a signature that was
# made of the one fails with the other.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
go mod init example.org/canon >/dev/null 2>&1
cat > main.go <<'G'
package main

import (
	"crypto/sha256"
	"fmt"

	"github.com/piprate/json-gold/ld"
)

func main() {
	options := ld.NewJsonLdOptions("")
	options.Algorithm = ld.AlgorithmURDNA2015
	options.InputFormat, options.Format = "application/n-quads", "application/n-quads"
	out, err := ld.NewJsonLdProcessor().Normalize("_:b <http://example.org/p> \"a\\fb\" .\n", options)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%+q %x\n", out, sha256.Sum256([]byte(out.(string))))
}
G
go get github.com/piprate/json-gold/ld@v0.9.1 >/dev/null 2>&1
cat > canon.mjs <<'J'
import {createHash} from "node:crypto";
import {canonize, NQuads} from "rdf-canonize";
const out = await canonize(NQuads.parse('_:b <http://example.org/p> "a\\fb" .\n'), {algorithm: "RDFC-1.0"});
console.log(JSON.stringify(out), createHash("sha256").update(out).digest("hex"));
J
npm install --silent --no-audit --no-fund rdf-canonize@4.0.1 >/dev/null
go run . > gold
node canon.mjs > node
cat gold node
grep -q 'a\\fb' gold
grep -q 'a\\\\fb' node
test "$(cut -d' ' -f5 gold)" != "$(cut -d' ' -f5 node)"

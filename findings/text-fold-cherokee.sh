#!/bin/sh
# golang.org/x/text/cases: Fold is not idempotent on Cherokee.
#
# Unicode's CaseFolding.txt folds the small letters of Cherokee to the capital ones,
# which stay as they are (Unicode, section 5.18: these are the exception), so that
# folding twice is folding once. Seen on 2026-11-30 with v0.43.0: Fold swaps them.
# U+13A0 becomes U+AB70, and U+AB70 becomes U+13A0. Two texts of one word, compared
# after folding, differ if only one of them was in small letters; and a loop that
# folds until nothing changes goes on for ever, so none is run here.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
go mod init example.org/fold >/dev/null 2>&1
cat > main.go <<'G'
package main

import (
	"fmt"

	"golang.org/x/text/cases"
)

func main() {
	for _, text := range []string{"\u13a0", "\uab70", "Straße"} {
		once := cases.Fold().String(text)
		fmt.Printf("%+q %+q %+q\n", text, once, cases.Fold().String(once))
	}
}
G
go get golang.org/x/text@v0.43.0 >/dev/null 2>&1
go run . > seen
cat seen
printf '%s\n' '"\u13a0" "\uab70" "\u13a0"' '"\uab70" "\u13a0" "\uab70"' '"Stra\u00dfe" "strasse" "strasse"' | diff - seen

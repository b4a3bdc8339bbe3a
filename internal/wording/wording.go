// Package wording makes phrases of messages agree: "an object", "1 record",
// "3 properties".
package wording

import (
	"fmt"
	"strconv"
	"strings"
)

// Article returns a noun with its indefinite article; "null" has none.
func Article(noun string) string {
	switch {
	case noun == "null" || noun == "":
		return noun
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return "an " + noun
	}
	return "a " + noun
}

// Plural returns the plural of a regular noun.
func Plural(noun string) string {
	if before, ok := strings.CutSuffix(noun, "y"); ok && !strings.HasSuffix(before, "a") && !strings.HasSuffix(before, "e") {
		return before + "ies"
	}
	return noun + "s"
}

// Count returns a number with its noun: "1 study", "2309 studies".
func Count[N ~int | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, Plural(noun))
}

// Grouped returns a number with commas between thousands.
func Grouped[N ~int | ~int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// CountGrouped is Count with commas between thousands.
func CountGrouped[N ~int | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Grouped(n) + " " + Plural(noun)
}

// Or lists alternatives: "a, b or c".
func Or(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

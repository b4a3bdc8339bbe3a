package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/trialweave/trialweave/yamltree"
)

// Patch writes the fixes of what is no OpenAPI description as a unified diff,
// which git apply and patch -p1 read. name gives files the name that they have
// in the diff.
func (r *Repair) Patch(name func(string) string) []byte {
	var b bytes.Buffer
	for start := 0; start < len(r.fixes); {
		end := start
		for end < len(r.fixes) && r.fixes[end].file == r.fixes[start].file {
			end++
		}
		if file := r.fixes[start].file; !r.isDescription(file) {
			if d, err := r.corpus.document(file); err == nil {
				writePatch(&b, name(file), d.Tree, r.fixes[start:end])
			}
		}
		start = end
	}
	return b.Bytes()
}

// NewFile writes a file that is not there yet as a unified diff.
func NewFile(name string, text []byte) []byte {
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	var b bytes.Buffer
	fmt.Fprintf(&b, "--- /dev/null\n+++ b/%s\n@@ -0,0 +1,%d @@\n", name, len(lines))
	for _, line := range lines {
		fmt.Fprintf(&b, "+%s\n", strings.TrimSuffix(line, "\n"))
	}
	return b.Bytes()
}

// around is how many lines a hunk shows before and after what changes.
const around = 3

func writePatch(b *bytes.Buffer, name string, doc *yamltree.Document, fixes []fix) {
	old := strings.Split(string(doc.Text), "\n")
	now := slices.Clone(old)
	var changed []int
	for _, f := range slices.Backward(fixes) { // from the end, so that columns stay
		at := f.rng.Start.Line - 1
		if f.update != nil || f.rng.End.Line != f.rng.Start.Line || at >= len(now) {
			continue
		}
		line := utf16.Encode([]rune(now[at])) // columns count these units
		from, to := f.rng.Start.Column-1, f.rng.End.Column-1
		if from < 0 || to > len(line) || from > to {
			continue
		}
		text := func(units []uint16) string { return string(utf16.Decode(units)) }
		now[at] = text(line[:from]) + requoted(text(line[from:to]), f.value) + text(line[to:])
		if !slices.Contains(changed, at) {
			changed = append(changed, at)
		}
	}
	slices.Sort(changed)
	if len(changed) == 0 {
		return
	}
	fmt.Fprintf(b, "--- a/%s\n+++ b/%s\n", name, name)
	for len(changed) > 0 {
		n := 1
		for n < len(changed) && changed[n]-changed[n-1] <= 2*around {
			n++
		}
		writeHunk(b, old, now, changed[:n])
		changed = changed[n:]
	}
}

// writeHunk writes lines that change, and those around them.
func writeHunk(b *bytes.Buffer, old, now []string, changed []int) {
	from, to := max(changed[0]-around, 0), min(changed[len(changed)-1]+around+1, len(old))
	if to == len(old) && old[to-1] == "" {
		to-- // what follows the last line break is no line
	}
	fmt.Fprintf(b, "@@ -%d,%d +%d,%d @@\n", from+1, to-from, from+1, to-from)
	for i := from; i < to; i++ {
		if !slices.Contains(changed, i) {
			fmt.Fprintf(b, " %s\n", old[i])
			continue
		}
		fmt.Fprintf(b, "-%s\n+%s\n", old[i], now[i])
	}
}

// requoted writes a text as the one that it takes the place of was written; a
// plain one gets quotes where it has signs that the old one did not have.
func requoted(old, text string) string {
	const signs = "{}[],&*!|>'\"%@`#:?"
	newSign := func(c rune) bool { return strings.ContainsRune(signs, c) && !strings.ContainsRune(old, c) }
	switch {
	case strings.HasPrefix(old, `"`):
		return strconv.Quote(text)
	case strings.HasPrefix(old, "'"), strings.ContainsFunc(text, newSign), strings.HasPrefix(text, "-"):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return text
}

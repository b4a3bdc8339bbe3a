package lint

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// inlineIgnore is a comment of the form
//
//	# triallint-ignore rule, other-rule: why
//
// It drops findings of these rules that begin in its own line, or, where it
// stands alone, in the line below.
type inlineIgnore struct {
	rules []string
	line  int
	at    report.Place
	used  bool
}

var ignoreComment = regexp.MustCompile(`(^|\s)#\s*triallint-ignore\s+([A-Za-z0-9_$.-]+(?:\s*,\s*[A-Za-z0-9_$.-]+)*)\s*:\s*\S`)

func (c *Corpus) inlineIgnores() []*inlineIgnore {
	var out []*inlineIgnore
	for _, d := range c.Texts() {
		if !bytes.Contains(d.Tree.Text, []byte("triallint-ignore")) {
			continue
		}
		for i, line := range strings.Split(string(d.Tree.Text), "\n") {
			if ig := parseInline(d.File, i+1, line); ig != nil {
				out = append(out, ig)
			}
		}
	}
	return out
}

func parseInline(file string, number int, line string) *inlineIgnore {
	m := ignoreComment.FindStringSubmatchIndex(line)
	if m == nil {
		return nil
	}
	at := report.Mark{Line: number, Column: yamltree.Units(line[:m[3]]) + 1}
	ig := &inlineIgnore{line: number, at: report.Place{File: file, Range: report.Range{Start: at, End: at}}}
	if strings.TrimSpace(line[:m[3]]) == "" {
		ig.line++
	}
	for _, rule := range strings.Split(line[m[4]:m[5]], ",") {
		ig.rules = append(ig.rules, strings.TrimSpace(rule))
	}
	return ig
}

func (ig *inlineIgnore) drops(f report.Finding) bool {
	if f.File != ig.at.File || f.Range.Start.Line != ig.line || !slices.Contains(ig.rules, f.Rule) {
		return false
	}
	ig.used = true
	return true
}

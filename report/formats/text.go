package formats

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/trialweave/trialweave/report"
)

// paint gives terminal colours, or nothing.
type paint bool

func (p paint) in(code, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p paint) severity(s report.Severity, text string) string {
	return p.in([]string{"31;1", "33;1", "36;1", "2"}[min(int(s), 3)], text)
}

func writeText(w io.Writer, r *report.Report, o Options) error {
	b := bufio.NewWriter(w)
	p := paint(o.Color)
	r.ByFile(func(file string, findings []report.Finding) {
		if o.Quiet {
			findings = onlyErrors(findings)
		}
		if len(findings) == 0 {
			return
		}
		fmt.Fprintln(b, p.in("1;4", printable(file)))
		for _, f := range findings {
			writeFinding(b, p, f, o)
		}
		fmt.Fprintln(b)
	})
	writeUnchecked(b, p, r.Unchecked)
	fmt.Fprintln(b, p.in("1", summary(r)))
	return b.Flush()
}

func onlyErrors(findings []report.Finding) []report.Finding {
	var out []report.Finding
	for _, f := range findings {
		if f.Severity == report.Error {
			out = append(out, f)
		}
	}
	return out
}

func writeFinding(w io.Writer, p paint, f report.Finding, o Options) {
	at := fmt.Sprintf("%-8s", fmt.Sprintf("%d:%d", f.Range.Start.Line, f.Range.Start.Column))
	severity := fmt.Sprintf("%-5s", f.Severity)
	fmt.Fprintf(w, "  %s %s  %s  %s\n", p.in("2", at), p.severity(f.Severity, severity), printable(f.Message), p.in("2", printable(f.Rule)))
	writeExcerpt(w, p, f, o)
	for _, related := range f.Related {
		fmt.Fprintf(w, "           %s\n", printable(related.Sentence()))
	}
}

// writeExcerpt shows the line with a caret under what is meant.
func writeExcerpt(w io.Writer, p paint, f report.Finding, o Options) {
	line := []rune(strings.ReplaceAll(o.Line(f.File, f.Range.Start.Line), "\t", " "))
	if len(line) == 0 {
		return
	}
	from, to := marked(line, f.Range)
	lead, from, to, text := window(line, from, to)
	number := fmt.Sprintf("%6d", f.Range.Start.Line)
	fmt.Fprintf(w, "    %s %s%s\n", p.in("2", number+" |"), lead, printable(text))
	pad := strings.Repeat(" ", len([]rune(lead))+from)
	fmt.Fprintf(w, "    %s %s%s\n", p.in("2", "       |"), pad, p.severity(f.Severity, strings.Repeat("^", max(to-from, 1))))
}

// marked is the part of its first line that a range means. A value that begins
// after a colon at the end of its line is shown by its key.
func marked(line []rune, r report.Range) (from, to int) {
	from, to = character(line, r.Start.Column), len(line)
	if r.End.Line == r.Start.Line {
		to = max(character(line, r.End.Column), from)
	}
	if from == to && r.End.Line > r.Start.Line {
		from = 0
	}
	for from < to && line[from] == ' ' {
		from++
	}
	return from, to
}

// character is the character of a line that stands at a column, which counts
// UTF-16 units.
func character(line []rune, column int) int {
	units := 1
	for i, r := range line {
		if units >= column {
			return i
		}
		units += utf16.RuneLen(r)
	}
	return len(line)
}

const excerptWidth = 100

// window cuts a long line to the part around what is meant.
func window(line []rune, from, to int) (lead string, f, t int, text string) {
	if len(line) <= excerptWidth {
		return "", from, to, string(line)
	}
	start := max(min(from-excerptWidth/4, len(line)-excerptWidth), 0)
	end := min(start+excerptWidth, len(line))
	if start > 0 {
		lead = "…"
	}
	return lead, from - start, min(to, end) - start, string(line[start:end])
}

// printable keeps a text from steering whatever shows it: control characters and
// those that turn the direction of writing are shown by their number, and line
// ends as spaces.
func printable(s string) string { return strings.ReplaceAll(printableLines(s), "\n", " ") }

// printableLines is printable for a text of several lines.
func printableLines(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' {
			b.WriteByte('\n')
		} else if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u200b' {
			fmt.Fprintf(&b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func writeUnchecked(w io.Writer, p paint, all []report.Unchecked) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, p.in("1;4", "not checked"))
	for _, u := range all {
		what := u.File
		if u.Rule != "" {
			what += "  " + u.Rule
		}
		fmt.Fprintf(w, "  %s: %s\n", p.in("35;1", printable(what)), printable(u.Why))
	}
	fmt.Fprintln(w)
}

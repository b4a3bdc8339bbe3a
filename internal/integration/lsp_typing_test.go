//go:build integration

package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/internal/test/tools"
)

// editor types into one document by way of a language server.
type editor struct {
	t       testing.TB
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	uri     string
	text    string
	version int
	// said are the diagnostics of the version.
	said []said
}

// said is a diagnostic.
type said struct {
	Range struct {
		Start, End struct{ Line, Character int }
	}
	Severity      int
	Code, Message string
}

// openEditor opens a file of a folder.
func openEditor(t testing.TB, triallint, folder, name string) *editor {
	t.Helper()
	e := &editor{t: t, command: exec.CommandContext(t.Context(), triallint, "lsp", "--delay", "1ms"), text: string(load(t, filepath.Join(folder, name)))}
	var err error
	if e.in, err = e.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := e.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	e.out = bufio.NewReader(out)
	if err := e.command.Start(); err != nil {
		t.Fatal(err)
	}
	root := (&url.URL{Scheme: "file", Path: folder}).String()
	e.uri = root + "/" + name
	e.send(`{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"rootUri": %q, "capabilities": {}}}`, root)
	e.send(`{"jsonrpc": "2.0", "method": "initialized", "params": {}}`)
	text, err := json.Marshal(e.text)
	if err != nil {
		t.Fatal(err)
	}
	e.version = 1
	e.send(`{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": %q, "languageId": "yaml", "version": 1, "text": %s}}}`, e.uri, text)
	e.answered()
	return e
}

func (e *editor) send(format string, args ...any) {
	e.t.Helper()
	text := fmt.Sprintf(format, args...)
	if _, err := fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(text), text); err != nil {
		e.t.Fatal(err)
	}
}

// answered reads until the diagnostics of the version are there.
func (e *editor) answered() {
	e.t.Helper()
	for {
		header, err := e.out.ReadString('\n')
		if err != nil {
			e.t.Fatal(err)
		}
		length, _ := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(header, "Content-Length:")))
		text := make([]byte, length+2)
		if _, err := io.ReadFull(e.out, text); err != nil {
			e.t.Fatal(err)
		}
		var m struct {
			Params struct {
				URI         string
				Version     int
				Diagnostics []said
			}
		}
		if err := json.Unmarshal(text, &m); err != nil {
			e.t.Fatal(err)
		}
		if m.Params.URI == e.uri && m.Params.Version == e.version {
			e.said = m.Params.Diagnostics
			return
		}
	}
}

// edit replaces bytes of the text.
func (e *editor) edit(from, to int, with string) {
	e.t.Helper()
	place := func(at int) string {
		line := strings.Count(e.text[:at], "\n")
		start := strings.LastIndexByte(e.text[:at], '\n') + 1
		units := 0
		for _, r := range e.text[start:at] {
			units++
			if r > 0xFFFF {
				units++
			}
		}
		return fmt.Sprintf(`{"line": %d, "character": %d}`, line, units)
	}
	text, err := json.Marshal(with)
	if err != nil {
		e.t.Fatal(err)
	}
	e.version++
	e.send(`{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": {"uri": %q, "version": %d}, "contentChanges": [{"range": {"start": %s, "end": %s}, "text": %s}]}}`,
		e.uri, e.version, place(from), place(to), text)
	e.text = e.text[:from] + with + e.text[to:]
	e.answered()
}

// process reads the processor time of the server, and how much memory it has.
func (e *editor) process() (cpu time.Duration, memory int) {
	e.t.Helper()
	dir := fmt.Sprintf("/proc/%d/", e.command.Process.Pid)
	stat := string(load(e.t, dir+"stat"))
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	pages, _ := strconv.Atoi(fields[21])
	return time.Duration(user+system) * 10 * time.Millisecond, pages * os.Getpagesize()
}

// TestTypingIntoBigDescription types into the description of Stripe, 3 MB of YAML, as people
// do: words into texts and values, keys of schemas, lines; now and then it breaks the
// document, and mends it. What the server says is what a run says, its memory does not grow,
// and an edit takes less than a tenth of the processor time of a run.
func TestTypingIntoBigDescription(t *testing.T) {
	folder, command := lspWorkspace(t)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	packed := "../../../shared/data/oas-big/stripe.yaml.gz"
	if _, err := os.Stat(packed); err != nil {
		t.Skipf("the big descriptions are not at hand: %v", err)
	}
	save(t, filepath.Join(folder, "openapi.yaml"), []byte(tools.Run(t, ".", "gzip", "-dc", packed)))
	compared := filepath.Join(t.TempDir(), "openapi.yaml")
	e := openEditor(t, command, folder, "openapi.yaml")
	typist := &typist{editor: e, dice: rand.New(rand.NewPCG(seedOf(t), 5))}
	edits := portion.Count(120, 2000)
	spent, count := map[string]time.Duration{}, map[string]int{}
	early := 0
	for n := 1; n <= edits; n++ {
		before, memory := e.process()
		if n == edits/4 {
			early = memory
		}
		kind := typist.next()
		after, _ := e.process()
		spent[kind] += after - before
		count[kind]++
		if n%portion.Count(40, 100) == 0 {
			save(t, compared, []byte(e.text))
			if got, want := e.lines(), reported(t, command, compared); !slices.Equal(got, want) {
				t.Fatalf("after %d edits the server says %d things, a run %d; first of each that the other has not: %.300q, %.300q", n, len(got), len(want), firstWithout(got, want), firstWithout(want, got))
			}
		}
	}
	_, late := e.process()
	if early > 0 && late > early*3/2+64<<20 {
		t.Errorf("the server has %d MB after a quarter of the edits, and %d MB at the end", early>>20, late>>20)
	}
	save(t, compared, []byte(e.text))
	run := exec.CommandContext(t.Context(), command, "--fail-on", "never", compared)
	if _, err := run.Output(); err != nil && run.ProcessState.ExitCode() > 2 {
		t.Fatal(err)
	}
	whole := run.ProcessState.UserTime() + run.ProcessState.SystemTime()
	for kind, n := range count {
		t.Logf("%d edits, %s: %s of processor time each; a run takes %s; the server has %d MB", n, kind, (spent[kind] / time.Duration(n)).Round(time.Millisecond), whole, late>>20)
	}
	if each := spent[inTexts] / time.Duration(max(count[inTexts], 1)); each > whole/10 {
		t.Errorf("an edit of a text takes %s of processor time, a run %s", each, whole)
	}
}

// The kinds of edits.
const (
	inTexts  = "in texts"
	ofValues = "of values"
	ofLines  = "of lines"
	breaking = "that break or mend"
)

// typist edits at random, as people do.
type typist struct {
	*editor
	dice *rand.Rand
	undo func()
}

// next makes an edit, and returns its kind.
func (p *typist) next() string {
	if p.undo != nil {
		p.undo()
		p.undo = nil
		return breaking
	}
	switch p.dice.IntN(20) {
	case 0:
		at := p.dice.IntN(len(p.text))
		sign := []string{"\"", ": ", "[", "\t", "'", "{"}[p.dice.IntN(6)]
		p.edit(at, at, sign)
		p.undo = func() { p.edit(at, at+len(sign), "") }
		return breaking
	case 1:
		at := p.after("\n", func(rest string) bool { return lineOfKey.MatchString(rest) })
		line := lineOfKey.FindStringSubmatch(p.text[at:])[1]
		p.edit(at, at, fmt.Sprintf("%sx-note-%d: a note\n", line, p.version))
		return ofLines
	case 2, 3:
		at := p.after(" type: ", func(rest string) bool { return rest[0] >= 'a' && rest[0] <= 'z' })
		end := at + strings.IndexByte(p.text[at:], '\n')
		p.edit(at, end, []string{"string", "array", "integer", "strin"}[p.dice.IntN(4)])
		return ofValues
	}
	at := p.after("description: ", func(rest string) bool { return rest[0] >= 'A' && rest[0] <= 'Z' }) + 1
	switch p.dice.IntN(4) {
	case 0:
		p.edit(at, at+1, "")
	case 1:
		p.edit(at, at, []string{" eval(", "<script", " the study"}[p.dice.IntN(3)])
	default:
		p.edit(at, at, string(rune('a'+p.dice.IntN(26))))
	}
	return inTexts
}

// lineOfKey matches a line that has a key, with its indentation.
var lineOfKey = regexp.MustCompile(`^( +)[a-z_]+: ?[A-Za-z0-9]*\n`)

// after is a place after a text, at random, whose rest satisfies a condition.
func (p *typist) after(text string, holds func(rest string) bool) int {
	p.t.Helper()
	for range 10_000 {
		from := p.dice.IntN(len(p.text))
		if i := strings.Index(p.text[from:], text); i >= 0 {
			if at := from + i + len(text); at+2 < len(p.text) && holds(p.text[at:]) {
				return at
			}
		}
	}
	p.t.Fatalf("no place after %q", text)
	return 0
}

var placeInReason = regexp.MustCompile(`^\d+:\d+(?: #[^:]*)?: `)

// lines are the diagnostics, as reported has findings.
func (e *editor) lines() (out []string) {
	for _, d := range e.said {
		if d.Code == "syntax" || strings.HasPrefix(d.Message, "not checked: ") {
			out = append(out, placeInReason.ReplaceAllString(strings.TrimPrefix(d.Message, "not checked: "), ""))
			continue
		}
		r := d.Range
		out = append(out, fmt.Sprintf("%d:%d-%d:%d %d %s %s", r.Start.Line+1, r.Start.Character+1, r.End.Line+1, r.End.Character+1, d.Severity, d.Code, d.Message))
	}
	slices.Sort(out)
	return out
}

// reported is what a run reports of a file.
func reported(t testing.TB, command, file string) (out []string) {
	t.Helper()
	type mark struct{ Line, Column int }
	var report struct {
		Findings []struct {
			Rule, Severity, Message string
			Range                   struct{ Start, End mark }
		}
		Unchecked []struct{ Why string }
	}
	run := exec.CommandContext(t.Context(), command, "--fail-on", "never", "--format", "json", filepath.Base(file))
	run.Dir = filepath.Dir(file)
	text, err := run.Output()
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	if err != nil && len(report.Unchecked) == 0 {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		severity := slices.Index([]string{"", "error", "warn", "info", "hint"}, f.Severity)
		out = append(out, fmt.Sprintf("%d:%d-%d:%d %d %s %s", f.Range.Start.Line, f.Range.Start.Column, f.Range.End.Line, f.Range.End.Column, severity, f.Rule, f.Message))
	}
	for _, u := range report.Unchecked {
		out = append(out, placeInReason.ReplaceAllString(u.Why, ""))
	}
	slices.Sort(out)
	return out
}

// firstWithout is the first of a that b has not.
func firstWithout(a, b []string) string {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return x
		}
	}
	return ""
}

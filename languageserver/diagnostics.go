package languageserver

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/source"
)

// judge judges the folders in which something changed, and says what was found.
func (s *server) judge() {
	if s.state != running {
		return
	}
	for _, r := range s.roots {
		if r.due && !s.judgeRoot(r) {
			s.later()
		}
	}
}

// judgeRoot judges a folder; it is false where a change interrupted that.
func (s *server) judgeRoot(r *root) (done bool) {
	defer func() {
		if failure := recover(); failure != nil {
			r.due, done = false, true
			s.say(fmt.Sprintf("the documents of %s could not be judged: %v", r.dir, failure))
		}
	}()
	ctx, interrupt := context.WithCancel(s.ctx)
	defer interrupt()
	s.interruptBy(interrupt)
	defer s.interruptBy(nil)
	start := time.Now()
	found, err := r.run(ctx)
	if ctx.Err() != nil {
		return false
	}
	r.due = false
	if err != nil {
		if text := source.Plain(err); text != r.failed {
			r.failed = text
			s.say(text)
		}
		return true
	}
	r.failed = ""
	s.delay = s.opts.Delay
	if s.unreadable(r) {
		s.delay = max(s.delay, min(delayOfBroken*time.Since(start), longestDelay))
	}
	s.publish(r, found)
	return true
}

// While a document that is open cannot be read, each change of it costs that it is read
// from its beginning: a big one is judged when nothing has changed for this many times as
// long as that takes, but at most for the longest delay.
const (
	delayOfBroken = 4
	longestDelay  = 2 * time.Second
)

// unreadable reports whether a document that is open in a folder cannot be read.
func (s *server) unreadable(r *root) bool {
	c := r.corpus()
	for _, b := range s.buffers {
		if b.root == r && c != nil {
			if _, ok := c.Document(b.name); !ok {
				return true
			}
		}
	}
	return false
}

// pulls reports whether the client asks for diagnostics and is told none. To one that can
// do both they are told: it would show them twice.
func (s *server) pulls() bool {
	text := s.client.Capabilities.Text
	return text.Pull != nil && text.Diagnostics == nil
}

// pulled are the diagnostics of a document that a client asks for.
func (s *server) pulled(p *pullParams) (any, error) {
	items := []diagnostic{}
	file, _ := fileOf(p.Document.URI)
	if r := s.innermost(file); r != nil {
		found, err := r.run(s.ctx)
		if err != nil {
			return nil, err
		}
		items = append(items, s.diagnostics(r, found)[r.nameOf(file)]...)
	}
	text, err := json.Marshal(items)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	id := hex.EncodeToString(sum[:8])
	if id == p.Previous {
		return pullResult{Kind: "unchanged", ID: id}, nil
	}
	return pullResult{Kind: "full", ID: id, Items: &items}, nil
}

func (s *server) interruptBy(interrupt context.CancelFunc) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.interrupt = interrupt
}

// publish says what was found in each file of a folder, where that is news.
func (s *server) publish(r *root, found *report.Report) {
	if s.pulls() {
		return
	}
	said := map[string]diagnosticsParams{}
	for file, list := range s.diagnostics(r, found) {
		if s.innermost(r.fileOf(file)) != r {
			continue // another folder says what is in it
		}
		p := diagnosticsParams{URI: r.uri(file), Diagnostics: list}
		if b := s.bufferOf(r, file); b != nil {
			p.URI, p.Version = b.uri, b.version
		}
		said[p.URI] = p
	}
	for _, b := range s.buffers {
		if _, there := said[b.uri]; b.root == r && !there {
			said[b.uri] = diagnosticsParams{URI: b.uri, Version: b.version, Diagnostics: []diagnostic{}}
		}
	}
	for uri := range r.published {
		if _, still := said[uri]; still {
			continue
		}
		if file, _ := fileOf(uri); s.innermost(file) != r {
			delete(r.published, uri)
			continue
		}
		said[uri] = diagnosticsParams{URI: uri, Diagnostics: []diagnostic{}}
	}
	// The empty ones come first: the client may write the address of the same file in
	// another way, and must not take back what was said of it under that.
	empty := func(uri string) int { return min(len(said[uri].Diagnostics), 1) }
	order := slices.SortedFunc(maps.Keys(said), func(a, b string) int { return cmp.Or(empty(a)-empty(b), strings.Compare(a, b)) })
	for _, uri := range order {
		text, err := json.Marshal(said[uri])
		if err != nil || r.published[uri] == string(text) {
			continue
		}
		if r.published[uri] = string(text); len(said[uri].Diagnostics) == 0 && said[uri].Version == nil {
			delete(r.published, uri)
		}
		_ = s.wire.write(&message{Method: "textDocument/publishDiagnostics", Params: text})
	}
}

// diagnostics are what was found, by file.
func (s *server) diagnostics(r *root, found *report.Report) map[string][]diagnostic {
	out := map[string][]diagnostic{}
	c := r.corpus()
	if c == nil {
		return out
	}
	pages := map[string]string{}
	for _, rule := range found.Rules {
		pages[rule.ID] = page(rule)
	}
	lines := s.linesOf(r)
	for _, f := range found.Findings {
		d := diagnostic{
			Range: s.encoding.span(lines(f.File), f.Range), Severity: int(f.Severity) + 1, Code: f.Rule, Source: "triallint", Message: f.Message,
		}
		if href := pages[f.Rule]; href != "" {
			d.About = &codeDescription{href}
		}
		for _, other := range f.Related {
			if s.relates() && other.Range.Start.Line > 0 {
				d.Related = append(d.Related, related{location{s.uriOf(r, other.File), s.encoding.span(lines(other.File), other.Range)}, other.Message})
			}
		}
		out[f.File] = append(out[f.File], d)
	}
	for _, u := range found.Unchecked {
		if d, ok := s.unchecked(r, c, u); ok {
			out[u.File] = append(out[u.File], d)
		}
	}
	if at, ok := r.broken.(*source.Error); ok { //nolint:errorlint // ReadConfig returns it as it is
		out[lint.ConfigFile] = append(out[lint.ConfigFile], s.broken(lines(lint.ConfigFile), at))
	}
	return out
}

// relates reports whether the client shows other places with a diagnostic.
func (s *server) relates() bool {
	text := s.client.Capabilities.Text
	return text.Diagnostics != nil && text.Diagnostics.Related || text.Pull != nil && text.Pull.Related
}

// page is the address of the explanation of a rule.
func page(rule report.Rule) string {
	if rule.URL == "" && strings.HasPrefix(rule.Help, "https://") {
		return rule.Help
	}
	return rule.URL
}

// uriOf is the address of a file, as the client has it where it is open.
func (s *server) uriOf(r *root, name string) string {
	if b := s.bufferOf(r, name); b != nil {
		return b.uri
	}
	return r.uri(name)
}

// linesOf returns the lines of files as they are now; without a need for them, none.
func (s *server) linesOf(r *root) func(file string) func(int) string {
	texts := map[string]string{}
	return func(file string) func(int) string {
		if c := r.corpus(); c != nil {
			if d, ok := c.Document(file); ok {
				return d.Line
			}
		}
		return func(number int) string {
			text, known := texts[file]
			if !known {
				read, err := r.session.Files().ReadFile(file)
				if err == nil {
					text = string(read)
				}
				texts[file] = text
			}
			return lineOf(text, number-1)
		}
	}
}

var placeOfReason = regexp.MustCompile(`^(\d+):(\d+)(?: #[^:]*)?: `)

// unchecked says what was not judged in a file: as an error where it cannot be read at
// all. What is not in a file of the folder has no place to be said at.
func (s *server) unchecked(r *root, c *lint.Corpus, u report.Unchecked) (diagnostic, bool) {
	const unreadable, notChecked, aside = 1, 2, 3
	if _, err := r.session.Files().Stat(u.File); u.File == "" || err != nil {
		return diagnostic{}, false
	}
	d := diagnostic{Severity: notChecked, Code: u.Rule, Source: "triallint", Message: "not checked: " + u.Why}
	if u.Aside {
		d.Severity = aside
	}
	m := placeOfReason.FindStringSubmatch(u.Why)
	if m == nil {
		return d, true
	}
	at := report.Mark{}
	at.Line, _ = strconv.Atoi(m[1])
	at.Column, _ = strconv.Atoi(m[2])
	line := s.linesOf(r)(u.File)
	d.Range = s.encoding.span(line, report.Range{Start: at, End: report.Mark{Line: at.Line, Column: max(at.Column, utf16Units.units(line(at.Line))) + 1}})
	if _, known := c.Document(u.File); !known && u.Rule == "" {
		d.Severity, d.Code = unreadable, "syntax"
		d.Message = strings.TrimPrefix(u.Why, m[0])
	}
	return d, true
}

// broken says why the configuration cannot be read.
func (s *server) broken(line func(int) string, e *source.Error) diagnostic {
	at := report.Mark{Line: e.Line, Column: e.Column}
	plain := *e
	plain.File, plain.Line, plain.Column, plain.Pointer = "", 0, 0, ""
	return diagnostic{
		Range: s.encoding.span(line, report.Range{Start: at, End: at}), Severity: 1, Code: "configuration", Source: "triallint", Message: strings.TrimLeft(plain.Error(), ": "),
	}
}

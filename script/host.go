package script

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// Host starts processes and has functions run in them. It is safe for use by
// several goroutines.
type Host struct {
	options Options
	slots   chan struct{}

	lock    sync.Mutex
	closed  bool
	idle    []*worker
	folders []folder
	packed  map[packedText]*document
	// runs are the processes of the runs of rules: one for each, so that what
	// holds a process never waits for another.
	runs map[int64]*worker
}

// folder is a folder of functions, as it was when it was read.
type folder struct {
	files fs.FS
	name  string
	// served are the files that processes asked for.
	served map[string]request
}

// New makes a host. Close ends its processes.
func New(options *Options) (*Host, error) {
	h := &Host{packed: map[packedText]*document{}, runs: map[int64]*worker{}}
	if options != nil {
		h.options = *options
	}
	if h.options.Time <= 0 {
		h.options.Time = defaultTime
	}
	if h.options.Memory <= 0 {
		h.options.Memory = defaultMemory
	}
	h.options.Memory = max(h.options.Memory, leastMemory)
	if h.options.Processes <= 0 {
		h.options.Processes = runtime.GOMAXPROCS(0)
	}
	if len(h.options.Command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		h.options.Command = []string{self, Argument}
	}
	h.slots = make(chan struct{}, h.options.Processes)
	return h, nil
}

// Close ends all processes.
func (h *Host) Close() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.closed = true
	for _, w := range h.idle {
		w.end()
	}
	h.idle = nil
}

// Functions finds the functions in JavaScript of rulesets that are in files.
func (h *Host) Functions(files fs.FS) ruleset.Functions {
	return func(then rules.Then) (ruleset.Function, bool) {
		if then.Script == nil {
			return ruleset.Function{}, false
		}
		return ruleset.Function{Name: then.Function, Prepare: func(options *yamltree.Node) (ruleset.Judge, error) {
			s := &script{host: h, options: pack(options)}
			s.file = fmt.Sprintf("%d:%s", h.folder(files, then.Script.Folder), strings.TrimPrefix(then.Script.File, prefixOf(then.Script.Folder)))
			if err := s.try(); err != nil {
				return nil, fmt.Errorf("%s: %w", then.Script.File, err)
			}
			return s.judge, nil
		}}, true
	}
}

func prefixOf(folder string) string {
	if folder == "." {
		return ""
	}
	return folder + "/"
}

// folder numbers a folder. One in which a file changed since it was read is another one.
func (h *Host) folder(files fs.FS, name string) int {
	h.lock.Lock()
	defer h.lock.Unlock()
	for i, f := range slices.Backward(h.folders) {
		if f.name == name && sameFiles(f.files, files) {
			if f.changed() {
				break
			}
			return i
		}
	}
	h.folders = append(h.folders, folder{files, name, map[string]request{}})
	return len(h.folders) - 1
}

// changed reports whether a file that was served is another one now.
func (f folder) changed() bool {
	for name, was := range f.served {
		if now := f.read(name); now.Found != was.Found || now.Text != was.Text {
			return true
		}
	}
	return false
}

// sameFiles reports whether two trees of files are the same; those that cannot be
// compared are not.
func sameFiles(a, b fs.FS) (same bool) {
	defer func() { _ = recover() }() // the dynamic types need not be comparable
	return a == b
}

// script is a function with the options of a rule.
type script struct {
	host    *Host
	file    string
	options *tree
}

// try has the modules run, and the function judge its options.
func (s *script) try() error {
	w, err := s.host.worker(context.Background())
	if err != nil {
		return err
	}
	defer s.host.release(w)
	_, err = w.ask(context.Background(), s.host, &request{Do: "begin", Reset: true, File: s.file, Options: s.options, Bare: true})
	return err
}

// judge has the function judge a value.
func (s *script) judge(ctx context.Context, v ruleset.Value) ([]ruleset.Outcome, error) {
	if v.Document == nil || v.Rule == nil {
		return nil, errors.New("a function in JavaScript judges values of documents")
	}
	w, session, err := s.begun(ctx, v)
	if err != nil {
		return nil, err
	}
	with := &calledWith{Path: v.Path}
	if v.Node == nil || v.Node.IsScalar() {
		with.Given, with.Scalar = true, pack(v.Node)
	}
	answer, err := w.ask(ctx, s.host, &request{Do: "call", Session: session, Value: with})
	if err != nil {
		return nil, err
	}
	out := make([]ruleset.Outcome, len(answer.Results))
	for i, r := range answer.Results {
		out[i] = ruleset.Outcome{Message: r.Message, Path: r.Path}
	}
	return out, nil
}

// begun has the function made ready for the run of a rule, in the process that the
// run has until it ends.
func (s *script) begun(ctx context.Context, v ruleset.Value) (*worker, int, error) {
	w, err := s.host.forRun(ctx, v.Run)
	if err != nil {
		return nil, 0, err
	}
	if session, ok := w.sessions[s]; ok {
		return w, session, nil
	}
	session := len(w.sessions)
	begin := &request{Do: "begin", Reset: session == 0, Session: session, File: s.file, Options: s.options, Rule: infoOf(v.Rule)}
	if w.document != packedTextOf(v.Document) {
		begin.Document = s.host.pack(v.Document)
	}
	if _, err := w.ask(ctx, s.host, begin); err != nil {
		return nil, 0, err
	}
	w.document, w.sessions[s] = packedTextOf(v.Document), session
	return w, session, nil
}

// forRun is the process of a run, which is free again when the run ends.
func (h *Host) forRun(ctx context.Context, run int64) (*worker, error) {
	h.lock.Lock()
	w := h.runs[run]
	h.lock.Unlock()
	if w != nil {
		return w, nil
	}
	w, err := h.worker(ctx)
	if err != nil {
		return nil, err
	}
	w.sessions = map[*script]int{}
	h.lock.Lock()
	h.runs[run] = w
	h.lock.Unlock()
	context.AfterFunc(ctx, func() {
		h.lock.Lock()
		delete(h.runs, run)
		h.lock.Unlock()
		h.release(w)
	})
	return w, nil
}

func infoOf(rule *rules.Rule) *ruleInfo {
	return &ruleInfo{
		Name: rule.ID, Description: rule.Description, Message: rule.Message, Severity: int(rule.Severity), Resolved: rule.Resolved,
		Given: rule.Given, Formats: rule.Formats, URL: rule.Documentation,
	}
}

// packedText is a document with its text, which an editor changes in place.
type packedText struct {
	doc  *ruleset.Document
	text *byte
}

func packedTextOf(d *ruleset.Document) packedText {
	return packedText{d, unsafe.SliceData(d.Tree.Text)}
}

// pack packs a document, once.
func (h *Host) pack(d *ruleset.Document) *document {
	h.lock.Lock()
	defer h.lock.Unlock()
	text := packedTextOf(d)
	if known := h.packed[text]; known != nil {
		return known
	}
	if len(h.packed) > 8 {
		clear(h.packed)
	}
	p := newPacker()
	out := &document{Source: d.File}
	out.Unresolved = p.add(d.Tree.Root)
	out.Resolved = out.Unresolved
	if d.Resolved != nil {
		out.Resolved = p.add(d.Resolved)
	}
	out.Nodes = p.nodes
	for name := range d.Formats() {
		out.Formats = append(out.Formats, name)
	}
	slices.Sort(out.Formats)
	h.packed[text] = out
	return out
}

// worker is a process that is idle, or a new one.
func (h *Host) worker(ctx context.Context) (*worker, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.closed {
		<-h.slots
		return nil, errors.New("the host of functions is closed")
	}
	if n := len(h.idle); n > 0 {
		w := h.idle[n-1]
		h.idle = h.idle[:n-1]
		return w, nil
	}
	w, err := start(h.options)
	if err != nil {
		<-h.slots
	}
	return w, err
}

// release takes a process back; one that has failed is ended.
func (h *Host) release(w *worker) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if w.failed == nil && !h.closed {
		h.idle = append(h.idle, w)
	} else {
		w.end()
	}
	<-h.slots
}

// worker is a process.
type worker struct {
	command  *exec.Cmd
	in       io.WriteCloser
	to       *bufio.Writer
	from     *bufio.Reader
	said     *tail
	fresh    bool
	document packedText
	sessions map[*script]int
	failed   error
	lock     sync.Mutex
	ended    bool
}

// start starts a process, which has an empty environment and no folder of anybody's.
func start(o Options) (*worker, error) {
	c := exec.Command(o.Command[0], o.Command[1:]...) //nolint:gosec // this program, or what the host names
	c.Env = []string{"TZ=UTC", "GOMAXPROCS=2"}
	for _, name := range []string{"SYSTEMROOT", "GOCOVERDIR"} { // Windows needs the one
		if v, ok := os.LookupEnv(name); ok {
			c.Env = append(c.Env, name+"="+v)
		}
	}
	c.Dir = os.TempDir()
	w := &worker{command: c, said: &tail{}, fresh: true}
	c.Stderr = w.said
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("the process for functions cannot be started: %w", err)
	}
	w.in, w.to, w.from = in, bufio.NewWriter(in), bufio.NewReader(out)
	return w, nil
}

// end ends the process.
func (w *worker) end() {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.ended {
		return
	}
	w.ended = true
	_ = w.in.Close() // the process is killed
	_ = w.command.Process.Kill()
	_ = w.command.Wait() // it was killed
}

// ask asks the process, and gives it the files that it asks for. A process that
// passes a bound fails, and all that it is asked later.
func (w *worker) ask(ctx context.Context, h *Host, r *request) (*response, error) {
	if w.failed != nil {
		return nil, w.failed
	}
	if w.fresh {
		r.Time, r.Memory, w.fresh = int64(h.options.Time), h.options.Memory, false
	}
	var late atomic.Bool
	kill := time.AfterFunc(patience*h.options.Time, func() { late.Store(true); w.end() })
	defer kill.Stop()
	stop := context.AfterFunc(ctx, w.end)
	defer stop()
	answer, err := w.exchange(h, r)
	if err != nil {
		w.end()
		if w.failed = context.Cause(ctx); w.failed == nil {
			w.failed = w.why(h.options, late.Load(), err)
		}
		return nil, w.failed
	}
	if answer.Error != "" {
		err = errors.New(answer.Error)
		if answer.Spent {
			w.failed = err
		}
		return nil, err
	}
	return answer, nil
}

func (w *worker) exchange(h *Host, r *request) (*response, error) {
	asked, size := 0, 0
	for {
		if err := writeFrame(w.to, r); err != nil {
			return w.last(err)
		}
		answer := &response{}
		if err := readFrame(w.from, maxAnswer, answer); err != nil {
			return nil, err
		}
		if answer.Read == "" {
			return answer, nil
		}
		if asked++; asked > maxFiles*8 || size > maxSource {
			return nil, fmt.Errorf("its modules are more than %d MB", maxSource>>20)
		}
		r = h.read(answer.Read)
		size += len(r.Text)
	}
}

// last is what a process said that takes nothing any more.
func (w *worker) last(err error) (*response, error) {
	answer := &response{}
	if readFrame(w.from, maxAnswer, answer) == nil && answer.Spent {
		return answer, nil
	}
	return nil, err
}

// read reads a file of a folder of functions.
func (h *Host) read(key string) *request {
	number, name := folderOf(key)
	h.lock.Lock()
	defer h.lock.Unlock()
	for i, f := range h.folders {
		if fmt.Sprint(i) != number {
			continue
		}
		text, known := f.served[name]
		if !known {
			text = f.read(name)
			f.served[name] = text
		}
		return &text
	}
	return &request{Do: "file"}
}

func (f folder) read(name string) request {
	answer := request{Do: "file"}
	if !fs.ValidPath(name) || !isSource(name) {
		return answer
	}
	open, err := f.files.Open(path.Join(f.name, name))
	if err != nil {
		return answer
	}
	defer func() { _ = open.Close() }() // it was read
	if info, err := open.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return answer
	}
	text, err := io.ReadAll(io.LimitReader(open, maxFile))
	if err != nil {
		return answer
	}
	answer.Found, answer.Text = true, string(text)
	return answer
}

func isSource(name string) bool {
	return slices.Contains([]string{".js", ".cjs", ".mjs", ".json"}, path.Ext(name))
}

// why says for what reason a process ended.
func (w *worker) why(o Options, late bool, err error) error {
	text := w.said.String()
	switch {
	case late:
		return errors.New(timeSpent(o.Time))
	case strings.Contains(text, "stack overflow"), strings.Contains(text, "goroutine stack exceeds"):
		return errors.New("it calls itself too deeply")
	case strings.Contains(text, "out of memory"), strings.Contains(text, "cannot allocate memory"):
		return errors.New(memorySpent(o.Memory))
	}
	first, _, _ := strings.Cut(text, "\n")
	if first == "" {
		first = err.Error()
	}
	return fmt.Errorf("the process that runs it has ended: %s", shortened(first))
}

// tail keeps the beginning of what a process says.
type tail struct {
	lock sync.Mutex
	text bytes.Buffer
}

// Write keeps the first few kilobytes.
func (t *tail) Write(p []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if room := 4096 - t.text.Len(); room > 0 {
		t.text.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// String is what was kept.
func (t *tail) String() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.text.String()
}

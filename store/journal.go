package store

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"github.com/trialweave/trialweave/internal/redact"
	"github.com/trialweave/trialweave/mapping/model"
)

// ErrLocked says that another run is at work on the same target.
var ErrLocked = errors.New("another run is at work on this target")

// entry is what the journal knows of a graph of the store.
type entry struct {
	mark    mark
	content string // the hash of the record that the graph states
	quads   int64
}

// Journal remembers which graphs a target holds. It is a file of lines that is
// only ever added to, so that a run that is killed leaves it right: a graph is
// noted as uncertain before it is sent, and as there once it was counted. It
// holds the lock of the target until Close.
type Journal struct {
	lock *flock.Flock
	file *os.File
	path string
	head string

	mu      sync.Mutex
	entries map[string]entry
	text    []byte
}

const journalHead = "trialweave journal 1 "

// OpenJournal opens the journal of a target in a folder, which is made where it
// is missing. The error is ErrLocked where another run has it open.
func OpenJournal(folder string, target Target) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	// A token in the address is no part of what the target is.
	address := redact.Text(target.Address)
	path := filepath.Join(folder, journalName(address))
	j := &Journal{lock: flock.New(path + ".lock"), path: path + ".journal", head: journalHead + address, entries: map[string]entry{}}
	locked, err := j.lock.TryLock()
	if err != nil {
		return nil, err
	}
	if !locked {
		return nil, fmt.Errorf("%s: %w\nhint: wait for it to end; the lock %s.lock goes away with its process", target, ErrLocked, path)
	}
	if err := j.open(); err != nil {
		_ = j.lock.Unlock()
		return nil, err
	}
	return j, nil
}

// journalName makes a file name of an address, one to one.
func journalName(address string) string {
	var b strings.Builder
	for _, c := range []byte(strings.TrimRight(address, "/")) {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

func (j *Journal) open() (err error) {
	if j.file, err = os.OpenFile(j.path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	end, err := j.load(bufio.NewReader(j.file))
	if err == nil {
		// A line that was cut when a run was killed goes away.
		if err = j.file.Truncate(end); err == nil {
			_, err = j.file.Seek(end, io.SeekStart)
		}
	}
	if err == nil && end == 0 {
		_, err = j.file.WriteString(j.head + "\n")
	}
	if err != nil {
		_ = j.file.Close()
	}
	return err
}

// load reads the lines, and returns where the last whole one ends.
func (j *Journal) load(in *bufio.Reader) (end int64, err error) {
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return end, nil
		}
		if err != nil {
			return end, err
		}
		if end == 0 && line != j.head+"\n" {
			return 0, fmt.Errorf("%s is not a journal of this target, expected %q in its first line\nhint: remove the file; the next sync then sends everything", j.path, j.head)
		}
		end += int64(len(line))
		j.take(strings.Fields(line))
	}
}

// take takes a line; one that is damaged makes its graph uncertain.
func (j *Journal) take(words []string) {
	if len(words) < 2 {
		return
	}
	delete(j.entries, words[1])
	if words[0] != "+" || len(words) != 5 {
		return
	}
	var e entry
	n, err := hex.Decode(e.mark[:], []byte(words[2]))
	if len(words[2]) != 2*len(e.mark) || err != nil || n != len(e.mark) {
		return
	}
	if e.quads, err = strconv.ParseInt(words[4], 10, 64); err != nil {
		return
	}
	e.content = strings.Trim(words[3], "-")
	j.entries[words[1]] = e
}

// shortName is how the journal names a graph: that of a study by its number.
func shortName(graph string) string {
	if id, found := strings.CutPrefix(graph, model.StudyBase); found {
		if id, found = strings.CutSuffix(id, "#record"); found {
			return id
		}
	}
	return graph
}

func longName(name string) string {
	if strings.HasPrefix(name, "NCT") {
		return model.StudyBase + name + "#record"
	}
	return name
}

// uncertain notes graphs that are about to change.
func (j *Journal) uncertain(graphs []string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, g := range graphs {
		name := shortName(g)
		delete(j.entries, name)
		j.text = append(append(append(j.text, "? "...), name...), '\n')
	}
	return j.write()
}

// lookup returns what is known of a graph.
func (j *Journal) lookup(graph string) (entry, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e, known := j.entries[shortName(graph)]
	return e, known
}

// note notes a graph that is there, gone one that is not any more; flush makes
// both last.
func (j *Journal) note(graph string, e entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	name := shortName(graph)
	j.entries[name] = e
	j.text = appendEntry(j.text, name, e)
}

func appendEntry(dst []byte, name string, e entry) []byte {
	content := e.content
	if content == "" {
		content = "-"
	}
	return fmt.Appendf(dst, "+ %s %x %s %d\n", name, e.mark[:], content, e.quads)
}

// forget makes a graph one that is not known, so that it is sent again.
func (j *Journal) forget(graph string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries[shortName(graph)] = entry{} // its mark is that of no graph
}

func (j *Journal) gone(graph string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	name := shortName(graph)
	delete(j.entries, name)
	j.text = append(append(append(j.text, "- "...), name...), '\n')
}

func (j *Journal) flush() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.write()
}

func (j *Journal) write() error {
	_, err := j.file.Write(j.text)
	j.text = j.text[:0]
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("the journal cannot be written: %w", err)
	}
	return nil
}

// compact writes the journal anew, a line for each graph.
func (j *Journal) compact() error {
	temporary, err := os.CreateTemp(filepath.Dir(j.path), ".journal-")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	out := bufio.NewWriter(temporary)
	fmt.Fprintln(out, j.head)
	for _, name := range slices.Sorted(maps.Keys(j.entries)) {
		_, _ = out.Write(appendEntry(nil, name, j.entries[name])) // Flush tells
	}
	err = errors.Join(out.Flush(), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), j.path)
}

// Close compacts the journal and gives the lock back.
func (j *Journal) Close() error {
	err := errors.Join(j.compact(), j.file.Close())
	return errors.Join(err, j.lock.Unlock())
}

// Len is how many graphs the journal knows.
func (j *Journal) Len() int { return len(j.entries) }

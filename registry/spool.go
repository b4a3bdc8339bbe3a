package registry

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/study"
)

// state is what has been reached, as it stands in the folder after each page.
type state struct {
	Format  int     `json:"format"`
	Base    string  `json:"base"`
	Query   string  `json:"query"`
	Version Version `json:"version"`
	// Token leads to the next page, Next is the place of the next number of
	// a list; Done says that there is none.
	Token string `json:"token,omitempty"`
	Next  int    `json:"next,omitempty"`
	Done  bool   `json:"done,omitempty"`
	// Bytes of the file of studies belong to the pages that have come.
	Bytes   int64 `json:"bytes"`
	Studies int   `json:"studies"`
	Total   int   `json:"total"`
	// Torn says that a study came twice and had changed between.
	Torn bool `json:"torn,omitempty"`
	// Before is how many studies a search found whose total was another.
	Before   *int     `json:"before,omitempty"`
	Restarts int      `json:"restarts,omitempty"`
	Missing  []string `json:"missing,omitempty"`
}

const (
	stateFormat = 1
	stateFile   = "state.json"
	studiesFile = "studies.ndjson.zst"
)

// spool is the folder of one fetch: a file of studies, a frame for each page,
// and the state.
type spool struct {
	dir   string
	state state
	file  *os.File
	pack  *zstd.Encoder
	plain []byte // of the frame in the making
	frame []byte
	// seen has the hash of each study by its number.
	seen map[uint32]uint64
	seed maphash.Seed
	// tokens are those that led to pages of this process.
	tokens map[string]bool
}

// openSpool opens the folder, and goes on with what is there where it belongs
// to the same query.
func openSpool(dir, base, query string) (*spool, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	s := &spool{dir: dir, seed: maphash.MakeSeed(), seen: map[uint32]uint64{}, tokens: map[string]bool{}}
	var err error
	if s.pack, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)); err != nil {
		return nil, err
	}
	if s.file, err = os.OpenFile(filepath.Join(dir, studiesFile), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	s.state, err = readState(dir)
	fresh := state{Format: stateFormat, Base: base, Query: query, Total: -1}
	if err != nil || s.state.Format != stateFormat || s.state.Base != base || s.state.Query != query || s.index() != nil {
		s.state = fresh
		s.seen = map[uint32]uint64{}
	}
	if err := s.file.Truncate(s.state.Bytes); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func readState(dir string) (state, error) {
	var st state
	data, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		return st, err
	}
	return st, json.Unmarshal(data, &st)
}

// index reads what is there, to know it again.
func (s *spool) index() error {
	info, err := s.file.Stat()
	if err != nil || info.Size() < s.state.Bytes {
		return errors.Join(err, io.ErrUnexpectedEOF)
	}
	z, err := decompress.NewReader(io.NewSectionReader(s.file, 0, s.state.Bytes), 0)
	if err != nil {
		return err
	}
	defer z.Close()
	lines := bufio.NewReaderSize(z, 1<<20)
	n := 0
	for ; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil {
			return err
		}
		s.know(line[:len(line)-1])
	}
	if n != s.state.Studies {
		return fmt.Errorf("%d studies, expected %d", n, s.state.Studies)
	}
	return nil
}

// know notes a study and reports whether it is new, and where it is not, whether
// it is the same as before.
func (s *spool) know(record []byte) (fresh, same bool) {
	id, fault := study.ID(record)
	if fault != nil {
		return true, true // whoever reads it will say so
	}
	n, _ := strconv.ParseUint(id[len("NCT"):], 10, 32)
	hash := maphash.Bytes(s.seed, record)
	before, known := s.seen[uint32(n)]
	if !known {
		s.seen[uint32(n)] = hash
	}
	return !known, before == hash
}

// add takes a study into the frame in the making; one that is there already is
// left out.
func (s *spool) add(record []byte) {
	from := len(s.plain)
	s.plain = append(append(s.plain, record...), '\n')
	line := s.plain[from : len(s.plain)-1]
	if bytes.ContainsAny(line, "\r\n") { // between tokens: no string has them
		for i, c := range line {
			if c == '\n' || c == '\r' {
				line[i] = ' '
			}
		}
	}
	fresh, same := s.know(line)
	if fresh {
		s.state.Studies++
		return
	}
	s.plain = s.plain[:from]
	s.state.Torn = s.state.Torn || !same
}

// save writes the frame, then the state that counts on it.
func (s *spool) save() error {
	if len(s.plain) > 0 {
		s.frame = s.pack.EncodeAll(s.plain, s.frame[:0])
		if _, err := s.file.WriteAt(s.frame, s.state.Bytes); err != nil {
			return err
		}
		s.state.Bytes += int64(len(s.frame))
		s.plain = s.plain[:0]
	}
	data, err := json.Marshal(&s.state)
	if err != nil {
		return err
	}
	temp := filepath.Join(s.dir, stateFile+".part")
	if err := os.WriteFile(temp, data, 0o644); err != nil { //nolint:gosec // beside the output, and as public
		return err
	}
	return os.Rename(temp, filepath.Join(s.dir, stateFile))
}

// reset begins the search again, with nothing.
func (s *spool) reset(v Version) error {
	old := s.state
	s.state = state{
		Format: stateFormat, Base: old.Base, Query: old.Query, Version: v, Total: -1,
		Before: old.Before, Restarts: old.Restarts,
	}
	s.plain = s.plain[:0]
	clear(s.seen)
	clear(s.tokens)
	if err := s.save(); err != nil {
		return err
	}
	return s.file.Truncate(0)
}

func (s *spool) close() error {
	_ = s.pack.Close() // it has no writer
	return s.file.Close()
}

// Snapshot is what a fetch brought: studies of one version of the data.
type Snapshot struct {
	// Path is a file of NDJSON, compressed by zstd, a study a line.
	Path    string
	Studies int
	Version Version
	// Missing are the numbers of a list that the registry does not know.
	Missing []string
	dir     string
}

// Remove takes the folder of the fetch away, but for what is not its own.
func (s *Snapshot) Remove() error {
	for _, name := range []string{studiesFile, stateFile, stateFile + ".part"} {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	_ = os.Remove(s.dir) // where something else is in it, it stays
	return nil
}

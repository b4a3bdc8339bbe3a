package study

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

// Record is one study of an input. It is valid until the next one is asked for.
type Record struct {
	// Position says where the record's bytes begin; its Pointer is empty.
	source.Position
	// JSON is the record as it stands in the input, or as it was made of another
	// form. It may be anything: only Validate reports whether it is a study.
	JSON []byte
	// Made says that JSON was made of a record in another form, which begins at
	// the position: places in the JSON are none of the input.
	Made bool
	// Form is the delivery form, where it is not the JSON of the Data API v2:
	// FormXML and the others.
	Form string
	// Err is set where the record could not be read; JSON may then be empty.
	Err *source.Error
}

// The delivery forms other than the JSON of the Data API v2.
const (
	FormXML         = "classic XML"
	FormClassicJSON = "classic JSON"
	FormClassicAPI  = "classic API XML"
	FormTable       = "CSV"
	FormAACT        = "AACT"
)

// Options says how to read; nil and the zero value mean the defaults.
type Options struct {
	// MaxRecord is the most bytes of one record. Default: 64 MiB.
	MaxRecord int
	// MaxRatio is the most that an input may expand to when decompressed, as a
	// multiple of its compressed size, once it exceeds 64 MiB. Default: 500.
	MaxRatio int64
	// MaxSpool is the most bytes of a ZIP on standard input, which has to be
	// kept in a temporary file. Default: 16 GiB.
	MaxSpool int64
	// Live fetches what an input that is written "api:QUERY" asks of the live
	// registry, into a file of any form, and says how to be done with it. The
	// file is read once. Default: such inputs are refused.
	Live func(ctx context.Context, query string) (path string, done func(), err error)
	// Database says how long a database may take. Default: that of its fields.
	Database aact.DatabaseOptions
	// Stdin is what the path "-" stands for. Default: os.Stdin.
	Stdin io.Reader
	// AllowEmpty says that an input in which no record is met is not an error.
	// Default: it is one, unless it is an empty page or list of studies.
	AllowEmpty bool
	// Values says what the records are. Default: Studies.
	Values Values
	// Open opens the files of Divide and OpenRanges, from wherever they are.
	// Each path is then that of a file, which has to hold studies. Default:
	// files of this machine; what holds none is passed over.
	Open func(path string) (File, error)
}

func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.MaxRecord <= 0 {
		d.MaxRecord = 64 << 20
	}
	if d.MaxRatio <= 0 {
		d.MaxRatio = 500
	}
	if d.MaxSpool <= 0 {
		d.MaxSpool = 16 << 30
	}
	if d.Stdin == nil {
		d.Stdin = os.Stdin
	}
	return d
}

// Input is a list of files, folders and archives of studies.
type Input struct {
	paths    []string
	ranges   []Range // in place of paths
	options  Options
	size     int64
	consumed atomic.Int64
	met      met
	fromAACT atomic.Bool
	notes    tableNotes
}

// tableNotes are the notes on all AACT inputs. Any goroutine may add to them.
type tableNotes struct {
	sync.Mutex
	lines []string
}

func (t *tableNotes) add(n *aact.Notes) {
	t.Lock()
	defer t.Unlock()
	for _, line := range n.Lines() {
		if !slices.Contains(t.lines, line) {
			t.lines = append(t.lines, line)
		}
	}
}

// Open looks at each path, "-" being standard input, "api:QUERY" what
// Options.Live fetches and "postgres://…" an AACT database, and fails at once where one is not there; the files are
// opened when it is their turn.
func Open(paths []string, options *Options) (*Input, error) {
	in := &Input{paths: paths, options: options.withDefaults(), met: met{records: make([]atomic.Int64, len(paths))}}
	for _, path := range paths {
		if live(path) && in.options.Live == nil {
			return nil, &source.Error{Position: source.At(path, source.NoOffset), Problem: "the live registry is not to be asked here", Expected: "a file, a folder or -"}
		}
		if path == "-" || live(path) || aact.IsDatabase(path) {
			in.size = -1
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, openError(path, err)
		}
		if info.IsDir() {
			in.size = -1
		}
		if in.size >= 0 {
			in.size += info.Size()
		}
	}
	return in, nil
}

// livePrefix begins an input that is fetched.
const livePrefix = "api:"

func live(path string) bool { return strings.HasPrefix(path, livePrefix) }

func openError(path string, err error) *source.Error {
	var perr *os.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return &source.Error{Position: source.At(path, source.NoOffset), Problem: "cannot be read", Err: err}
}

// Size is the number of bytes that all files have together as they stand on
// disk, or -1 where that is not known beforehand.
func (in *Input) Size() int64 { return in.size }

// Consumed is how many of those bytes have been read. Any goroutine may ask.
func (in *Input) Consumed() int64 { return in.consumed.Load() }

// Skipped returns how many files of folders and archives were passed over because
// they hold no study data, and how many because they are hidden. Any goroutine
// may ask.
func (in *Input) Skipped() (without, hidden int64) {
	return in.met.skipped.Load(), in.met.hidden.Load()
}

// NotCarried lists the paths of the fields that a form met on the way cannot
// say: those that AACT has no column for. Any goroutine may ask.
func (in *Input) NotCarried() []string {
	if !in.fromAACT.Load() {
		return nil
	}
	return aact.NotCarried()
}

// Notes are lines of text on what the input does not have or does not say for
// certain, as far as it has been read: of AACT, the tables and columns that are
// not there, and the line breaks of texts. Any goroutine may ask.
func (in *Input) Notes() []string {
	in.notes.Lock()
	defer in.notes.Unlock()
	return slices.Clone(in.notes.lines)
}

// Records yields the studies in the order of the input. The error is of what
// ends the reading: a file that cannot be opened or read, or that holds no
// study data, or that is damaged (ErrDamaged); it is a *source.Error or the
// cause of ctx.
func (in *Input) Records(ctx context.Context) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		unpacker := in.NewUnpacker()
		for batch, err := range in.Batches(ctx) {
			if err != nil {
				yield(Record{}, err)
				return
			}
			for record := range unpacker.Records(batch) {
				if record.Err != nil && errors.Is(record.Err, ErrDamaged) {
					yield(Record{}, record.Err)
					return
				}
				if !yield(record, nil) {
					return
				}
			}
		}
		if err := in.Finish(); err != nil {
			yield(Record{}, err)
		}
	}
}

// Batches yields the same records in pieces that may still be compressed, so
// that several goroutines can unpack them, each with an Unpacker of its own. A
// batch is valid until the next one is asked for; CopyTo keeps it. A record
// whose error has the cause ErrDamaged ends the reading as an error does; once
// all batches are unpacked, Finish reports an input without records.
func (in *Input) Batches(ctx context.Context) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		w := walker{in: in, ctx: ctx, yield: yield}
		if err := w.ranges(); err != nil {
			if !errors.Is(err, errStopped) {
				yield(nil, err)
			}
			return
		}
		for i, path := range in.paths {
			w.input = i
			if err := w.path(path); err != nil {
				if !errors.Is(err, errStopped) {
					yield(nil, err)
				}
				return
			}
		}
	}
}

// Read yields the studies of one stream, compressed or not, but no ZIP.
func Read(r io.Reader, name string, options *Options) iter.Seq2[Record, error] {
	in := &Input{options: options.withDefaults(), size: -1}
	return func(yield func(Record, error) bool) {
		unpacker := in.NewUnpacker()
		w := walker{in: in, ctx: context.Background()}
		w.yield = func(b *Batch, _ error) bool {
			for record := range unpacker.Records(b) {
				if !yield(record, nil) {
					return false
				}
			}
			return true
		}
		if err := w.stream(name, r, false); err != nil && !errors.Is(err, errStopped) {
			yield(Record{}, err)
		}
	}
}

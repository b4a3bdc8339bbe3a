package aact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/source"
)

// Study is a study of the database, as v2 JSON.
type Study struct {
	// ID is its NCT number as the database has it.
	ID string
	// JSON is valid until the next study is asked for.
	JSON []byte
	// Err is set where the study has more rows than a record may have; then there
	// is not JSON.
	Err *source.Error
}

// How much the rows of one study may have, together: bytes, and cells, each of
// which takes more memory than its bytes. Those of the registry's longest record
// have some 10 MB.
const (
	mostBytes = 64 << 20
	mostCells = 16 << 20
)

// weight is what the rows of a study that were read so far have.
type weight struct{ bytes, cells int }

// add reports whether another row may be added.
func (w *weight) add(bytes, cells int) bool {
	w.bytes, w.cells = w.bytes+bytes, w.cells+cells
	return w.over() == nil
}

// over returns the fault of a study that has too much.
func (w *weight) over() *source.Error {
	if w.bytes <= mostBytes && w.cells <= mostCells {
		return nil
	}
	return &source.Error{
		Position: source.At("", source.NoOffset), Problem: fmt.Sprintf("the rows of the study have more than %d bytes or %d cells", mostBytes, mostCells),
		Expected: "a study; the registry's longest has some 10 MB in tables",
	}
}

// keyTable is the table without which a folder is no export.
const keyTable = "studies"

// kind is an ending of the files of an export, and what stands between the
// columns.
type kind struct {
	ending    string
	delimiter byte
}

var kinds = [...]kind{
	{".txt", '|'}, {".csv", ','}, {".txt.gz", '|'}, {".csv.gz", ','}, {".txt.zst", '|'}, {".csv.zst", ','},
}

// kindOf returns the table that a file would hold by its name.
func kindOf(name string) (table string, k kind, ok bool) {
	for _, k := range kinds {
		if table, ok := strings.CutSuffix(name, k.ending); ok {
			return table, k, true
		}
	}
	return "", kind{}, false
}

// IsExport reports whether a folder holds an export: a file studies.txt whose
// first line names nct_id among columns with "|" between, or studies.csv with
// commas; either may be compressed (.gz, .zst).
func IsExport(files fs.FS) bool {
	for _, kind := range kinds {
		if isTable(files, keyTable+kind.ending, kind.delimiter) {
			return true
		}
	}
	return false
}

// IsKeyFile reports whether a file's name is one of those that IsExport opens.
func IsKeyFile(name string) bool {
	table, _, ok := kindOf(name)
	return ok && table == keyTable
}

// MayBeTable reports whether a file may hold a table of an export, by its name.
func MayBeTable(name string) bool {
	table, _, ok := kindOf(name)
	return ok && knownTable(table)
}

// isTable reports whether the first line of a file names the column nct_id.
func isTable(files fs.FS, name string, delimiter byte) bool {
	f, err := openTable(files, name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(f, head)
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	for column := range strings.SplitSeq(strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")), string(delimiter)) {
		if strings.Trim(column, `"`) == idColumn {
			return true
		}
	}
	return false
}

// openTable opens the file of a table, compressed or not.
func openTable(files fs.FS, name string) (io.ReadCloser, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	r, err := decompress.NewReader(f, 0)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return tableFile{r, f}, nil
}

// tableFile is a file of a table and what decompresses it.
type tableFile struct {
	io.ReadCloser
	file fs.File
}

// Close closes both.
func (f tableFile) Close() error { return errors.Join(f.ReadCloser.Close(), f.file.Close()) }

// besides notes the files of an export that are read as no table: tables that
// are not known, and other files.
func (n *Notes) besides(files fs.FS) error {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return &source.Error{Position: source.At(".", source.NoOffset), Problem: "cannot be read", Err: err}
	}
	taken := map[string]bool{}
	for _, kind := range kinds { // the first kind of a table is the one that is read
		for _, entry := range entries {
			table, k, ok := kindOf(entry.Name())
			switch {
			case !ok || k != kind || entry.IsDir():
			case knownTable(table) && !taken[table]:
				taken[table] = true
			case !knownTable(table) && isTable(files, entry.Name(), k.delimiter):
				n.UnknownTables = append(n.UnknownTables, table)
			default:
				n.Others = append(n.Others, entry.Name())
			}
		}
	}
	for _, entry := range entries {
		if _, _, ok := kindOf(entry.Name()); !ok && !entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			n.Others = append(n.Others, entry.Name())
		}
	}
	slices.Sort(n.UnknownTables)
	slices.Sort(n.Others)
	return nil
}

// Files yields the studies of an export, in the order of their NCT numbers.
// Tables may be in any order: they are sorted first, in temporary files where
// they are big. Texts get back the line breaks for which the program that writes
// exports puts "~", unless a cell has one, which that program does not do. What
// an export of today has and this one does not is in the notes, which are
// complete when the last study has been yielded. The error is a *source.Error of
// the table that cannot be read, or the cause of ctx.
func Files(ctx context.Context, files fs.FS, notes *Notes) iter.Seq2[Study, error] {
	return sortedStudies(ctx, notes, func(e *export) error {
		if err := notes.besides(files); err != nil {
			return err
		}
		return e.open(ctx, files)
	})
}

// sortedStudies yields the studies of tables, once they have been sorted.
func sortedStudies(ctx context.Context, notes *Notes, open func(*export) error) iter.Seq2[Study, error] {
	return func(yield func(Study, error) bool) {
		dir, err := os.MkdirTemp("", "trialweave-aact-*")
		if err != nil {
			yield(Study{}, err)
			return
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
		e := export{dir: dir, tables: make([]*table, len(tables())), notes: notes}
		defer e.close()
		if err := open(&e); err != nil {
			yield(Study{}, err)
			return
		}
		e.studies(ctx, notes, yield)
	}
}

// export is a set of tables, each in order; those that are not there are nil.
type export struct {
	dir    string
	tables []*table
	notes  *Notes
	// tilde says that the cells have "~" for line breaks.
	tilde bool
	// tail is the piece of memory that the rows of the table before end in, free are
	// pieces that can be used again, and entries is where one table after the other
	// is sorted.
	tail    []byte
	free    [][]byte
	entries []entry
}

type table struct {
	name    string
	columns columnsOf
	sorter  *sorter
	rows    *sorted
	broken  bool // a cell has a line break
	orphans int  // rows of no study
}

func (e *export) close() {
	for _, t := range e.tables {
		if t != nil {
			t.sorter.close()
		}
	}
}

func (e *export) open(ctx context.Context, files fs.FS) error {
	e.tilde = true
	for i, name := range tables() {
		t, err := e.file(ctx, files, name)
		e.tables[i] = t
		if err != nil {
			return err
		}
		e.tilde = e.tilde && (t == nil || !t.broken)
	}
	e.tail, e.free, e.entries = nil, nil, nil
	return nil
}

// file reads the file of a table, where there is one.
func (e *export) file(ctx context.Context, files fs.FS, name string) (*table, error) {
	for _, kind := range kinds {
		f, err := openTable(files, name+kind.ending)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &source.Error{Position: source.At(name+kind.ending, source.NoOffset), Problem: "cannot be read", Err: err}
		}
		t, err := e.read(ctx, name, name+kind.ending, f, kind.delimiter)
		_ = f.Close() // it was only read
		return t, err
	}
	return nil, nil
}

// read sorts the file of a table.
func (e *export) read(ctx context.Context, name, file string, r io.Reader, delimiter byte) (*table, error) {
	in := newRowReader(r, delimiter)
	head, err := in.next()
	if err != nil {
		return nil, &source.Error{Position: source.At(file, 0), Problem: "the table has no line of names", Err: err}
	}
	for i := range head {
		head[i] = strings.Clone(strings.TrimPrefix(head[i], "\ufeff"))
	}
	t := e.table(name, delimiter, head)
	if _, ok := t.columns[idColumn]; !ok {
		return t, &source.Error{Position: source.At(file, 0), Problem: "the table has no column nct_id", Expected: "a table of AACT"}
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return t, context.Cause(ctx)
		}
		at := in.offset
		line, cells, err := in.nextLine()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, &source.Error{Position: source.At(file, at), Problem: "the table is damaged", Err: err}
		}
		if line != nil {
			err = t.sorter.addLine(line)
		} else {
			err = t.sorter.add(cells)
		}
		if err != nil {
			return t, err
		}
	}
	if t.broken = in.broken; in.unended {
		e.notes.Unended = append(e.notes.Unended, name)
	}
	t.rows, err = t.sorter.done()
	return t, err
}

// idColumn is the column that says which study a row is of.
const idColumn = "nct_id"

// table makes a table with columns of these names.
func (e *export) table(name string, delimiter byte, columns []string) *table {
	t := &table{name: name, columns: columnsOf{}}
	e.notes.unknown(name, columns)
	for i, column := range columns {
		if used()[name][column] {
			t.columns[column] = i
		}
	}
	t.sorter = newSorter(e, delimiter, len(columns), t.columns)
	return t
}

// studies walks through all tables at once, study by study.
func (e *export) studies(ctx context.Context, notes *Notes, yield func(Study, error) bool) {
	columns := map[string]columnsOf{}
	for _, t := range e.tables {
		if t != nil {
			columns[t.name] = t.columns
		}
	}
	x := layoutOf(columns)
	notes.AbsentTables, notes.AbsentColumns = x.absent()
	j := newJoiner(x, notes, e.tilde)
	key := e.tables[keyAt()]
	var buffer []byte
	var room cells
	var weight weight
	for {
		if ctx.Err() != nil {
			yield(Study{}, context.Cause(ctx))
			return
		}
		first := key.rows.peek()
		if first == nil {
			if err := e.rest(); err != nil {
				yield(Study{}, err)
			}
			return
		}
		id := string(first.study)
		room.reset()
		weight.bytes, weight.cells = 0, 0
		for i, t := range e.tables {
			j.rows[i] = j.rows[i][:0]
			if t == nil {
				continue
			}
			var err error
			if j.rows[i], err = t.of(id, &room, &weight, j.rows[i]); err != nil {
				yield(Study{}, err)
				return
			}
		}
		s := Study{ID: id, Err: weight.over()}
		if s.Err == nil {
			buffer = j.study(buffer[:0])
			s.JSON = buffer
		}
		if !yield(s, nil) {
			return
		}
	}
}

// rest counts the rows that are left when there is no more study.
func (e *export) rest() error {
	for _, t := range e.tables {
		for t != nil && t.rows.peek() != nil {
			t.orphans += int(t.rows.peek().count)
			if err := t.rows.take(); err != nil {
				return err
			}
		}
		if t != nil {
			addTo(&e.notes.Orphans, t.name, t.orphans)
		}
	}
	return nil
}

// of appends the rows of a study; those of studies before it belong to none and
// are counted.
func (t *table) of(study string, room *cells, w *weight, to []row) ([]row, error) {
	last, inOrder := int64(math.MinInt64), true
	for {
		next := t.rows.peek()
		if next == nil {
			break
		}
		order := strings.Compare(alias(next.study), study)
		if order > 0 {
			break
		}
		switch {
		case order < 0:
			t.orphans += int(next.count)
		case w.add(len(next.rows), t.sorter.needed*int(next.count)):
			rows := next.rows
			if len(t.rows.runs) > 0 {
				rows = room.keep(rows)
			}
			to = room.unpack(to, rows, t.sorter.delimiter, t.sorter.needed)
			inOrder, last = inOrder && last <= next.first, next.last
		}
		if err := t.rows.take(); err != nil {
			return to, err
		}
	}
	if !inOrder {
		t.sort(to)
	}
	return to, nil
}

// sort sorts rows by their ids: where groups of them overlap.
func (t *table) sort(rows []row) {
	id := func(r row) int64 {
		n, _ := strconv.ParseInt(whole(r[t.sorter.id]), 10, 64) // as the sorter does
		return n
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(id(a), id(b)) })
}

package aact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/source"
)

// IsDump reports whether a text begins as a plain-text dump of PostgreSQL does,
// which pg_dump writes, and pg_restore -f of the archive that CTTI offers.
func IsDump(head []byte) bool {
	for n := 0; n < 4; n++ { // it stands in the second line
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		if bytes.HasPrefix(line, []byte("-- PostgreSQL database dump")) {
			return true
		}
		if !bytes.HasPrefix(line, []byte("--")) && len(bytes.TrimSpace(line)) > 0 {
			return false
		}
		head = rest
	}
	return false
}

// IsArchive reports whether a file begins as an archive of pg_dump does, which
// only pg_restore reads.
func IsArchive(head []byte) bool { return bytes.HasPrefix(head, []byte("PGDMP")) }

// Dump yields the studies of a plain-text dump, in the order of their NCT
// numbers: those of its COPY blocks that are of AACT's tables. Its texts are what
// the database holds. The error is a *source.Error, or the cause of ctx.
func Dump(ctx context.Context, r io.Reader, notes *Notes) iter.Seq2[Study, error] {
	return sortedStudies(ctx, notes, func(e *export) error {
		d := dump{rowReader: newRowReader(r, '\t'), export: e}
		if err := d.read(ctx); err != nil {
			var at *source.Error
			if errors.As(err, &at) || ctx.Err() != nil {
				return err
			}
			return &source.Error{Position: source.At("", d.offset), Problem: "the dump is damaged", Err: err}
		}
		if e.tables[keyAt()] == nil {
			return &source.Error{
				Position: source.At("", 0), Problem: "the dump has no COPY block of the table " + keyTable, Expected: "a dump of AACT with its data",
				Hint: "pg_restore -f - ARCHIVE writes one; --schema-only and --inserts do not",
			}
		}
		return nil
	})
}

// keyAt is the place of the table of studies among the tables.
func keyAt() int { return slices.Index(tables(), keyTable) }

// dump reads the lines of a dump.
type dump struct {
	*rowReader
	export *export
}

func (d *dump) read(ctx context.Context) error {
	complete, open := false, false
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		line, err := d.rowReader.read()
		if errors.Is(err, io.EOF) {
			if open {
				return fmt.Errorf("line %d: the dump ends within a statement", d.number)
			}
			d.export.notes.NoEnd = !complete
			return nil
		}
		if err != nil {
			return err
		}
		open = d.endsWithin(trimEnd(line), open)
		complete = complete || bytes.HasPrefix(line, []byte("-- PostgreSQL database dump complete"))
		if schemaOf, name, columns, ok := parseCopy(string(trimEnd(line))); ok {
			if err := d.block(ctx, schemaOf, name, columns); err != nil {
				return err
			}
		}
	}
}

// endsWithin reports whether a dump that ends with a line is cut: where that is of
// a COPY statement without an end, or a part of some other one without a line end.
// pg_dump writes a COPY statement on one line, and ends every line. Open says that
// it would be before the line.
func (d *dump) endsWithin(line []byte, open bool) bool {
	switch {
	case len(line) == 0:
		return open
	case bytes.HasPrefix(line, []byte("COPY ")):
		return line[len(line)-1] != ';'
	}
	return d.unended && line[len(line)-1] != ';' && !bytes.HasPrefix(line, []byte("--")) && string(line) != `\.`
}

// parseCopy reads "COPY ctgov.studies (nct_id, …) FROM stdin;".
func parseCopy(line string) (in, name string, columns []string, ok bool) {
	rest, ok := strings.CutPrefix(line, "COPY ")
	if !ok {
		return "", "", nil, false
	}
	name, rest, ok = strings.Cut(rest, " (")
	list, end, found := strings.Cut(rest, ") FROM stdin")
	if !ok || !found || strings.Trim(end, "; ") != "" {
		return "", "", nil, false
	}
	for column := range strings.SplitSeq(list, ", ") {
		columns = append(columns, strings.Trim(column, `"`))
	}
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		in, name = strings.Trim(name[:dot], `"`), name[dot+1:]
	}
	return in, strings.Trim(name, `"`), columns, true
}

// block reads the rows of a COPY block. Of two tables of one name, that of
// AACT's own schema is taken, or else the first.
func (d *dump) block(ctx context.Context, in, name string, columns []string) error {
	at := slices.Index(tables(), name)
	var t *table
	var cells row
	if at >= 0 && slices.Contains(columns, idColumn) && (d.export.tables[at] == nil || in == schema) {
		if before := d.export.tables[at]; before != nil {
			before.sorter.close()
		}
		t = d.export.table(name, '\t', columns)
		d.export.tables[at] = t
	}
	if in == schema && slices.Contains(columns, idColumn) && !knownTable(name) {
		d.export.notes.UnknownTables = append(d.export.notes.UnknownTables, name)
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		line, err := d.rowReader.read()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: the rows of the table %s have no end", d.number, name)
		}
		if err != nil {
			return err
		}
		if line = trimEnd(line); string(line) == `\.` {
			break
		}
		if t == nil {
			continue
		}
		cells = copied(cells[:0], alias(line))
		if len(cells) != len(columns) {
			return fmt.Errorf("line %d: %d columns, expected %d", d.number, len(cells), len(columns))
		}
		if err := t.sorter.add(cells); err != nil {
			return err
		}
	}
	if t == nil {
		return nil
	}
	var err error
	t.rows, err = t.sorter.done()
	return err
}

// copied appends the cells of a row of COPY's text format; a null is empty.
func copied(cells row, line string) row {
	for cell := range strings.SplitSeq(line, "\t") {
		switch {
		case cell == `\N`:
			cell = ""
		case strings.IndexByte(cell, '\\') >= 0:
			cell = unescaped(cell)
		}
		cells = append(cells, cell)
	}
	return cells
}

// copyEscapes are the letters that stand for characters behind a backslash.
var copyEscapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// unescaped undoes the escapes of COPY's text format.
func unescaped(cell string) string {
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		c := cell[i]
		if c != '\\' || i+1 == len(cell) {
			b.WriteByte(c)
			continue
		}
		i++
		c = cell[i]
		digits, base, most := 0, 8, 3
		if c == 'x' && i+1 < len(cell) && digitOf(cell[i+1], 16) >= 0 {
			i, base, most = i+1, 16, 2
		}
		value := 0
		for digits < most && i+digits < len(cell) && digitOf(cell[i+digits], base) >= 0 {
			value = value*base + digitOf(cell[i+digits], base)
			digits++
		}
		switch {
		case digits > 0:
			b.WriteByte(byte(value)) //nolint:gosec // at most three octal digits, of which PostgreSQL takes the low byte
			i += digits - 1
		case copyEscapes[c] != 0:
			b.WriteByte(copyEscapes[c])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// digitOf is the value of a digit, or -1.
func digitOf(c byte, base int) int {
	v := -1
	switch {
	case c >= '0' && c <= '9':
		v = int(c - '0')
	case c >= 'a' && c <= 'f':
		v = int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		v = int(c-'A') + 10
	}
	if v >= base {
		return -1
	}
	return v
}

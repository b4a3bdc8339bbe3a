package convert

import (
	"bufio"
	"bytes"
	"errors"
	"hash/maphash"
	"io"

	"github.com/trialweave/trialweave/study"
)

// Left is what Merge left out: lines, and of how many records of studies that were
// there before.
type Left struct{ Lines, Records int64 }

// Merge copies N-Quads of several runs, one after the other, to w. A line of
// the shared graph is copied once, and of the graphs of a study's record the
// first, as it would be written in one run: so the parts of an input, converted
// apart, merge into the bytes of one conversion, but for shared lines that only a
// record has that is left out.
func Merge(w io.Writer, sharedGraph string, parts ...io.Reader) (left Left, err error) {
	out := bufio.NewWriterSize(w, 1<<18)
	end := []byte(" <" + sharedGraph + "> .\n")
	seeds := [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	var seen lineSet
	var records recordGraphs
	for _, part := range parts {
		records.last = 0 // whatever comes is another graph
		in := bufio.NewReaderSize(part, 1<<18)
		for {
			line, err := readLine(in)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return left, err
			}
			if bytes.HasSuffix(line, end) && !seen.add(lineHash{maphash.Bytes(seeds[0], line), maphash.Bytes(seeds[1], line)}) || records.again(line) {
				left.Lines++
				continue
			}
			if _, err := out.Write(line); err != nil {
				return left, &WriteError{err}
			}
		}
	}
	left.Records = records.repeated
	if err := out.Flush(); err != nil {
		return left, &WriteError{err}
	}
	return left, nil
}

// recordGraphs are the graphs of records that were met, which come in one piece.
type recordGraphs struct {
	studies  study.Seen
	last     uint32 // the study of the last line
	left     bool   // it is left out
	repeated int64  // how many were left out
}

// again reports whether a line is of a graph that was there before.
func (g *recordGraphs) again(line []byte) bool {
	number, ok := recordNumber(line)
	if ok && number != g.last {
		first, _ := g.studies.Add(study.Version{Number: number})
		if g.last, g.left = number, !first; g.left {
			g.repeated++
		}
	}
	return ok && g.left
}

var recordEnd = []byte("#record> .\n")

// recordNumber returns the number of the study in whose record's graph a line is.
func recordNumber(line []byte) (number uint32, ok bool) {
	const digits = 8
	line, ok = bytes.CutSuffix(line, recordEnd)
	if !ok || len(line) < digits || !bytes.HasSuffix(line[:len(line)-digits], []byte("/NCT")) {
		return 0, false
	}
	for _, c := range line[len(line)-digits:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		number = 10*number + uint32(c-'0')
	}
	return number, true
}

// readLine returns a line with its end, however long it is; it is valid until
// the next call.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		if errors.Is(err, io.EOF) && len(line) > 0 {
			err = io.ErrUnexpectedEOF // lines of ours end
		}
		return line, err
	}
	long := append([]byte(nil), line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = in.ReadSlice('\n')
		long = append(long, line...)
	}
	return long, err
}

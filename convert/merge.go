package convert

import (
	"bufio"
	"bytes"
	"errors"
	"hash/maphash"
	"io"
)

// Merge copies N-Quads of several runs, one after the other, to w. A line of
// the shared graph is copied once, as it would be written in one run: so the
// parts of an input, converted apart, merge into the bytes of one conversion.
// It returns how many lines were left out.
func Merge(w io.Writer, sharedGraph string, parts ...io.Reader) (repeated int64, err error) {
	out := bufio.NewWriterSize(w, 1<<18)
	end := []byte(" <" + sharedGraph + "> .\n")
	seeds := [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	var seen lineSet
	for _, part := range parts {
		in := bufio.NewReaderSize(part, 1<<18)
		for {
			line, err := readLine(in)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return repeated, err
			}
			if bytes.HasSuffix(line, end) && !seen.add(lineHash{maphash.Bytes(seeds[0], line), maphash.Bytes(seeds[1], line)}) {
				repeated++
				continue
			}
			if _, err := out.Write(line); err != nil {
				return repeated, &WriteError{err}
			}
		}
	}
	if err := out.Flush(); err != nil {
		return repeated, &WriteError{err}
	}
	return repeated, nil
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

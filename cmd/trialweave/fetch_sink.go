package main

import (
	"archive/zip"
	"io"

	"github.com/klauspost/compress/flate"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/study"
)

// lineSink writes studies as NDJSON.
type lineSink struct{ w io.Writer }

// WriteStudy takes the study as the line of its record.
func (s lineSink) WriteStudy(_ []byte, record ...[]byte) error {
	_, err := s.w.Write(convert.Whole(record))
	return err
}

// Close has nothing to finish.
func (s lineSink) Close() error { return nil }

// zipSink writes studies as the registry's bulk download has them: an entry
// for each, named by its number. Entries have no time, so that the same
// studies are the same bytes.
type zipSink struct{ zip *zip.Writer }

func newZIPSink(w io.Writer) zipSink {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	return zipSink{z}
}

// WriteStudy takes the study as the line of its record.
func (s zipSink) WriteStudy(_ []byte, pieces ...[]byte) error {
	record := convert.Whole(pieces)
	id, fault := study.ID(record)
	if fault != nil {
		return fault
	}
	entry, err := s.zip.Create(id + ".json")
	if err != nil {
		return err
	}
	_, err = entry.Write(record[:len(record)-1])
	return err
}

// Close writes the directory.
func (s zipSink) Close() error { return s.zip.Close() }

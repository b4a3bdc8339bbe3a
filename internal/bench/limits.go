package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"
	"github.com/piprate/json-gold/ld"
)

// limitCommand is what this program runs as a process of its own, to be
// measured: a bound of the converters, or json-gold called plainly.
func limitCommand(args []string) error {
	if len(args) < 2 {
		return errors.New("limit: expected a name and a file")
	}
	switch args[0] {
	case "unzip":
		return unzipAll(args[1])
	case "tokens":
		return tokens(args[1])
	case "json-gold":
		return jsonGold(args[1], args[2])
	}
	return fmt.Errorf("invalid limit %q", args[0])
}

// unzipAll inflates each entry with one decompressor, into one buffer.
func unzipAll(path string) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer func() { _ = z.Close() }() // it was only read
	var raw bytes.Buffer
	var inflate io.ReadCloser
	buf := make([]byte, 1<<20)
	for _, f := range z.File {
		r, err := f.OpenRaw()
		if err != nil {
			return err
		}
		raw.Reset()
		if _, err := raw.ReadFrom(r); err != nil {
			return err
		}
		if inflate == nil {
			inflate = flate.NewReader(&raw)
		} else if err := inflate.(flate.Resetter).Reset(&raw, nil); err != nil {
			return err
		}
		for err == nil {
			_, err = inflate.Read(buf)
		}
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// tokens reads each token of the lines and does nothing with it.
func tokens(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	d := jsontext.NewDecoder(f)
	for {
		if _, err := d.ReadToken(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// jsonGold turns annotated documents, one a line, into N-Quads.
func jsonGold(path, contextFile string) error {
	text, err := os.ReadFile(contextFile)
	if err != nil {
		return err
	}
	var context any
	if err := json.Unmarshal(text, &context); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	options := ld.NewJsonLdOptions("")
	options.Format, options.ExpandContext = "application/n-quads", context
	processor, out := ld.NewJsonLdProcessor(), bufio.NewWriter(os.Stdout)
	for d := json.NewDecoder(f); ; {
		var doc any
		if err := d.Decode(&doc); errors.Is(err, io.EOF) {
			return out.Flush()
		} else if err != nil {
			return err
		}
		quads, err := processor.ToRDF(doc, options)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprint(out, quads); err != nil {
			return err
		}
	}
}

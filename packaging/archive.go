package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// entry is a file of an archive.
type entry struct {
	name string
	data []byte
	mode int64
}

// tarball makes a tar archive, which root owns. Folders are named by a slash.
func tarball(entries []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.data)), ModTime: at, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if e.name[len(e.name)-1] == '/' {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// gzipped compresses, without name or time.
func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(data)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}

func tarGzip(entries []entry, at time.Time) ([]byte, error) {
	data, err := tarball(entries, at)
	if err != nil {
		return nil, err
	}
	return gzipped(data)
}

func zipped(entries []entry, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: at}
		h.SetMode(os.FileMode(e.mode))
		f, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(e.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// archive makes a tar archive, or a ZIP for Windows, whose name has no version: the
// action takes it by the tag.
func (r *release) archive(b binary, manual map[string][]byte) error {
	entries := []entry{{b.file(), b.data, 0o755}}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		data, err := os.ReadFile(filepath.Join(r.source, name))
		if err != nil {
			return err
		}
		entries = append(entries, entry{name, data, 0o644})
	}
	for _, name := range slices.Sorted(maps.Keys(manual)) {
		entries = append(entries, entry{"share/" + name, manual[name], 0o644})
	}
	name, pack := b.command+"_"+b.os+"_"+b.arch+".tar.gz", tarGzip
	if b.os == "windows" {
		name, pack = b.command+"_"+b.os+"_"+b.arch+".zip", zipped
	}
	data, err := pack(entries, r.time)
	if err != nil {
		return err
	}
	return errors.Join(r.write(name, data), r.sbom(b, name, data))
}

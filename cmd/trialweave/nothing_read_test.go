package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/sparql"
)

func gzipOf(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func zipOf(files ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		if f, err := w.Create(files[i]); err == nil {
			_, _ = io.WriteString(f, files[i+1])
		}
	}
	_ = w.Close()
	return b.String()
}

func tarOf(name, text string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if w.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}) == nil {
		_, _ = io.WriteString(w, text)
	}
	_ = w.Close()
	return b.String()
}

// unreadable are inputs in which there is no study. A name with a slash is of a
// file in a folder, which is the input.
func unreadable() map[string]string {
	const dump = "--\n-- PostgreSQL database dump\n--\n\n"
	return map[string]string{
		"empty.json": "", "blank.json": " \n\n\t", "mark.json": "\ufeff", "object.json": "{}", "objects.json": "[{},{}]", "null.json": "null",
		"true.json": "true", "text.json": `"text"`, "number.json": "42", "numbers.json": "[1,2]", "lists.json": "[[],[]]",
		"page-object.json": `{"studies":{}}`, "page-null.json": `{"studies":null}`, "page-of-objects.json": `{"studies":[{}]}`,
		"error.json": `{"error":"not found"}`, "wrapper.json": `{"data":{"x":[1]}}`, "hits.json": `{"hits":{"total":0,"hits":[]}}`,
		"actions.ndjson": `{"index":{"_id":"1"}}` + "\n" + `{"index":{"_id":"2"}}` + "\n", "id.json": `{"_id":1}`, "reject.ndjson": `{"file":"x","error":"y"}`,
		"frame.json": `{"columns":["protocolSection"],"index":[],"data":[]}`, "text.txt": "hello\n", "page.html": "<html><body>502 Bad Gateway</body></html>",
		"feed.xml": `<?xml version="1.0"?><rss version="2.0"/>`, "prologue.xml": `<?xml version="1.0"?>`, "classic.xml": "<FullStudyList></FullStudyList>",
		"classic.json": `{"FullStudiesResponse":{"NStudiesReturned":0,"FullStudies":[]}}`, "fields.json": `{"StudyFieldsResponse":{"StudyFields":[]}}`,
		"values.json": `{"FieldValuesResponse":{"Field":"Phase"}}`, "values.xml": "<FullStudiesResponse><NStudiesFound>0</NStudiesFound></FullStudiesResponse>",
		"header.csv": "NCT Number,Study Title\n", "header.tsv": "NCT Number\tStudy Title", "rows.csv": "NCT Number,Study Title\r\n,\r\n,\r\n",
		"other.csv": "Name,Value\na,1\n", "separator.csv": "sep=;\r\nNCT Number;Study Title\r\n", "mac.csv": "NCT Number,Study Title\r",
		"empty.gz": gzipOf(""), "text.gz": gzipOf("hello"), "empty.zip": zipOf(), "readme.zip": zipOf("readme.md", "hello"), "hidden.zip": zipOf(".a.json", "{}", "__MACOSX/b", ""),
		"nested.zip": zipOf("a.zip", zipOf("b.txt", "hello")), "readme.tar": tarOf("readme.md", "hello"), "readme.tgz": gzipOf(tarOf("readme.md", "hello")),
		"nothing/": "", "readme/readme.md": "hello", "hidden/.json": "{}", "aact/studies.txt": "nct_id|brief_title\n", "aact-csv/studies.csv": "nct_id,brief_title\n",
		"schema.sql": dump, "rows.sql": dump + "COPY ctgov.studies (nct_id, acronym) FROM stdin;\n\\.\n", "archive.dmp": "PGDMP and more", "cut.sql": dump + "COPY ctgov.studies (nct_id, acr",
		"utf16.json": "\xff\xfe{\x00}\x00", "utf32.json": "{\x00\x00\x00}\x00\x00\x00", "photo.jpg": "\xff\xd8\xff\xe0\x00\x10JFIF\x00",
	}
}

// TestNothingRead: an input in which there is no study is an error of every
// command that reads studies, and what was written before stays as it was.
func TestNothingRead(t *testing.T) {
	server, writes := emptyStore(t)
	inputs := unreadable()
	if len(inputs) < 40 {
		t.Errorf("%d inputs", len(inputs))
	}
	for _, name := range portion.Of(slices.Sorted(maps.Keys(inputs)), 3) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path+"x"), 0o750); err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "/") {
				if err := os.WriteFile(path, []byte(inputs[name]), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			folder, _, _ := strings.Cut(name, "/")
			nothingRead(t, dir, filepath.Join(dir, folder), server)
		})
	}
	if n := writes.Load(); n > 0 {
		t.Errorf("%d requests that write", n)
	}
}

// emptyStore is a server of an empty store, which counts the requests that write.
func emptyStore(t *testing.T) (address string, writes *atomic.Int64) {
	t.Helper()
	writes = &atomic.Int64{}
	answers := sparql.Handler(index.NewBuilder().Build(), nil, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/query" {
			writes.Add(1)
		}
		r.URL.Path = "/sparql"
		answers.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Setenv("TRIALWEAVE_STATE", t.TempDir())
	return server.URL, writes
}

// nothingRead runs each command on an input.
func nothingRead(t *testing.T, dir, input, server string) {
	t.Helper()
	old, bulk := filepath.Join(dir, "old.out"), filepath.Join(dir, "bulk")
	dirOfIndex := filepath.Join(dir, "index")
	var fault bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: io.Discard, err: &fault, engine: newEngine}
	if status := run(t.Context(), []string{"index", sample, "-o", dirOfIndex}, std); status != 0 {
		t.Fatalf("exit %d, %s", status, &fault)
	}
	before := filesIn(t, dirOfIndex)
	if err := os.WriteFile(old, []byte("what was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"convert", input, "-o", old}, {"annotate", input, "-o", old}, {"stats", input, "-o", old}, {"plan", "--shards", "2", input, "-o", old},
		{"index", input, "-o", dirOfIndex}, {"validate", input}, {"load", "oxigraph:x", input, "--bulk", bulk},
		{"load", "oxigraph:" + server, input}, {"sync", "oxigraph:" + server, input}, {"convert", sample, input, "-o", old},
	} {
		fault.Reset()
		status := run(t.Context(), args, std)
		if status != 2 || !strings.Contains(fault.String(), input) || strings.Contains(fault.String(), "asking") {
			t.Errorf("%s: exit %d, %s", args[0], status, &fault)
		}
		if text, err := os.ReadFile(old); err != nil || string(text) != "what was there" {
			t.Errorf("%s: the old output is %q, %v", args[0], text, err)
		}
	}
	if after := filesIn(t, dirOfIndex); !maps.Equal(before, after) {
		t.Errorf("the index has changed: %v, was %v", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)))
	}
	if _, err := os.Stat(filepath.Join(bulk, "load.sh")); err == nil {
		t.Error("there is a script that loads nothing")
	}
}

// filesIn are the files of a folder.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(text)
	}
	return out
}

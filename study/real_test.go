package study_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/trialweave/trialweave/study"
)

// shared finds the folder of real data beside the module, or skips.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("TRIALWEAVE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(root, "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: no %s beside the module; TRIALWEAVE_SHARED names another folder", name)
	}
	return path
}

// read returns how many records are good and bad, and their bytes.
func read(t testing.TB, path string) (good, bad int, bytes int64) {
	t.Helper()
	in, err := study.Open([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range in.Records(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, fault := study.Validate(r.JSON); fault != nil || r.Err != nil {
			bad++
			t.Log(r.Position, fault, r.Err)
			continue
		}
		good++
		bytes += int64(len(r.JSON))
	}
	return good, bad, bytes
}

func TestRealStudies(t *testing.T) {
	for name, want := range map[string]int{"ctg-studies-visible.json.zip": 2309, "golden": 26, "v2-older": 16} {
		t.Run(name, func(t *testing.T) {
			if good, bad, _ := read(t, shared(t, name)); good != want || bad != 0 {
				t.Errorf("%d good and %d bad studies, want %d", good, bad, want)
			}
		})
	}
}

const synthetic = `{"protocolSection":{"identificationModule":{"nctId":"NCT99999001"}}}`

func synthetics(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"protocolSection":{"identificationModule":{"nctId":"NCT%08d"}}}`+"\n", 99000000+i)
	}
	return b.String()
}

func save(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// zipOf packs files given as pairs of name and content.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, s)
	z.Close()
	return b.String()
}

func zstandard(s string) string {
	z, _ := zstd.NewWriter(nil)
	return string(z.EncodeAll([]byte(s), nil))
}

func TestContainers(t *testing.T) {
	tests := map[string]struct {
		data      string
		good, bad int
	}{
		"gzip":  {gzipped(synthetics(5)), 5, 0},
		"zstd":  {zstandard(synthetics(5)), 5, 0},
		"ZIP":   {string(zipOf(t, "a.json", synthetic, "d/b", synthetics(3), "README", "hello", ".x", "{}", "p.json", `{"name":1}`)), 4, 0},
		"page":  {string(zipOf(t, "page", `{"studies":[`+synthetic+`,`+synthetic+`]}`, "z.gz", gzipped(synthetics(2)))), 4, 0},
		"big":   {string(zipOf(t, "big", synthetics(100_000), "a", synthetic)), 100_001, 0},
		"empty": {string(zipOf(t, "p.json", `{"studies":[]}`)), 0, 0},
		"ZIPs":  {string(zipOf(t, "in.zip", string(zipOf(t, "a.json", synthetic, "b.zip", string(zipOf(t, "c.json", synthetics(2))))))), 3, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			good, bad, _ := read(t, save(t, "input", []byte(test.data)))
			if good != test.good || bad != test.bad {
				t.Errorf("%d good and %d bad, want %d and %d", good, bad, test.good, test.bad)
			}
			in, err := study.Open([]string{"-"}, &study.Options{Stdin: strings.NewReader(test.data)})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, err := range in.Records(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != test.good {
				t.Errorf("%d of standard input, want %d", n, test.good)
			}
		})
	}
}

func TestDamagedArchive(t *testing.T) {
	data := zipOf(t, "a.json", synthetic, "b.json", strings.Repeat(synthetics(1), 50), "c.json", synthetic)
	at := bytes.Index(data, []byte("b.json")) + 20
	data[at] ^= 0xff
	in, err := study.Open([]string{save(t, "damaged.zip", data)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range in.Records(t.Context()) {
		last = err
	}
	if !errors.Is(last, study.ErrDamaged) {
		t.Errorf("the reading ended with %v", last)
	}
}

func TestZIPBomb(t *testing.T) {
	data := zipOf(t, "bomb.json", strings.Repeat(" ", 80<<20), "c.json", synthetic)
	good, bad, _ := read(t, save(t, "bomb.zip", data))
	if good != 1 || bad != 1 {
		t.Errorf("%d good, %d bad", good, bad)
	}
}

func TestStopEarly(t *testing.T) {
	path := save(t, "a.ndjson", []byte(synthetics(100)))
	in, err := study.Open([]string{path, path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range in.Records(t.Context()) {
		if n++; n == 3 {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err := range in.Records(ctx) {
		if cancel(); err != nil {
			return
		}
	}
	t.Error("a cancelled context did not end the reading")
}

func ExampleOpen() {
	path := filepath.Join(os.TempDir(), "trialweave-open.json")
	os.WriteFile(path, []byte(`{"studies":[`+synthetic+`]}`), 0o600)
	defer os.Remove(path)
	in, err := study.Open([]string{path}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for r, err := range in.Records(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		id, fault := study.Validate(r.JSON)
		fmt.Println(r.Offset, id, fault == nil)
	}
	// Output: 12 NCT99999001 true
}

func ExampleRead() {
	for r, err := range study.Read(strings.NewReader(synthetic+"\n{}"), "two.ndjson", nil) {
		fmt.Println(r.Position, len(r.JSON), err)
	}
	// Output:
	// two.ndjson:offset 0 68 <nil>
	// two.ndjson:offset 69 2 <nil>
}

func ExampleValidate() {
	_, fault := study.Validate([]byte(`{"protocolSection":{"identificationModule":{"nctId":"ISRCTN1"}}}`))
	fmt.Println(fault.Pointer, fault.Problem)
	id, _ := study.Validate([]byte(`{"protocolSection":{"identificationModule":{"nctId":"nct42"}}}`))
	fmt.Println(id)
	// Output:
	// /protocolSection/identificationModule/nctId "ISRCTN1" is not an NCT id
	// NCT00000042
}

func BenchmarkZIP(b *testing.B) {
	path := shared(b, "ctg-studies-visible.json.zip")
	for b.Loop() {
		in, _ := study.Open([]string{path}, nil)
		for r, err := range in.Records(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			_ = r
		}
	}
	b.SetBytes(71_600_000)
}

func ndjson(b *testing.B) []byte {
	b.Helper()
	var all bytes.Buffer
	in, _ := study.Open([]string{shared(b, "ctg-studies-visible.json.zip")}, nil)
	for r, err := range in.Records(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		all.Write(r.JSON)
		all.WriteByte('\n')
	}
	return all.Bytes()
}

func BenchmarkNDJSON(b *testing.B) {
	data := ndjson(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for _, err := range study.Read(bytes.NewReader(data), "x", nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkArray(b *testing.B) {
	data := append([]byte("["), bytes.ReplaceAll(bytes.TrimSpace(ndjson(b)), []byte("\n"), []byte(",\n"))...)
	data = append(data, ']')
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for _, err := range study.Read(bytes.NewReader(data), "x", nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	data := ndjson(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for r := range study.Read(bytes.NewReader(data), "x", nil) {
			if _, fault := study.Validate(r.JSON); fault != nil {
				b.Fatal(fault)
			}
		}
	}
}

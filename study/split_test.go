package study

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/source"
)

func record(n int) string {
	return fmt.Sprintf(`{"protocolSection":{"identificationModule":{"nctId":"NCT%08d","briefTitle":"Synthetic } { \" ] %d"}}}`, 99999000+n, n)
}

// cutAll returns what the splitter makes of an input, a line a piece.
func cutAll(r io.Reader, limit, chunk int) []string {
	var got []string
	each := func(p piece) bool {
		text := fmt.Sprintf("%d %d %s", p.offset, p.form, p.json)
		if p.err != nil {
			text += " error: " + p.err.Error()
		}
		got = append(got, text)
		return true
	}
	s := splitter{in: r, limit: limit, chunk: chunk, yield: each}
	if err := s.run(); err != nil {
		got = append(got, "failed: "+err.Error())
	}
	return got
}

// ids returns the NCT ids of the good records, "-" for each bad one.
func ids(input string) string {
	var out []string
	for r, err := range Read(strings.NewReader(input), "test", &Options{MaxRecord: 4096}) {
		if err != nil {
			out = append(out, "!")
			break
		}
		id, bad := Validate(r.JSON)
		if r.Err != nil || bad != nil {
			id = "-"
		}
		out = append(out, strings.TrimPrefix(id, "NCT9999900"))
	}
	return strings.Join(out, " ")
}

func TestForms(t *testing.T) {
	a, b, c := record(1), record(2), record(3)
	pretty := strings.NewReplacer(`{"identificationModule"`, "{\n  \"identificationModule\"", `{"protocolSection"`, "{\n  \"protocolSection\"", "}}}", "}\n}\n}").Replace
	tests := []struct{ name, input, want string }{
		{"one", a, "1"},
		{"pretty", pretty(a), "1"},
		{"mark", "\ufeff" + a, "1"},
		{"page", `{"totalCount":3,"studies":[` + a + "," + b + `],"nextPageToken":"x"}`, "1 2"},
		{"page, token first", `{"nextPageToken":"x","studies":[` + a + `]}` + "\n" + `{"studies":[` + b + `]}`, "1 2"},
		{"empty page", `{"studies":[]}`, ""},
		{"array", "[" + a + ",\n" + b + "\n]", "1 2"},
		{"NDJSON", a + "\n" + b + "\n", "1 2"},
		{"NDJSON, CRLF and blank lines", a + "\r\n\r\n" + b + "\r\n\n" + c, "1 2 3"},
		{"concatenated", a + b + " " + c, "1 2 3"},
		{"pretty, concatenated", pretty(a) + "\n" + pretty(b), "1 2"},
		{"nothing", "", ""},
		{"broken line", a + "\n" + b[:40] + "\n" + c, "1 - 3"},
		{"line without its last brace", a + "\n" + b[:len(b)-1] + "\n" + c, "1 - 3"},
		{"line of junk", a + "\nhello\n" + c, "1 - 3"},
		{"cut at the end", a + "\n" + b[:60], "1 !"},
		{"cut behind a brace", a + "\n" + b[:len(b)-1], "1 !"},
		{"cut in a text, with a line end", a + "\n" + b[:60] + "\n \n", "1 !"},
		{"array, cut", "[" + a + "," + b[:60], "1 !"},
		{"array, cut behind a study", "[" + a + "," + b, "1 2 !"},
		{"page, cut behind the studies", `{"studies":[` + a + "]", "1 !"},
		{"no line end", a + "\n" + b, "1 2"},
		{"study in an object", `{"study":` + a + "}", "1"},
		{"history", `{"studyVersion":3,"study":` + a + `,"changes":{"data":{"x":1}}}`, "1"},
		{"list of pages", `[{"studies":[` + a + "," + b + `],"nextPageToken":"x"},{"studies":[` + c + `]}]`, "1 2 3"},
		{"lists in a list", "[[" + a + "],[" + b + "," + c + "]]", "1 2 3"},
		{"hits", `{"took":1,"hits":{"total":{"value":2},"hits":[{"_index":"t","_source":` + a + `},{"_source":` + b + `,"sort":[1]}]}}`, "1 2"},
		{"dump", `{"_index":"t","_id":"1","_source":` + a + "}\n" + `{"_index":"t","_id":"2","_source":` + b + "}\n", "1 2"},
		{"bulk", `{"index":{"_index":"t","_id":"1"}}` + "\n" + a + "\n" + `{"update":{"_id":"2"}}` + "\n" + `{"doc":` + b + "}\n", "1 2"},
		{"keyed by number", `{"NCT99999001":` + a + `,"NCT99999002":` + b + "}", "1 2"},
		{"keyed by number, one missing", `{"NCT99999001":` + a + `,"NCT99999002":{"error":"not found"},"NCT99999003":` + c + "}", "1 - 3"},
		{"keyed by number, the first null", `{"NCT99999002":null,"NCT99999001":` + a + `}`, "- 1"},
		{"keyed by number, values of every kind", `{"NCT99999001":` + a + `,"NCT99999002":null,"NCT99999004":"gone","NCT99999005":404,"NCT99999006":[],"NCT99999007":{},"NCT99999003":` + c + "}", "1 - - - - - 3"},
		{"keyed by number, below a key", `{"data":{"NCT99999001":` + a + `,"NCT99999002":null}}`, "1 -"},
		{"rows by number, one null", `{"0":` + a + `,"1":null,"2":` + b + "}", "1 - 2"},
		{"null beside a study", `{"data":null,"study":` + a + `,"next":null}`, "1"},
		{"data, pages below", `{"data":{"results":{"studies":[` + a + "," + b + `]}}}`, "1 2"},
		{"list with another object", `{"data":[` + a + `,{"name":1}]}`, "1 -"},
		{"rows by number", `{"0":` + a + `,"1":` + b + "}", "1 2"},
		{"columns", `{"protocolSection":{"10":` + section(b) + `,"2":` + section(a) + `},"hasResults":{"2":true,"10":null}}`, "1 2"},
		{"split", `{"columns":["protocolSection","hasResults"],"index":[0,1],"data":[[` + section(a) + `,false],[` + section(b) + `,null]]}`, "1 2"},
		{"table", `{"schema":{"fields":[]},"data":[{"index":0,` + a[1:] + `]}`, "1"},
		{"flat", `[{"protocolSection.identificationModule.nctId":"NCT99999001","hasResults":false}]`, "1"},
		{"MongoDB", `{"_id":{"$oid":"65"},` + a[1:] + "\n" + `{"_id":"x",` + b[1:], "1 2"},
		{"object without a study", `{"data":{"name":1}}`, "-"},
		{"action without a study", `{"index":{"_id":"1"},"more":1}`, "-"},
		{"array, a brace lost", "[" + a + "," + b[:len(b)-1] + "," + c + "]", "1 - 3"},
		{"array, a brace too many", "[" + a + "," + b + "}," + c + "]", "1 - 3"},
		{"array, a quote lost", "[" + a + "," + strings.Replace(b, `"nctId`, `nctId`, 1) + "," + c + "]", "1 - 3"},
		{"array, a number", "[" + a + ",17," + c + "]", "1 - 3"},
		{"too long", a + "\n" + strings.Replace(b, "Synthetic", strings.Repeat("x", 5000), 1) + "\n" + c, "1 - 3"},
		{"array, too long", "[" + a + "," + strings.Replace(b, "Synthetic", strings.Repeat("x", 5000), 1) + "," + c + "]", "1 - 3"},
		{"no study data", "hello", "!"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "!"},
		{"UTF-32", "{\x00\x00\x00\"\x00\x00\x00", "!"},
		{"NDJSON, carriage returns", a + "\r" + b + "\r" + c, "1 2 3"},
		{"NDJSON, carriage returns, a broken line", a + "\r" + b[:60] + "\r" + c + "\r", "1 - 3"},
		{"carriage returns, a line of junk", a + "\rhello\r" + c + "\r", "1 - 3"},
		{"pretty, carriage returns", strings.ReplaceAll(pretty(a)+"\n"+pretty(b), "\n", "\r"), "1 2"},
		{"empty page with studies under another key", `{"studies":[],"more":[` + a + `]}`, "1"},
		{"page with studies under another key", `{"studies":[` + a + `],"more":{"of":[` + b + `]},"count":2}`, "1 -"},
		{"studies under keys of any name", `{"study":` + a + `,"the one before":` + b + "}", "1 2"},
		{"part beside the study", `{"study":` + a + `,"hasResults":true}`, "1 -"},
		{"part before the study", `{"data":{"n":1,"study":` + a + `,"derivedSection":{"x":1}}}`, "1 -"},
		{"part in front of the study", `{"hasResults":true,"study":` + a + "}", "-"},
		{"an object of classic JSON", `{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99999001"}}}`, "1"},
		{"objects of classic JSON", `[{"Rank":1,"Study":{"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99999001"}}}},{"ResultsSection":{},"ProtocolSection":{"IdentificationModule":{"NCTId":"NCT99999002"}}}]`, "1 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ids(test.input); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// section is the protocol section of a study.
func section(study string) string {
	return strings.TrimSuffix(strings.TrimPrefix(study, `{"protocolSection":`), "}")
}

// TestExtendedNumbers holds that numbers of MongoDB's canonical Extended JSON
// become numbers, and that nothing else changes.
func TestExtendedNumbers(t *testing.T) {
	input := `{"_id":{"$oid":"65"},"protocolSection":{"designModule":{"enrollmentInfo":{"count":{"$numberInt":"40"}},"x":[{"$numberDouble":"1.50"},{"$numberLong":"no"},"$numberInt"]}}}`
	want := `{"protocolSection":{"designModule":{"enrollmentInfo":{"count":40},"x":[1.50,{"$numberLong":"no"},"$numberInt"]}}}`
	for r, err := range Read(strings.NewReader(input), "test", nil) {
		if err != nil || string(r.JSON) != want || !r.Made {
			t.Errorf("%s, %v", r.JSON, err)
		}
	}
}

// TestHint holds that an error says where in a value a study was seen.
func TestHint(t *testing.T) {
	for input, want := range map[string]string{
		`{"before":{"version 1":[` + record(1) + `]}}`:                        `a study is at /before/version 1/0: jq -c '.before["version 1"][]' gets it`,
		`{"hasResults":true,"study":` + record(1) + `}`:                       `a study is at /study: jq -c '.study' gets it`,
		`{"data":{"x":{"edges":[{"node":` + record(1) + `}]}}}`:               `a study is at /data/x/edges/0/node: jq -c '.data.x.edges[].node' gets it`,
		`{"response": {"body" : {"items": [{"record": ` + record(1) + `}]}}}`: `a study is at /response/body/items/0/record: jq -c '.response.body.items[].record' gets it`,
		`{"a~\"b/c":{"studies":[[{"x":{"y":` + record(1) + `}}]]}}`:           `a study is at /a~0"b~1c/studies/0/0/x/y: jq -c '.["a~\"b/c"].studies[][].x.y' gets it`,
		`{"a":{"b":` + record(1) + `}}`:                                       `a study is at /a/b: jq -c '.a.b' gets it`,
	} {
		for r, err := range Read(strings.NewReader(input), "test", nil) {
			if err != nil || r.Err == nil || r.Err.Hint != want {
				t.Errorf("%s: %+v, %v", input, r.Err, err)
			}
		}
	}
}

// TestEncodings holds that an error names the encoding of a text.
func TestEncodings(t *testing.T) {
	for input, want := range map[string]string{
		"\xff\xfe\x00\x00{\x00\x00\x00": "UTF-32", "\x00\x00\xfe\xff\x00\x00\x00{": "UTF-32", "{\x00\x00\x00\"\x00\x00\x00": "UTF-32",
		"\x00\x00\x00{\x00\x00\x00\"": "UTF-32", "\xff\xfe{\x00\"\x00": "UTF-16", "\x00{\x00\"": "UTF-16", "{\x00\"\x00": "UTF-16",
	} {
		for _, err := range Read(strings.NewReader(input), "test", nil) {
			if fault, ok := errors.AsType[*source.Error](err); !ok || fault.Problem != "the text is "+want || !strings.Contains(fault.Hint, want) {
				t.Errorf("%q: %v, expected %s", input, err, want)
			}
		}
	}
}

// TestCuts cuts inputs of every compressed and plain form at random places:
// wherever something is missing, the reading ends with ErrDamaged.
func TestCuts(t *testing.T) {
	seed := uint64(1)
	if given := os.Getenv("TRIALWEAVE_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("TRIALWEAVE_SEED=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for name, input := range cutInputs() {
		t.Run(name, func(t *testing.T) {
			whole := 0
			for r, err := range Read(bytes.NewReader(input), name, nil) {
				if err != nil || r.Err != nil {
					t.Fatal(err, r.Err)
				}
				whole++
			}
			for range 300 {
				at := 1 + rng.IntN(len(input)-1)
				got, end := 0, error(nil)
				for r, err := range Read(bytes.NewReader(input[:at]), name, nil) {
					if r.Err != nil && errors.Is(r.Err, ErrDamaged) {
						err = r.Err
					}
					if err != nil {
						end = err
						break
					}
					got++
				}
				if end == nil && got < whole && !mayEnd(name, input, at) {
					t.Errorf("cut at %d of %d: %d of %d records and no error", at, len(input), got, whole)
				}
			}
		})
	}
}

// mayEnd reports whether a text that is cut at a place is whole as far as
// anybody can see.
func mayEnd(name string, input []byte, at int) bool {
	if strings.Contains(name, "zst") || strings.Contains(name, "gz") {
		_, err := decompressAll(input[:at])
		return err == nil
	}
	rest := bytes.TrimLeft(input[at:], "\r\n")
	header := bytes.IndexByte(input, '\n')
	return rest[0] == '{' || name == "csv" && (at <= header || bytes.HasPrefix(rest, []byte("NCT")) || bytes.LastIndexByte(input[:at], ',') > bytes.LastIndexByte(input[:at], '\n'))
}

// decompressAll decompresses with the libraries alone.
func decompressAll(b []byte) ([]byte, error) {
	if b[0] == 0x1f {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(z)
	}
	z, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return z.DecodeAll(b, nil)
}

func cutInputs() map[string][]byte {
	var lines, table strings.Builder
	table.WriteString("NCT Number,Study Title\n")
	for i := range 60 {
		lines.WriteString(record(i+1) + "\n")
		fmt.Fprintf(&table, "NCT%08d,\"a title, %d\"\n", 99999001+i, i)
	}
	ndjson := []byte(lines.String())
	half := bytes.Index(ndjson[len(ndjson)/2:], []byte("\n")) + len(ndjson)/2 + 1
	page := []byte(`{"studies":[` + strings.TrimSuffix(strings.ReplaceAll(lines.String(), "\n", ","), ",") + `],"nextPageToken":"x"}`)
	return map[string][]byte{
		"ndjson": ndjson, "csv": []byte(table.String()), "page": page,
		"ndjson.gz": gz(ndjson), "ndjson.zst": zst(ndjson), "csv.gz": gz([]byte(table.String())), "csv.zst": zst([]byte(table.String())), "page.gz": gz(page),
		"members.gz":  append(gz(ndjson[:half]), gz(ndjson[half:])...),
		"members.zst": append(zst(ndjson[:half]), zst(ndjson[half:])...),
	}
}

func gz(text []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(text)
	_ = w.Close()
	return b.Bytes()
}

func zst(text []byte) []byte {
	var b bytes.Buffer
	w, _ := zstd.NewWriter(&b)
	_, _ = w.Write(text)
	_ = w.Close()
	return b.Bytes()
}

func TestRejectedRoundTrip(t *testing.T) {
	for _, raw := range []string{record(1), "{\n \"a\": 1\n}", `{"a":`, "{\"a\":\"\xff\"}", `{"a":1,"a":2}`} {
		_, fault := Validate([]byte(raw))
		if fault == nil {
			fault = &startFault
		}
		line := AppendRejected(nil, fault, []byte(raw))
		n := 0
		for r, err := range Read(bytes.NewReader(line), "rejects.ndjson", nil) {
			n++
			if err != nil || r.Err != nil {
				t.Fatal(err, r.Err)
			}
			want := strings.NewReplacer("\n", "", " ", "").Replace(raw)
			if got := strings.ReplaceAll(string(r.JSON), " ", ""); raw[1] == '\n' && got != want || raw[1] != '\n' && string(r.JSON) != raw {
				t.Errorf("%q came back as %q", raw, r.JSON)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d records", line, n)
		}
	}
}

var startFault = *fault(0, "", "test", "")

func FuzzSplit(f *testing.F) {
	f.Add([]byte("[" + record(1) + "," + record(2) + "]"))
	f.Add([]byte(record(1) + "\n" + record(2)[:50] + "\n" + record(3)))
	f.Add([]byte("[" + strings.Repeat(record(1)+" ", 20) + ",\n" + record(2) + "]"))
	f.Add([]byte("{\"a\":\"" + strings.Repeat("x", 3000) + "\"}\n" + record(2)))
	f.Add([]byte(`{"totalCount":1,"studies":[` + record(1) + `]}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		whole := cutAll(bytes.NewReader(input), 1<<10, firstRead)
		if diff := cmp.Diff(whole, cutAll(iotest.OneByteReader(bytes.NewReader(input)), 1<<10, 5)); diff != "" {
			t.Error(diff)
		}
		var memory []string
		err := splitBytes(bytes.Clone(input), &Input{options: Options{MaxRecord: 1 << 10}}, func(p piece) bool {
			memory = append(memory, fmt.Sprintf("%d %d %s", p.offset, p.form, p.json))
			return true
		})
		if err == nil && len(memory) != len(whole) {
			t.Errorf("%d pieces in memory, %d streamed", len(memory), len(whole))
		}
	})
}

// TestBrokenLine: a line with a bracket too many is one bad record, wherever
// in the input it stands.
func TestBrokenLine(t *testing.T) {
	record := func(n int) string { return strings.Replace(record(n), "} {", "", 1) }
	broken := strings.Replace(record(2), "}}}", "}}}},\"hasResults\":{}}", 1)
	for input, want := range map[string]string{
		broken + "\n":                                              "-",
		record(1) + "\n" + broken:                                  "1 -",
		record(1) + "\n" + broken + "\n" + record(3):               "1 - 3",
		record(1) + record(2) + "\n":                               "1 2",
		record(1) + "\n" + record(2) + " " + record(3):             "1 2 3",
		record(1) + "\n" + record(2)[:len(record(2))-1]:            "1 !",
		record(1) + "\n" + strings.TrimRight(record(2), "}") + "}": "1 !",
	} {
		if got := ids(input); got != want {
			t.Errorf("%s\nis %s, expected %s", input, got, want)
		}
	}
}

// TestTarEnds: a tar archive without the zeros at its end is damaged, also where
// it ends between two files.
func TestTarEnds(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range 3 {
		text := record(i + 1)
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.json", i), Size: int64(len(text)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for blocks := 2; blocks <= b.Len()/tarBlock; blocks++ {
		n, end := 0, error(nil)
		for r, err := range Read(bytes.NewReader(b.Bytes()[:blocks*tarBlock]), "a.tar", nil) {
			if err != nil || r.Err != nil {
				if end = err; end == nil {
					end = r.Err
				}
				break
			}
			n++
		}
		whole := blocks*tarBlock == b.Len()
		if whole && (end != nil || n != 3) || !whole && !errors.Is(end, ErrDamaged) {
			t.Errorf("%d blocks: %d records, %v", blocks, n, end)
		}
	}
}

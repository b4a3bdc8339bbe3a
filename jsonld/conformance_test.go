package jsonld

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

const apiBase = "https://w3c.github.io/json-ld-api/tests/"

// apiTest is an entry of the manifests of the JSON-LD API, which are JSON.
type apiTest struct {
	ID              string   `json:"@id"`
	Types           []string `json:"@type"`
	Input           string   `json:"input"`
	Context         string   `json:"context"`
	Expect          string   `json:"expect"`
	ExpectErrorCode string   `json:"expectErrorCode"`
	Option          struct {
		SpecVersion           string `json:"specVersion"`
		ProcessingMode        string `json:"processingMode"`
		Base                  string `json:"base"`
		ExpandContext         string `json:"expandContext"`
		CompactArrays         *bool  `json:"compactArrays"`
		ProduceGeneralizedRdf bool   `json:"produceGeneralizedRdf"`
		RDFDirection          string `json:"rdfDirection"`
	} `json:"option"`
}

// TestJSONLDConformance runs the suites of the JSON-LD API that our use of
// json-gold rests on. Tests for JSON-LD 1.0 processors only are left out.
func TestJSONLDConformance(t *testing.T) {
	for _, suite := range []struct {
		name     string
		expected map[string]string
		run      func(*apiSuite, apiTest) error
	}{
		{"toRdf", knownToRDF(), (*apiSuite).toRDF},
		{"expand", knownExpand(), (*apiSuite).expand},
		{"compact", knownCompact(), (*apiSuite).compact},
	} {
		t.Run(suite.name, func(t *testing.T) {
			s := &apiSuite{files: os.DirFS(w3c.Dir(t, "data/w3c/json-ld-api/tests"))}
			byID := make(map[string]apiTest)
			var tests []w3c.Test
			for _, test := range s.manifest(t, suite.name) {
				id := strings.TrimPrefix(test.ID, "#")
				byID[id] = test
				tests = append(tests, w3c.Test{ID: id})
			}
			w3c.Run(t, "json-ld "+suite.name, tests, suite.expected, func(test w3c.Test) error {
				return s.conforms(byID[test.ID], suite.run)
			})
		})
	}
}

type apiSuite struct{ files fs.FS }

func (s *apiSuite) manifest(t *testing.T, name string) []apiTest {
	t.Helper()
	data, err := fs.ReadFile(s.files, name+"-manifest.jsonld")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Sequence []apiTest `json:"sequence"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	var tests []apiTest
	for _, test := range manifest.Sequence {
		if test.Option.SpecVersion != "json-ld-1.0" {
			tests = append(tests, test)
		}
	}
	return tests
}

// conforms runs a test; json-gold panics on some, and that is a failure too.
func (s *apiSuite) conforms(test apiTest, run func(*apiSuite, apiTest) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("json-gold panics: %v", cause)
		}
	}()
	err = run(s, test)
	if test.ExpectErrorCode == "" {
		return err
	}
	var fault *ld.JsonLdError
	switch {
	case err == nil || errors.Is(err, errDiffers):
		return fmt.Errorf("no error, want %q", test.ExpectErrorCode)
	case !errors.As(err, &fault) || string(fault.Code) != test.ExpectErrorCode:
		return fmt.Errorf("error %q, want %q", err, test.ExpectErrorCode)
	}
	return nil
}

var errDiffers = errors.New("other result")

func (s *apiSuite) options(test apiTest) (*ld.JsonLdOptions, error) {
	options := ld.NewJsonLdOptions(apiBase + test.Input)
	options.DocumentLoader = s
	options.ProduceGeneralizedRdf = test.Option.ProduceGeneralizedRdf
	if test.Option.Base != "" {
		options.Base = test.Option.Base
	}
	if test.Option.ProcessingMode != "" {
		options.ProcessingMode = test.Option.ProcessingMode
	}
	if test.Option.CompactArrays != nil {
		options.CompactArrays = *test.Option.CompactArrays
	}
	if test.Option.ExpandContext != "" {
		document, err := s.LoadDocument(apiBase + test.Option.ExpandContext)
		if err != nil {
			return nil, err
		}
		options.ExpandContext = document.Document
	}
	return options, nil
}

// LoadDocument serves the files of the suite, and nothing from anywhere else.
func (s *apiSuite) LoadDocument(url string) (*ld.RemoteDocument, error) {
	name, ok := strings.CutPrefix(url, apiBase)
	if !ok {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, url)
	}
	data, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, ld.NewJsonLdError(ld.LoadingDocumentFailed, err)
	}
	document, err := ld.DocumentFromReader(bytes.NewReader(data))
	return &ld.RemoteDocument{DocumentURL: url, Document: document}, err
}

func (s *apiSuite) toRDF(test apiTest) error {
	options, err := s.options(test)
	if err != nil {
		return err
	}
	result, err := ld.NewJsonLdProcessor().ToRDF(apiBase+test.Input, options)
	if err != nil {
		return err
	}
	dataset, ok := result.(*ld.RDFDataset)
	if !ok || test.Expect == "" {
		return nil
	}
	got := quadsOf(dataset)
	if test.Option.RDFDirection != "" { // which json-gold does not have
		if got, err = s.directed(test); err != nil {
			return err
		}
	}
	var want []rdf.Quad
	data, err := fs.ReadFile(s.files, test.Expect)
	if err != nil {
		return err
	}
	for q, err := range rdf.Read(bytes.NewReader(data), rdf.NQuads, &rdf.ReadOptions{File: filepath.Base(test.Expect)}) {
		if err != nil {
			return err
		}
		want = append(want, q)
	}
	if err := w3c.SameGraphs(got, want); err != nil {
		return fmt.Errorf("%w: %w", errDiffers, err)
	}
	return nil
}

// directed reads a document with the option rdfDirection.
func (s *apiSuite) directed(test apiTest) ([]rdf.Quad, error) {
	f, err := s.files.Open(test.Input)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []rdf.Quad
	for q, err := range ReadDirected(f, test.Input, apiBase+test.Input, Directions(test.Option.RDFDirection)) {
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

func quadsOf(dataset *ld.RDFDataset) []rdf.Quad {
	var quads []rdf.Quad
	for name, triples := range dataset.Graphs {
		graph := rdf.Term{}
		if name != "@default" {
			graph = nodeTerm(ld.NewIRI(name))
		}
		for _, t := range triples {
			quads = append(quads, rdf.Quad{Subject: nodeTerm(t.Subject), Predicate: nodeTerm(t.Predicate), Object: nodeTerm(t.Object), Graph: graph})
		}
	}
	return quads
}

func nodeTerm(n ld.Node) rdf.Term {
	if literal, ok := n.(ld.Literal); ok {
		if literal.Language != "" {
			return rdf.LangString(literal.Value, literal.Language)
		}
		return rdf.Typed(literal.Value, literal.Datatype)
	}
	if label, ok := strings.CutPrefix(n.GetValue(), "_:"); ok {
		return rdf.Blank(label)
	}
	return rdf.IRI(n.GetValue())
}

func (s *apiSuite) expand(test apiTest) error {
	options, err := s.options(test)
	if err != nil {
		return err
	}
	result, err := ld.NewJsonLdProcessor().Expand(apiBase+test.Input, options)
	if err != nil {
		return err
	}
	return s.sameDocument(result, test.Expect)
}

func (s *apiSuite) compact(test apiTest) error {
	options, err := s.options(test)
	if err != nil {
		return err
	}
	context, err := s.LoadDocument(apiBase + test.Context)
	if err != nil {
		return err
	}
	result, err := ld.NewJsonLdProcessor().Compact(apiBase+test.Input, context.Document, options)
	if err != nil {
		return err
	}
	return s.sameDocument(result, test.Expect)
}

func (s *apiSuite) sameDocument(got any, expect string) error {
	if expect == "" {
		return nil
	}
	want, err := s.LoadDocument(apiBase + expect)
	if err != nil {
		return err
	}
	text, err := json.Marshal(got) // and back, as the result mixes types of Go
	if err != nil {
		return err
	}
	plain, err := ld.DocumentFromReader(bytes.NewReader(text))
	if err != nil {
		return err
	}
	if !ld.DeepCompare(want.Document, plain, true) {
		return fmt.Errorf("%w: %s", errDiffers, text)
	}
	return nil
}

// The reasons why json-gold 0.9.1 fails tests.
const (
	whyResolve   = "relative IRIs resolved against RFC 3986: dot segments, empty segments, or a base without authority"
	whyContext   = "relative context IRI resolved against the wrong base"
	whyUnchecked = "a fault of a context that is not used goes unnoticed"
	whyNest      = "contexts of terms that alias @nest are ignored"
	whyGeneral   = "generalized RDF: our readers take no blank node for a predicate"
	whyVocab     = "a fragment as property relative to a relative @vocab resolved wrong"
	whyDatatype  = "datatypes that are no IRI, and lists of them, are accepted"
	whyTerms     = "redefinition of a keyword or of the empty term is accepted"
	whyJSON      = "JSON literals other than objects break the canonical form; a double is written as xsd:double"
	whyBase      = "@base that is invalid, or null, or has no authority"
	whyProtected = "protection of a term with null mapping, or its end in a null context, is ignored"
	whyReverse   = "a term with @reverse in the form of a keyword is an error and not ignored"
	whyKeyword   = "a relative IRI in the form of a keyword is not kept apart from keywords"
	whyIndex     = "property-valued indexes that are IRIs or compact IRIs are compacted wrong"
	whyIncluded  = "@included is compacted without its terms or arrays"
	whyPanic     = "json-gold panics"
	whyPrefix10  = "processing mode 1.0: an expanded term definition serves as a prefix"
)

// reasons turns a table from reason to ids around.
func reasons(table map[string]string) map[string]string {
	byID := make(map[string]string)
	for reason, ids := range table {
		for id := range strings.FieldsSeq(ids) {
			byID[id] = reason
		}
	}
	return byID
}

func knownToRDF() map[string]string {
	return reasons(map[string]string{
		whyResolve:   "t0122 t0123 t0124 t0125 t0128 t0130 t0131 t0132",
		whyContext:   "tc031",
		whyUnchecked: "tc032 tc033",
		whyNest:      "tc037 tc038",
		whyGeneral:   "te075",
		whyVocab:     "te111 te112",
		whyDatatype:  "te123 ter54",
		whyTerms:     "tec02 ter52 ter56",
		whyJSON:      "tjs03 tjs07 tjs08 tjs14 tjs17 tjs18 tjs22 tjs23",
		whyBase:      "tli11 tli12",
		whyPanic:     "tli14",
		whyProtected: "tpr28 tpr43",
		whyReverse:   "tpr38 tpr39",
	})
}

func knownExpand() map[string]string {
	return reasons(map[string]string{
		whyKeyword:   "t0122",
		whyDatatype:  "t0123 ter54",
		whyContext:   "tc031",
		whyUnchecked: "tc032 tc033",
		whyNest:      "tc037 tc038",
		whyTerms:     "tec02 ter52 ter56",
		whyProtected: "tpr28 tpr43",
		whyReverse:   "tpr38 tpr39",
	})
}

func knownCompact() map[string]string {
	return reasons(map[string]string{
		whyKeyword:  "t0111",
		whyIndex:    "t0112 t0113",
		whyIncluded: "tin01 tin02 tin03 tin04 tin05",
		whyPanic:    "tm023",
		whyPrefix10: "tp001",
	})
}

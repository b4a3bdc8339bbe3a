package sparql

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trialweave/trialweave/rdf"
)

// ResultFormat is a form in which rows or an answer are written.
type ResultFormat string

// The formats: four of the W3C, and a table for people.
const (
	JSON  ResultFormat = "json"  // SPARQL 1.1 Query Results JSON Format
	XML   ResultFormat = "xml"   // SPARQL Query Results XML Format
	CSV   ResultFormat = "csv"   // SPARQL 1.1 Query Results CSV and TSV Formats
	TSV   ResultFormat = "tsv"   // the same
	Table ResultFormat = "table" // columns in the width of their values
)

// MediaType returns the media type that the format is registered under.
func (f ResultFormat) MediaType() string {
	switch f {
	case JSON:
		return "application/sparql-results+json"
	case XML:
		return "application/sparql-results+xml"
	case CSV:
		return "text/csv; charset=utf-8"
	case TSV:
		return "text/tab-separated-values; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

// ResultWriter writes the rows of a SELECT. Row takes a term for each variable,
// the zero term where it is unbound.
type ResultWriter interface {
	Row(terms []rdf.Term) error
	Close() error
}

// NewResultWriter begins a result. Table holds all rows until Close; the others
// stream.
func NewResultWriter(w io.Writer, f ResultFormat, variables []string) (ResultWriter, error) {
	b := bufio.NewWriter(w)
	switch f {
	case JSON:
		return newJSONWriter(b, variables), nil
	case XML:
		return newXMLWriter(b, variables), nil
	case CSV:
		out := &csvWriter{b}
		return out, out.cells(variables)
	case TSV:
		_, err := fmt.Fprintf(b, "?%s\n", strings.Join(variables, "\t?"))
		return &tsvWriter{b}, err
	case Table:
		return newTableWriter(w, variables), nil
	}
	return nil, fmt.Errorf("result format %q, expected json, xml, csv, tsv or table", f)
}

// WriteAnswer writes the answer of an ASK. CSV and TSV have no form for it; they
// get the word alone.
func WriteAnswer(w io.Writer, f ResultFormat, answer bool) error {
	var err error
	switch f {
	case JSON:
		_, err = fmt.Fprintf(w, "{\"head\":{},\"boolean\":%t}\n", answer)
	case XML:
		_, err = fmt.Fprintf(w, "%s<head/><boolean>%t</boolean></sparql>\n", xmlHead, answer)
	default:
		_, err = fmt.Fprintln(w, answer)
	}
	return err
}

// SpreadsheetSafe has a spreadsheet show the cells of CSV and TSV that it would
// run as formulas, those that begin with = + - @, a tab or a line end: they get an
// apostrophe before them. Numbers stay as they are. What reads the rows as
// the standard has them gets the apostrophe, too.
func SpreadsheetSafe(to ResultWriter) ResultWriter { return &safeWriter{to: to} }

type safeWriter struct {
	to    ResultWriter
	terms []rdf.Term
}

func (w *safeWriter) Row(terms []rdf.Term) error {
	w.terms = append(w.terms[:0], terms...)
	for i := range w.terms {
		if t := &w.terms[i]; t.Kind != rdf.BlankTerm && t.Kind != rdf.TripleTerm && runs(t.Value) {
			t.Value = "'" + t.Value
		}
	}
	return w.to.Row(w.terms)
}

func (w *safeWriter) Close() error { return w.to.Close() }

// plainDecimal is a number to a spreadsheet.
var plainDecimal = regexp.MustCompile(`^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$`)

// runs reports whether a spreadsheet takes a cell for a formula, or may, with
// the wide forms of the signs (U+FF0B and others) and what stands before a
// sign being dropped by some.
func runs(cell string) bool {
	if cell == "" {
		return false
	}
	if strings.ContainsRune("\t\r\n", rune(cell[0])) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }))
	return strings.ContainsRune("=+-@＝＋－＠", first) && !plainDecimal.MatchString(cell)
}

// csvWriter writes rows as RFC 4180, section 2, has them; what stands in a cell
// stays as it is, line ends included.
type csvWriter struct{ *bufio.Writer }

func (w *csvWriter) Row(terms []rdf.Term) error {
	cells := make([]string, len(terms))
	for i, t := range terms {
		cells[i] = t.Value
		if t.Kind == rdf.BlankTerm || t.Kind == rdf.TripleTerm {
			cells[i] = t.String()
		}
	}
	return w.cells(cells)
}

func (w *csvWriter) cells(cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			w.WriteByte(',') //nolint:errcheck // the error stays and the last write returns it
		}
		if strings.ContainsAny(cell, "\",\r\n") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		w.WriteString(cell) //nolint:errcheck // the error stays
	}
	_, err := w.WriteString("\r\n")
	return err
}

func (w *csvWriter) Close() error { return w.Flush() }

type tsvWriter struct{ *bufio.Writer }

func (w *tsvWriter) Row(terms []rdf.Term) error {
	for i, t := range terms {
		if i > 0 {
			if err := w.WriteByte('\t'); err != nil {
				return err
			}
		}
		if _, err := w.WriteString(tsvTerm(t)); err != nil {
			return err
		}
	}
	return w.WriteByte('\n')
}

func (w *tsvWriter) Close() error { return w.Flush() }

// tsvTerm writes a term as SPARQL does; numbers that need no datatype have none.
func tsvTerm(t rdf.Term) string {
	if t.IsZero() {
		return ""
	}
	p := parser{lexer: lexer{text: t.Value}, query: &Query{}}
	if isNumericType(t.Datatype) && plainNumber(&p, t) {
		return t.Value
	}
	return strings.ReplaceAll(t.String(), "\t", `\t`)
}

// plainNumber reports whether the text of a number reads back as that number.
func plainNumber(p *parser, t rdf.Term) (ok bool) {
	defer func() {
		if _, isFault := recover().(fault); isFault {
			ok = false
		}
	}()
	p.advance()
	back, found := p.term()
	return found && back == t && p.tok.kind == tokEnd
}

type jsonWriter struct {
	out       *bufio.Writer
	variables []string
	rows      int
}

func newJSONWriter(out *bufio.Writer, variables []string) *jsonWriter {
	if variables == nil {
		variables = []string{}
	}
	head, _ := json.Marshal(variables) // strings always can be
	fmt.Fprintf(out, "{\"head\":{\"vars\":%s},\"results\":{\"bindings\":[", head)
	return &jsonWriter{out: out, variables: variables}
}

// jsonTerm is a term of the JSON format.
type jsonTerm struct {
	Type      string `json:"type"`
	Value     any    `json:"value"` // a string, or a jsonTriple
	Language  string `json:"xml:lang,omitempty"`
	Direction string `json:"its:dir,omitempty"`
	Datatype  string `json:"datatype,omitempty"`
}

// jsonTriple is a triple term (SPARQL 1.2 Query Results JSON Format, section 3.2.2).
type jsonTriple struct {
	Subject   jsonTerm `json:"subject"`
	Predicate jsonTerm `json:"predicate"`
	Object    jsonTerm `json:"object"`
}

func (w *jsonWriter) Row(terms []rdf.Term) error {
	sep := "\n"
	if w.rows++; w.rows > 1 {
		sep = ",\n"
	}
	fmt.Fprint(w.out, sep, "{")
	first := true
	for i, t := range terms {
		if t.IsZero() {
			continue
		}
		if !first {
			w.out.WriteByte(',') //nolint:errcheck // the error stays and Close returns it
		}
		first = false
		name, _ := json.Marshal(w.variables[i])
		value, err := json.Marshal(jsonOf(t))
		if err != nil {
			return err
		}
		fmt.Fprintf(w.out, "%s:%s", name, value)
	}
	_, err := w.out.WriteString("}")
	return err
}

func jsonOf(t rdf.Term) jsonTerm {
	switch {
	case t.Kind == rdf.IRITerm:
		return jsonTerm{Type: "uri", Value: t.Value}
	case t.Kind == rdf.BlankTerm:
		return jsonTerm{Type: "bnode", Value: t.Value}
	case t.Language != "":
		return jsonTerm{Type: "literal", Value: t.Value, Language: t.Language, Direction: t.Direction.String()}
	case t.Kind == rdf.TripleTerm:
		s, p, o, _ := t.Triple()
		return jsonTerm{Type: "triple", Value: jsonTriple{jsonOf(s), jsonOf(p), jsonOf(o)}}
	case t.Datatype == rdf.XSDString:
		return jsonTerm{Type: "literal", Value: t.Value}
	}
	return jsonTerm{Type: "literal", Value: t.Value, Datatype: t.Datatype}
}

func (w *jsonWriter) Close() error {
	fmt.Fprint(w.out, "\n]}}\n")
	return w.out.Flush()
}

const xmlHead = `<?xml version="1.0"?>` + "\n" + `<sparql xmlns="http://www.w3.org/2005/sparql-results#">`

type xmlWriter struct {
	out       *bufio.Writer
	variables []string
}

func newXMLWriter(out *bufio.Writer, variables []string) *xmlWriter {
	fmt.Fprint(out, xmlHead, "\n<head>")
	for _, v := range variables {
		fmt.Fprintf(out, "<variable name=\"%s\"/>", v)
	}
	fmt.Fprint(out, "</head>\n<results>\n")
	return &xmlWriter{out, variables}
}

func (w *xmlWriter) Row(terms []rdf.Term) error {
	fmt.Fprint(w.out, "<result>")
	for i, t := range terms {
		if t.IsZero() {
			continue
		}
		if at := strings.IndexFunc(t.Value, notInXML); at >= 0 {
			r, _ := utf8.DecodeRuneInString(t.Value[at:])
			return fmt.Errorf("%w: a value of ?%s has the character U+%04X, which XML cannot hold, expected another format", errNotInFormat, w.variables[i], r)
		}
		fmt.Fprintf(w.out, "<binding name=\"%s\">%s</binding>", w.variables[i], xmlTerm(t))
	}
	_, err := fmt.Fprint(w.out, "</result>\n")
	return err
}

// errNotInFormat is the error of a row that a format cannot hold.
var errNotInFormat = errors.New("the answer cannot be written")

// notInXML reports whether a character is not one of XML 1.0 (production Char).
func notInXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

func xmlTerm(t rdf.Term) string {
	if s, p, o, ok := t.Triple(); ok {
		return "<triple><subject>" + xmlTerm(s) + "</subject><predicate>" + xmlTerm(p) + "</predicate><object>" + xmlTerm(o) + "</object></triple>"
	}
	text := xmlText(t.Value)
	switch {
	case t.Direction != rdf.NoDirection:
		return `<literal xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" xml:lang="` + xmlText(t.Language) + `" its:dir="` + t.Direction.String() + `">` + text + "</literal>"
	case t.Kind == rdf.IRITerm:
		return "<uri>" + text + "</uri>"
	case t.Kind == rdf.BlankTerm:
		return "<bnode>" + text + "</bnode>"
	case t.Language != "":
		return `<literal xml:lang="` + xmlText(t.Language) + `">` + text + "</literal>"
	case t.Datatype == rdf.XSDString:
		return "<literal>" + text + "</literal>"
	}
	return `<literal datatype="` + xmlText(t.Datatype) + `">` + text + "</literal>"
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

func (w *xmlWriter) Close() error {
	fmt.Fprint(w.out, "</results>\n</sparql>\n")
	return w.out.Flush()
}

package formats

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/trialweave/trialweave/report"
)

type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		File    string       `xml:"file,attr"`
		Line    int          `xml:"line,attr,omitempty"`
		Failure *junitResult `xml:"failure"`
		Error   *junitResult `xml:"error"`
		Out     string       `xml:"system-out,omitempty"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes one suite a document. Errors and warnings fail; milder
// findings are a passed case with an output; a document without findings is
// one passed case; what was not checked is an error.
func writeJUnit(w io.Writer, r *report.Report, o Options) error {
	out := junitSuites{Name: o.Tool}
	for _, d := range r.Documents {
		s := junitSuite{Name: d.File}
		for _, f := range r.Findings {
			if f.File == d.File {
				s.Cases = append(s.Cases, junitCaseOf(f))
			}
		}
		if len(s.Cases) == 0 {
			s.Cases = []junitCase{{Name: "no findings", Class: d.Kind, File: d.File}}
		}
		out.add(s)
	}
	if s := otherSuite(r); len(s.Cases) > 0 {
		out.add(s)
	}
	return encodeXML(w, out)
}

func otherSuite(r *report.Report) junitSuite {
	s := junitSuite{Name: "not checked"}
	known := map[string]bool{}
	for _, d := range r.Documents {
		known[d.File] = true
	}
	for _, f := range r.Findings {
		if !known[f.File] {
			s.Cases = append(s.Cases, junitCaseOf(f))
		}
	}
	for _, u := range r.Missed() {
		s.Cases = append(s.Cases, junitCase{
			Name: strings.TrimSpace("not checked " + u.Rule), Class: u.Rule, File: u.File,
			Error: &junitResult{Message: clean(u.Why), Type: "unchecked"},
		})
	}
	return s
}

func (all *junitSuites) add(s junitSuite) {
	for _, c := range s.Cases {
		s.Tests++
		if c.Failure != nil {
			s.Failures++
		}
		if c.Error != nil {
			s.Errors++
		}
	}
	all.Tests += s.Tests
	all.Failures += s.Failures
	all.Errors += s.Errors
	all.Suites = append(all.Suites, s)
}

func junitCaseOf(f report.Finding) junitCase {
	at := fmt.Sprintf("%s:%d:%d", f.File, f.Range.Start.Line, f.Range.Start.Column)
	c := junitCase{Name: fmt.Sprintf("%s at %s", f.Rule, clean("#"+f.Pointer())), Class: f.Rule, File: f.File, Line: f.Range.Start.Line}
	text := fmt.Sprintf("%s: %s: %s", at, f.Severity, clean(f.Full()))
	if f.Severity <= report.Warn {
		c.Failure = &junitResult{Message: clean(f.Full()), Type: f.Severity.String(), Text: text}
	} else {
		c.Out = text
	}
	return c
}

// clean drops what XML 1.0 cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}

func encodeXML[T any](w io.Writer, v T) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

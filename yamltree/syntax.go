package yamltree

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	yaml4 "go.yaml.in/yaml/v4"

	"github.com/trialweave/trialweave/source"
)

// SyntaxErrors are the errors of a text that is neither YAML nor JSON, in the
// order of their places.
type SyntaxErrors struct{ Errors []*source.Error }

// Error lists the errors, one a line.
func (e *SyntaxErrors) Error() string {
	lines := make([]string, len(e.Errors))
	for i, at := range e.Errors {
		lines[i] = at.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors, each a *source.Error.
func (e *SyntaxErrors) Unwrap() []error {
	out := make([]error, len(e.Errors))
	for i, at := range e.Errors {
		out[i] = at
	}
	return out
}

// syntaxErrors explains why a text cannot be read: as JSON where it is meant
// to be JSON, else as YAML.
func (p *parser) syntaxErrors(text []byte, err error) error {
	if len(p.syntax) > 0 && isNamedJSON(p.doc.Name) {
		return &SyntaxErrors{p.syntax}
	}
	return p.collect(text, err, position, func(text []byte, _ int) error { return decodes(bytes.NewReader(text)) })
}

// collect makes the list of the errors of a text, of which the first is known: each line that
// has one is taken out for those after it. place is asked for the place of the first error, and
// next for the first after a line was blanked.
func (p *parser) collect(text []byte, err error, place func([]byte) (Mark, bool), next func(text []byte, blanked int) error) *SyntaxErrors {
	out := &SyntaxErrors{}
	rest := bytes.Clone(text)
	for range maxSyntaxErrors {
		at := p.yamlError(rest, place, err)
		if n := len(out.Errors); n > 0 && at.Line <= out.Errors[n-1].Line {
			break
		}
		out.Errors = append(out.Errors, at)
		blank(rest, p.doc.lines, at.Line)
		if err = next(rest, at.Line); err == nil {
			break
		}
	}
	return out
}

// blank takes a line out of a text, so that what follows can be read.
func blank(text []byte, lines []int, line int) {
	if line < 1 || line > len(lines) {
		return
	}
	end := len(text)
	if line < len(lines) {
		end = lines[line]
	}
	for i := lines[line-1]; i < end; i++ {
		if text[i] != '\n' && text[i] != '\r' {
			text[i] = ' '
		}
	}
}

// decodes reads a text for its errors alone.
func decodes(text io.Reader) error {
	decoder := yaml.NewDecoder(text)
	for {
		var n yaml.Node
		switch err := decoder.Decode(&n); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

var (
	yamlLine     = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)
	unknownAlias = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// yamlError finds the place of an error: the package that reads the text knows
// a line at best, and not always the right one, so its successor is asked.
func (p *parser) yamlError(text []byte, place func([]byte) (Mark, bool), err error) *source.Error {
	problem, at := err.Error(), Mark{1, 1}
	if m := yamlLine.FindStringSubmatch(problem); m != nil {
		problem = m[2]
		if line, _ := strconv.Atoi(m[1]); line > 0 {
			at.Line = line
		}
	}
	if m := unknownAlias.FindStringSubmatch(problem); m != nil {
		problem = "there is no anchor before the alias *" + m[1]
		if i := bytes.Index(text, []byte("*"+m[1])); i >= 0 {
			at = p.markAt(i)
		}
	} else if better, ok := place(text); ok {
		at = p.markAt(p.offset(better.Line, better.Column))
	}
	return &source.Error{Position: p.doc.Position(at), Problem: problem, Expected: "a YAML or JSON document"}
}

// position asks the successor of the package that reads YAML for the place of
// the first error.
func position(text []byte) (at Mark, ok bool) {
	return placeOfError(func(n *yaml4.Node) error { return yaml4.Unmarshal(text, n) })
}

func placeOfError(read func(n *yaml4.Node) error) (at Mark, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	var n yaml4.Node
	var failed *yaml4.LoadError
	if err := read(&n); errors.As(err, &failed) && failed.Mark.Line > 0 {
		return Mark{failed.Mark.Line, max(failed.Mark.Column, 1)}, true
	}
	return Mark{}, false
}

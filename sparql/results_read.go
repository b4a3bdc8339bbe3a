package sparql

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trialweave/trialweave/rdf"
)

// readJSONRows reads rows in the SPARQL 1.1 Query Results JSON Format, as they
// come. What is handed on is good for the call. A result that ends early is an
// error.
func readJSONRows(r io.Reader, row func(names []string, terms []rdf.Term)) error {
	d := json.NewDecoder(r)
	found := false
	err := members(d, func(name string) error {
		if name != "results" {
			return d.Decode(new(json.RawMessage))
		}
		return members(d, func(name string) error {
			if name != "bindings" {
				return d.Decode(new(json.RawMessage))
			}
			found = true
			return readBindings(d, row)
		})
	})
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && !found {
		err = errors.New("a result without rows, expected results with bindings")
	}
	return err
}

// members reads an object, of which each member's value is read by the function.
func members(d *json.Decoder, member func(name string) error) error {
	if err := delim(d, '{'); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		if err := member(fmt.Sprint(name)); err != nil {
			return err
		}
	}
	return delim(d, '}')
}

func delim(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err == nil && t != want {
		err = fmt.Errorf("%v in a result, expected %q", t, want.String())
	}
	return err
}

func readBindings(d *json.Decoder, row func(names []string, terms []rdf.Term)) error {
	if err := delim(d, '['); err != nil {
		return err
	}
	var names []string
	var terms []rdf.Term
	for d.More() {
		var binding map[string]jsonTerm
		if err := d.Decode(&binding); err != nil {
			return err
		}
		names, terms = names[:0], terms[:0]
		for name, t := range binding {
			term, err := t.term()
			if err != nil {
				return fmt.Errorf("?%s: %w", name, err)
			}
			names, terms = append(names, name), append(terms, term)
		}
		row(names, terms)
	}
	return delim(d, ']')
}

// term is the term that the JSON format writes so. A "typed-literal" is of
// before the standard.
func (t jsonTerm) term() (rdf.Term, error) {
	switch t.Type {
	case "uri":
		return rdf.IRI(t.Value), nil
	case "bnode":
		return rdf.Blank(t.Value), nil
	case "literal", "typed-literal":
		if t.Language != "" {
			return rdf.LangString(t.Value, t.Language), nil
		}
		return rdf.Typed(t.Value, t.Datatype), nil
	}
	return rdf.Term{}, fmt.Errorf("a term of type %q, expected uri, literal or bnode", t.Type)
}

// CopyRows reads rows in the SPARQL 1.1 Query Results JSON Format and writes
// them with a writer of these variables.
func CopyRows(r io.Reader, variables []string, to ResultWriter) error {
	place := map[string]int{}
	for i, v := range variables {
		place[v] = i
	}
	var failed error
	err := readJSONRows(r, func(names []string, terms []rdf.Term) {
		out := make([]rdf.Term, len(variables))
		for i, name := range names {
			if at, ok := place[name]; ok {
				out[at] = terms[i]
			}
		}
		failed = errors.Join(failed, to.Row(out))
	})
	return errors.Join(err, failed)
}

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

// UnmarshalJSON reads a term, of which the value may be a triple.
func (t *jsonTerm) UnmarshalJSON(data []byte) error {
	type plain jsonTerm // without this method
	var of struct {
		plain
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(data, &of); err != nil {
		return err
	}
	*t = jsonTerm(of.plain)
	if t.Type != "triple" {
		var text string
		err := json.Unmarshal(of.Value, &text)
		t.Value = text
		return err
	}
	var triple jsonTriple
	if err := json.Unmarshal(of.Value, &triple); err != nil {
		return fmt.Errorf("a term of type \"triple\": %w", err)
	}
	t.Value = triple
	return nil
}

// term is the term that the JSON format writes so. A "typed-literal" is of
// before the standard.
func (t jsonTerm) term() (rdf.Term, error) {
	if triple, ok := t.Value.(jsonTriple); ok {
		return triple.term()
	}
	text, _ := t.Value.(string)
	switch t.Type {
	case "uri":
		return rdf.IRI(text), nil
	case "bnode":
		return rdf.Blank(text), nil
	case "literal", "typed-literal":
		if t.Language == "" {
			return rdf.Typed(text, t.Datatype), nil
		}
		d, ok := directionOf(t.Direction)
		if t.Direction != "" && !ok {
			return rdf.Term{}, fmt.Errorf("the direction %q, expected ltr or rtl", t.Direction)
		}
		return rdf.DirLangString(text, t.Language, d), nil
	}
	return rdf.Term{}, fmt.Errorf("a term of type %q, expected uri, literal, bnode or triple", t.Type)
}

func (t jsonTriple) term() (rdf.Term, error) {
	var terms [3]rdf.Term
	for i, part := range [...]jsonTerm{t.Subject, t.Predicate, t.Object} {
		var err error
		if terms[i], err = part.term(); err != nil {
			return rdf.Term{}, err
		}
	}
	term, ok := tripleOf(terms[0], terms[1], terms[2])
	if !ok {
		return rdf.Term{}, errors.New("a triple with a term where RDF does not allow it")
	}
	return term, nil
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

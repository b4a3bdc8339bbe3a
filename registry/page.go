package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// page is a page of a search; the studies are parts of the response's body.
type page struct {
	token   string // of the next page
	total   int    // of all pages, or -1
	studies [][]byte
}

// readPage takes a page apart, or tells that it is none: a body that was cut
// off has no end.
func (p *page) read(body []byte) error {
	*p = page{total: -1, studies: p.studies[:0]}
	dec := jsontext.NewDecoder(bytes.NewBuffer(body))
	if dec.PeekKind() != '{' {
		return notPage(dec)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	found := false
	for dec.PeekKind() == '"' {
		key, err := dec.ReadToken()
		if err != nil {
			return fmt.Errorf("the page is damaged: %w", err)
		}
		name := key.String()
		found = found || name == "studies"
		if err := p.member(dec, name); err != nil {
			return fmt.Errorf("the page is damaged: %w", err)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return fmt.Errorf("the page is damaged: %w", err)
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("the page is damaged: something follows its end")
	}
	if !found {
		return errors.New("the answer is not a page of studies, expected an object with \"studies\"")
	}
	return nil
}

func notPage(dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil {
		return fmt.Errorf("the page is damaged: %w", err)
	}
	return errors.New("the answer is not a page of studies, expected an object")
}

func (p *page) member(dec *jsontext.Decoder, name string) error {
	switch {
	case name == "studies" && dec.PeekKind() == '[':
		return p.list(dec)
	case name == "nextPageToken" && dec.PeekKind() == '"':
		token, err := dec.ReadToken()
		if err == nil {
			p.token = token.String()
		}
		return err
	case name == "totalCount" && dec.PeekKind() == '0':
		count, err := dec.ReadToken()
		if err != nil {
			return err
		}
		n, err := count.Int()
		p.total = int(n)
		return err
	}
	return dec.SkipValue()
}

func (p *page) list(dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		study, err := dec.ReadValue()
		if err != nil {
			return err
		}
		p.studies = append(p.studies, study)
	}
	_, err := dec.ReadToken()
	return err
}

// readStudy accepts the response of a look-up.
func readStudy(body []byte) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(body))
	if dec.PeekKind() != '{' {
		return notPage(dec)
	}
	if _, err := dec.ReadValue(); err != nil {
		return fmt.Errorf("the study is damaged: %w", err)
	}
	return nil
}

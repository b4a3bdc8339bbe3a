package main

import (
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

type explainCmd struct {
	Word string `arg:"" name:"path|iri|piece" help:"A path of a record or its end, an IRI, a class, a classic piece or element, an AACT column, or a code."`
}

// Run prints what the model says of a word.
func (c *explainCmd) Run(std *streams) error {
	m := model.Default()
	found := m.Explain(c.Word)
	if len(found) == 0 {
		err := fmt.Errorf("%q is not a path, term, piece, column, element or code of the model", c.Word)
		if near := m.Suggest(c.Word); len(near) > 0 {
			err = fmt.Errorf("%w\nhint: did you mean %s?", err, strings.Join(near, " or "))
		}
		return err
	}
	for i, e := range found {
		if i > 0 {
			fmt.Fprintln(std.out)
		}
		fmt.Fprintln(std.out, e.Title)
		for _, l := range e.Lines {
			if _, err := fmt.Fprintf(std.out, "  %-12s %s\n", l[0], l[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

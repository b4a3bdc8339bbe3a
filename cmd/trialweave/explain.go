package main

import (
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

type explainCmd struct {
	Word []string `arg:"" name:"path|iri|piece|words" help:"A path of a record or its end, an IRI, a class, a classic piece or element, an AACT column, a code, or words to search for."`
}

// Help tells what words find.
func (explainCmd) Help() string {
	return `What is not the name of anything is searched for, in the names and descriptions of
fields, properties, classes, codes and questions: trialweave explain adverse event.
A word finds what begins with it, in British and American spelling.`
}

// Run prints what the model says of a word.
func (c *explainCmd) Run(std *streams) error {
	m := model.Default()
	word := strings.Join(c.Word, " ")
	found := m.Explain(word)
	if len(found) == 0 {
		if hits := m.Search(word); len(hits) > 0 {
			return writeHits(std, hits)
		}
		err := fmt.Errorf("%q is not a path, term, piece, column, element or code of the model, and in no description", word)
		if near := m.Suggest(word); len(near) > 0 {
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

// writeHits lists what a search found.
func writeHits(std *streams, hits []model.Hit) error {
	for _, h := range hits {
		if _, err := fmt.Fprintf(std.out, "%-8s  %s\n          %s\n", h.Kind, h.Name, h.Text); err != nil {
			return err
		}
	}
	fmt.Fprintf(std.err, "%s found\nhint: trialweave explain NAME says more of one\n", countOf(len(hits), "thing"))
	return nil
}

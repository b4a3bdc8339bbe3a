package main

import (
	"fmt"
	"slices"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// nothingFound says of a SELECT that it found nothing, where the answer itself does not,
// and whether the data has the versions that it asks for.
func (c *queryCmd) nothingFound(std *streams, q *sparql.Query, x *index.Index) error {
	if sparql.ResultFormat(c.Format) != sparql.Table {
		if _, err := fmt.Fprintln(std.err, "0 rows"); err != nil {
			return err
		}
	}
	return x.View(func() error {
		missing := missingVersions(q, x)
		if missing == "" {
			return nil
		}
		_, err := fmt.Fprintln(std.err, "hint: "+missing)
		return err
	})
}

// nsProv is the namespace of PROV-O.
const nsProv = "http://www.w3.org/ns/prov#"

// missingVersions says how the versions are made that a query asks for and that the data
// does not have.
func missingVersions(q *sparql.Query, x *index.Index) string {
	named := q.Constants()
	asks := func(properties ...rdf.Term) bool {
		return slices.ContainsFunc(properties, func(p rdf.Term) bool { return slices.Contains(named, p) })
	}
	lacks := func(properties ...rdf.Term) bool {
		return !slices.ContainsFunc(properties, func(p rdf.Term) bool {
			id, ok := x.Lookup(p)
			return ok && x.Estimate(index.Quad{index.Predicate: id}, index.Union) > 0
		})
	}
	revision := rdf.IRI(nsProv + "wasRevisionOf")
	held := []rdf.Term{rdf.IRI(model.NSTool + "held_from"), rdf.IRI(model.NSTool + "held_until")}
	ofDay := slices.Contains(named, rdf.String("#record-")) // begins the name of a version
	switch {
	case asks(held...) && lacks(held...):
		return "the query asks when statements held, and the data does not say it; trialweave convert --history --statements FILE… makes it of several versions of each study"
	case (ofDay || asks(revision)) && lacks(revision):
		return "the query asks for several versions of a study, and the data has one of each; trialweave convert --history FILE… makes a graph for each version"
	}
	return ""
}

package main

import (
	"slices"
	"strings"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/buildinfo"
	"github.com/trialweave/trialweave/internal/commandline"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
)

// manualPage is what the page of the manual says beside the help.
func manualPage() *commandline.Page {
	return &commandline.Page{
		Version: "trialweave " + buildinfo.Version(), Date: buildinfo.Date(),
		Status: [][2]string{
			{"0", "Done."},
			{"1", "Done, but some records were rejected, or validate found something."},
			{"2", "It could not be done, or was interrupted."},
			{"141", "The reader of standard output went away."},
		},
		Environment: [][2]string{
			{"TRIALWEAVE_USER, TRIALWEAVE_PASSWORD, TRIALWEAVE_TOKEN", "Credentials for a store, where no flag gives a file of them."},
			{"XDG_STATE_HOME", "Where the journals of stores are kept."},
			{"GOMEMLIMIT, GOGC", "The limits of memory of Go programs, in place of those that the command sets itself."},
		},
		See: []string{"triallint(1)"},
	}
}

// completions are the words that an argument or flag takes, beside those that
// its help lists.
func completions(name string) (out []commandline.Candidate) {
	switch name {
	case "query", "name":
		for _, q := range slices.Concat(model.Queries(), model.Views()) {
			out = append(out, commandline.Candidate{Word: q.Name, Help: q.Question()})
		}
	case "path|iri|piece|words":
		for _, f := range model.Default().Fields {
			out = append(out, commandline.Candidate{Word: f.Path[strings.LastIndexByte(f.Path, '.')+1:]})
		}
	case "no", "without":
		for _, part := range mapping.Parts() {
			out = append(out, commandline.Candidate{Word: part})
		}
	case "from":
		for _, syntax := range input.Syntaxes() {
			out = append(out, commandline.Candidate{Word: syntax})
		}
	}
	return out
}

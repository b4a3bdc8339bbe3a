package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
)

func checkAPIServers() Check {
	return Check{
		ID: "api-servers", Severity: report.Warn,
		Description: "The descriptions that an API is split into name the same servers.",
		Why:         "Who puts the parts together again sends some of the requests to another place.",
		Fix:         "Name the same servers in all of them.",
		run: eachSet(func(s *apiSet) (out []finding) {
			want := servers(s.members[0].Description)
			for _, d := range s.members[1:] {
				if got := servers(d.Description); !slices.Equal(got, want) {
					out = append(out, s.differs(d, "servers", "the servers are "+listed(got)+", those of %s are "+listed(want)))
				}
			}
			return out
		}),
	}
}

func checkAPIVersion() Check {
	return Check{
		ID: "api-version", Severity: report.Warn,
		Description: "The descriptions that an API is split into are of one version of the API.",
		Why:         "Parts of two versions do not make one API.",
		Fix:         "Bring all parts to the same version.",
		run: eachSet(func(s *apiSet) (out []finding) {
			want := s.members[0].APIVersion
			for _, d := range s.members[1:] {
				if d.APIVersion != want {
					out = append(out, s.differs(d, "info/version", fmt.Sprintf("the version of the API is %q, that in %%s is %q", d.APIVersion, want)))
				}
			}
			return out
		}),
	}
}

func checkAPIOperation() Check {
	return Check{
		ID: "api-operation", Severity: report.Warn,
		Description: "An operation is described in one file of those that an API is split into.",
		Why:         "Two descriptions of one operation drift apart, and tools take whichever they read last.",
		Fix:         "Remove one of them.",
		run: eachSet(func(s *apiSet) (out []finding) {
			first := map[string]report.Place{}
			for _, d := range s.members {
				for _, o := range d.Operations {
					at := d.place(o.At)
					other, twice := first[o.Key()]
					if !twice {
						first[o.Key()] = at
					} else if other.File != at.File {
						out = append(out, finding{
							place: at, message: fmt.Sprintf("%s is described in %s too", operationName(o), other.File),
							related: []report.Related{{Message: "first", Place: other}},
						})
					}
				}
			}
			return out
		}),
	}
}

func eachSet(judge func(*apiSet) []finding) func(*Corpus) []finding {
	return func(c *Corpus) (out []finding) {
		described := 0
		for _, d := range c.Documents {
			if isDescribed(d) {
				described++
			}
		}
		if described < 2 {
			return nil
		}
		for _, s := range c.sets() {
			if len(s.members) > 1 {
				out = append(out, judge(s)...)
			}
		}
		return out
	}
}

// differs is a finding on a member that is not as the first one is.
func (s *apiSet) differs(d *description, at, format string) finding {
	first := s.members[0]
	path := strings.Split(at, "/")
	return finding{
		place: d.doc.Place(path), message: fmt.Sprintf(format, first.doc.File),
		related: []report.Related{{Message: "first", Place: first.doc.Place(path)}},
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// operationsOf are the keys of the operations that descriptions of the corpus
// have for the service of a description.
func (c *Corpus) operationsOf(d *openapi.Description) map[string]bool {
	out := map[string]bool{}
	for _, other := range c.descriptions() {
		if sharesServer(other.Description, d) {
			for _, o := range other.Operations {
				out[o.Key()] = true
			}
		}
	}
	return out
}

package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping/model"
)

// Profile says how much of a study is said.
type Profile string

// The profiles.
const (
	// Full says everything that the record holds and what follows from it.
	Full Profile = "full"
	// Core says what the seven classes of the core context say.
	Core Profile = "core"
)

// Options say what a study becomes. The zero value, and nil, is the full
// profile with everything in it.
type Options struct {
	// Profile is Full by default.
	Profile Profile
	// Base is the IRI below which shared nodes, concepts and the shared graph
	// live; https://w3id.org/trialweave/ by default. It ends in "/" or "#".
	Base string
	// Concepts adds the concept of each code beside the code.
	Concepts bool
	// NoWKT and NoWGS84 leave out a form of the place of a site.
	NoWKT, NoWGS84 bool
	// NoComputed leaves out everything that the record does not say itself.
	NoComputed bool
	// History gives each version of a record a graph of its own: the day of its
	// last update post is part of the name, "#record-2023-06-28". A record
	// without such a day is refused.
	History bool
	// Statements annotates each statement of a record's graph with where it comes
	// from, in RDF 1.2: a reifier for each value of the record, with tw:from, the
	// JSON Pointer of the value, and prov:wasDerivedFrom, the version of the record,
	// where a date tells it. Only the compiled converter of the full profile can.
	Statements bool
	// Without names parts of a record to leave out; see Parts.
	Without []string
	// Context is a JSON-LD context of the user's own, applied to the annotated
	// study in place of the bundled one.
	Context []byte
	// Directions says what stands for texts with a direction, which a context of the
	// user's own may give them; by default nothing does, as RDF 1.1 has no directions.
	Directions jsonld.Directions
}

// DropsDirections reports whether the context has directions of which nothing will
// be said.
func (o *Options) DropsDirections() bool {
	return o != nil && o.Directions == "" && bytes.Contains(o.Context, []byte(`"@direction"`))
}

// SetForms sets what a command line says in words: enum is code or concept; calc
// is on or off; geo has wkt, wgs84 or both, or none alone.
func (o *Options) SetForms(enum, calc string, geo []string) error {
	if enum != "code" && enum != "concept" {
		return fmt.Errorf("--enum %q, expected code or concept", enum)
	}
	if calc != "on" && calc != "off" {
		return fmt.Errorf("--calc %q, expected on or off", calc)
	}
	for _, form := range geo {
		if form != "wkt" && form != "wgs84" && (form != "none" || len(geo) > 1) {
			return fmt.Errorf("--geo %q, expected wkt, wgs84 or both, or none", strings.Join(geo, ","))
		}
	}
	o.Concepts, o.NoComputed = enum == "concept", calc == "off"
	o.NoWKT, o.NoWGS84 = !slices.Contains(geo, "wkt"), !slices.Contains(geo, "wgs84")
	return nil
}

// Parts returns the names that Options.Without knows, sorted.
func Parts() []string {
	var out []string
	for _, f := range model.Default().Fields {
		if f.Part != "" && !slices.Contains(out, f.Part) {
			out = append(out, f.Part)
		}
	}
	slices.Sort(out)
	return out
}

// Reduced reports whether the options leave anything out.
func (o *Options) Reduced() bool {
	return o != nil && (o.Profile == Core || o.NoWKT || o.NoWGS84 || o.NoComputed || len(o.Without) > 0)
}

// checked returns the options with defaults filled in, or what is wrong.
func (o *Options) checked() (Options, error) {
	var out Options
	if o != nil {
		out = *o
	}
	if out.Profile == "" {
		out.Profile = Full
	}
	if out.Profile != Full && out.Profile != Core {
		return out, fmt.Errorf("profile %q, expected full or core", out.Profile)
	}
	if out.Statements && (out.Profile != Full || out.Context != nil) {
		return out, errors.New("statements are annotated in the full profile with the bundled context, expected no other")
	}
	if out.Base == "" {
		out.Base = model.DefaultBase
	}
	if err := checkBase(out.Base); err != nil {
		return out, err
	}
	parts := Parts()
	for _, p := range out.Without {
		if !slices.Contains(parts, p) {
			return out, fmt.Errorf("no part of a study is named %q, expected one of %s", p, strings.Join(parts, ", "))
		}
	}
	return out, nil
}

func checkBase(base string) error {
	if !strings.HasSuffix(base, "/") && !strings.HasSuffix(base, "#") {
		return fmt.Errorf("base IRI %q, expected one that ends in / or #", base)
	}
	if _, ok := webPage(base); !ok {
		return fmt.Errorf("base IRI %q, expected an absolute http or https IRI", base)
	}
	return nil
}

// SharedGraph is the IRI of the graph of what several studies refer to.
func (o *Options) SharedGraph() string { return o.base() + "graph/shared" }

// HistoryGraph is the IRI of the graph that says which version of a record was
// made of which.
func (o *Options) HistoryGraph() string { return o.base() + "graph/history" }

func (o *Options) base() string {
	if o == nil || o.Base == "" {
		return model.DefaultBase
	}
	return o.Base
}

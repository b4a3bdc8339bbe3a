package main

import (
	"flag"
	"os"
	"strings"

	"github.com/trialweave/trialweave/mapping"
)

// modelFlags say what a study becomes, as those of trialweave convert do.
type modelFlags struct {
	profile, context, base, enum, geo, calc, no string
}

func (m *modelFlags) add(set *flag.FlagSet) {
	set.StringVar(&m.profile, "profile", "full", "how much is said: full or core")
	set.StringVar(&m.context, "context", "", "`FILE` with a JSON-LD context of your own in place of the bundled one")
	set.StringVar(&m.base, "base", "", "`IRI` below which the nodes live that we mint")
	set.StringVar(&m.enum, "enum", "code", "code; or concept, which adds the concept of each code")
	set.StringVar(&m.geo, "geo", "wkt,wgs84", "how places are said: wkt, wgs84, none")
	set.StringVar(&m.calc, "calc", "on", "off leaves out everything computed")
	set.StringVar(&m.no, "no", "", "`PART,...` of a study to leave out, such as browse or contacts")
}

// apply says it in the options of the model.
func (m *modelFlags) apply(o *mapping.Options) error {
	o.Profile, o.Base, o.Without = mapping.Profile(m.profile), m.base, list(m.no)
	if err := o.SetForms(m.enum, m.calc, list(m.geo)); err != nil {
		return err
	}
	if m.context == "" {
		return nil
	}
	var err error
	o.Context, err = os.ReadFile(m.context)
	return err
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

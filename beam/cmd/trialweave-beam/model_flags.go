package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
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
func (m *modelFlags) apply(o *jsonld.Options) error {
	for _, f := range []struct{ name, value, allowed string }{
		{"profile", m.profile, "full core"}, {"enum", m.enum, "code concept"}, {"calc", m.calc, "on off"},
	} {
		if !among(f.value, f.allowed) {
			return fmt.Errorf("--%s %q, expected one of %s", f.name, f.value, f.allowed)
		}
	}
	geo := list(m.geo)
	for _, g := range geo {
		if !among(g, "wkt wgs84 none") || g == "none" && len(geo) > 1 {
			return fmt.Errorf("--geo %q, expected wkt, wgs84 or both, or none", m.geo)
		}
	}
	o.Profile, o.Base, o.Concepts, o.NoComputed = jsonld.Profile(m.profile), m.base, m.enum == "concept", m.calc == "off"
	o.NoWKT, o.NoWGS84 = !among("wkt", m.geo), !among("wgs84", m.geo)
	o.Without = list(m.no)
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

func among(value, values string) bool {
	for _, v := range list(values) {
		if v == value {
			return true
		}
	}
	return false
}

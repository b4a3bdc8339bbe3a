package mapping

import (
	"strings"

	"github.com/trialweave/trialweave/internal/scan"
	"github.com/trialweave/trialweave/mapping/model"
)

// rules are the tables and options made ready for use. They are shared by all
// converters of an engine and never change.
type rules struct {
	opts     Options
	model    *model.Model
	base     string
	patterns map[*model.Field]pattern
	// byKey names, for the lists whose order the registry's ids give, the id.
	byKey map[*model.Field]string
	// without holds the parts that are left out.
	without map[string]bool
	// locals holds the local names of ctg: that the model gives a meaning, and
	// those of lists.
	locals map[string]bool
	// names are the keys of the model.
	names *scan.Names
}

func newRules(opts Options) *rules {
	r := &rules{
		opts: opts, model: model.Default(), base: opts.Base,
		patterns: map[*model.Field]pattern{}, byKey: map[*model.Field]string{},
		without: map[string]bool{}, locals: map[string]bool{},
	}
	r.names = modelNames(r.model)
	for _, f := range r.model.Fields {
		if f.Node != "" {
			r.patterns[f] = parsePattern(f.Node, r.names)
		}
		for _, key := range []string{"id", "groupId"} {
			if f.Kind == model.Nodes && strings.HasSuffix(f.Node, "{k:"+key+"}") {
				r.byKey[f] = key
			}
		}
		r.reserve(f.Property)
		if f.List { // tw:order_of_ and the local name say its order
			r.locals[f.Local()] = true
		}
	}
	for _, c := range r.model.Computed {
		r.reserve(c.Property)
	}
	for _, p := range opts.Without {
		r.without[p] = true
	}
	return r
}

func (r *rules) reserve(property string) {
	if local, ok := strings.CutPrefix(property, "ctg:"); ok {
		r.locals[local] = true
	}
}

func modelNames(m *model.Model) *scan.Names {
	var names []string
	for _, f := range m.Fields {
		names = append(names, f.Key)
	}
	return scan.NewNames(names)
}

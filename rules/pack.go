package rules

// Pack is a set of rules that an engine runs, and that rulesets extend by name.
type Pack struct {
	// Name begins with the name of the engine: "vacuum:oas".
	Name string
	// Rules makes the rules of the pack: each with its id, its description, its
	// severity, whether it is recommended, and the formats it is for.
	Rules func() []*Rule
}

// pack makes the layer of a rule pack, in its recommended mode, and reports
// whether the pack is known.
func (l *loader) pack(name string) (*layer, bool) {
	out := newLayer()
	for _, p := range l.packs {
		if p.Name != name {
			continue
		}
		for _, rule := range p.Rules() {
			rule.Pack, rule.From.File = name, name
			rule.Enabled = rule.Recommended && rule.Severity != Off
			out.rules[rule.ID] = rule
		}
		return out, true
	}
	return out, false
}

// extendPack adds the rules of a rule pack. One that is not known is left to
// whoever runs the ruleset, which has to say so.
func (f *file) extendPack(name, mode string) {
	f.loader.set.Engines[name] = mode
	base, _ := f.loader.pack(name)
	for id, rule := range base.rules {
		if before := f.layer.rules[id]; mode == "off" && before != nil && before.Pack != "" {
			continue // the packs of an engine share the rules on reading a document
		}
		f.layer.rules[id] = extended(rule, mode)
	}
}

// unknownPack reports whether the ruleset extends a rule pack whose rules are
// not known.
func (f *file) unknownPack() bool {
	for name := range f.loader.set.Engines {
		if _, known := f.loader.pack(name); !known {
			return true
		}
	}
	return false
}

package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// fix is the one right answer to a finding: another text for a scalar, or what
// is to be merged into a value.
type fix struct {
	file string
	path []string
	// rng is where the scalar stands, and value its new text.
	rng   report.Range
	value string
	// update is merged into a mapping: it has one key.
	update *yamltree.Node
	// why is what the overlay says about it.
	why string
	// old is what stands there today. Two things that are written differently
	// never become one: not in a scope, and not at all where what the value
	// names can have one user only.
	old, scope string
	single     bool
	// rule is the check whose finding it answers.
	rule string
}

func replacement(place report.Place, value string) []fix {
	return []fix{{file: place.File, path: place.Path, rng: place.Range, value: value}}
}

// slip is the fix of a name that is a slip of one of some candidates; none
// where that is not certain. write makes the text of the candidate.
func slip(place report.Place, name string, candidates []string, write func(string) string) []fix {
	meant := nearest.Certain(name, candidates)
	if meant == "" {
		return nil
	}
	out := replacement(place, write(meant))
	out[0].old = name
	return out
}

func itself(name string) string { return name }

// own is the path of a value of the operation in the description itself; ok is
// false where it is written in another file.
func (p officialPair) own(pointer string) ([]string, bool) {
	at := p.d.place(source.Position{Pointer: pointer})
	return at.Path, at.File == p.d.doc.File
}

// addParameters adds the parameters that the operation lacks to its list. The
// list is merged with what the update has, and not selected itself: tools do
// not agree on what an update of a list is.
func (p officialPair) addParameters() []fix {
	operation, here := p.own(p.ours.At.Pointer)
	if !here {
		return nil
	}
	added := &yamltree.Node{Kind: yamltree.Sequence}
	var names []string
	for _, missing := range p.missingParameters() {
		if n := p.o.Inline(missing.At.Pointer); n != nil {
			added.Items = append(added.Items, n)
			names = append(names, missing.Name)
		}
	}
	if len(added.Items) == 0 {
		return nil
	}
	return []fix{{file: p.d.doc.File, path: operation, update: mapping("parameters", added), why: "parameters: " + strings.Join(names, ", ")}}
}

// addResponses adds the responses that the operation lacks.
func (p officialPair) addResponses(statuses []string) (out []fix) {
	at, here := p.own(p.ours.At.Pointer)
	responses := append(slices.Clone(at), "responses")
	if !here || p.d.doc.Tree.Root.At(responses...) == nil {
		return nil
	}
	for _, status := range statuses {
		pointer := p.its.At.Pointer + "/responses/" + source.EscapePointer(status)
		if n := p.o.Inline(pointer); n != nil {
			out = append(out, fix{file: p.d.doc.File, path: responses, update: mapping(status, n), why: "response " + status})
		}
	}
	return out
}

// addPattern adds a pattern to the schema of a parameter that stands at a
// place, or to the parameter itself (OpenAPI 2.0).
func addPattern(place report.Place, doc *ruleset.Document, pattern string) []fix {
	at := slices.Clone(place.Path)
	if schema := doc.Tree.Root.At(append(at, "schema")...); schema != nil {
		at = append(at, "schema")
	}
	n := doc.Tree.Root.At(at...)
	if n == nil || n.Kind != yamltree.Mapping || n.Index("$ref") >= 0 {
		return nil
	}
	return []fix{{file: place.File, path: at, update: mapping("pattern", scalar(pattern)), why: "pattern"}}
}

func mapping(key string, value *yamltree.Node) *yamltree.Node {
	return members([]string{key}, value)
}

// Repair is what answers findings that have one right answer.
type Repair struct {
	corpus *Corpus
	fixes  []fix
}

// Fixes collects the fixes of all findings of a corpus that its configuration
// and the comments in its documents do not drop. Where two of them would write
// different things to one place, neither is right: both are left out.
func Fixes(c *Corpus) *Repair {
	out := &Repair{corpus: c}
	for _, check := range Checks() {
		if check.run == nil {
			continue
		}
		for _, f := range check.run(c) {
			if len(f.fixes) > 0 && c.reports(check, f) {
				for _, one := range f.fixes {
					one.why, one.rule = cmp.Or(one.why, check.ID), check.ID
					out.fixes = append(out.fixes, one)
				}
			}
		}
	}
	out.settle()
	return out
}

// reports reports whether a finding is reported.
func (c *Corpus) reports(check Check, f finding) bool {
	r := &report.Report{Findings: check.findings([]finding{f})}
	Apply(c, r)
	return slices.ContainsFunc(r.Findings, func(x report.Finding) bool { return x.Rule == check.ID })
}

// settle drops what is there twice, what contradicts itself, and what gives one
// target to two faults.
func (r *Repair) settle() {
	r.dropShared()
	r.dropDone()
	byPlace := map[string][]fix{}
	for _, f := range r.fixes {
		byPlace[f.place()] = append(byPlace[f.place()], f)
	}
	var out []fix
	for _, f := range r.fixes {
		if !contradict(byPlace[f.place()]) && !slices.ContainsFunc(out, func(o fix) bool { return o.place() == f.place() }) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b fix) int {
		return cmp.Or(cmp.Compare(a.file, b.file), compareStarts(a.rng, b.rng))
	})
	r.fixes = out
}

// dropShared drops the fixes that give two faults one target.
func (r *Repair) dropShared() {
	shared := func(f fix) bool {
		return f.old != "" && slices.ContainsFunc(r.fixes, func(o fix) bool {
			same := o.old != "" && o.why == f.why && o.file == f.file && o.scope == f.scope && o.value == f.value
			return same && (o.old != f.old || f.single && o.place() != f.place())
		})
	}
	r.fixes = slices.DeleteFunc(slices.Clone(r.fixes), shared)
}

// dropDone drops what an overlay of the repository does already.
func (r *Repair) dropDone() {
	for _, o := range r.corpus.overlays() {
		if !o.extended || len(o.bases) != 1 {
			continue
		}
		r.fixes = slices.DeleteFunc(r.fixes, func(f fix) bool { return f.file == o.bases[0].file && f.done(o.bases[0].root) })
	}
}

// done reports whether a description has what the fix writes.
func (f fix) done(root *yamltree.Node) bool {
	n := root.At(f.path...)
	if n == nil {
		return false
	}
	if f.update == nil {
		return n.Text == f.value
	}
	is, want := n.Lookup(f.update.Keys[0].Name), f.update.Items[0]
	if is == nil || is.Kind != want.Kind {
		return false
	}
	if want.Kind != yamltree.Sequence {
		return encoded(is) == encoded(want)
	}
	for _, item := range want.Items {
		if !slices.ContainsFunc(is.Items, func(x *yamltree.Node) bool { return encoded(x) == encoded(item) }) {
			return false
		}
	}
	return true
}

func compareStarts(a, b report.Range) int {
	return cmp.Or(cmp.Compare(a.Start.Line, b.Start.Line), cmp.Compare(a.Start.Column, b.Start.Column))
}

// place names what a fix writes to: a scalar, or a key of a mapping.
func (f fix) place() string {
	what := ""
	if f.update != nil {
		what = f.update.Keys[0].Name
	}
	return strings.Join([]string{f.file, yamltree.Pointer(f.path), what}, "\x00")
}

func contradict(all []fix) bool {
	for _, f := range all[1:] {
		if f.value != all[0].value || encoded(f.update) != encoded(all[0].update) {
			return true
		}
	}
	return false
}

// isDescription reports whether a file is an OpenAPI description, which an
// overlay can change.
func (r *Repair) isDescription(file string) bool {
	d, err := r.corpus.document(file)
	return err == nil && d.Kind == ruleset.OpenAPI
}

package proof

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

// FixtureIndex is the name of the file that says what each fixture of a folder
// is for.
const FixtureIndex = "fixtures.json"

// Fixture is a document and what a rule finds in it: a test of the rule.
type Fixture struct {
	Rule string `json:"rule"`
	// File is its name in the folder of fixtures, with slashes.
	File     string    `json:"file"`
	Findings []Finding `json:"findings"`

	text []byte
	root *yamltree.Node
}

// Finding is what a rule finds: where, and with which severity.
type Finding struct {
	Pointer  string `json:"pointer"`
	Severity string `json:"severity"`
}

// Text is the document, as YAML.
func (f *Fixture) Text() []byte { return f.text }

func (f *Fixture) document() *ruleset.Document {
	if f.root == nil {
		return nil
	}
	return ruleset.NewDocument(f.File, f.root)
}

func findingsOf(rule *rules.Rule, looks []ruleset.Look) []Finding {
	var out []Finding
	for _, look := range looks {
		for _, f := range look.Findings {
			out = append(out, Finding{yamltree.Pointer(f.Path), report.Severity(rule.Severity).String()})
		}
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Severity, b.Severity))
	})
	return slices.Compact(out)
}

// Fixtures are the documents of the proofs, and further ones that notice
// changes of the rules which those do not notice.
func (r *Result) Fixtures(ctx context.Context) []Fixture {
	var out []Fixture
	for i := range r.Proofs {
		out = append(out, r.Proofs[i].fixtures(ctx)...)
	}
	return out
}

func (p *Proof) fixtures(ctx context.Context) []Fixture {
	m := &fixtureMaker{proof: p, ctx: ctx}
	for _, w := range []*Witness{p.Fires, p.Quiet} {
		if w != nil {
			m.add(w.root)
		}
	}
	if p.harness != nil {
		m.killers()
	}
	return m.out
}

type fixtureMaker struct {
	proof        *Proof
	ctx          context.Context
	out          []Fixture
	fires, quiet int
}

func (m *fixtureMaker) add(root *yamltree.Node) {
	f := Fixture{Rule: m.proof.Rule, root: root, text: appendYAML(nil, root, "")}
	f.Findings = findings(m.ctx, m.proof.trial, ruleset.NewDocument("", root))
	name, n := "fires", &m.fires
	if len(f.Findings) == 0 {
		name, n = "quiet", &m.quiet
	}
	if *n++; *n > 1 {
		name += fmt.Sprint("-", *n)
	}
	f.File = path.Join(fileName(m.proof.Rule), name+".yml")
	m.out = append(m.out, f)
}

// maxFixtures bounds the documents of one rule.
const maxFixtures = 24

// killers adds the documents that notice changes which the others do not.
func (m *fixtureMaker) killers() {
	for _, mutant := range mutants(m.proof.rule) {
		if len(m.out) >= maxFixtures {
			return
		}
		trial := compiled(mutant.rule, m.proof.functions)
		if m.killed(trial) {
			continue
		}
		if root := m.killer(trial); root != nil {
			m.add(root)
		}
	}
}

func (m *fixtureMaker) killed(mutant *ruleset.Compiled) bool {
	return slices.ContainsFunc(m.out, func(f Fixture) bool { return m.differs(mutant, f.root) })
}

func (m *fixtureMaker) differs(mutant *ruleset.Compiled, root *yamltree.Node) bool {
	d := ruleset.NewDocument("", root)
	return !slices.Equal(findings(m.ctx, m.proof.trial, d), findings(m.ctx, mutant, d))
}

func (m *fixtureMaker) killer(mutant *ruleset.Compiled) *yamltree.Node {
	l := m.proof.harness
	for _, s := range l.samples {
		if !m.differs(mutant, s.root) || !l.isValid(s) {
			continue
		}
		return minimise(s.root, func(root *yamltree.Node) bool {
			smaller := l.again(root)
			return smaller != nil && m.differs(mutant, root) && l.isValid(smaller)
		})
	}
	return nil
}

// fileName is the id of a rule as the name of a folder.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == ':' || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimLeft(id, "."))
}

// WriteIndex is the text of the index of some fixtures.
func WriteIndex(fixtures []Fixture) ([]byte, error) {
	for i := range fixtures {
		if fixtures[i].Findings == nil {
			fixtures[i].Findings = []Finding{}
		}
	}
	out, err := json.MarshalIndent(fixtures, "", "  ")
	return append(out, '\n'), err
}

// ReadFixtures reads a folder of fixtures. Its errors name the file.
func ReadFixtures(fsys fs.FS) ([]Fixture, error) {
	index, err := fs.ReadFile(fsys, FixtureIndex)
	if err != nil {
		return nil, err
	}
	var out []Fixture
	if err := json.Unmarshal(index, &out); err != nil {
		return nil, fmt.Errorf("%s is not an index of fixtures: %w", FixtureIndex, err)
	}
	for i := range out {
		text, err := fs.ReadFile(fsys, out[i].File)
		if err != nil {
			return nil, err
		}
		doc, err := yamltree.Parse(out[i].File, text, nil)
		if err != nil {
			return nil, err
		}
		out[i].text, out[i].root = text, doc.Root
		if len(out[i].Findings) == 0 {
			out[i].Findings = nil
		}
	}
	return out, nil
}

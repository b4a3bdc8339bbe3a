package proof_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/lint"
	"github.com/trialweave/trialweave/proof"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/rules"
)

// TestMain collects garbage less often than Go does by itself, as triallint does:
// proofs make many small documents, one after the other.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

const shared = "../../shared/data/governance"

// prove proves rulesets by the documents below a folder.
func prove(t testing.TB, dir string, files fstest.MapFS, opts *proof.Options) *proof.Result {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the documents are not at hand: %v", err)
	}
	tree := os.DirFS(dir)
	corpus, err := lint.Load(tree, []string{"."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if files != nil {
		opts.RulesetFiles = files
	}
	result, err := proof.Prove(context.Background(), corpus, opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// ours is what is proven of the bundled ruleset by the bundled description, which
// several tests look at.
var ours = sync.OnceValues(func() (*proof.Result, error) {
	corpus, err := lint.Load(os.DirFS(ourDescription), []string{"."}, nil)
	if err != nil {
		return nil, err
	}
	opts := using(ourRuleset)
	opts.Workers = 4
	return proof.Prove(context.Background(), corpus, opts)
})

const ourDescription, ourRuleset = "../openapi", "trialweave:clinical-trials-gov"

func using(names ...string) *proof.Options {
	o := &proof.Options{}
	for _, name := range names {
		o.Rulesets = append(o.Rulesets, lint.RulesetUse{Ruleset: name})
	}
	return o
}

// summary is one line a rule: its verdict, and its notes.
func summary(p proof.Proof) string {
	line := string(p.Verdict)
	for _, n := range p.Notes {
		line += " " + strings.TrimSpace(string(n.Kind)+" "+n.Rule)
	}
	return line
}

func ExampleProve() {
	files := fstest.MapFS{
		"api.yml":   {Data: []byte("openapi: 3.1.0\ninfo: {title: Trials, version: '1'}\npaths: {/trials: {get: {operationId: trials}}}\n")},
		"rules.yml": {Data: []byte("rules:\n  ids:\n    description: Every operation has a unique operationId.\n    given: $.paths[*].get\n    then: {field: operationId, function: truthy}\n")},
	}
	corpus, err := lint.Load(files, []string{"."}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := proof.Prove(context.Background(), corpus, &proof.Options{Rulesets: []lint.RulesetUse{{Ruleset: "rules.yml"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range result.Proofs {
		fmt.Println(p.Rule, p.Verdict)
		fmt.Printf("%s---\n%s", p.Fires.YAML(), p.Quiet.YAML())
		for _, n := range p.Notes {
			fmt.Printf("%s: %s\n", n.Kind, n.Why)
		}
	}
	// Output:
	// ids proven
	// openapi: "3.1.0"
	// info:
	//   title: Trials
	//   version: "1"
	// paths:
	//   /trials:
	//     get: {}
	// ---
	// openapi: "3.1.0"
	// info:
	//   title: Trials
	//   version: "1"
	// paths:
	//   /trials:
	//     get:
	//       operationId: trials
	// narrower: it says that values are unique, but is quiet where one occurs twice: #/paths/~1trials/get/operationId
}

// wantSeed is what is known of the nine rules of the published ruleset.
var wantSeed = []string{
	"proven duplicate-of info-contact",
	"proven",
	"proven",
	"proven",
	"proven duplicate-of operation-tags",
	"proven",
	"proven duplicate-of operation-operationId narrower promise-kept-by operation-operationId-unique",
	"proven inverted",
	"vacuous",
}

// TestPublishedRuleset holds the verdicts on the published ruleset, and that
// they depend neither on the names of the rules nor on the wording.
func TestPublishedRuleset(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shared, "clinical-trials-gov/rules/clinical-trials-gov-rules.yml"))
	if err != nil {
		t.Skipf("the ruleset is not at hand: %v", err)
	}
	renamed := regexp.MustCompile(`(?m)^  ctg-[a-z-]+:`)
	n := 0
	copies := map[string]string{
		"as it is": string(text),
		"renamed": renamed.ReplaceAllStringFunc(string(text), func(string) string {
			n++
			return fmt.Sprintf("  r%d:", 100-n)
		}),
		"in other words": strings.NewReplacer(
			"Every operation must declare a unique operationId.", "No two operations share an operationId, and none lacks one... each has its own operationId",
			"List endpoints should support pageSize and pageToken parameters.", "The listing of studies takes the page size and the page token as parameters.",
			"nctId path parameters should match the NCT identifier pattern.", "An NCT number in a path looks like one.",
			"API contact information must be present.", "Somebody can be written to.",
			"Every operation must declare at least one tag.", "Operations belong to a tag.",
			"Every operation must include a short summary.", "Operations are summed up.",
		).Replace(string(text)),
	}
	for _, name := range portion.Of(slices.Sorted(maps.Keys(copies)), 1) {
		text := copies[name]
		for _, dir := range portion.Of([]string{"clinical-trials-gov", "nih-clinicaltrials"}, 1) {
			if dir == "nih-clinicaltrials" && name != "as it is" {
				continue // what is tried there does not depend on words
			}
			r := prove(t, filepath.Join(shared, dir), fstest.MapFS{"rules.yml": {Data: []byte(text)}}, using("rules.yml"))
			var got []string
			for _, p := range r.Proofs {
				got = append(got, summary(p))
			}
			if diff := cmp.Diff(wantSeed, got); diff != "" {
				t.Errorf("%s, by %s (-want +got):\n%s", name, dir, diff)
			}
		}
	}
}

// TestOurRuleset holds that nine of our nine rules are proven, and that there
// is nothing to note about them, by whichever documents.
func TestOurRuleset(t *testing.T) {
	for _, dir := range portion.Of([]string{ourDescription, "../testdata/governance/spectral-oas", shared + "/clinical-trials-gov"}, 1) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			r := proveOurs(t, dir)
			if len(r.Proofs) != 9 || r.Coverage() != 100 {
				t.Errorf("%d rules, %g %% proven", len(r.Proofs), r.Coverage())
			}
			for _, p := range r.Proofs {
				if summary(p) != "proven" {
					t.Errorf("%s: %s (%s) %v", p.Rule, summary(p), p.Why, p.Notes)
				}
			}
		})
	}
}

// proveOurs proves the bundled ruleset by the documents below a folder.
func proveOurs(t *testing.T, dir string) *proof.Result {
	t.Helper()
	if dir != ourDescription {
		return prove(t, dir, nil, using(ourRuleset))
	}
	r, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOurOtherRulesets holds the same of what is not about OpenAPI, without
// any documents at hand.
func TestOurOtherRulesets(t *testing.T) {
	names := []string{"trialweave:apis-json", "trialweave:capabilities", "trialweave:json-ld", "trialweave:overlay"}
	r := prove(t, t.TempDir(), nil, using(names...))
	if len(r.Proofs) != 28 || r.Coverage() != 100 {
		t.Errorf("%d rules, %g %% proven", len(r.Proofs), r.Coverage())
	}
	for _, p := range r.Proofs {
		if summary(p) != "proven" {
			t.Errorf("%s: %s (%s) %v", p.Rule, summary(p), p.Why, p.Notes)
		}
	}
}

// TestSpectralSet holds that the rules of spectral:oas can be proven, without
// any documents at hand, and that the linter agrees about each witness.
func TestSpectralSet(t *testing.T) {
	set, err := rules.Load(fstest.MapFS{}, "spectral:oas")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(set.Rules)) {
		if set.Rules[name].Enabled {
			names = append(names, name)
		}
	}
	if len(names) != 46 {
		t.Errorf("%d rules, want 46", len(names))
	}
	const file = "some.yml"
	text, tried := "extends: spectral:oas\nrules:\n", portion.Of(names, 6)
	if !slices.Contains(tried, unprovable) {
		tried = append(tried, unprovable)
	}
	for _, name := range names {
		if !slices.Contains(tried, name) {
			text += "  " + name + ": off\n"
		}
	}
	opts := using(file)
	opts.Inherited = true
	r := prove(t, t.TempDir(), fstest.MapFS{file: {Data: []byte(text)}}, opts)
	if len(r.Proofs) != len(tried) {
		t.Errorf("%d rules were proven, expected %v", len(r.Proofs), tried)
	}
	for i, p := range r.Proofs {
		want := proof.Proven
		if p.Rule == unprovable {
			want = proof.Unproven
		}
		if p.Verdict != want {
			t.Errorf("%s is %s (%s), want %s", p.Rule, p.Verdict, p.Why, want)
		}
		if i%portion.Count(4, 1) == 0 {
			checkWitness(t, "spectral:oas", p.Rule, p.Fires, true)
			checkWitness(t, "spectral:oas", p.Rule, p.Quiet, false)
		}
	}
}

// unprovable is a rule of Spectral that asks for what the schema asks for too, which
// trying cannot show.
const unprovable = "oas2-host-trailing-slash"

// checkWitness runs the linter itself on a witness.
func checkWitness(t *testing.T, ruleset, rule string, w *proof.Witness, fires bool) {
	t.Helper()
	if w == nil {
		return
	}
	for name, text := range map[string][]byte{"d.yml": w.YAML(), "d.json": w.JSON()} {
		corpus, err := lint.Load(fstest.MapFS{name: {Data: text}}, []string{name}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := lint.Run(context.Background(), corpus, &lint.Options{Rulesets: []lint.RulesetUse{{Ruleset: ruleset}}})
		if err != nil || len(r.Unchecked) > 0 {
			t.Fatal(err, r.Unchecked)
		}
		found := slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Rule == rule })
		if found != fires {
			t.Errorf("%s: the linter fires: %v, on\n%s", rule, found, text)
		}
	}
}

// TestOtherRulesets runs over all rulesets at hand, each within a minute.
func TestOtherRulesets(t *testing.T) {
	files, _ := filepath.Glob(shared + "/siblings/*/rules/*.yml")
	if len(files) == 0 {
		t.Skip("../shared is absent: other rulesets were not proven")
	}
	for _, file := range portion.Of(files, 1) {
		dir := filepath.Dir(filepath.Dir(file))
		start := time.Now()
		opts := using("rules/" + filepath.Base(file))
		opts.Tries = portion.Count(1000, 0)
		r := prove(t, dir, nil, opts)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s took %s", file, took)
		}
		for _, p := range r.Proofs {
			if p.Verdict == proof.Proven && (p.Fires == nil || p.Quiet == nil) || p.Verdict != proof.Proven && p.Why == "" {
				t.Errorf("%s: %s is %s, without a reason or a witness", file, p.Rule, p.Verdict)
			}
		}
	}
}

// TestVerdictsAndNotes holds what is said about single rules.
func TestVerdictsAndNotes(t *testing.T) {
	for _, tt := range []struct{ name, rule, want string }{
		{"plain", "description: An API has a title., given: $.info, then: {field: title, function: truthy}", "proven"},
		{"wrong type", "given: $.paths, then: {function: pattern, functionOptions: {match: vintage}}", "vacuous"},
		{"object", "given: '$.paths[*].post', then: {function: truthy}", "vacuous dead-path"},
		{"tautology", "given: '$.paths[*].get', then: {function: schema, functionOptions: {schema: {oneOf: [{required: [tags]}, {not: {required: [tags]}}]}}}", "vacuous"},
		{"any text", "given: $.info.title, then: {function: pattern, functionOptions: {match: '.*'}}", "vacuous"},
		{"typo", "given: $.inof, then: {field: title, function: truthy}", "unproven dead-path"},
		{"off", "severity: off, given: $.info, then: {field: title, function: truthy}", "proven unreachable-severity"},
		{"not recommended", "recommended: false, given: $.info, then: {field: title, function: truthy}", "proven unreachable-severity"},
		{"first only", "description: All servers are encrypted., given: '$.servers[0].url', then: {function: pattern, functionOptions: {match: ^https:}}", "proven narrower"},
		{"all of them", "description: All servers are encrypted., given: '$.servers[*].url', then: {function: pattern, functionOptions: {match: ^https:}}", "proven"},
		{"empty list", "description: Operations have at least one tag., given: '$.paths[*].get', then: {field: tags, function: truthy}", "proven narrower"},
		{"no form", "description: 'An operationId must be in camelCase.', given: '$.paths[*].get', then: {field: operationId, function: truthy}", "proven narrower"},
		{"one of two", "description: Parameters must have a description and an example., given: '$.paths[*].get.parameters[*]', then: {field: description, function: truthy}", "proven narrower"},
		{"turned round", "description: The API must declare a license., given: $.info, then: {field: license, function: falsy}", "proven inverted"},
		{"allow-list for a promise", "description: Lists must offer the parameters limit and page., given: '$.paths[*].get.parameters[*].name', then: {function: enumeration, functionOptions: {values: [limit, page, sort]}}", "proven inverted"},
		{"twice denied", "description: Lists must not omit limit and page., given: '$.paths[*].get.parameters[*].name', then: {function: enumeration, functionOptions: {values: [limit, page, sort]}}", "proven inverted"},
		{"without a verb", "description: 'Paging: limit, page', given: '$.paths[*].get.parameters[*].name', then: {function: enumeration, functionOptions: {values: [limit, page, sort]}}", "proven inverted"},
		{"the same id", "description: 'There must not be two operations with the same operationId.', given: '$.paths[*].get', then: {field: operationId, function: truthy}", "proven narrower"},
		{"denied", "description: The API must not have a license., given: $.info, then: {field: license, function: falsy}", "proven"},
		{"honest allow-list", "description: 'Only these parameters are allowed: limit, page or sort.', given: '$.paths[*].get.parameters[*].name', then: {function: enumeration, functionOptions: {values: [limit, page, sort]}}", "proven"},
		{"no words", "given: '$.paths[*].get.parameters[*].name', then: {function: enumeration, functionOptions: {values: [limit, page, sort]}}", "proven"},
		{"unique tags", "description: The tags of an operation are distinct., given: '$.paths[*].get.tags', then: {function: schema, functionOptions: {schema: {type: array, uniqueItems: true}}}", "proven"},
		{"not unique tags", "description: The tags of an operation are distinct., given: '$.paths[*].get.tags', then: {function: schema, functionOptions: {schema: {type: array, minItems: 1}}}", "proven narrower"},
	} {
		files := fstest.MapFS{
			"rules.yml": {Data: []byte("rules:\n  it: {" + tt.rule + "}\n")},
			"api.yml": {Data: []byte(`openapi: 3.1.0
info: {title: Trials, version: "1"}
servers: [{url: "https://a.test"}]
paths:
  /trials:
    get:
      operationId: trials
      tags: [Trials]
      parameters:
        - {name: limit, in: query, description: How many., example: 1, schema: {type: integer}}
        - {name: phase, in: query, description: Which phase., example: 2, schema: {type: integer}}
`)},
		}
		corpus, err := lint.Load(files, []string{"api.yml"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := proof.Prove(context.Background(), corpus, &proof.Options{Rulesets: []lint.RulesetUse{{Ruleset: "rules.yml"}}, Tries: portion.Count(1000, 0)})
		if err != nil || len(r.Proofs) != 1 {
			t.Fatal(tt.name, err, r.Unchecked)
		}
		if got := summary(r.Proofs[0]); got != tt.want {
			t.Errorf("%s: %s, want %s (%s) %v", tt.name, got, tt.want, r.Proofs[0].Why, r.Proofs[0].Notes)
		}
	}
}

// TestOrderOfWork holds that the result does not depend on the number of
// workers, nor on which rules are proven beside one.
func TestOrderOfWork(t *testing.T) {
	all := proveOurs(t, ourDescription)
	for _, p := range portion.Of(all.Proofs, 1) {
		opts := using(ourRuleset)
		opts.Workers, opts.Only = 1, p.Rule
		alone, by := outcomes(t, prove(t, ourDescription, nil, opts)), outcomes(t, &proof.Result{Proofs: []proof.Proof{p}})
		if alone != by {
			t.Errorf("%s, with other workers (-1 +4):\n%s", p.Rule, cmp.Diff(alone, by))
		}
	}
	if portion.Full() {
		opts := using(ourRuleset)
		opts.Workers = 1
		if alone, by := outcomes(t, prove(t, ourDescription, nil, opts)), outcomes(t, all); alone != by {
			t.Errorf("with other workers (-1 +4):\n%s", cmp.Diff(alone, by))
		}
	}
}

// outcomes prints what was proven, with its witnesses.
func outcomes(t *testing.T, r *proof.Result) string {
	t.Helper()
	var b strings.Builder
	for _, p := range r.Proofs {
		fmt.Fprintf(&b, "%s %s %s\n%s\n%s\n", p.Rule, summary(p), p.Why, p.Fires.JSON(), p.Quiet.JSON())
	}
	return b.String()
}

// TestMutate holds that the fixtures of our ruleset notice most changes of it,
// that a ruleset that was changed contradicts them, and that they are read
// back as they were written.
func TestMutate(t *testing.T) {
	ctx := context.Background()
	corpus, err := lint.Load(os.DirFS(ourDescription), []string{"."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	opts, result := using(ourRuleset), proveOurs(t, ourDescription)
	fixtures := result.Fixtures(ctx)
	index, err := proof.WriteIndex(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{proof.FixtureIndex: {Data: index}}
	for _, f := range fixtures {
		folder[f.File] = &fstest.MapFile{Data: f.Text()}
	}
	read, err := proof.ReadFixtures(folder)
	if err != nil {
		t.Fatal(err)
	}
	s, err := proof.Mutate(ctx, corpus, opts, read)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Failed) > 0 || s.Score() < 75 {
		t.Errorf("%g %% of the changes are noticed; contradicted: %v", s.Score(), s.Failed)
	}
	opts.RulesetFiles = fstest.MapFS{"r.yml": {Data: []byte("extends: ['trialweave:clinical-trials-gov']\nrules: {ctg-info-license: {severity: error, given: $.info, then: {field: license, function: defined}}}\n")}}
	opts.Rulesets = []lint.RulesetUse{{Ruleset: "r.yml"}}
	s, err = proof.Mutate(ctx, corpus, opts, read)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Failed) != 1 || len(s.Rules) != 1 {
		t.Errorf("a changed severity contradicts %v, of %d rules", s.Failed, len(s.Rules))
	}
}

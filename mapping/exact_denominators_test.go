package mapping_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

// results makes a study of a measure of the baseline and one of the outcomes,
// from JSON: the denominators of the whole baseline, those of a measure, its
// further members and its classes.
func results(whole, denoms, more, classes string) []byte {
	const measure = `{"title":"M","paramType":"MEAN","groups":[{"id":"G1"},{"id":"G2"}],"denoms":[%s]%s,"classes":[%s]}`
	m := fmt.Sprintf(measure, denoms, more, classes)
	return fmt.Appendf(nil, `{"protocolSection":{"identificationModule":{"nctId":"NCT99990601"}},"resultsSection":{`+
		`"baselineCharacteristicsModule":{"denoms":[%s],"measures":[%s]},"outcomeMeasuresModule":{"outcomeMeasures":[%s]}}}`, whole, m, m)
}

func denom(units string, counts ...string) string {
	var out []string
	for i := 0; i < len(counts); i += 2 {
		out = append(out, fmt.Sprintf(`{"groupId":%q,"value":%q}`, counts[i], counts[i+1]))
	}
	return fmt.Sprintf(`{"units":%q,"counts":[%s]}`, units, strings.Join(out, ","))
}

// class is a class with one category of one measurement for each group.
func class(title, denoms string, groups ...string) string {
	var out []string
	for _, g := range groups {
		out = append(out, fmt.Sprintf(`{"groupId":%q,"value":"1"}`, g))
	}
	return fmt.Sprintf(`{"title":%q,"denoms":[%s],"categories":[{"measurements":[%s]}]}`, title, denoms, strings.Join(out, ","))
}

// held lists "measurement denominator" of the measures of one section, in short.
func held(quads []rdf.Quad, measure string) []string {
	const study = "https://clinicaltrials.gov/study/NCT99990601#"
	out := []string{}
	for _, q := range quads {
		s, o := strings.TrimPrefix(q.Subject.Value, study), strings.TrimPrefix(q.Object.Value, study)
		if q.Predicate.Value == "https://w3id.org/trialweave/ns#denominator" && strings.HasPrefix(s, measure+"-c") {
			out = append(out, strings.TrimPrefix(s, measure+"-")+" "+o)
		}
	}
	slices.Sort(out)
	return out
}

// TestWhichDenominatorHolds: that of the class, else of the measure, else of the
// whole baseline; of several units the one that the measure selects, was analysed
// in, or participants; and none where nothing says which.
func TestWhichDenominatorHolds(t *testing.T) {
	const p = "Participants"
	for name, c := range map[string]struct {
		study             []byte
		baseline, outcome []string
	}{
		"class": {
			results(denom(p, "G1", "100"), denom(p, "G1", "90"), "", class("a", denom(p, "G1", "80"), "G1")+","+class("b", denom(p, "G1", "70"), "G1")),
			[]string{"c0-k0-G1 baseline-m0-c0-n0-G1", "c1-k0-G1 baseline-m0-c1-n0-G1"}, []string{"c0-k0-G1 om0-c0-n0-G1", "c1-k0-G1 om0-c1-n0-G1"},
		},
		"class of another group, so the measure": {
			results(denom(p, "G1", "100"), denom(p, "G1", "90", "G2", "91"), "", class("a", denom(p, "G1", "80"), "G1", "G2")),
			[]string{"c0-k0-G1 baseline-m0-c0-n0-G1", "c0-k0-G2 baseline-m0-n0-G2"}, []string{"c0-k0-G1 om0-c0-n0-G1", "c0-k0-G2 om0-n0-G2"},
		},
		"whole baseline": {
			results(denom(p, "G1", "100"), "", "", class("a", "", "G1", "G2")), []string{"c0-k0-G1 baseline-n0-G1"}, []string{},
		},
		"selected unit": {
			results("", denom(p, "G1", "90")+","+denom("Eyes", "G1", "180"), `,"denomUnitsSelected":"eyes"`, class("a", denom(p, "G1", "9"), "G1")),
			[]string{"c0-k0-G1 baseline-m0-n1-G1"}, []string{"c0-k0-G1 om0-n1-G1"},
		},
		"unit of the analysis": {
			results("", denom(p, "G1", "90")+","+denom("Eyes", "G1", "180"), `,"typeUnitsAnalyzed":"Eyes"`, class("a", "", "G1")),
			[]string{"c0-k0-G1 baseline-m0-n1-G1"}, []string{"c0-k0-G1 om0-n1-G1"},
		},
		"participants before another unit": {
			results("", denom("Eyes", "G1", "180")+","+denom(p, "G1", "90"), "", class("a", "", "G1")),
			[]string{"c0-k0-G1 baseline-m0-n1-G1"}, []string{"c0-k0-G1 om0-n1-G1"},
		},
		"two units and no word": {
			results("", denom("Eyes", "G1", "180")+","+denom("Teeth", "G1", "900"), "", class("a", "", "G1")), []string{}, []string{},
		},
		"no group": {results("", denom(p, "", "1"), "", class("a", "", "")), []string{}, []string{}},
	} {
		quads := quadsOf(t, convert(t, nil, c.study).Record)
		if got := held(quads, "baseline-m0"); !slices.Equal(got, c.baseline) {
			t.Errorf("%s: %v in the baseline, expected %v", name, got, c.baseline)
		}
		if got := held(quads, "om0"); !slices.Equal(got, c.outcome) {
			t.Errorf("%s: %v in the outcome, expected %v", name, got, c.outcome)
		}
		allEngines(t)[0].same(t, name, c.study)
	}
}

// TestEveryDenominatorThatHoldsIsThere: on real studies, what tw:denominator
// leads to is a denominator of the same measure or of the whole baseline, with the
// group of the measurement.
func TestEveryDenominatorThatHoldsIsThere(t *testing.T) {
	studies, n := fixtures(t), 0
	for name, data := range sampled(t, 100) {
		studies = append(studies, named{name: name, data: data})
	}
	for _, s := range studies {
		group, held, denominators := map[string]string{}, map[string]string{}, map[string]bool{}
		for _, q := range quadsOf(t, convert(t, nil, s.data).Record) {
			switch q.Predicate.Value {
			case "https://clinicaltrials.gov/ns/group":
				group[q.Subject.Value] = q.Object.Value
			case "https://clinicaltrials.gov/ns/denominator":
				denominators[q.Object.Value] = true
			case "https://w3id.org/trialweave/ns#denominator":
				held[q.Subject.Value] = q.Object.Value
			}
		}
		for measurement, d := range held {
			n++
			if !denominators[d] || group[measurement] != group[d] {
				t.Errorf("%s: %s holds for %s: a denominator %v, group %s, expected %s", s.name, d, measurement, denominators[d], group[d], group[measurement])
			}
		}
	}
	if n == 0 {
		t.Error("no denominator was looked at")
	}
	t.Logf("%d measurements", n)
}

// TestOrderOfClasses: the order of several classes and categories is in triples,
// and a single one needs none; without computed values there is none, and the
// title of a class is on its denominators all the same.
func TestOrderOfClasses(t *testing.T) {
	two := `{"title":"later","categories":[{"title":"x","measurements":[{"groupId":"G1"}]},{"title":"y","measurements":[{"groupId":"G1"}]}]}`
	study := results("", "", "", class("first", denom("Participants", "G1", "5"), "G1")+","+two+`,{"title":"empty","categories":[{"title":"nothing"},{"title":"too"}]}`)
	text := string(convert(t, nil, study).Record)
	for _, want := range []string{
		`#om0-c0-k0-G1> <https://w3id.org/trialweave/ns#class_order> "0"`, `#om0-c0-n0-G1> <https://w3id.org/trialweave/ns#class_order> "0"`,
		`#om0-c0-n0-G1> <https://clinicaltrials.gov/ns/class_title> "first"`,
		`#baseline-m0-c1-k1-G1> <https://w3id.org/trialweave/ns#class_order> "1"`, `#baseline-m0-c1-k1-G1> <https://w3id.org/trialweave/ns#category_order> "1"`,
		`#om0-c2> <https://w3id.org/trialweave/ns#class_order> "2"`, `#om0-c2-k1> <https://w3id.org/trialweave/ns#category_order> "1"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in the lines", want)
		}
	}
	if strings.Contains(text, `#om0-c0-k0-G1> <https://w3id.org/trialweave/ns#category_order>`) {
		t.Error("the only category of a class has a place")
	}
	if text := string(convert(t, nil, results("", "", "", class("only", "", "G1"))).Record); strings.Contains(text, "class_order") {
		t.Error("the only class of a measure has a place")
	}
	text = string(convert(t, &mapping.Options{NoComputed: true}, study).Record)
	if strings.Contains(text, "_order") || strings.Contains(text, "ns#denominator") || !strings.Contains(text, `#om0-c0-n0-G1> <https://clinicaltrials.gov/ns/class_title> "first"`) {
		t.Error("without computed values there is an order or a denominator that holds, or no title")
	}
}

package mapping_test

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
)

// The rule of the model for numbers in strings, once more and on its own.
var (
	numberRule = regexp.MustCompile(`^[+-]?(0|[1-9]\d*|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)?$`)
	commaRule  = regexp.MustCompile(`^[+-]?[\d.,]*,[\d.,]*$`)
	pRule      = regexp.MustCompile(`^(<=|>=|≤|≥|<|>|=|)\s*(\d*\.?\d*)$`)
)

// verdict is what the rule makes of a value: the number, or why there is none.
func verdict(raw string, commasAreDecimal bool) (number *big.Rat, why string) {
	s := strings.TrimSpace(raw)
	comma := strings.Contains(s, ",")
	switch {
	case !strings.ContainsAny(s, "0123456789"):
		return nil, "no digit"
	case commaRule.MatchString(s) && !numberRule.MatchString(s):
		return nil, "decimal comma"
	case !numberRule.MatchString(s):
		return nil, "no number"
	case comma && commasAreDecimal:
		return nil, "grouped, beside a decimal comma"
	}
	n, ok := new(big.Rat).SetString(strings.TrimSuffix(strings.ReplaceAll(s, ",", ""), "."))
	if !ok {
		return nil, "no number"
	}
	if comma {
		return n, "grouped"
	}
	return n, "plain"
}

// reading is a value in its place: the field, the measure, what was read.
type reading struct {
	field, raw string
	p, commas  bool
}

// readings lists the numbers in strings of a record.
func readings(f *model.Field, v any, commas bool, out *[]reading) {
	switch v := v.(type) {
	case map[string]any:
		for key, x := range v {
			if c := f.Child(key); c != nil {
				readings(c, x, commas, out)
			}
		}
	case []any:
		for _, x := range v {
			inner := commas
			if f.Class == "OutcomeMeasure" || f.Class == "BaselineMeasure" {
				inner = hasDecimalComma(f, x)
			}
			readings(f, x, inner, out)
		}
	case string:
		if f.Kind == model.NumText || f.Kind == model.PValue {
			*out = append(*out, reading{f.Path, v, f.Kind == model.PValue, commas})
		}
	}
}

func hasDecimalComma(f *model.Field, v any) bool {
	var all []reading
	readings(f, v, false, &all)
	return slices.ContainsFunc(all, func(r reading) bool {
		_, why := verdict(r.raw, false)
		return !r.p && why == "decimal comma"
	})
}

// expectedNumbers counts the numbers that the graph has to have, by raw value
// and number, and the values that it may have none of.
func expectedNumbers(record map[string]any) (want map[string]int, all []reading) {
	measures := model.Default().Root
	readings(measures, record, false, &all)
	want = map[string]int{}
	for _, r := range all {
		if n := r.number(); n != nil {
			want[r.raw+" = "+n.RatString()]++
		}
	}
	return want, all
}

func (r reading) number() *big.Rat {
	if !r.p {
		n, _ := verdict(r.raw, r.commas)
		return n
	}
	m := pRule.FindStringSubmatch(strings.TrimSpace(r.raw))
	if m == nil || !numberRule.MatchString(m[2]) || !strings.ContainsAny(m[2], "0123456789") {
		return nil
	}
	n, ok := new(big.Rat).SetString(strings.TrimSuffix(m[2], "."))
	if !ok || n.Cmp(big.NewRat(1, 1)) > 0 {
		return nil
	}
	return n
}

// gotNumbers counts the numbers of a graph beside the strings that they are of.
func gotNumbers(t *testing.T, lines []byte) map[string]int {
	t.Helper()
	raw := map[[2]string]string{}
	quads := quadsOf(t, lines)
	for _, q := range quads {
		if local, ok := strings.CutPrefix(q.Predicate.Value, model.NSRegistry); ok {
			raw[[2]string{q.Subject.Value, local}] = q.Object.Value
		}
	}
	out := map[string]int{}
	for _, q := range quads {
		local, ok := strings.CutPrefix(q.Predicate.Value, model.NSTool)
		if local, ok2 := strings.CutSuffix(local, "_num"); ok && ok2 {
			n, good := new(big.Rat).SetString(q.Object.Value)
			if !good {
				t.Fatalf("%v", q)
			}
			out[raw[[2]string{q.Subject.Value, local}]+" = "+n.RatString()]++
		}
	}
	return out
}

// checkNumbers compares, and tells the verdict of each value with a comma.
func checkNumbers(t *testing.T, c *mapping.Converter, f named, verdicts map[string]int) {
	t.Helper()
	want, all := expectedNumbers(decode(t, f.data))
	var out mapping.Output
	if err := c.Convert(f.data, &out); err != nil {
		t.Fatal(err)
	}
	got := gotNumbers(t, out.Record)
	for key, n := range want {
		if got[key] != n {
			t.Errorf("%s: %d times %s, expected %d", f.name, got[key], key, n)
		}
	}
	for key := range got {
		if want[key] == 0 {
			t.Errorf("%s: a number that must not be: %s", f.name, key)
		}
	}
	for _, r := range all {
		if !strings.Contains(r.raw, ",") {
			continue
		}
		n, why := verdict(r.raw, r.commas)
		if r.p {
			n, why = r.number(), "p-value"
		}
		text := "none"
		if n != nil {
			text = n.FloatString(4)
		}
		verdicts[fmt.Sprintf("%-10s -> %s (%s)", r.raw, text, why)]++
	}
}

func listVerdicts(t *testing.T, verdicts map[string]int) {
	t.Helper()
	for _, v := range slices.Sorted(maps.Keys(verdicts)) {
		t.Logf("%4d × %s", verdicts[v], v)
	}
}

// TestNoWrongNumber: the numbers of the graph are those that the rule of the
// model gives, and no others: 0,3139 is never 3139, -0,083 never -83, and a
// p-value above 1 is none. With -v it lists every value with a comma.
func TestNoWrongNumber(t *testing.T) {
	c, verdicts := engine(t, nil).NewConverter(), map[string]int{}
	for _, f := range fixtures(t) {
		if f.name != strange {
			checkNumbers(t, c, f, verdicts)
		}
	}
	listVerdicts(t, verdicts)
	for _, want := range []string{
		"0,3139     -> none (decimal comma)", "-0,083     -> none (decimal comma)", "1,234      -> none (grouped, beside a decimal comma)",
		"1,234      -> 1234.0000 (grouped)", "12,345.6   -> 12345.6000 (grouped)", "0,03       -> none (p-value)",
	} {
		if verdicts[want] == 0 {
			t.Errorf("no fixture leads to %s", want)
		}
	}
}

// TestNoWrongNumberOfRealStudies looks at real studies that have a number
// with a comma, and at all where TRIALWEAVE_FULL is set.
func TestNoWrongNumberOfRealStudies(t *testing.T) {
	c, verdicts, some := engine(t, nil).NewConverter(), map[string]int{}, 0
	for name, data := range sampled(t, 12) {
		if commaInNumber.Match(data) {
			some++
		} else if !full() {
			continue
		}
		checkNumbers(t, c, named{name, data}, verdicts)
	}
	listVerdicts(t, verdicts)
	if some == 0 {
		t.Error("no study has a number with a comma")
	}
	t.Logf("%d studies have a number with a comma", some)
}

// commaInNumber finds studies that may have a value with a comma.
var commaInNumber = regexp.MustCompile(`"(value|spread|lowerLimit|upperLimit|pValue|paramValue|dispersionValue|ci[A-Za-z]+|num[A-Z][a-z]+)"\s*:\s*"[^"a-zA-Z]*\d,\d`)

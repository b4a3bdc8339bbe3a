package study_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/study"
)

// problems reads a text with a limit of 4 KiB a record, and lists the records
// and what is wrong.
func problems(t *testing.T, text string) (got []string, end error) {
	t.Helper()
	for r, err := range study.Read(strings.NewReader(text), "test", &study.Options{MaxRecord: 4096}) {
		switch {
		case err != nil:
			return got, err
		case r.Err != nil:
			got = append(got, r.Err.Problem)
		default:
			id, _ := study.Validate(r.JSON)
			got = append(got, id)
		}
	}
	return got, nil
}

// TestLongRows: a row of a table has the limit of any record. Where a line ends
// it, the next one is read; where a quotation mark is not closed, nothing is.
func TestLongRows(t *testing.T) {
	const tabs, commas = "NCT Number\tStudy Title\n", "NCT Number,Study Title\n"
	long := strings.Repeat("word ", 2000)
	got, err := problems(t, tabs+"NCT99990001\ta\nNCT99990002\t"+long+"\nNCT99990003\tc\n")
	if want := "[NCT99990001 the row is longer than a record may be NCT99990003]"; fmt.Sprint(got) != want || err != nil {
		t.Errorf("%v, %v, expected %s", got, err, want)
	}
	got, err = problems(t, commas+"NCT99990001,a\nNCT99990002,\""+strings.Repeat(long, 300))
	if want := "[NCT99990001]"; fmt.Sprint(got) != want || !errors.Is(err, study.ErrDamaged) || !strings.Contains(err.Error(), "the row is longer than a record may be") {
		t.Errorf("%v, %v, expected %s and ErrDamaged", got, err, want)
	}
	got, err = problems(t, commas+"NCT99990001,\""+strings.Repeat("a|", 140_000)+"\"\nNCT99990002,b\n")
	if want := "[the cells of the row have more than 131072 items NCT99990002]"; fmt.Sprint(got) != want || err != nil {
		t.Errorf("%v, %v, expected %s", got, err, want)
	}
}

// TestManyValues: what a record is made of has a limit, in every form in which
// it is held as a tree.
func TestManyValues(t *testing.T) {
	list := func(item string, n int) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	for name, c := range map[string]struct{ text, want string }{
		"JSON":              {`{"a":[` + list("1", study.MaxValues) + "]}", "the record has more than 1048576 values"},
		"classic JSON":      {`{"FullStudy":{"Study":{"ProtocolSection":{"a":[` + list("1", 4*study.MaxValues) + "]}}}}", "the document has more than 4194304 values"},
		"classic XML":       {"<clinical_study>" + strings.Repeat("<a/>", study.MaxValues) + "</clinical_study>", "the document has more than 1048576 values"},
		"classic API's XML": {"<FullStudy>" + strings.Repeat("<a/>", 4*study.MaxValues) + "</FullStudy>", "the document has more than 4194304 values"},
		"data frame":        {`{"protocolSection":{"0":[` + list("1", 4*study.MaxValues) + "]}}", "the record has more than 4194304 values"},
	} {
		t.Run(name, func(t *testing.T) {
			for r, err := range study.Read(strings.NewReader(c.text), "test", nil) {
				fault := r.Err
				if err == nil && fault == nil {
					_, fault = study.Validate(r.JSON)
				}
				if err != nil || fault == nil || fault.Problem != c.want {
					t.Errorf("%v, %v, expected %s", fault, err, c.want)
				}
			}
		})
	}
	most := `{"protocolSection":{"identificationModule":{"nctId":"NCT99990001"}},"x":[{},` + list(`"a,[{"`, study.MaxValues-6) + "]}"
	if _, err := study.Validate([]byte(most)); err != nil {
		t.Errorf("%v, of as many values as there may be", err)
	}
	if _, err := study.Validate([]byte(strings.Replace(most, "{},", "{},0,", 1))); err == nil {
		t.Error("one value more is no error")
	}
}

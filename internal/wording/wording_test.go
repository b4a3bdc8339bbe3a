package wording_test

import (
	"testing"

	"github.com/trialweave/trialweave/internal/wording"
)

func TestWording(t *testing.T) {
	for got, want := range map[string]string{
		wording.Article("array"):                    "an array",
		wording.Article("mapping"):                  "a mapping",
		wording.Article("null"):                     "null",
		wording.Plural("property"):                  "properties",
		wording.Plural("key"):                       "keys",
		wording.Plural("day"):                       "days",
		wording.Count(1, "study"):                   "1 study",
		wording.Count(int64(0), "study"):            "0 studies",
		wording.Count(2309, "record"):               "2309 records",
		wording.CountGrouped(int64(2309), "record"): "2,309 records",
		wording.CountGrouped(1, "record"):           "1 record",
		wording.Grouped(-999):                       "-999",
		wording.Grouped(-1000000):                   "-1,000,000",
	} {
		if got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

func TestOr(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := wording.Or(names); got != want {
			t.Errorf("%v: %q, expected %q", names, got, want)
		}
	}
}

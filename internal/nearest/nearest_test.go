package nearest

import "testing"

func TestOf(t *testing.T) {
	words := []string{"overall_status", "start_date", "RECRUITING", "NOT_YET_RECRUITING"}
	for written, want := range map[string]string{
		"overallStatus": "overall_status", "Recruiting": "RECRUITING", "start_dat": "start_date", "not yet recruiting": "NOT_YET_RECRUITING", "zzz": "", "": "",
	} {
		if got, ok := Of(written, words); got != want || ok != (want != "") {
			t.Errorf("%q: %q", written, got)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"kitten", "sitting", 3}, {"é", "e", 1}, {"ab", "ba", 1}} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("%q, %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

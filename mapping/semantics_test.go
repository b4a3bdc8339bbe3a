package mapping

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

// mangle changes a few bytes of one of the texts.
func mangle(r *rand.Rand, texts []string, alphabet string) string {
	b := []byte(texts[r.IntN(len(texts))])
	for range r.IntN(3) {
		switch at := r.IntN(len(b) + 1); {
		case at < len(b) && r.IntN(3) > 0:
			b[at] = alphabet[r.IntN(len(alphabet))]
		case at < len(b):
			b = append(b[:at], b[at+1:]...)
		default:
			b = append(b, alphabet[r.IntN(len(alphabet))])
		}
	}
	return string(b)
}

func TestDatesAgainstTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"2020", "2021-02", "2024-02-29", "1900-02-28", "2000-12-31", "9999-11-30", "0001-01-01"}
	for range 200_000 {
		s := mangle(r, texts, "0123456789-T")
		p, first, last := partialDate(s)
		day, err := time.Parse("2006-01-02"[:min(len(s), 10)], s)
		known := err == nil && day.Year() > 0 && (len(s) == 4 || len(s) == 7 || len(s) == 10)
		if known != (p != noDate) {
			t.Fatalf("%q: known %v, expected %v", s, p, known)
		}
		if !known {
			continue
		}
		end := map[int]time.Time{4: day.AddDate(1, 0, -1), 7: day.AddDate(0, 1, -1), 10: day}[len(s)]
		if first != day.Format(time.DateOnly) || last != end.Format(time.DateOnly) {
			t.Fatalf("%q: from %s to %s", s, first, last)
		}
		if n, _ := daysBetween(first, last); n != int(end.Sub(day)/(24*time.Hour)) {
			t.Fatalf("%q: %d days", s, n)
		}
	}
}

func TestTimesAgainstTime(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		s := mangle(r, []string{"2021-03-04T05:06", "1999-12-31T23:59"}, "0123456789-T:")
		at, err := time.Parse("2006-01-02T15:04", s)
		if got := isMinuteTime(s); got != (err == nil && len(s) == 16 && at.Year() > 0) {
			t.Fatalf("%q: %v, %v", s, got, err)
		}
	}
}

func TestRegistryIDsAgainstExpressions(t *testing.T) {
	euCT := regexp.MustCompile(`^(20(?:2[2-9]|[3-9]\d)-5\d{5}-\d{2})(-\d{2})?$`)
	eudraCT := regexp.MustCompile(`^(\d{4}-\d{6}-\d{2})(-\w{2})?$`)
	grant := regexp.MustCompile(`^\d?[A-Z]\d{2}[A-Z]{2}\d{6}(-\d{2}[A-Z]?\d?)?$`)
	utn := regexp.MustCompile(`^U1111-\d{4}-\d{4}$`)
	r := rand.New(rand.NewPCG(5, 6))
	texts := []string{"2004-000446-20", "2022-500001-12-01", "2022-500001-12", "2004-000446-20-GB", "U1111-1234-5678", "5R01HL123456-02A1", "R01HL123456", "R01HL123456-02A"}
	for range 200_000 {
		s := mangle(r, texts, "0123456789-AZaz_")
		want := ""
		switch {
		case euCT.MatchString(s):
			want = "EU_CT"
		case eudraCT.MatchString(s):
			want = "EUDRACT"
		case utn.MatchString(s):
			want = "WHO_UTN"
		case grant.MatchString(s):
			want = "NIH_GRANT"
		}
		if got := recognizeID(s); got.scheme != want {
			t.Fatalf("%q is %q, expected %q", s, got.scheme, want)
		}
	}
}

func TestNormalForm(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	pieces := []string{"a", "B c", " ", "  ", "\t\n", "\u00a0", "é", "e\u0301", "\u3000", "Å", "A\u030a", "\u1100\u1161", "\x1f", "x\u0323\u0307", "😀"}
	for range 50_000 {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		want := strings.Join(strings.Fields(norm.NFC.String(b.String())), " ")
		if got := normalize(b.String()); got != want {
			t.Fatalf("%q: %q, expected %q", b.String(), got, want)
		}
	}
}

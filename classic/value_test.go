package classic

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestUsualDate(t *testing.T) {
	for day := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2001; day = day.AddDate(0, 0, 1) {
		for _, form := range [...]string{"January 2, 2006", "January 02, 2006", "JANUARY 2, 2006", "January  2, 2006"} {
			text := day.Format(form)
			if form == "JANUARY 2, 2006" {
				text = strings.ToUpper(day.Format("January 2, 2006"))
			}
			if got := isoDate(text); got != day.Format(time.DateOnly) {
				t.Fatalf("isoDate(%q) = %q", text, got)
			}
		}
		if text := day.Format("January 2006"); isoDate(text) != day.Format("2006-01") {
			t.Fatalf("isoDate(%q) = %q", text, isoDate(text))
		}
	}
	for _, text := range []string{
		"February 30, 2001", "May 0, 2001", "May 00, 2001", "May 1, 201", "May 1, 20012", "Mai 2001", "May", "May 1 2001", "May 1, ", "May 1a, 2001", "2001 May", "May 123, 2001",
	} {
		if got := isoDate(text); got != text {
			t.Errorf("isoDate(%q) = %q, want the text itself", text, got)
		}
	}
}

// Whatever stands before and behind it, a byte that ends plain text is found, and
// no other is taken for one.
func TestPlainLength(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test that can be repeated
	for range 20_000 {
		text := make([]byte, random.IntN(40))
		want := len(text)
		for i := range text {
			text[i] = byte(random.IntN(256))
			if random.IntN(20) > 0 {
				text[i] = " !#[]~\x7f\x80\xa2\xdc\xffab"[random.IntN(13)]
			}
			if c := text[i]; want == len(text) && (c < ' ' || c == '"' || c == '\\') {
				want = i
			}
		}
		if got := plainLength(string(text)); got != want {
			t.Fatalf("plainLength(%q) = %d, want %d", text, got, want)
		}
	}
}

// Strings with escapes stay what they are while others are read.
func TestEscapedStrings(t *testing.T) {
	var b strings.Builder
	var want []string
	for i := range 3000 {
		text := strings.Repeat("é\u2028", i%7) + fmt.Sprint(i)
		if i%500 == 499 {
			text += strings.Repeat("x", spareSize+i)
		}
		want = append(want, text+"\n\"\\/\b\f\r\t😀")
		fmt.Fprintf(&b, `,"%s\n\"\\\/\b\f\r\t\ud83d\ude00"`, text)
	}
	root := quickJSON([]byte("["+b.String()[1:]+"]"), &nodes{})
	if root == nil || len(root.children) != len(want) {
		t.Fatal("not read quickly")
	}
	for i, c := range root.children {
		if c.text != want[i] {
			t.Fatalf("string %d is %.60q, want %.60q", i, c.text, want[i])
		}
	}
}

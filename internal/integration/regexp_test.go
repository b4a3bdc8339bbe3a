//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/jsonpath"
)

// TestRegexpDuel makes regular expressions at random and asks the engine of
// Node.js which of them are valid, and which of some texts they match.
// TRIALWEAVE_REGEXPS says how many, TRIALWEAVE_SEED where from.
func TestRegexpDuel(t *testing.T) {
	count, dice := fromEnv(t, "TRIALWEAVE_REGEXPS", 30000), rand.New(rand.NewPCG(seedOf(t), 9))
	type question struct {
		Pattern string   `json:"pattern"`
		Flags   string   `json:"flags"`
		Texts   []string `json:"texts"`
	}
	var questions []question
	var asked bytes.Buffer
	for range count {
		q := question{randomRegexp(dice), []string{"", "u", "i", "m", "s", "ui", "um", "us"}[dice.IntN(8)], nil}
		for range 6 {
			text := pieces(dice, texts, 6)
			if strings.Contains(q.Pattern, `\B`) && strings.Contains(q.Flags, "u") {
				text = strings.ReplaceAll(text, "😀", "é") // V8 matches \B amidst a pair of UTF-16, which is one character to the standard
			}
			q.Texts = append(q.Texts, text)
		}
		questions = append(questions, q)
		line, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		asked.Write(append(line, '\n'))
	}
	cmd := exec.CommandContext(t.Context(), "node", script(t, "regexps.js"))
	cmd.Stdin = &asked
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(answers) != count {
		t.Fatalf("%d answers to %d expressions", len(answers), count)
	}
	invalid, unsupported, different := 0, 0, 0
	for i, q := range questions {
		ours := "null"
		re, err := jsonpath.CompileRegexp(q.Pattern, q.Flags)
		switch {
		case err != nil && strings.Contains(err.Error(), "not supported"):
			unsupported++
			continue
		case err == nil:
			ours = matches(t, re, q.Texts)
		default:
			invalid++
		}
		if ours != answers[i] {
			if different++; different <= 20 {
				t.Errorf("/%s/%s on %q: Node.js %s, ours %s (%v)", q.Pattern, q.Flags, q.Texts, answers[i], ours, err)
			}
		}
	}
	t.Logf("%d expressions, %d invalid, %d not supported, %d different", count, invalid, unsupported, different)
	if invalid < count/20 || invalid > count*19/20 || unsupported > count/20 {
		t.Errorf("%d of %d expressions are invalid, %d not supported: too few to tell", invalid, count, unsupported)
	}
}

func matches(t *testing.T, re *jsonpath.Regexp, texts []string) string {
	t.Helper()
	var out []string
	for _, text := range texts {
		ok, err := re.MatchString(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(ok))
	}
	return "[" + strings.Join(out, ",") + "]"
}

// tokens are what random expressions are made of, texts what they are tried on.
var (
	tokens = []string{
		"a", "b", "A", "0", "1", "é", "😀", "-", "_", ",", "/", " ", ":", "#", "&", "~", "!", "<", "=",
		"^", "$", ".", "*", "+", "?", "|", "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?", "[", "]", "[^", "a-b", "0-9", "b-a",
		"{", "}", "{1}", "{2,}", "{0,2}", "{2,1}", "{,2}", "*?", "+?", "??",
		`\`, `\d`, `\D`, `\s`, `\S`, `\w`, `\W`, `\b`, `\B`, `\-`, `\_`, `\.`, `\/`, `\$`, `\^`, `\[`, `\]`, `\a`, `\z`, `\A`, `\Z`, `\Q`, `\e`, `\v`, `\n`, `\t`,
		`\0`, `\1`, `\2`, `\7`, `\8`, `\01`, `\141`, `\x61`, `\x6`, `\u0061`, `\u006`, `\u{61}`, `\u{1F600}`, `\uD83D\uDE00`, `\cA`, `\c`, `\c1`, `\k<n>`, `\k`,
		`\p{L}`, `\P{L}`, `\p{Lu}`, `\p{Letter}`, `\pL`, `\p{Script=Latin}`, `\p{Greek}`, `\p{Alphabetic}`, `\p{ASCII}`, `\p{Nope}`, "[[:alpha:]]", `[\d-x]`, `[\w\-]`,
		"[a-z]", "[]", "[^]", `[\D]`, `[^\Wa]`, "(?i)", "(?P<n>a)", "(a)", "(b|)", `(?<n>a)`, "(?#a)", "x{2}",
	}
	texts = []string{"a", "b", "A", "B", "0", "1", "9", "é", "É", "😀", "-", "_", ",", "/", " ", "\n", "\r", "\t", "\u2028", "\u00a0", "\v", "x", "xx", "p", "L", "u", "k<n>", "c", `\`, "{", "}", "]", "[", "\x01", "aa", "ab"}
)

func pieces(dice *rand.Rand, from []string, most int) string {
	var b strings.Builder
	for range dice.IntN(most + 1) {
		b.WriteString(from[dice.IntN(len(from))])
	}
	return b.String()
}

func randomRegexp(dice *rand.Rand) string {
	out := pieces(dice, tokens, 6)
	if dice.IntN(3) == 0 {
		out = "[" + out + "]"
	}
	if dice.IntN(4) == 0 {
		out = "^(?:" + out + ")$"
	}
	return out
}

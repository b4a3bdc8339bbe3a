package proof

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/trialweave/trialweave/rules"
)

// ruleText is what a rule says that it asks for: its description and its
// message.
type ruleText struct {
	// sentences are those that deny nothing, in plain words.
	sentences []string
	// plain is all of it in plain words, positive what of it denies nothing.
	plain, positive string
}

var sentenceEnd = pattern(`[.;!?]+(?:\s+|$)|\n`)

func readText(rule *rules.Rule) ruleText {
	var t ruleText
	promise := rule.Description
	if promise == "" { // a message says what is wrong, unless there is nothing else
		promise = regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(rule.Message, " ")
	}
	for _, s := range sentenceEnd().Split(promise, -1) {
		if s = doubleNegation().ReplaceAllString(plainWords(s), "have"); s == "" {
			continue
		}
		t.plain += s + " . "
		if !negations().MatchString(s) {
			t.sentences = append(t.sentences, s)
			t.positive += s + " . "
		}
	}
	t.plain = " " + t.plain
	return t
}

// plainWords writes a text in lower case and words: "pageSize" becomes "page
// size".
func plainWords(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(before):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		before = r
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// mentions reports whether a text in plain words speaks of a name, in singular
// or plural.
func mentions(plain, name string) bool {
	words := plainWords(name)
	if words == "" {
		return false
	}
	plain = " " + plain + " "
	for _, w := range []string{words, words + "s", strings.TrimSuffix(words, "s")} {
		if len(w) > 1 && strings.Contains(plain, " "+w+" ") {
			return true
		}
	}
	return strings.HasSuffix(words, "y") && strings.Contains(plain, " "+strings.TrimSuffix(words, "y")+"ies ")
}

// The words by which texts promise something; docs/reference/triallint-rules.md lists them.
var (
	uniqueWords = pattern(`\b(unique\w*|distinct\w*|no two|twice|only once|exactly once|duplicat\w*|repeat\w*|no other|same|shared?|shares|reused?|of (its|their) own|(its|their) own|differ\w* from|collid\w*|clash\w*)\b`)
	everyWords  = pattern(`\b(every|each|all|any|always)\b`)
	formatWords = pattern(`\b(pattern|regex\w*|regular expression|formatted|well formed|(camel|pascal|snake|kebab|title|upper|lower|macro|flat) ?case\w*|valid (url|uri|e ?mail|date|identifier)s?|semver|semantic version\w*|(start|begin|end)s? (with|in))\b`)
	filledWords = pattern(`\b(at least (one|1)|one or more|non ?empty|not (be )?empty|never empty)\b`)
	negations   = pattern(`\b(not|no|never|none|cannot|forbid\w*|forbidden|prohibit\w*|disallow\w*|avoid\w*|must ?n t)\b`)
	// doubleNegation is what stands for "have".
	doubleNegation = pattern(`\b(not|never|cannot) (omit|lack|miss|forget|be missing|be absent|go without|be without)\b`)
	limits         = pattern(`\b(only|allowed|permitted|one of|among|nothing|known|recogni[sz]ed|restricted|limited|either)\b`)

	// What follows these must be there, ...
	hasVerbs = pattern(`\b(have|has|includes?|contains?|declares?|defines?|provides?|supports?|offers?|accepts?|takes?|lists?|carr(y|ies)|publish(es)?|specif(y|ies)|documents?|needs?|requires?|expects?|exposes?|lacks?|missing|without|names|shows?|gives?|states?)\b`)
	// ... and what stands before these.
	isThere = pattern(`\b(is|are|be|been)( \w+ly)? (present|declared|defined|provided|given|documented|included|required|set|specified|missing|mandatory|listed|supported|offered|accepted|published|there|available|expected|needed|stated)\b`)
	// What a promise speaks of ends here.
	objectEnd = pattern(`\b(when|if|for|under|in|with|so|because|unless|where|from|that|which|using|via|as|of|by|on|at most)\b`)
)

// clauses are the parts of a text that say that something must be there.
type clauses struct {
	// objects are what verbs such as "have" are followed by, subjects what
	// stands before them or before "be present".
	objects, subjects []string
	// demanded are the parts that name what must be there.
	demanded []string
}

func (t ruleText) clauses() clauses {
	var c clauses
	for _, plain := range t.sentences {
		if at := isThere().FindStringIndex(plain); at != nil {
			c.demanded = append(c.demanded, plain[:at[0]])
			continue
		}
		at := hasVerbs().FindStringIndex(plain)
		if at == nil {
			continue
		}
		object := plain[at[1]:]
		if end := objectEnd().FindStringIndex(object); end != nil && strings.TrimSpace(object[:end[0]]) != "" {
			object = object[:end[0]]
		}
		c.subjects = append(c.subjects, plain[:at[0]])
		c.objects = append(c.objects, object)
		c.demanded = append(c.demanded, object)
	}
	return c
}

// demands reports whether the text says that something of this name must be
// there.
func (c clauses) demands(name string) bool {
	for _, d := range c.demanded {
		if mentions(d, name) {
			return true
		}
	}
	return false
}

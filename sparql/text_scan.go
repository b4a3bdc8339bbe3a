package sparql

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/trialweave/trialweave/index"
)

// part is a piece of ASCII that a text has to have; with fold, in any case.
type part struct {
	text string
	fold bool
}

// fewestBytes is how long a part has to be to be looked for.
const fewestBytes = 3

// partsOf returns parts of which one has to be in the text of a variable for a
// condition to be true; none where that is not known.
func partsOf(by expr, variable int) []part {
	call, ok := by.(callExpr)
	if !ok {
		return nil
	}
	switch call.name {
	case "&&":
		return betterParts(partsOf(call.args[0], variable), partsOf(call.args[1], variable))
	case "||":
		left, right := partsOf(call.args[0], variable), partsOf(call.args[1], variable)
		return eitherParts(left, right)
	case "CONTAINS", "STRSTARTS", "STRENDS", "REGEX":
		return callParts(call, variable)
	}
	return nil
}

// shortest is the length of the shortest part, 0 of none.
func shortest(parts []part) int {
	least := 0
	for i, p := range parts {
		if i == 0 || len(p.text) < least {
			least = len(p.text)
		}
	}
	return least
}

func betterParts(a, b []part) []part {
	if shortest(b) > shortest(a) {
		return b
	}
	return a
}

// mostAlternatives bounds the parts that are looked for.
const mostAlternatives = 8

func eitherParts(a, b []part) []part {
	if len(a) == 0 || len(b) == 0 || len(a)+len(b) > mostAlternatives {
		return nil
	}
	return append(append([]part{}, a...), b...)
}

func callParts(call callExpr, variable int) []part {
	_, ok := isTextOf(call.args[0], variable)
	c, isConst := call.args[1].(constExpr)
	if !ok || !isConst || !valueOf(c.term).textual() {
		return nil
	}
	if call.name == "REGEX" {
		return patternParts(call, changesCase(call.args[0]))
	}
	var b partsBuilder
	b.fold = changesCase(call.args[0])
	for _, r := range c.term.Value {
		b.rune(r)
	}
	b.end()
	return b.best
}

// changesCase reports whether the text of a variable is asked in another case.
func changesCase(by expr) bool {
	call, ok := by.(callExpr)
	return ok && (call.name != "STR" || changesCase(call.args[0]))
}

func patternParts(call callExpr, fold bool) []part {
	flags := ""
	if len(call.args) > 2 {
		c, ok := call.args[2].(constExpr)
		if !ok {
			return nil
		}
		flags = c.term.Value
	}
	re := compileXPath(call.args[1].(constExpr).term.Value, flags)
	if re.err != nil {
		return nil
	}
	return re.partsOf(fold)
}

// partsOf returns parts of which every match has one.
func (re *xpathRegex) partsOf(fold bool) []part {
	b := partsBuilder{fold: fold || re.fold}
	b.read(re.tree)
	b.end()
	return b.best
}

// literal reports whether a pattern matches what has one part, and nothing else.
func (re *xpathRegex) literal() bool {
	concat, ok := re.tree.(regexConcat)
	if !ok || len(re.parts) != 1 || len(concat.parts) != len(re.parts[0].text) {
		return false
	}
	for _, n := range concat.parts {
		if set, ok := n.(regexSet); !ok || len(charactersOf(set.set)) != 1 {
			return false
		}
	}
	return true
}

// partsBuilder collects the texts that every match has, and keeps the longest.
type partsBuilder struct {
	fold bool
	run  []byte
	any  bool // the run has letters of which the case does not count
	best []part
}

func (b *partsBuilder) rune(r rune) {
	if r >= utf8.RuneSelf {
		b.end()
		return
	}
	b.run = append(b.run, byte(r))
}

// end ends a run: something else may follow.
func (b *partsBuilder) end() {
	if len(b.run) >= fewestBytes {
		p := part{string(b.run), b.fold || b.any}
		if p.fold {
			p.text = strings.ToLower(p.text)
		}
		b.best = betterParts(b.best, []part{p})
	}
	b.run, b.any = b.run[:0], false
}

func (b *partsBuilder) read(n regexNode) {
	switch n := n.(type) {
	case regexSet:
		b.set(n.set)
	case regexConcat:
		for _, inner := range n.parts {
			b.read(inner)
		}
	case regexGroup:
		b.read(n.inner)
	case regexAnchor: // nothing stands between what is beside it
	case regexRepeat:
		if n.least > 0 {
			b.read(n.inner)
		}
		b.end()
	case regexChoice:
		b.end()
		b.best = betterParts(b.best, b.choice(n))
	default:
		b.end()
	}
}

func (b *partsBuilder) choice(n regexChoice) (out []part) {
	for i, branch := range n.branches {
		inner := partsBuilder{fold: b.fold}
		inner.read(branch)
		inner.end()
		if i == 0 {
			out = inner.best
		} else {
			out = eitherParts(out, inner.best)
		}
	}
	return out
}

// set adds a set of one character, or of a letter of ASCII in both cases.
func (b *partsBuilder) set(set runeSet) {
	list := charactersOf(set)
	switch {
	case len(list) == 1:
		b.rune(list[0])
	case len(list) == 2 && list[0] < utf8.RuneSelf && list[0]+'a'-'A' == list[1] && list[0] >= 'A' && list[0] <= 'Z':
		b.rune(list[1])
		b.any = true
	default:
		b.end()
	}
}

// oddCase are the characters beyond ASCII that become letters of ASCII in another
// case, in UTF-8: a text with one may match what its bytes do not have.
var oddCase = func() (out []string) {
	for _, r := range "\u00df\u0130\u0131\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06" {
		out = append(out, string(r))
	}
	return out
}()

// in reports whether a text may have the part.
func (p *part) in(text string) bool {
	if !p.fold {
		return strings.Contains(text, p.text)
	}
	return hasFolded(text, p.text) || hasOddCase(text)
}

// noneIn reports whether a text has none of some parts; false where there are no
// parts.
func noneIn(parts []part, text string) bool {
	for i := range parts {
		if parts[i].in(text) {
			return false
		}
	}
	return len(parts) > 0
}

func hasOddCase(text string) bool {
	if isASCII(text) {
		return false
	}
	for _, odd := range oddCase {
		if strings.Contains(text, odd) {
			return true
		}
	}
	return false
}

// rarity orders the small letters and digits as English texts have them, the most
// frequent first; other signs are rarer.
const rarity = "etaoinsrhldcumfpgwybvkxjqz0123456789"

// rarest is the place of the byte of a text in small letters that is the least
// frequent.
func rarest(text string) int {
	best, at := -1, 0
	for i := range len(text) {
		n := strings.IndexByte(rarity, text[i])
		if n < 0 {
			n = len(rarity)
		}
		if text[i] == ' ' {
			n = 0
		}
		if n > best {
			best, at = n, i
		}
	}
	return at
}

// foldedByte are the bytes with letters of ASCII in small.
var foldedByte = func() (out [256]byte) {
	for i := range out {
		out[i] = byte(i)
		if i >= 'A' && i <= 'Z' {
			out[i] += 'a' - 'A'
		}
	}
	return out
}()

// hasFolded reports whether a text has another one, which is in small letters,
// in any case of ASCII.
func hasFolded(text, want string) bool {
	if len(text) < len(want) {
		return false
	}
	at := rarest(want)
	c := want[at]
	body := text[at : len(text)-(len(want)-1-at)]
	if foldedAt(text, body, want, c) {
		return true
	}
	return c >= 'a' && c <= 'z' && foldedAt(text, body, want, c-('a'-'A'))
}

// foldedAt looks at the places of one byte.
func foldedAt(text, body, want string, c byte) bool {
	for from := 0; ; from++ {
		i := strings.IndexByte(body[from:], c)
		if i < 0 {
			return false
		}
		if from += i; equalFolded(text[from:from+len(want)], want) {
			return true
		}
	}
}

func equalFolded(text, want string) bool {
	for i := range len(want) {
		if foldedByte[text[i]] != want[i] {
			return false
		}
	}
	return true
}

// alias is bytes as a string, for as long as they live.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// scan marks as known, and false, what a look at the bytes of the terms shows to be
// so, where a condition asks for parts of texts.
func (m *memo) scan(e *evaluator, by expr) {
	parts := partsOf(by, m.variable)
	if len(parts) == 0 {
		return
	}
	e.store.Texts(e.reading, func(id index.ID, text []byte) {
		if noneIn(parts, alias(text)) {
			m.known[id/64] |= 1 << (id % 64)
		}
	})
}

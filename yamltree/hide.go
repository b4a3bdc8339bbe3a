package yamltree

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The YAML package reads YAML 1.1. Some of what YAML 1.2 and JSON have in
// addition is written in another way for it, which is as long, so that no place
// moves, and what it read is changed back: the escape "\/" is "\e" for it, the
// halves of a pair of surrogates ("\ud83d\ude00") are characters for private
// use, and so are the characters at which YAML 1.1 breaks lines and YAML 1.2
// does not; the version of a %YAML directive is 1.1.

// hidden is what was written in another way.
type hidden struct {
	slashes bool
	// private is the first of the characters that stand for surrogates; 0
	// where there are none.
	private rune
	// breaks are the pairs of characters and what stands for them.
	breaks string
}

// noneHidden is where nothing was.
var noneHidden hidden

var versionDirective = regexp.MustCompile(`(?m)^(%YAML[ \t]+1\.)[2-9]([ \t\r]*)$`)

// hide makes the text that the YAML package reads.
func hide(text []byte) ([]byte, hidden) {
	var h hidden
	if bytes.HasPrefix(text, []byte("%YAML")) {
		text = versionDirective.ReplaceAll(text, []byte("${1}1${2}"))
	}
	if bytes.Contains(text, []byte(`\/`)) && !containsAny(text, `\e`, `\x1`, `\u001`, `\U0000001`) {
		h.slashes = true
		text = bytes.ReplaceAll(text, []byte(`\/`), []byte(`\e`))
	}
	text = h.hideBreaks(text)
	if containsAny(text, `\ud`, `\uD`) {
		h.private = unused(text)
	}
	if h.private != 0 {
		text = hideSurrogates(text, h.private)
	}
	return text, h
}

// hideBreaks replaces the characters that break lines in YAML 1.1 alone by
// others as long, of which the text has none.
func (h *hidden) hideBreaks(text []byte) []byte {
	for _, lineBreak := range []struct{ r, first, last rune }{{'\u0085', '\u0780', '\u07BF'}, {'\u2028', '\uF8D0', '\uF8FF'}, {'\u2029', '\uF8A0', '\uF8CF'}} {
		if !bytes.ContainsRune(text, lineBreak.r) {
			continue
		}
		for r := lineBreak.first; r <= lineBreak.last; r++ {
			if !bytes.ContainsRune(text, r) {
				text = bytes.ReplaceAll(text, []byte(string(lineBreak.r)), []byte(string(r)))
				h.breaks += string(lineBreak.r) + string(r)
				break
			}
		}
	}
	return text
}

func containsAny(text []byte, parts ...string) bool {
	for _, part := range parts {
		if bytes.Contains(text, []byte(part)) {
			return true
		}
	}
	return false
}

// surrogates is how many halves of pairs there are.
const surrogates = 0x800

// unused finds a range of characters for private use of which a text has none;
// 0 where there is no such range.
func unused(text []byte) rune {
	for first := rune(0xE000); first+surrogates <= 0xF900; first += surrogates {
		taken := bytes.IndexFunc(text, func(r rune) bool { return r >= first && r < first+surrogates }) >= 0
		for r := first; r < first+surrogates && !taken; r += 0x100 {
			taken = containsAny(bytes.ToLower(text), fmt.Sprintf(`\u%02x`, r>>8))
		}
		if !taken {
			return first
		}
	}
	return 0
}

// hideSurrogates replaces the escapes of surrogates. A backslash that is
// escaped itself begins none.
func hideSurrogates(text []byte, private rune) []byte {
	out := bytes.Clone(text)
	for i := 0; i+1 < len(out); i++ {
		if out[i] != '\\' {
			continue
		}
		if r, ok := hex4(string(out[i:min(i+6, len(out))]), 0); ok && utf16.IsSurrogate(r) {
			copy(out[i+2:], fmt.Sprintf("%04x", private+r-0xD800))
		}
		i++
	}
	return out
}

// show undoes hide in all scalars below a node.
func (h hidden) show(n *yaml.Node) {
	if h == (hidden{}) || n.Kind == yaml.AliasNode {
		return
	}
	if h.breaks != "" {
		pairs := []rune(h.breaks)
		n.Value = strings.Map(func(r rune) rune {
			for i := 0; i < len(pairs); i += 2 {
				if r == pairs[i+1] {
					return pairs[i]
				}
			}
			return r
		}, n.Value)
	}
	if h.slashes {
		n.Value = strings.NewReplacer("\x1b", "/", `\e`, `\/`).Replace(n.Value)
	}
	if h.private != 0 && n.Value != "" {
		n.Value = h.surrogates(n)
	}
	for _, c := range n.Content {
		h.show(c)
	}
}

// surrogates puts pairs together again. Where an escape is no escape, because
// the text is not in double quotes, it is written as it was.
func (h hidden) surrogates(n *yaml.Node) string {
	if n.Style&yaml.DoubleQuotedStyle == 0 {
		return privateEscape.ReplaceAllStringFunc(n.Value, func(s string) string {
			if r, _ := hex4(s, 0); r >= h.private && r < h.private+surrogates {
				return fmt.Sprintf(`\u%04x`, r-h.private+0xD800)
			}
			return s
		})
	}
	var out []rune
	for _, r := range n.Value {
		if r >= h.private && r < h.private+surrogates {
			r = r - h.private + 0xD800
		}
		out = append(out, r)
	}
	return string(joinSurrogates(out))
}

var privateEscape = regexp.MustCompile(`\\u[ef][0-9a-f]{3}`)

func joinSurrogates(in []rune) (out []rune) {
	for i := 0; i < len(in); i++ {
		r := in[i]
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if i+1 < len(in) {
				pair = utf16.DecodeRune(r, in[i+1])
			}
			if r = pair; pair != utf8.RuneError {
				i++
			}
		}
		out = append(out, r)
	}
	return out
}

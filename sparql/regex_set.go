package sparql

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// runeRange is a range of characters, both ends included.
type runeRange struct{ from, to rune }

// runeSet is a set of characters; in normal form its ranges are in order and
// apart.
type runeSet []runeRange

func single(r rune) runeSet { return runeSet{{r, r}} }

func allRunes() runeSet { return runeSet{{0, unicode.MaxRune}} }

func (s runeSet) normal() runeSet {
	sorted := slices.Clone(s)
	slices.SortFunc(sorted, func(a, b runeRange) int { return int(a.from - b.from) })
	var out runeSet
	for _, r := range sorted {
		if n := len(out); n > 0 && r.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, r.to)
		} else {
			out = append(out, r)
		}
	}
	return out
}

func (s runeSet) complement() runeSet {
	var out runeSet
	at := rune(0)
	for _, r := range s.normal() {
		if r.from > at {
			out = append(out, runeRange{at, r.from - 1})
		}
		at = r.to + 1
	}
	if at <= unicode.MaxRune {
		out = append(out, runeRange{at, unicode.MaxRune})
	}
	return out
}

func (s runeSet) minus(other runeSet) runeSet {
	return append(s.complement(), other...).complement()
}

func (s runeSet) has(r rune) bool {
	_, found := slices.BinarySearchFunc(s, r, func(a runeRange, r rune) int {
		switch {
		case a.to < r:
			return -1
		case a.from > r:
			return 1
		}
		return 0
	})
	return found
}

// folded reports whether the set has a character or one that differs from it
// in case only.
func (s runeSet) folded(r rune) bool {
	if s.has(r) {
		return true
	}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		if s.has(f) {
			return true
		}
	}
	return false
}

func tableSet(tables ...*unicode.RangeTable) runeSet {
	var out runeSet
	for _, t := range tables {
		for _, r := range t.R16 {
			out = appendStride(out, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			out = appendStride(out, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return out.normal()
}

func appendStride(out runeSet, lo, hi, stride rune) runeSet {
	if stride == 1 {
		return append(out, runeRange{lo, hi})
	}
	for r := lo; r <= hi; r += stride {
		out = append(out, runeRange{r, r})
	}
	return out
}

// classEscapes are the sets of \s, \d, \w, \i and \c (XML Schema Part 2,
// appendix F.1.1).
var classEscapes = sync.OnceValue(func() map[rune]runeSet {
	initial := runeSet{
		{':', ':'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF},
		{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
	}
	name := append(slices.Clone(initial), runeRange{'-', '-'}, runeRange{'.', '.'}, runeRange{'0', '9'}, runeRange{0xB7, 0xB7}, runeRange{0x300, 0x36F}, runeRange{0x203F, 0x2040})
	return map[rune]runeSet{
		's': {{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}, 'd': tableSet(unicode.Nd),
		'w': tableSet(unicode.L, unicode.M, unicode.N, unicode.S), 'i': initial.normal(), 'c': name.normal(),
	}
})

func classEscape(c rune) runeSet { return classEscapes()[c] }

// propertySet is the set of a general category or of a block.
func propertySet(name string) (runeSet, bool) {
	if block, ok := strings.CutPrefix(name, "Is"); ok {
		r, known := blocks[strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(block))]
		return runeSet{r}, known
	}
	if name == "Cn" || name == "C" {
		assigned := tableSet(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
		if name == "C" {
			return assigned.complement(), true
		}
		return append(assigned, tableSet(unicode.C)...).complement(), true
	}
	t, ok := unicode.Categories[name]
	if !ok || len(name) > 2 {
		return nil, false
	}
	return tableSet(t), true
}

// blocks are the blocks of Unicode that XML Schema Part 2, appendix F.1.1,
// names, in small letters and without hyphens.
var blocks = map[string]runeRange{
	"basiclatin": {0, 0x7F}, "latin1supplement": {0x80, 0xFF}, "latinextendeda": {0x100, 0x17F}, "latinextendedb": {0x180, 0x24F},
	"ipaextensions": {0x250, 0x2AF}, "spacingmodifierletters": {0x2B0, 0x2FF}, "combiningdiacriticalmarks": {0x300, 0x36F},
	"greek": {0x370, 0x3FF}, "greekandcoptic": {0x370, 0x3FF}, "cyrillic": {0x400, 0x4FF}, "armenian": {0x530, 0x58F}, "hebrew": {0x590, 0x5FF},
	"arabic": {0x600, 0x6FF}, "syriac": {0x700, 0x74F}, "thaana": {0x780, 0x7BF}, "devanagari": {0x900, 0x97F}, "bengali": {0x980, 0x9FF},
	"gurmukhi": {0xA00, 0xA7F}, "gujarati": {0xA80, 0xAFF}, "oriya": {0xB00, 0xB7F}, "tamil": {0xB80, 0xBFF}, "telugu": {0xC00, 0xC7F},
	"kannada": {0xC80, 0xCFF}, "malayalam": {0xD00, 0xD7F}, "sinhala": {0xD80, 0xDFF}, "thai": {0xE00, 0xE7F}, "lao": {0xE80, 0xEFF},
	"tibetan": {0xF00, 0xFFF}, "myanmar": {0x1000, 0x109F}, "georgian": {0x10A0, 0x10FF}, "hanguljamo": {0x1100, 0x11FF}, "ethiopic": {0x1200, 0x137F},
	"cherokee": {0x13A0, 0x13FF}, "unifiedcanadianaboriginalsyllabics": {0x1400, 0x167F}, "ogham": {0x1680, 0x169F}, "runic": {0x16A0, 0x16FF},
	"khmer": {0x1780, 0x17FF}, "mongolian": {0x1800, 0x18AF}, "latinextendedadditional": {0x1E00, 0x1EFF}, "greekextended": {0x1F00, 0x1FFF},
	"generalpunctuation": {0x2000, 0x206F}, "superscriptsandsubscripts": {0x2070, 0x209F}, "currencysymbols": {0x20A0, 0x20CF},
	"combiningmarksforsymbols": {0x20D0, 0x20FF}, "letterlikesymbols": {0x2100, 0x214F}, "numberforms": {0x2150, 0x218F}, "arrows": {0x2190, 0x21FF},
	"mathematicaloperators": {0x2200, 0x22FF}, "miscellaneoustechnical": {0x2300, 0x23FF}, "controlpictures": {0x2400, 0x243F},
	"opticalcharacterrecognition": {0x2440, 0x245F}, "enclosedalphanumerics": {0x2460, 0x24FF}, "boxdrawing": {0x2500, 0x257F},
	"blockelements": {0x2580, 0x259F}, "geometricshapes": {0x25A0, 0x25FF}, "miscellaneoussymbols": {0x2600, 0x26FF}, "dingbats": {0x2700, 0x27BF},
	"braillepatterns": {0x2800, 0x28FF}, "cjkradicalssupplement": {0x2E80, 0x2EFF}, "kangxiradicals": {0x2F00, 0x2FDF},
	"ideographicdescriptioncharacters": {0x2FF0, 0x2FFF}, "cjksymbolsandpunctuation": {0x3000, 0x303F}, "hiragana": {0x3040, 0x309F},
	"katakana": {0x30A0, 0x30FF}, "bopomofo": {0x3100, 0x312F}, "hangulcompatibilityjamo": {0x3130, 0x318F}, "kanbun": {0x3190, 0x319F},
	"bopomofoextended": {0x31A0, 0x31BF}, "enclosedcjklettersandmonths": {0x3200, 0x32FF}, "cjkcompatibility": {0x3300, 0x33FF},
	"cjkunifiedideographsextensiona": {0x3400, 0x4DBF}, "cjkunifiedideographs": {0x4E00, 0x9FFF}, "yisyllables": {0xA000, 0xA48F},
	"yiradicals": {0xA490, 0xA4CF}, "hangulsyllables": {0xAC00, 0xD7A3}, "privateuse": {0xE000, 0xF8FF}, "cjkcompatibilityideographs": {0xF900, 0xFAFF},
	"alphabeticpresentationforms": {0xFB00, 0xFB4F}, "arabicpresentationformsa": {0xFB50, 0xFDFF}, "combininghalfmarks": {0xFE20, 0xFE2F},
	"cjkcompatibilityforms": {0xFE30, 0xFE4F}, "smallformvariants": {0xFE50, 0xFE6F}, "arabicpresentationformsb": {0xFE70, 0xFEFF},
	"halfwidthandfullwidthforms": {0xFF00, 0xFFEF}, "specials": {0xFFF0, 0xFFFD},
}

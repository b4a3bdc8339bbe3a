package jsonpath

import (
	"slices"
	"strings"
	"unicode"
)

// property reads {Name} or {Name=Value} of \p (ECMA-262, tables 67 to 70), and
// returns the characters that have it.
func (p *pattern) property() string {
	end := slices.Index(p.text[p.at:], '}')
	if p.peek(0) != '{' || end < 2 {
		p.fail(`invalid property: expected \p{Name} or \p{Name=Value}`)
	}
	text := string(p.text[p.at+1 : p.at+end])
	p.at += end + 1
	name, value, paired := strings.Cut(text, "=")
	switch {
	case paired && (name == "General_Category" || name == "gc"):
		if table := category(value); table != nil {
			return tableRanges(table)
		}
	case paired && slices.Contains([]string{"Script", "sc", "Script_Extensions", "scx"}, name):
		if table := unicode.Scripts[value]; table != nil && !strings.HasSuffix(name, "x") && name != "Script_Extensions" {
			return tableRanges(table)
		}
		if unicode.Scripts[value] != nil || len(value) == 4 {
			p.unsupported = `\p{` + text + `}`
			return ""
		}
	case !paired:
		if table := category(name); table != nil {
			return tableRanges(table)
		}
		if made := binaryProperty(name); made != nil {
			return written(made)
		}
		if slices.Contains(binaryProperties, name) {
			p.unsupported = `\p{` + text + `}`
			return ""
		}
	}
	p.fail(`unknown property \p{%s}`, text)
	return ""
}

// category is the table of a general category, by its short or its long name.
func category(name string) *unicode.RangeTable {
	if name == "LC" || name == "Cased_Letter" {
		return cased
	}
	if short, ok := unicode.CategoryAliases[name]; ok {
		name = short
	}
	return unicode.Categories[name]
}

var cased = &unicode.RangeTable{
	R16: slices.Concat(unicode.Lu.R16, unicode.Ll.R16, unicode.Lt.R16),
	R32: slices.Concat(unicode.Lu.R32, unicode.Ll.R32, unicode.Lt.R32),
}

// binaryProperty are the characters of a binary property that Go's tables know.
func binaryProperty(name string) [][2]rune {
	sum := func(tables ...*unicode.RangeTable) (out [][2]rune) {
		for _, t := range tables {
			out = append(out, tablePairs(t)...)
		}
		return out
	}
	switch name {
	case "Any":
		return [][2]rune{{0, unicode.MaxRune}}
	case "ASCII":
		return [][2]rune{{0, 0x7f}}
	case "Assigned":
		return invert(sum(unicode.Categories["Cn"]))
	case "Alphabetic", "Alpha":
		return sum(unicode.Lu, unicode.Ll, unicode.Lt, unicode.Lm, unicode.Lo, unicode.Nl, unicode.Other_Alphabetic)
	case "Lowercase", "Lower":
		return sum(unicode.Ll, unicode.Other_Lowercase)
	case "Uppercase", "Upper":
		return sum(unicode.Lu, unicode.Other_Uppercase)
	}
	if long, ok := shortProperties[name]; ok {
		name = long
	}
	if slices.Contains(binaryProperties, name) {
		if table := unicode.Properties[name]; table != nil {
			return sum(table)
		}
	}
	return nil
}

// shortProperties are the aliases of the properties that Go's tables know.
var shortProperties = map[string]string{
	"AHex": "ASCII_Hex_Digit", "Bidi_C": "Bidi_Control", "Dep": "Deprecated", "Dia": "Diacritic", "Ext": "Extender",
	"Hex": "Hex_Digit", "IDSB": "IDS_Binary_Operator", "IDST": "IDS_Trinary_Operator", "Ideo": "Ideographic", "Join_C": "Join_Control",
	"LOE": "Logical_Order_Exception", "NChar": "Noncharacter_Code_Point", "Pat_Syn": "Pattern_Syntax", "Pat_WS": "Pattern_White_Space",
	"QMark": "Quotation_Mark", "RI": "Regional_Indicator", "SD": "Soft_Dotted", "STerm": "Sentence_Terminal", "Term": "Terminal_Punctuation",
	"UIdeo": "Unified_Ideograph", "VS": "Variation_Selector", "space": "White_Space", "Radical": "Radical",
}

// binaryProperties are the names of ECMA-262, table 69.
var binaryProperties = strings.Fields(`ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M
Case_Ignorable CI Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased CWL Changes_When_NFKC_Casefolded CWKCF
Changes_When_Titlecased CWT Changes_When_Uppercased CWU Dash Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia Emoji Emoji_Component EComp
Emoji_Modifier EMod Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic ExtPict Extender Ext Grapheme_Base Gr_Base Grapheme_Extend Gr_Ext
Hex_Digit Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue IDC ID_Start IDS Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE
Lowercase Lower Math Noncharacter_Code_Point NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark Radical Regional_Indicator RI
Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term Unified_Ideograph UIdeo Uppercase Upper Variation_Selector VS White_Space space
XID_Continue XIDC XID_Start XIDS`)

func tableRanges(t *unicode.RangeTable) string { return written(tablePairs(t)) }

func tablePairs(t *unicode.RangeTable) (out [][2]rune) {
	add := func(low, high, stride rune) {
		if stride == 1 {
			out = append(out, [2]rune{low, high})
			return
		}
		for r := low; r <= high; r += stride {
			out = append(out, [2]rune{r, r})
		}
	}
	for _, r := range t.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride)) //nolint:gosec // a code point
	}
	return out
}

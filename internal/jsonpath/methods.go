package jsonpath

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// invoke calls a method of a value. A call on nothing gives nothing, as a
// filter that asks for a member of an absent value selects nothing; a method
// that is not known is an error, as it could never select anything.
func invoke(x value, method string, args []value) (value, error) {
	if !knownMethods[method] {
		return value{}, fmt.Errorf("method %q is not supported in a filter", method)
	}
	switch {
	case x.kind == regex:
		return matchRegexp(x.re, arg(args, 0))
	case method == "hasOwnProperty":
		return boolValue(member(x, arg(args, 0).text()).kind != undefined), nil
	case method == "toString":
		return textValue(x.text()), nil
	case x.isArray():
		return arrayMethod(x, method, args), nil
	case x.kind == text:
		return stringMethod(x.str, method, args)
	}
	return value{}, nil
}

var knownMethods = map[string]bool{
	"match": true, "test": true, "indexOf": true, "includes": true, "startsWith": true, "endsWith": true,
	"toLowerCase": true, "toUpperCase": true, "trim": true, "split": true, "slice": true, "substring": true,
	"substr": true, "charAt": true, "hasOwnProperty": true, "toString": true, "replace": true, "search": true,
	"join": true, "lastIndexOf": true,
}

func matchRegexp(re *Regexp, v value) (value, error) {
	ok, err := re.MatchString(v.text())
	return boolValue(ok), err
}

func arrayMethod(x value, method string, args []value) value {
	switch method {
	case "includes":
		return boolValue(contains(x, arg(args, 0)))
	case "indexOf":
		at := slices.IndexFunc(x.items(), func(v value) bool { return strictEqual(v, arg(args, 0)) })
		return numValue(float64(at))
	case "join":
		sep := ","
		if len(args) > 0 {
			sep = args[0].text()
		}
		return textValue(strings.Join(x.texts(), sep))
	case "slice":
		from, to := span(args, len(x.items()))
		return listValue(x.items()[from:to])
	}
	return value{}
}

func stringMethod(s, method string, args []value) (value, error) {
	first := arg(args, 0)
	switch method {
	case "match", "search", "test":
		return stringMatch(s, method, first)
	case "indexOf":
		return numValue(unitIndex(s, strings.Index(s, first.text()))), nil
	case "lastIndexOf":
		return numValue(unitIndex(s, strings.LastIndex(s, first.text()))), nil
	case "includes":
		return boolValue(strings.Contains(s, first.text())), nil
	case "startsWith":
		return boolValue(strings.HasPrefix(s, first.text())), nil
	case "endsWith":
		return boolValue(strings.HasSuffix(s, first.text())), nil
	case "split":
		return splitValue(s, first), nil
	case "replace":
		return replaceValue(s, first, arg(args, 1).text()), nil
	}
	return stringPart(s, method, args), nil
}

func stringMatch(s, method string, pattern value) (value, error) {
	re := pattern.re
	if pattern.kind != regex {
		var err error
		if re, err = CompileRegexp(pattern.text(), ""); err != nil {
			return value{}, err
		}
	}
	ok, err := re.MatchString(s)
	if err != nil || method != "match" {
		return boolValue(ok), err
	}
	if !ok {
		return value{kind: null}, nil
	}
	return listValue([]value{textValue(s)}), nil
}

func splitValue(s string, sep value) value {
	var out []value
	for _, part := range strings.Split(s, sep.text()) {
		out = append(out, textValue(part))
	}
	return listValue(out)
}

func replaceValue(s string, what value, with string) value {
	if what.kind == regex {
		return textValue(what.re.replace(s, with))
	}
	return textValue(strings.Replace(s, what.text(), with, 1))
}

func stringPart(s, method string, args []value) value {
	switch method {
	case "toLowerCase":
		return textValue(strings.ToLower(s))
	case "toUpperCase":
		return textValue(strings.ToUpper(s))
	case "trim":
		return textValue(strings.TrimSpace(s))
	}
	all := utf16.Encode([]rune(s))
	from, to := span(args, len(all))
	switch method {
	case "charAt":
		to = min(from+1, len(all))
	case "substr":
		if len(args) > 1 {
			to = min(from+int(args[1].number()), len(all))
		}
	}
	return textValue(string(utf16.Decode(all[from:max(from, to)])))
}

// span reads the two bounds of slice and substring.
func span(args []value, n int) (from, to int) {
	to = n
	if len(args) > 0 {
		from = clamp(int(args[0].number()), n)
	}
	if len(args) > 1 {
		to = clamp(int(args[1].number()), n)
	}
	return from, max(from, to)
}

func clamp(v, n int) int {
	if v < 0 {
		v += n
	}
	return min(max(v, 0), n)
}

// units is the length of a text in JavaScript: its UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// unitIndex is the index of a byte of a text in UTF-16 code units.
func unitIndex(s string, at int) float64 {
	if at < 0 {
		return -1
	}
	return float64(units(s[:at]))
}

package study

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// MaxDepth is how deep objects and arrays of a record may nest. The registry's
// own records stay below 20.
const MaxDepth = 1000

// MaxValues is how many values a record may have, objects and arrays among them,
// so that little more memory is needed than for its text. The registry's longest
// record has some 200,000.
const MaxValues = 1 << 20

const idPath = "/protocolSection/identificationModule/nctId"

// Validate checks one record completely and returns its NCT id in the
// registry's normal form, "NCT" and eight digits. It asks for: valid UTF-8;
// one value of RFC 8259, an object, with nothing after it; no key twice in an
// object and no lone surrogate (RFC 7493, section 2); no U+0000 in a string,
// which xsd:string cannot hold; at most MaxDepth levels and MaxValues values; and a string at
// protocolSection.identificationModule.nctId that NormalID accepts.
//
// The error's Offset counts from the first byte of json and its Pointer from
// the record's root; its File is empty.
func Validate(json []byte) (string, *source.Error) {
	if err := wellFormed(json, true); err != nil {
		return "", err
	}
	return findID(json)
}

// wellFormed checks all of a record but its NCT id, and that it is an object
// only where it has to be.
func wellFormed(json []byte, object bool) *source.Error {
	if err := checkDepth(json); err != nil {
		return err
	}
	if err := checkValues(json, MaxValues); err != nil {
		return err
	}
	if err := checkSyntax(json, object); err != nil {
		return err
	}
	return checkNUL(json)
}

// NormalID returns the normal form of an NCT id, "NCT" and eight digits, of
// any spelling that the registry's API accepts.
func NormalID(id string) (string, bool) { return model.NormalID(id) }

func checkSyntax(json []byte, object bool) *source.Error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(json))
	value, err := dec.ReadValue()
	if err != nil {
		return syntaxError(json, err)
	}
	if object && value.Kind() != '{' {
		return fault(dec.InputOffset()-int64(len(value)), "", "the record is "+quoteStart(value), "a JSON object")
	}
	end := dec.InputOffset()
	if rest := trimSpace(json[end:]); len(rest) > 0 {
		return fault(int64(len(json)-len(rest)), "", "something follows the record: "+quoteStart(rest), "nothing after the object's }")
	}
	return nil
}

// trimSpace cuts JSON whitespace (RFC 8259, section 2) from the left.
func trimSpace(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

func fault(offset int64, pointer, problem, expected string) *source.Error {
	return &source.Error{
		Position: source.Position{Offset: offset, Pointer: pointer},
		Problem:  problem, Expected: expected,
	}
}

// syntaxError says in our words what jsontext found.
func syntaxError(json []byte, err error) *source.Error {
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		return emptyOrCut(json)
	}
	at, pointer := syntax.ByteOffset, string(syntax.JSONPointer)
	rest := json[min(at, int64(len(json))):]
	text := syntax.Err.Error()
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fault(at, pointer, fmt.Sprintf("duplicate key %q", syntax.JSONPointer.LastToken()), "each key once in an object")
	case errors.Is(err, jsontext.ErrNonStringName):
		return fault(at, pointer, "the key is "+quoteStart(rest), "a string in double quotes")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff(json, pointer)
	case strings.Contains(text, "UTF-8"):
		return utf8Fault(json, at, pointer)
	case strings.Contains(text, "escape") || strings.Contains(text, "surrogate"):
		return escapeFault(rest, at, pointer)
	}
	return fault(at, pointer, unexpected(rest), expectedIn(text))
}

func emptyOrCut(json []byte) *source.Error {
	if len(trimSpace(json)) == 0 {
		return fault(0, "", "empty", "a JSON object")
	}
	return cutOff(json, "")
}

func cutOff(json []byte, pointer string) *source.Error {
	return fault(int64(len(json)), pointer, "truncated: the record ends inside "+insideOf(pointer), "the rest of it")
}

func insideOf(pointer string) string {
	if pointer == "" {
		return "its outermost object"
	}
	return strconv.Quote(jsontext.Pointer(pointer).LastToken())
}

func utf8Fault(json []byte, at int64, pointer string) *source.Error {
	rest := json[at:]
	if len(rest) > 1 && rest[0] == '\\' {
		return escapeFault(rest, at, pointer)
	}
	for i := 0; i < len(rest); {
		r, n := utf8.DecodeRune(rest[i:])
		if r == utf8.RuneError && n == 1 {
			return fault(at+int64(i), pointer, fmt.Sprintf("invalid UTF-8 byte %#02x", rest[i]), "UTF-8")
		}
		if rest[i] == '\\' {
			break
		}
		i += n
	}
	return fault(at, pointer, "invalid UTF-8: "+quoteStart(rest), "UTF-8")
}

func escapeFault(rest []byte, at int64, pointer string) *source.Error {
	found := string(rest[:min(len(rest), 6)])
	if !strings.HasPrefix(found, `\u`) {
		found = found[:min(len(found), 2)]
	}
	if isSurrogate(found) {
		return fault(at, pointer, fmt.Sprintf("lone surrogate %q", found), `a pair such as \ud83d\ude00, or a character`)
	}
	return fault(at, pointer, fmt.Sprintf("invalid escape %q", found), `one of \" \\ \/ \b \f \n \r \t \uXXXX`)
}

func isSurrogate(escape string) bool {
	if len(escape) < 6 || escape[1] != 'u' {
		return false
	}
	n, err := strconv.ParseUint(escape[2:6], 16, 32)
	return err == nil && n >= 0xD800 && n <= 0xDFFF
}

// expectedIn finds in jsontext's words what it expected.
func expectedIn(text string) string {
	if i := strings.Index(text, "(expecting "); i >= 0 {
		return strings.TrimSuffix(text[i+len("(expecting "):], ")")
	}
	switch {
	case strings.Contains(text, "in string"):
		return `control characters written as escapes, such as \n`
	case strings.Contains(text, "object name"):
		return "a key in double quotes"
	case strings.Contains(text, "number"):
		return "a JSON number"
	case strings.Contains(text, "literal"):
		return "true, false or null"
	}
	return "a JSON value"
}

func unexpected(rest []byte) string {
	if len(rest) == 0 {
		return "unexpected end"
	}
	_, n := utf8.DecodeRune(rest)
	return fmt.Sprintf("unexpected %q", rest[:n])
}

// quoted is how many bytes of what was found an error shows.
const quoted = 32

// quoteStart quotes the first few characters of what was found.
func quoteStart(b []byte) string {
	if len(b) <= quoted {
		return strconv.Quote(string(b))
	}
	n := quoted
	for n > quoted-utf8.UTFMax && !utf8.RuneStart(b[n]) {
		n--
	}
	return strconv.Quote(string(b[:n])) + "…"
}

// checkDepth counts brackets outside strings; only a record with many of them
// can nest deep, so most are not looked at twice.
func checkDepth(json []byte) *source.Error {
	if bytes.Count(json, []byte("{"))+bytes.Count(json, []byte("[")) <= MaxDepth {
		return nil
	}
	depth := 0
	for i := 0; i < len(json); i++ {
		switch json[i] {
		case '"':
			i += stringLength(json[i:]) - 1
		case '{', '[':
			if depth++; depth > MaxDepth {
				return fault(int64(i), "", "nested too deep", "at most "+strconv.Itoa(MaxDepth)+" levels")
			}
		case '}', ']':
			depth--
		}
	}
	return nil
}

// checkValues counts commas and brackets outside strings, which tell the number
// of values; few records have so many that they are looked at.
func checkValues(json []byte, most int) *source.Error {
	if len(json) <= most || 1+bytes.Count(json, []byte(","))+bytes.Count(json, []byte("{"))+bytes.Count(json, []byte("[")) <= most {
		return nil
	}
	n, open := 1, false // values so far; nothing stands in the last bracket yet
	for i := 0; i < len(json); i++ {
		c := json[i]
		if open && spaces(json[i:i+1]) == 0 {
			if open = false; c != '}' && c != ']' {
				n++
			}
		}
		switch c {
		case '"':
			i += stringLength(json[i:]) - 1
		case '{', '[':
			open = true
		case ',':
			n++
		}
		if n > most {
			return fault(int64(i), "", fmt.Sprintf("the record has more than %d values", most), "a study; the registry's longest has some 200,000")
		}
	}
	return nil
}

// checkNUL refuses the escape of U+0000; the bare character is refused by the
// grammar.
func checkNUL(json []byte) *source.Error {
	if !bytes.Contains(json, []byte(`\u0000`)) {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(json))
	for {
		kind := dec.PeekKind()
		if kind != '"' {
			if _, err := dec.ReadToken(); err != nil {
				return nil //nolint:nilerr // the end; what is not JSON was told before
			}
			continue
		}
		raw, err := dec.ReadValue()
		if err != nil {
			return nil //nolint:nilerr // what is not JSON was told before
		}
		if i := nulEscape(raw); i >= 0 {
			at := dec.InputOffset() - int64(len(raw)) + int64(i)
			return fault(at, string(dec.StackPointer()), `the string holds \u0000`, "no U+0000, which no RDF string can hold")
		}
	}
}

func nulEscape(raw []byte) int {
	for i := 0; i+5 < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		if string(raw[i:i+6]) == `\u0000` {
			return i
		}
		i++
	}
	return -1
}

// ID returns the NCT id, in its normal form, of a record that is known to be
// valid JSON; it reads no further than the id. The error is as Validate's.
func ID(json []byte) (string, *source.Error) { return findID(json) }

// VersionDate returns the date by which the versions of a study follow one
// another, of a record that is known to be valid JSON: the first of
// model.VersionDates that it has as a day or a month. It is empty where the
// record has none; dates compare as text.
func VersionDate(json []byte) string {
	for _, path := range model.VersionDates() {
		if date := textAt(json, strings.Split(path, ".")); isVersionDate(date) {
			return date
		}
	}
	return ""
}

func isVersionDate(date string) bool {
	for _, form := range [...]string{time.DateOnly, "2006-01"} {
		if at, err := time.Parse(form, date); err == nil && at.Year() > 0 && len(date) == len(form) {
			return true
		}
	}
	return false
}

// textAt returns the text at a path of a record that is known to be valid JSON,
// or "".
func textAt(json []byte, path []string) string {
	dec := jsontext.NewDecoder(bytes.NewBuffer(json), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for _, key := range path {
		if dec.PeekKind() != '{' || !enter(dec, key) {
			return ""
		}
	}
	if dec.PeekKind() != '"' {
		return ""
	}
	text, err := dec.ReadToken()
	if err != nil {
		return ""
	}
	return text.String()
}

// findID walks to the NCT id of a record that is known to be valid JSON.
func findID(json []byte) (string, *source.Error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(json), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	want := strings.Split(idPath[1:], "/")
	for i, key := range want {
		at := dec.InputOffset()
		pointer := strings.Join(want[:i], "/")
		if pointer != "" {
			pointer = "/" + pointer
		}
		if dec.PeekKind() != '{' {
			return "", wrongKind(dec, json, pointer, "an object")
		}
		if !enter(dec, key) {
			return "", fault(skipColon(json, at), pointer, fmt.Sprintf("no %q", key), "the study's NCT id at "+idPath)
		}
	}
	if dec.PeekKind() != '"' {
		return "", wrongKind(dec, json, idPath, "a string such as \"NCT01234567\"")
	}
	return readID(dec)
}

// enter reads into the object that comes next, up to the value of a key.
func enter(dec *jsontext.Decoder, key string) bool {
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return false
		}
		if name.String() == key {
			return true
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
	return false
}

// skipColon moves an offset that stands after a key to the key's value.
func skipColon(json []byte, at int64) int64 {
	rest := bytes.TrimLeft(json[at:], ": \t\r\n")
	return int64(len(json) - len(rest))
}

func wrongKind(dec *jsontext.Decoder, json []byte, pointer, expected string) *source.Error {
	at := skipColon(json, dec.InputOffset())
	value, _ := dec.ReadValue()
	return fault(at, pointer, "found "+quoteStart(value), expected)
}

func readID(dec *jsontext.Decoder) (string, *source.Error) {
	raw, err := dec.ReadValue()
	if err != nil {
		return "", fault(0, idPath, err.Error(), "")
	}
	text, _ := jsontext.AppendUnquote(nil, raw)
	if id, ok := NormalID(string(text)); ok {
		return id, nil
	}
	at := dec.InputOffset() - int64(len(raw))
	return "", fault(at, idPath, fmt.Sprintf("%q is not an NCT id", text), "NCT and up to eight digits, not all zero")
}

package study

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/source"
)

// AppendRejected appends a line of a rejects file: the error's file, offset
// and pointer, its text, and the record: under "record" where it is JSON,
// under "text" where it is UTF-8, else under "base64". Such a file is itself a
// form of input, so a mended record can be run again.
func AppendRejected(dst []byte, e *source.Error, record []byte) []byte {
	dst = append(dst, `{"file":`...)
	dst = appendString(dst, e.File)
	if e.Offset >= 0 {
		dst = append(dst, `,"offset":`...)
		dst = append(dst, jsontext.Int(e.Offset).String()...)
	}
	dst = append(dst, `,"pointer":`...)
	dst = appendString(dst, e.Pointer)
	plain := *e
	plain.Position = source.Position{Offset: source.NoOffset}
	dst = append(dst, `,"error":`...)
	dst = appendString(dst, plain.Error())
	if len(record) > 0 {
		dst = appendRecord(dst, record)
	}
	return append(dst, "}\n"...)
}

func appendString(dst []byte, s string) []byte {
	out, err := jsontext.AppendQuote(dst, strings.ToValidUTF8(s, "\ufffd"))
	if err != nil { // nothing is left to be wrong with it
		return append(dst, `""`...)
	}
	return out
}

func appendRecord(dst, record []byte) []byte {
	if !utf8.Valid(record) {
		dst = append(dst, `,"base64":"`...)
		dst = base64.StdEncoding.AppendEncode(dst, record)
		return append(dst, '"')
	}
	value := append(jsontext.Value(nil), record...)
	if value.Kind() == '{' && value.Compact(jsontext.AllowDuplicateNames(true)) == nil {
		return append(append(dst, `,"record":`...), value...)
	}
	return appendString(append(dst, `,"text":`...), string(record))
}

// rejected takes the record out of a line of a rejects file.
func rejected(line []byte) ([]byte, *source.Error) {
	var key string
	_, at, v := head(line)
	if v == complete {
		key = keyBefore(line[:at])
	}
	n, v := matchValue(line[at:])
	if v != complete {
		return nil, fault(int64(at), "", "the line of the rejects file is broken", "a record")
	}
	raw := line[at : at+n]
	switch key {
	case "record":
		return raw, nil
	case "text":
		text, err := jsontext.AppendUnquote(nil, raw)
		return text, orFault(err, at)
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err == nil {
		text, err = base64.StdEncoding.AppendDecode(nil, text)
	}
	return text, orFault(err, at)
}

func orFault(err error, at int) *source.Error {
	if err == nil {
		return nil
	}
	f := fault(int64(at), "", "the line of the rejects file is broken", "a record")
	f.Err = err
	return f
}

// keyBefore returns the key that stands before a value.
func keyBefore(b []byte) string {
	for _, key := range [...]string{"record", "text", "base64"} {
		tail := b[max(0, len(b)-len(key)-8):]
		if i := lastKey(tail, key); i {
			return key
		}
	}
	return ""
}

func lastKey(b []byte, key string) bool {
	n := len(b)
	for n > 0 && (b[n-1] == ':' || b[n-1] == ' ') {
		n--
	}
	quoted := `"` + key + `"`
	return n >= len(quoted) && string(b[n-len(quoted):n]) == quoted
}

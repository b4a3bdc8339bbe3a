package study

import (
	"strings"

	"github.com/trialweave/trialweave/classic"
)

// keysBefore is what the keys of an object tell that came before the one at
// hand.
type keysBefore struct {
	count                  int
	hasError, hasID, names bool
	action                 bool // the first key names an action of a bulk request
}

func (k *keysBefore) add(key string, value byte) {
	k.hasError = k.hasError || key == "error"
	k.hasID = k.hasID || key == "_id"
	k.names = k.names || key == "columns" && value == '['
	k.action = k.count == 0 && value == '{' && isAction(key)
	k.count++
}

// form is that of an object none of whose keys told it.
func (k *keysBefore) form() form {
	if k.action && k.count == 1 {
		return formAction
	}
	return formOther
}

// isAction reports whether a key names an action of Elasticsearch's bulk API.
func isAction(key string) bool {
	return key == "index" || key == "create" || key == "update" || key == "delete"
}

// formOf says what an object is that has a key with a value that begins so.
func (k *keysBefore) formOf(key string, value []byte) (form, verdict) {
	if value[0] == '{' && classic.IsEnvelope(key) {
		return formClassic, complete
	}
	switch key {
	case "protocolSection":
		return k.ofStudy(value)
	case "resultsSection", "annotationSection", "documentSection", "derivedSection", "hasResults":
		return formStudy, complete
	case "record", "text", "base64":
		if k.hasError {
			return formReject, complete
		}
	case "studies":
		if value[0] == '[' {
			return formPage, complete
		}
	case "data":
		if k.names && value[0] == '[' {
			return formSplit, complete
		}
	}
	switch {
	case strings.HasPrefix(key, "protocolSection."):
		return formFlat, complete
	case (value[0] == '{' || value[0] == '[') && isWrapper(key):
		return formWrapper, complete
	}
	return formOther, complete
}

// ofStudy tells a study from a table of pandas, in which the column of
// protocol sections is an object keyed by row.
func (k *keysBefore) ofStudy(value []byte) (form, verdict) {
	if value[0] == '{' {
		i := 1 + spaces(value[1:])
		if i+1 >= len(value) {
			return formOther, incomplete
		}
		if value[i] == '"' && isDigit(value[i+1]) {
			return formColumns, complete
		}
	}
	if k.hasID {
		return formExtended, complete
	}
	return formStudy, complete
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isWrapper reports whether studies are looked for below a key: one that
// well-known programs and services put a record or a list of records under, an
// NCT number, or the number of a row.
func isWrapper(key string) bool {
	switch key {
	case "study", "studies", "data", "hits", "_source", "doc", "docs", "document", "documents", "results", "result",
		"response", "records", "rows", "items", "value", "values", "body", "payload", "content":
		return true
	}
	if _, ok := NormalID(key); ok {
		return true
	}
	for i := range len(key) {
		if !isDigit(key[i]) {
			return false
		}
	}
	return key != ""
}

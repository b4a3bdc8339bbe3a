package payload_test

import (
	"strings"
	"testing"
)

// TestNotSchema holds that nothing is silent about what stands where a schema should
// be, and that what a schema requires without describing it is no such thing.
func TestNotSchema(t *testing.T) {
	for schemas, want := range map[string]string{
		"A: false": "6:8: that no value is allowed (false) is not checked",
		"A: {type: object, properties: {b: false}}": "that no value is allowed (false) is not checked",
		"A: hello": "what is not a schema is not checked, expected an object",
		"A: {type: object, properties: {b: [1]}}": "what is not a schema is not checked, expected an object",
		"A: true": "",
		"A: {type: object, properties: {b: {}, c: true}}": "",
		"A: {type: object, required: [b]}":                "",
	} {
		r := judge(t, schemas, `{"b":1,"c":2}`+"\n", 1)
		var why []string
		for _, u := range r.Unchecked {
			why = append(why, u.Why)
		}
		if got := strings.Join(why, "; "); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", schemas, got, want)
		}
	}
}

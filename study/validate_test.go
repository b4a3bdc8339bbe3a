package study

import (
	"strings"
	"testing"
)

func TestNormalID(t *testing.T) {
	for id, want := range map[string]string{
		"NCT99999001": "NCT99999001", "nct1": "NCT00000001", "Nct000000000012": "NCT00000012",
		"NCT": "", "NCT0": "", "NCT123456789": "", "XCT99999001": "", "NCT9999900a": "", " NCT99999001": "", "": "",
	} {
		if got, ok := NormalID(id); got != want || ok != (want != "") {
			t.Errorf("NormalID(%q) = %q, %v; want %q", id, got, ok, want)
		}
	}
}

func TestValidate(t *testing.T) {
	tests := []struct{ json, want string }{
		{record(1), ""},
		{``, `:offset 0: empty, expected a JSON object`},
		{`{"a":1`, `:offset 6: truncated`},
		{`{"protocolSection":{"a":"\ud800"}}`, `:offset 25 #/protocolSection/a: lone surrogate "\\ud800", expected`},
		{`{"a":"x\u0000"}`, `:offset 7 #/a: the string holds \u0000`},
		{`{"a":"\q"}`, `:offset 6 #/a: invalid escape "\\q"`},
		{"{\"a\":\"x\xff\"}", `:offset 7 #/a: invalid UTF-8 byte 0xff, expected UTF-8`},
		{`{"a":1,"a":2}`, `:offset 7 #/a: duplicate key "a", expected each key once`},
		{`{"a":tru}`, `#/a: unexpected`},
		{`{"a":01}`, `:offset 6: unexpected "1"`},
		{`{'a':1}`, `:offset 1`},
		{`{"a":1}}`, `:offset 7: something follows the record: "}"`},
		{`[]`, `:offset 0: the record is "[]", expected a JSON object`},
		{strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000), `:offset 5000: nested too deep, expected at most 1000 levels`},
		{`{}`, `:offset 0: no "protocolSection", expected the study's NCT id at /protocolSection/identificationModule/nctId`},
		{`{"protocolSection":[]}`, `:offset 19 #/protocolSection: found "[]", expected an object`},
		{`{"protocolSection":{"identificationModule":{}}}`, `:offset 43 #/protocolSection/identificationModule: no "nctId"`},
		{`{"protocolSection":{"identificationModule":{"nctId":17}}}`, `nctId: found "17", expected a string`},
		{`{"protocolSection":{"identificationModule":{"nctId": "NCT0"}}}`, `:offset 53 #/protocolSection/identificationModule/nctId: "NCT0" is not an NCT id`},
	}
	for _, test := range tests {
		got := ""
		if _, err := Validate([]byte(test.json)); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%.60q: got %q, want %q", test.json, got, test.want)
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte(record(1)))
	f.Add([]byte(`{"a":"\ud800"}`))
	f.Fuzz(func(t *testing.T, json []byte) {
		id, err := Validate(json)
		if err != nil && (err.Offset < 0 || err.Offset > int64(len(json)) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%v", err)
		}
		if _, ok := NormalID(id); err == nil && !ok {
			t.Errorf("%q is no id", id)
		}
	})
}

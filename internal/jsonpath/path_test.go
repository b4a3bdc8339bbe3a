package jsonpath_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/jsonpath"
	"github.com/trialweave/trialweave/yamltree"
)

const sample = `
info: {title: T, $x: 1}
servers:
  - {url: https://clinicaltrials.gov/api/v2}
  - {description: none}
  - {url: http://example.org}
paths:
  /studies:
    get: {tags: [a, b], parameters: [{name: p, in: query}]}
    post: {tags: []}
  /studies/{nctId}:
    get: {operationId: getStudy}
    parameters: [{name: nctId, in: path, required: true}]
n: null
`

func ExamplePath_Select() {
	doc, _ := yamltree.Parse("a.yml", []byte(sample), nil)
	path, _ := jsonpath.Compile("$.paths[*][get,post].operationId")
	_ = path.Select(doc.Root, nil, func(m jsonpath.Match) bool {
		fmt.Println(strings.Join(m.Path, " "), m.Value.Text)
		return true
	})
	// Output: paths /studies/{nctId} get operationId getStudy
}

func TestSelect(t *testing.T) {
	doc, err := yamltree.Parse("a.yml", []byte(sample), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want string }{
		{"$", "/"},
		{"$.info.title", "/info/title"},
		{"$.info.$x", "/info/$x"},
		{"$['info']['title','$x']", "/info/title /info/$x"},
		{"$.servers[0].url", "/servers/0/url"},
		{"$.servers[-1:].url", "/servers/2/url"},
		{"$.servers[(@.length-1)].url", "/servers/2/url"},
		{"$.servers[:2]", "/servers/0 /servers/1"},
		{"$.servers[?(@.url && @.url.indexOf('clinicaltrials.gov') > -1)].url", "/servers/0/url"},
		{"$.servers[?(@.url.length > 20)]", "/servers/0"},
		{"$.servers[?(!@.url)]", "/servers/1"},
		{"$.paths[*]~", "/paths/~1studies /paths/~1studies~1{nctId}"},
		{"$.paths[*]~^^", "/paths/~1studies /paths/~1studies~1{nctId}"},
		{"$.paths[*][post,get]", "/paths/~1studies/get /paths/~1studies/post /paths/~1studies~1{nctId}/get"},
		{"$.paths[?(@property.match(/{nctId}/))]", "/paths/~1studies~1{nctId}"},
		{"$.paths[?(@property === '/studies')].get.parameters[*].name", "/paths/~1studies/get/parameters/0/name"},
		{"$..parameters[?(@.in == 'path' && @.required === true)]", "/paths/~1studies~1{nctId}/parameters/0"},
		{"$..name", "/paths/~1studies/get/parameters/0/name /paths/~1studies~1{nctId}/parameters/0/name"},
		{"$.paths..operationId^", "/paths/~1studies~1{nctId}/get"},
		{"$.paths[*][?( @property == 'get' && @.tags && @.tags.length == 2 )]", "/paths/~1studies/get"},
		{"$..[?(@ && @.tags && @.tags.constructor.name === 'Array' && @.tags.includes('a'))]", "/paths/~1studies/get"},
		{"$[?(@ === null)]", "/n"},
		{"$[?(typeof @ === 'object' && @property.startsWith('i'))]", "/info"},
		{"$.servers[?(/^HTTP:/i.test(@.url))]", "/servers/2"},
		{"$.servers[?(@.url && @.url.match(/^https(?!x)/))]", "/servers/0"},
		{"$.nope.at.all", ""},
		// What Spectral 6.16.3 makes of less usual notations.
		{"$.paths.[get].tags", "/paths/~1studies/get/tags"},
		{"$.paths.[*].name", "/paths/~1studies/get/parameters/0/name /paths/~1studies~1{nctId}/parameters/0/name"},
		{"$.servers.[0]", "/servers/0"},
		{"$[[info]]", "/info"},
		{"$.info[['title']]", "/info/title"},
		{"$..*.operationId", "/paths/~1studies~1{nctId}/get/operationId"},
		{"$...operationId", "/paths/~1studies~1{nctId}/get/operationId"},
		{"$.info.title,$x", "/info/title /info/$x"},
		{"$.info..", "/info"},
		{"$.info@string()", "/info/title"},
		{"$.info@number()", "/info/$x"},
		{"$@null()", "/n"},
		{"$.servers[*]@scalar()", "/servers/0/url /servers/1/description /servers/2/url"},
		{"$.paths[*]@array()", "/paths/~1studies~1{nctId}/parameters"},
		{"$.paths[*][*]@object()", "/paths/~1studies/get/tags /paths/~1studies/get/parameters /paths/~1studies/post/tags /paths/~1studies~1{nctId}/parameters/0"},
		{"$.paths[*][*][?(@parent && @parent['/studies'])]", ""},
		{"$.paths[*][*][?(@parent && @parent.post)]", "/paths/~1studies/get/tags /paths/~1studies/get/parameters /paths/~1studies/post/tags"},
		{"$.servers[?(@path == \"$['servers'][1]\")]", "/servers/1"},
		{"$.info[?(@property in ['title', 'x'])]", "/info/title"},
		{"$.servers[?@.url]", ""},
		{"$.servers[?match(@.url, '[a]]')]", ""},
		{`$.servers[?(@.url && @.url.match(/\p{L}/))]`, ""},
		{`$.servers[?(@.url && @.url.match(/\p{L}/u))]`, "/servers/0 /servers/2"},
	} {
		path, err := jsonpath.Compile(tt.path)
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		var got []string
		if err := path.Select(doc.Root, nil, func(m jsonpath.Match) bool {
			pointer := yamltree.Pointer(m.Path)
			if pointer == "" {
				pointer = "/"
			}
			got = append(got, pointer)
			return true
		}); err != nil {
			t.Errorf("%s: %v", tt.path, err)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s selects %q, want %q", tt.path, s, tt.want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	for _, text := range []string{"", "info", "$.", "$.a[", "$.a[?(@.b", "$.a[?(@.b ==)]", "$[?(foo)]", "$[?(@.a.match(/(/))]", "$.a b", "$[?(@string())]"} {
		_, err := jsonpath.Compile(text)
		var syntax *jsonpath.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: error %v, want a syntax error", text, err)
		}
	}
}

func TestSelectErrors(t *testing.T) {
	doc, _ := yamltree.Parse("a.yml", []byte(sample), nil)
	path, _ := jsonpath.Compile("$..*")
	if err := path.Select(doc.Root, &jsonpath.Limits{Places: 5}, func(jsonpath.Match) bool { return true }); !errors.Is(err, jsonpath.ErrBudget) {
		t.Errorf("over budget: %v", err)
	}
	path, _ = jsonpath.Compile("$.servers[?(@.url.at(0))]")
	if err := path.Select(doc.Root, nil, func(jsonpath.Match) bool { return true }); err == nil {
		t.Error("an unknown method is no error")
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("$.paths[*][get,post]..[?(@.a && !@['b'] || @property.match(/x/i))]~")
	doc, _ := yamltree.Parse("a.yml", []byte(sample), nil)
	f.Fuzz(func(t *testing.T, text string) {
		path, err := jsonpath.Compile(text)
		if err != nil {
			return
		}
		_ = path.Select(doc.Root, &jsonpath.Limits{Places: 10000}, func(jsonpath.Match) bool { return true })
	})
}

// TestRegularExpressions holds that patterns mean what they mean in JavaScript,
// with the flag u and without it.
func TestRegularExpressions(t *testing.T) {
	for _, tt := range []struct {
		pattern, flags, text string
		want                 bool
	}{
		{"^.$", "", "\U0001F600", false},
		{"^..$", "", "\U0001F600", true},
		{"^.$", "u", "\U0001F600", true},
		{"^[\U0001F600]$", "", "\U0001F600", false},
		{"^[\U0001F600]$", "u", "\U0001F600", true},
		{`^\p{Lu}$`, "", "É", false},
		{`^\p{Lu}$`, "", "p{Lu}", true},
		{`^\p{Lu}$`, "u", "É", true},
		{`^\u00e9\u002d$`, "", "é-", true},
		{`^[\u002d\u005d]+$`, "", "-]", true},
		{`^\uD83D\uDE00$`, "", "\U0001F600", true},
		{`^\u{1F600}$`, "u", "\U0001F600", true},
		{`^\uD83D`, "", "\U0001F600", true},
		{`(?=\u0041)A`, "", "A", true},
		{`\\p`, "", `\p`, true},
	} {
		re, err := jsonpath.CompileRegexp(tt.pattern, tt.flags)
		if err != nil {
			t.Errorf("/%s/%s: %v", tt.pattern, tt.flags, err)
			continue
		}
		if got, err := re.MatchString(tt.text); err != nil || got != tt.want {
			t.Errorf("/%s/%s matches %q: %t, want %t", tt.pattern, tt.flags, tt.text, got, tt.want)
		}
	}
}

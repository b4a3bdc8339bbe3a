package lint_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCapabilityShape(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"simple":  {"provider: p\ncapabilities:\n- {id: a, name: A, inputs: [x]}\n", nil},
		"two ids": {"capabilities:\n- {id: a}\n- {id: a}\n- {title: b}\n", []string{`capability-shape the id "a" is already used by another capability; and 1 more`}},
		"inputs":  {"capabilities:\n- {id: a, inputs: {x: 1}}\n", []string{"capability-shape inputs is an object, expected a list"}},
		"naftiko": {"naftiko: 1.0.0-alpha2\ncapability:\n  consumes:\n  - {namespace: n, type: http, baseUri: b, resources: [{name: r, path: /a, operations: [{name: o, method: GET}]}]}\n", nil},
		"naftiko without": {"naftiko: 1.0.0-alpha2\nextra: 1\ncapability:\n  consumes:\n  - {type: http, baseUri: b, resources: [{path: /a, operations: [{name: o}]}]}\n",
			[]string{`capability-shape unknown key "extra"; a file of this form has naftiko and info, consumes, binds, capability; and 3 more`}},
		"ikanos": {"ikanos: 1.0.0-beta4\nconsumes:\n- {namespace: n, type: http, baseUri: b, resources: [{path: /a, operations: [{}]}]}\n", []string{`capability-shape "method" is missing`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := lintTree(t, map[string]string{"a.yaml": tt.text})
			if diff := cmp.Diff(tt.want, said(r, "capability-")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

package w3c_test

import (
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/w3c"
	"github.com/trialweave/trialweave/rdf"
)

func quads(t *testing.T, document string) []rdf.Quad {
	t.Helper()
	var list []rdf.Quad
	for q, err := range rdf.Read(strings.NewReader(document), rdf.TriG, &rdf.ReadOptions{Base: "http://e/"}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

func TestIsomorphic(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"labels differ", "_:a <p> _:b . _:b <p> 1 .", "_:y <p> 1 . _:x <p> _:y .", true},
		{"order and repetition", "<s> <p> 1, 2 .", "<s> <p> 2, 1, 2 .", true},
		{"other literal", "_:a <p> 1 .", "_:a <p> 2 .", false},
		{"one more", "_:a <p> 1 .", "_:a <p> 1 . _:b <p> 1 .", false},
		{"two triangles or a ring of six", // alike to every look at the neighbours
			"_:a <p> _:b . _:b <p> _:c . _:c <p> _:a . _:d <p> _:e . _:e <p> _:f . _:f <p> _:d .",
			"_:a <p> _:b . _:b <p> _:c . _:c <p> _:d . _:d <p> _:e . _:e <p> _:f . _:f <p> _:a .", false},
		{"graph names", "_:g { _:a <p> 1 }", "_:a { _:g <p> 1 }", true},
		{"graph name is subject", "_:g { _:g <p> 1 }", "_:a { _:g <p> 1 }", false},
	} {
		if got := w3c.Isomorphic(quads(t, c.a), quads(t, c.b)); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

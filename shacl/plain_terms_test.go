package shacl

import (
	"bytes"
	"hash/maphash"

	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/sparql"
)

// nodeTable numbers the nodes of one graph; it keeps slices of its lines.
type nodeTable struct {
	seed  maphash.Seed
	slots []int32
	names [][]byte
}

func (t *nodeTable) add(name []byte) (n int, isNew bool) {
	if len(t.slots) == 0 {
		t.slots = make([]int32, 1024)
	}
	at := t.slot(name)
	if t.slots[at] != 0 {
		return int(t.slots[at] - 1), false
	}
	t.names = append(t.names, name)
	t.slots[at] = int32(len(t.names))
	if len(t.names)*2 > len(t.slots) {
		t.slots = make([]int32, len(t.slots)*2)
		for i, old := range t.names {
			t.slots[t.slot(old)] = int32(i + 1)
		}
	}
	return len(t.names) - 1, true
}

func (t *nodeTable) slot(name []byte) int {
	at := int(maphash.Bytes(t.seed, name)) & (len(t.slots) - 1)
	for t.slots[at] != 0 && string(t.names[t.slots[at]-1]) != string(name) {
		at = (at + 1) & (len(t.slots) - 1)
	}
	return at
}

func (t *nodeTable) find(name []byte) int {
	if len(t.slots) == 0 {
		return -1
	}
	return int(t.slots[t.slot(name)]) - 1
}

// lexical is the text of a literal, or an IRI.
func lexical(v []byte) []byte {
	switch {
	case v[0] == '<':
		return v[1 : len(v)-1]
	case v[0] != '"':
		return nil
	case bytes.IndexByte(v, '\\') >= 0:
		return []byte(termOf(v).Value)
	}
	return v[1 : 1+max(bytes.IndexByte(v[1:], '"'), 0)]
}

func language(v []byte) string {
	if at := closing(v); v[0] == '"' && at > 0 && at+1 < len(v) && v[at+1] == '@' {
		return string(v[at+2:])
	}
	return ""
}

// datatype is the name of a literal's datatype of XML Schema, nil for others.
func datatype(v []byte) []byte {
	switch {
	case v[len(v)-1] == '"':
		return []byte("string")
	case v[len(v)-1] == '>':
		name, _ := bytes.CutPrefix(v[bytes.LastIndexByte(v, '<')+1:len(v)-1], []byte(xsd))
		return name
	}
	return nil
}

// plainDatatype reports whether a literal is of the datatype, and well-formed
// (section 4.1.2).
func plainDatatype(v []byte, want string) bool {
	if v[0] != '"' {
		return false
	}
	if want == rdf.XSDString {
		return v[len(v)-1] == '"'
	}
	at := len(v) - 1 - len(want)
	if want == rdf.RDFLangString || at < 4 || v[len(v)-1] != '>' || string(v[at:len(v)-1]) != want {
		return want == rdf.RDFLangString && language(v) != ""
	}
	return wellFormed(lexical(v), want[min(len(xsd), len(want)):])
}

// plainCompare is what compare says of two texts.
func plainCompare(a, b []byte) (int, bool) {
	if a[0] != '"' || b[0] != '"' {
		return 0, false
	}
	ta, tb := datatype(a), datatype(b)
	switch {
	case isNumber(string(ta)) && isNumber(string(tb)):
		return compareNumbers(lexical(a), lexical(b))
	case bytes.Equal(ta, tb) && string(ta) == "string":
		return bytes.Compare(lexical(a), lexical(b)), true
	}
	return sparql.Compare(termOf(a), termOf(b))
}

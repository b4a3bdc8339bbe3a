package index

import "testing"

// TestSharedDigest holds that terms of one digest are told apart in a chunk.
func TestSharedDigest(t *testing.T) {
	var c chunk
	d := digest{1, 2, 3}
	type term struct {
		tag byte
		key string
	}
	terms := []term{{tagIRI, "a"}, {tagIRI, "b"}, {tagString, "a"}, {tagIRI, ""}, {tagIRI, "aa"}}
	for range 2 {
		for i, at := range terms {
			if n := c.intern(d, at.tag, []byte(at.key)); int(n) != i+1 {
				t.Errorf("%v has the number %d, expected %d", at, n, i+1)
			}
		}
	}
	for i, at := range terms {
		if tag, key := c.key(i + 1); tag != at.tag || string(key) != at.key {
			t.Errorf("the term %d is %d %q, expected %v", i+1, tag, key, at)
		}
	}
}

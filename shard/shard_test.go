package shard_test

import (
	"fmt"
	"testing"

	"github.com/trialweave/trialweave/shard"
)

func TestParseIsStrict(t *testing.T) {
	for _, text := range []string{"", "[]", `{"format":2,"shard":0,"shards":1}`, `{"format":1,"shard":1,"shards":1}`, `{"format":1,"shard":-1,"shards":1}`} {
		if _, err := shard.Parse("x.json", []byte(text)); err == nil {
			t.Errorf("%q is a manifest", text)
		}
	}
}

func ExampleManifest() {
	m := shard.Manifest{Format: shard.Format, Shard: 3, Shards: 10, File: shard.Name(3, 10) + ".nq.gz", Bytes: 9, SHA256: "ab"}
	text, err := m.Text()
	if err != nil {
		fmt.Println(err)
	}
	again, err := shard.Parse(m.Name(), text)
	fmt.Println(m.Name(), again == m, err)
	fmt.Println(again.Check("parts/"+m.File, "ab", 9))
	// Output:
	// part-00003-of-00010.json true <nil>
	// <nil>
}

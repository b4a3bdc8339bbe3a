package record_test

import (
	"encoding/json"
	"fmt"

	"github.com/trialweave/trialweave/internal/test/record"
)

func ExampleLeaves() {
	var v any
	if err := json.Unmarshal([]byte(`{"b": [{"c": 1}, {"c": null, "d": []}], "a": "x"}`), &v); err != nil {
		panic(err)
	}
	for p, leaf := range record.Leaves(v) {
		fmt.Println(p.Path, p.At, leaf)
	}
	// Output:
	// a a x
	// b.c b[0].c 1
	// b.c b[1].c <nil>
}

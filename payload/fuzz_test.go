package payload_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/trialweave/trialweave/payload"
	"github.com/trialweave/trialweave/study"
)

// FuzzJudge holds that no description and no record make the validator panic,
// and that one worker says what two say.
func FuzzJudge(f *testing.F) {
	f.Add("    A: {type: object, required: [a], properties: {a: {anyOf: [{type: string, enum: [x]}, {$ref: '#/components/schemas/A'}]}}}\n", `{"a":{"a":"x","b":[1]}}`)
	f.Add("    A: {allOf: [{$ref: '#/components/schemas/A'}]}\n", `{"a":1}`)
	f.Add("    A: {oneOf: [{$ref: '#/components/schemas/A'}, {type: array, items: {format: date}}], minimum: 3}\n", `[["2024-01-01"]]`)
	f.Fuzz(func(t *testing.T, schemas, record string) {
		schema, err := payload.Compile("api.yml", []byte(head+schemas), "A")
		if err != nil {
			return
		}
		var said [2][]string
		for i := range said {
			in, err := study.Open([]string{"-"}, &study.Options{Stdin: bytes.NewReader([]byte(record))})
			if err != nil {
				t.Fatal(err)
			}
			r, _, err := payload.Judge(context.Background(), schema, in, &payload.Options{Workers: i + 1})
			if err != nil {
				return
			}
			for _, f := range r.Findings {
				said[i] = append(said[i], f.Rule+f.Message+f.Related[0].Message)
			}
		}
		if len(said[0]) != len(said[1]) {
			t.Errorf("%q, %q", said[0], said[1])
		}
	})
}

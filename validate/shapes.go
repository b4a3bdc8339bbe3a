package validate

import (
	"bytes"
	"os"

	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// Shapes reads the shapes of a file in Turtle; of no file, those of the model.
func Shapes(file string) ([]rdf.Quad, error) {
	data, name := model.Shapes(), "the shapes of the model"
	if file != "" {
		var err error
		if data, err = os.ReadFile(file); err != nil { //nolint:gosec // the user names it
			return nil, input.Unreadable(file, err)
		}
		name = file
	}
	var out []rdf.Quad
	for q, err := range rdf.Read(bytes.NewReader(data), rdf.Turtle, &rdf.ReadOptions{File: name, Base: model.NSShapes}) {
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

//go:build !lean

package tables_test

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/study"
	"github.com/trialweave/trialweave/tables"
)

// Studies become tables, each in a file of its own.
func ExampleWriter() {
	in, err := study.Open([]string{"../testdata/studies/NCT99990001.json"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	files := map[string]*bytes.Buffer{}
	w, err := tables.NewWriter(model.Default(), func(name string) (io.Writer, error) {
		files[name] = &bytes.Buffer{}
		return files[name], nil
	})
	if err == nil {
		_, err = w.Write(context.Background(), in, func() convert.Converter { return engine.NewConverter() }, nil)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	sites := files["location.parquet"].Bytes()
	f, err := parquet.OpenFile(bytes.NewReader(sites), int64(len(sites)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.NumRows(), "sites")
	// Output: 4 sites
}

// The columns of a table are made from the model.
func ExampleOf() {
	for _, t := range tables.Of(model.Default()) {
		if t.Name == "link" {
			for _, c := range t.Columns {
				fmt.Println(c.Name, c.Type)
			}
		}
	}
	// Output:
	// nct_id text
	// version text
	// id text
	// parent text
	// parent_property text
	// label text
	// url text
	// see_also text
	// order integer
	// empty text
	// unmapped text
}

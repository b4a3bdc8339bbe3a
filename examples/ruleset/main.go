// Command ruleset runs the rules of a folder's own ruleset, or of spectral:oas,
// on the descriptions in it:
//
//	ruleset my-api/
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/trialweave/trialweave/lint"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: ruleset FOLDER")
	}
	folder := os.DirFS(os.Args[1])
	config, err := lint.ReadConfig(folder)
	if err != nil {
		log.Fatal(err)
	}
	corpus, err := lint.Load(folder, []string{"."}, config)
	if err != nil {
		log.Fatal(err)
	}
	report, err := lint.Run(context.Background(), corpus, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range report.Findings {
		fmt.Printf("%s:%d:%d %s %s %s\n", f.File, f.Range.Start.Line, f.Range.Start.Column, f.Severity, f.Rule, f.Message)
	}
}

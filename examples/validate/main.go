// Command validate prints what studies break of the shapes of the model, and
// where in the record:
//
//	validate NCT00000000.json
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/trialweave/trialweave"
)

func main() {
	for f, err := range trialweave.Validate(context.Background(), os.Args[1:], nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(f.File, f.Severity, f.Pointer, f.Path.Value, f.Constraint())
	}
}

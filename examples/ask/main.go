// Command ask asks an index a SELECT in SPARQL, and prints its rows:
//
//	ask studies.index 'SELECT ?study WHERE { ?study ctg:overall_status "RECRUITING" }'
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/trialweave/trialweave"
	"github.com/trialweave/trialweave/sparql"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: ask INDEX QUERY")
	}
	index, err := trialweave.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	answer, err := index.Query(context.Background(), os.Args[2], nil)
	if err == nil && answer.Form != sparql.Select {
		err = fmt.Errorf("expected a SELECT")
	}
	if err != nil {
		log.Fatal(err)
	}
	for row, err := range answer.Rows {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row)
	}
}

// Command convert writes the studies of an archive as N-Quads:
//
//	convert studies.zip > studies.nq
package main

import (
	"bufio"
	"context"
	"log"
	"os"

	"github.com/trialweave/trialweave"
)

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: convert INPUT…")
	}
	out := bufio.NewWriter(os.Stdout)
	summary, err := trialweave.Convert(context.Background(), out, os.Args[1:], nil)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%d studies, %d quads", summary.Studies, summary.Quads)
}

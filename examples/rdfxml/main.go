// Command rdfxml reads RDF/XML and writes Turtle:
//
//	rdfxml http://example.org/base < in.rdf > out.ttl
package main

import (
	"log"
	"os"

	"github.com/trialweave/trialweave/rdf"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: rdfxml BASE < IN > OUT")
	}
	out, err := rdf.NewWriter(os.Stdout, rdf.Turtle, nil)
	if err != nil {
		log.Fatal(err)
	}
	for quad, err := range rdf.Read(os.Stdin, rdf.RDFXML, &rdf.ReadOptions{File: "standard input", Base: os.Args[1]}) {
		if err == nil {
			err = out.Write(quad)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}

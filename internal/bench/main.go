// Command bench measures the converters and what bounds them, as CPU seconds
// and peak memory of whole processes, all in one run and on the same studies.
//
//	go run ./internal/bench                      the table of docs/explanations/speed.md
//	go run ./internal/bench -all                 with pyld, oxigraph, riot and titanium
//	go run ./internal/bench -forms               the CPU column of docs/reference/sources.md
//	go run ./internal/bench corpus -size 1GB -o studies.ndjson
//	go run ./internal/bench corpus -like studies.zip -studies 57725 -o studies.ndjson.zst
//	go run ./internal/bench growth               how different values grow in such a corpus
//	go run ./internal/bench scale -studies 57725 the table of docs/explanations/scale.md
//
// The studies are the real ones beside the checkout where they are, else they
// are generated from testdata. Peers are installed into build/bench.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "corpus":
			return corpusCommand(args[1:])
		case "scale":
			return scaleCommand(args[1:])
		case "growth":
			return growthCommand(args[1:])
		case "limit":
			return limitCommand(args[1:])
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	p := plan{}
	flags.BoolVar(&p.all, "all", false, "measure every peer, also those that take long to install")
	flags.BoolVar(&p.memory, "memory", true, "measure peak memory at 100 MB and 1 GB")
	flags.BoolVar(&p.forms, "forms", false, "measure nothing but the delivery forms, beside the v2 JSON that they are read as")
	flags.IntVar(&p.runs, "runs", 5, "how often to run each; the median counts")
	flags.IntVar(&p.share, "share", 5, "JSON-LD processors convert every so many studies only: they are slow")
	flags.StringVar(&p.input, "input", "", "a ZIP of studies; default: the real ones, or generated ones")
	flags.StringVar(&p.dir, "dir", filepath.Join("build", "bench"), "where corpora, binaries and peers go")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	return p.run()
}

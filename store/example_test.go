package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/trialweave/trialweave/internal/test/storetest"
	"github.com/trialweave/trialweave/store"
)

// A graph goes into a store and is counted there.
func ExampleLoader_Run() {
	server := storetest.New(new(testing.T), store.Oxigraph) // in real life it is there already
	defer server.Close()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Target{Address: server.URL}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	graph := []byte("<https://example.org/s> <https://example.org/p> \"o\" <https://example.org/g> .\n")
	summary, err := s.NewLoader(nil).Run(ctx, func(sink *store.Sink) error { return sink.WriteGraph(graph, false) })
	fmt.Println(s.Capability().Name, summary.Other, "graph", summary.Quads, "quad", err)
	n, err := s.Count(ctx, "https://example.org/g")
	fmt.Println(n, err)
	// Output:
	// Oxigraph 1 graph 1 quad <nil>
	// 1 <nil>
}

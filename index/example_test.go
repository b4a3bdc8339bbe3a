package index_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/rdf"
)

func ExampleCreate() {
	temp, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(temp)
	dir := filepath.Join(temp, "index")
	w, err := index.Create(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer w.Abort()
	phase := rdf.IRI("http://example.org/phase")
	if err := w.Add(rdf.Quad{Subject: rdf.IRI("http://example.org/1"), Predicate: phase, Object: rdf.String("PHASE2"), Graph: rdf.IRI("http://example.org/1#record")}); err != nil {
		log.Fatal(err)
	}
	if err := w.Commit(context.Background()); err != nil {
		log.Fatal(err)
	}
	x, err := index.Open(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	id, _ := x.Lookup(phase)
	x.Match(index.Quad{index.Predicate: id}, index.Union, func(q index.Quad) bool {
		fmt.Println(x.Term(q[index.Object]))
		return true
	})
	fmt.Printf("%+v\n", x.Predicate(id))
	// Output:
	// "PHASE2"
	// {Quads:1 Subjects:1 Objects:1}
}

func ExampleUpdate() {
	temp, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(temp)
	dir := filepath.Join(temp, "index")
	phase, graph := rdf.IRI("http://example.org/phase"), rdf.IRI("http://example.org/1#record")
	for i, begin := range []func() (*index.Writer, error){
		func() (*index.Writer, error) { return index.Create(dir) },
		func() (*index.Writer, error) { return index.Update(dir, nil) },
	} {
		w, err := begin()
		if err != nil {
			log.Fatal(err)
		}
		err = w.Add(rdf.Quad{Subject: rdf.IRI("http://example.org/1"), Predicate: phase, Object: rdf.String(fmt.Sprint("PHASE", i+2)), Graph: graph})
		if err == nil {
			err = w.Commit(context.Background())
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	if _, err := index.Compact(context.Background(), dir, nil); err != nil {
		log.Fatal(err)
	}
	x, err := index.Open(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	x.Match(index.Quad{}, index.Union, func(q index.Quad) bool {
		fmt.Println(x.Term(q[index.Object]))
		return true
	})
	// Output: "PHASE3"
}

func ExamplePacker() {
	var p index.Packer
	var packet index.Packet
	if err := p.Pack(&packet, []byte("<http://example.org/1> <http://example.org/phase> \"PHASE2\" .\n")); err != nil {
		log.Fatal(err)
	}
	b := index.NewBuilder()
	b.AddPacket(&packet)
	fmt.Println(b.Build().Len())
	// Output: 1
}

package search_test

import (
	"context"
	"fmt"

	"github.com/trialweave/trialweave/search"
)

func ExampleIndex_Search() {
	b := search.NewBuilder(nil)
	b.Add(search.Document{Name: "one", Texts: []search.Text{{Class: search.Title, Text: "Aspirin after a stroke"}}})
	b.Add(search.Document{Name: "two", Texts: []search.Text{{Class: search.Title, Text: "Strokes in children"}}})
	found, err := b.Build().Search(context.Background(), search.Query{Words: "stroke asp*", Limit: 10})
	fmt.Println(found.Total, found.Names, err)
	// Output: 1 [one] <nil>
}

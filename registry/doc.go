// Package registry fetches study records from the live registry, or from a
// mirror that speaks its Data API v2.
//
// The first calls to make are New and NewQuery; Fetch then brings what a query
// finds into a folder:
//
//	client, err := registry.New(nil)
//	query, err := registry.NewQuery(map[string]string{"query.cond": "asthma"})
//	snapshot, err := client.Fetch(ctx, query, dir, nil)
//
// A search is paged, and much can happen between the first page and the last:
// the registry says to wait, connections break, the data is refreshed, a token
// expires. Fetch therefore delivers nothing before it has everything: a
// Snapshot is of one version of the data, each study in it once. It writes its
// pages to the folder as they come, so a fetch that was killed goes on where
// it was when it is called again with the same folder and query.
//
// What can be asked is checked against the bundled OpenAPI description before
// a request is made; go generate makes the table of parameters from it.
package registry

//go:generate go run ./generate

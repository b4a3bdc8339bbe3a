// Package store brings graphs into triple stores over HTTP and keeps them up to
// date, so that nothing is lost, nothing comes twice, and a graph that was good
// is never replaced by one that is not.
//
// Open finds out what stands at a URL. A Loader, which is a convert.Sink, takes
// studies and puts each into a graph of its own: in whole requests that the
// store carries out or refuses as one where it can, else by staging the graph
// under another name, counting it and moving it into place. Everything is
// counted in the store afterwards. A Journal remembers what is there, so that
// Sync sends only what changed, and so that a run that was killed at any moment
// can be run again.
//
// Protocols: SPARQL 1.1 Graph Store HTTP Protocol, SPARQL 1.1 Protocol and
// Update, and N-Quads by POST where a store takes it. Capabilities has what
// each store can do.
package store

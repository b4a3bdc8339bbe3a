// Package jsonld reads and writes JSON-LD 1.1 and holds the bundled contexts. It
// is the one door to json-gold, which expands documents here, compacts them and
// processes contexts. Nothing is fetched: a document may name the bundled contexts
// by URL, and no others.
//
// Read a document with [ReadDocument], write one with [NewWriter], and apply a
// context to decoded JSON with [NewProcessor]. What a study says in JSON-LD is
// the subject of the package mapping.
package jsonld

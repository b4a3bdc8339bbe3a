// Package rdf reads and writes RDF 1.1: terms and quads, and every syntax that
// the W3C gave them but JSON-LD, which is package jsonld's.
//
// Begin with Read, which yields the quads of a document one by one, whatever
// its syntax, and NewWriter, which writes quads in any syntax but RDF/XML.
// Format names the syntaxes; FormatByName, FormatByFile and Detect find them.
// Where a document is too big for one string a term, ReadLines gives N-Quads
// and N-Triples as bytes, and AppendQuad makes them, both without allocating.
//
// All readers and writers are this package's own and pass the W3C's test
// suites. Package rdf/knakkrdf converts terms to and from those of knakk/rdf.
package rdf

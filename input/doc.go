// Package input reads the quads of whatever holds some: a folder that an index
// is kept in, an RDF file of any syntax, compressed or not, and study records,
// which are converted on the way.
//
// [Of] says which of these an input is. [RDF] and [Index] yield the quads of
// one; a [Sink] gives the quads of studies to a function, one by one.
package input

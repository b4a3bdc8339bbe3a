package rdf

// Jelly-RDF is a binary syntax: frames of rows, each row a message of Protocol
// Buffers. IRIs and datatypes are numbers in tables that the stream itself fills,
// and a term that stood at the same place of the statement before is left out
// (Jelly serialization format 1.1).

// Field numbers of the messages.
const (
	jellyFrameRow = 1

	jellyOptions    = 1
	jellyTriple     = 2
	jellyQuad       = 3
	jellyGraphStart = 4
	jellyGraphEnd   = 5
	jellyNamespace  = 6
	jellyName       = 9
	jellyPrefix     = 10
	jellyDatatype   = 11
)

// The types of streams: what rows hold statements.
const (
	jellyTriples = 1
	jellyQuads   = 2
	jellyGraphs  = 3
)

// jellyFacts are the options of a stream. The sizes are those of its tables.
type jellyFacts struct {
	physical, logical          uint64
	generalized, star          bool
	names, prefixes, datatypes uint64
	version                    uint64
}

// The least size of a table of names, and the greatest sizes of tables that are
// read: what other readers accept, too.
const (
	jellyLeastNames    = 8
	jellyMostNames     = 1 << 16
	jellyMostPrefixes  = 1 << 14
	jellyMostDatatypes = 1 << 12
	jellyVersion       = 2
)

// The kinds of values in messages.
const (
	wireVarint = 0
	wire64     = 1
	wireBytes  = 2
	wire32     = 5
)

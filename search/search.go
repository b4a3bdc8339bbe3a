// Package search finds documents by the words that they contain and by the
// values of their facets. It knows nothing of studies or RDF.
//
// A Builder collects documents and makes an Index; Index.Search answers a Query
// with the best documents, how many there are, and the counts of every facet
// among them. An Index is held in memory, never changes and may be used from
// several goroutines.
package search

// Class is how much a word counts by where in a document it stands.
type Class uint8

// The classes, from the least to the most important.
const (
	// Body is long text. It is the first to be left out where memory is short.
	Body Class = iota
	// Detail is what names a part of the document.
	Detail
	// Subject is what names what the document is about.
	Subject
	// Title is the name of the document.
	Title
)

// weights are what a word of each class adds to the score, before its rarity.
var weights = [4]float32{1, 2, 4, 6}

// Text is a text of a document.
type Text struct {
	Class Class
	Text  string
}

// Value is a value of a facet. Facets are numbered by whoever uses the package.
type Value struct {
	Facet int
	Value string
}

// Document is what is added to a Builder.
type Document struct {
	// Name identifies the document in answers. Documents of equal rank come in
	// the reverse order of their names.
	Name   string
	Texts  []Text
	Facets []Value
}

// Query is what is searched for. A document has to have every word, and one of
// the values of each facet that has some.
type Query struct {
	// Words are separated by anything that is neither a letter nor a digit. A
	// word that ends in an asterisk stands for all words that begin with it.
	// Nothing is found where there are other characters and no word.
	Words  string
	Values []Value
	// Offset and Limit choose the part of the hits that is returned.
	Offset, Limit int
	// Most is how many values of each facet are counted, the most frequent
	// first. Zero means none.
	Most int
}

// Count is how many of the found documents have a value of a facet.
type Count struct {
	Value string
	Count int
}

// Result is the answer to a Query.
type Result struct {
	// Total is how many documents were found.
	Total int
	// Names are those of the documents from Offset to Limit.
	Names []string
	// Counts are those of each facet, by its number: of the documents that would
	// be found without the values of this facet.
	Counts [][]Count
	// Unknown are the words that no document has.
	Unknown []string
}

package jsonld

// Output receives what one study becomes. It is reused from study to study:
// Reset empties it and keeps its buffers.
type Output struct {
	// Shared holds the study's lines for the shared graph (organisations,
	// conditions, MeSH labels, browse branches): canonical N-Quads, each line
	// ended by "\n". The same line comes with every study that needs it; who
	// writes a run keeps the first and drops the rest.
	Shared []byte
	// Record holds the lines of the study's own graph, in the same form. No
	// line occurs twice.
	Record []byte
	// Version is the IRI of the record's graph where each version has one of
	// its own (Options.History); else it is empty.
	Version string
	// Quads is how many lines that are.
	Quads int
	// Unknown lists the paths of the record that the model does not know; what
	// stood there is carried all the same.
	Unknown []Unknown
	// UnknownCodes lists the codes that their scheme does not have, with the
	// path where each stood and the code itself as the example. Codes of parts
	// that are left out are not looked at.
	UnknownCodes []Unknown
	// CommaNumbers counts the values with a comma that got no number because
	// the comma is, or may be, a decimal comma.
	CommaNumbers int
}

// Unknown is a place in a record that the model has no row for.
type Unknown struct {
	// Path is the dotted path without array indices, as in
	// protocolSection.statusModule.newField.
	Path string
	// Example is the JSON value found there, cut after 80 bytes.
	Example string
}

// Reset empties the output and keeps its buffers.
func (o *Output) Reset() {
	o.Shared = o.Shared[:0]
	o.Record = o.Record[:0]
	o.Version = ""
	o.Quads = 0
	o.Unknown = o.Unknown[:0]
	o.UnknownCodes = o.UnknownCodes[:0]
	o.CommaNumbers = 0
}

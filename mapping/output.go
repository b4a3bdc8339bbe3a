package mapping

import "github.com/trialweave/trialweave/rdf"

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
	// More, if it is not nil, returns an empty buffer. Then a converter may leave
	// Record before it is full and go on in such a one, so that it writes into
	// memory that the processor's caches hold, whatever the study's length.
	More func() []byte
	// Batch, if it is not nil, takes the study's own graph in place of Record, where
	// the converter can: the compiled one does, but for versions
	// (Options.History) and annotated statements. Who needs a batch in any case asks
	// Complete.
	Batch *rdf.Batch
	// Bytes is how long the lines would be that Batch has in their place.
	Bytes int
	// Full are the buffers that were left so, in order: what comes before Record.
	Full [][]byte
	// Version is the IRI of the record's graph where each version has one of
	// its own (Options.History); else it is empty.
	Version string
	// VersionBy is the path of the date in it, where that is not the day of the
	// last update post (model.VersionDates).
	VersionBy string
	// Number is the number in the study's NCT id, and Updated the date of the
	// record's version as YYYYMMDD (model.VersionDates), with zeros for what is not
	// known. A converter may leave them 0.
	Number  uint32
	Updated int
	// Quads is how many lines that are.
	Quads int
	// Unknown lists the paths of the record that the model does not know; what
	// stood there is carried all the same.
	Unknown []Unknown
	// UnknownCodes lists the codes that their scheme does not have, with the
	// path where each stood and the code itself as the example. Codes of parts
	// that are left out are not looked at.
	UnknownCodes []Unknown
	// Invalid lists the values that are not what their fields hold, in no
	// certain order.
	Invalid []Invalid
	// CommaNumbers counts the values with a comma that got no number because
	// the comma is, or may be, a decimal comma.
	CommaNumbers int
	// Mixed counts the values that hold several fields that cannot be told
	// apart: sites and outcomes of a CSV download.
	Mixed int
	// Form is the delivery form that the record was read from, as
	// tw:source_form says it. Whoever calls the converter sets it before;
	// empty means "v2 JSON".
	Form string
}

// Complete adds the lines of Record to Batch, where there is one.
func (o *Output) Complete() error {
	if o.Batch == nil {
		return nil
	}
	for _, lines := range append(o.Full, o.Record) {
		if err := o.Batch.AddLines(lines); err != nil {
			return err
		}
	}
	return nil
}

// Unknown is a place in a record that the model has no row for.
type Unknown struct {
	// Path is the dotted path without array indices, as in
	// protocolSection.statusModule.newField.
	Path string
	// Example is the JSON value found there, cut after 80 bytes.
	Example string
}

// Reset empties the output and keeps its buffers, but for those in Full, which
// whoever gave them may take before.
func (o *Output) Reset() {
	o.Shared = o.Shared[:0]
	clear(o.Full)
	o.Full = o.Full[:0]
	o.Record = o.Record[:0]
	o.Version, o.VersionBy = "", ""
	o.Number, o.Updated = 0, 0
	o.Quads, o.Bytes = 0, 0
	if o.Batch != nil {
		o.Batch.Reset(nil)
	}
	o.Unknown = o.Unknown[:0]
	o.UnknownCodes = o.UnknownCodes[:0]
	o.Invalid = o.Invalid[:0]
	o.CommaNumbers = 0
	o.Mixed = 0
	o.Form = ""
}

// Package mapping turns study records into linked data. It annotates a record,
// so that it becomes a JSON-LD 1.1 document that any processor expands to the
// same triples, and it expands it itself.
//
// The first call to make is NewEngine; its converters turn the JSON of a study
// into N-Quads, and Annotate into the document. What is said, and how, is data:
// see the package model below this one.
//
// # Two converters
//
// NewReference annotates and expands with json-gold: it is the definition.
// NewConverter runs the model, compiled, over the bytes of a study and writes
// the same lines, in another order, at the speed of reading JSON. Tests compare
// the two, errors included, on real, synthetic and mutated studies and under
// all options; FuzzEngines goes on doing so.
//
// The compiled converter first scans the whole record into a flat list of
// values (24 bytes each), which checks it, finds its keys by number and notes
// the canonical order of its members. Then it walks the list. Keys may
// therefore come in any order, and memory is bounded by the biggest record.
// Names that others refer to (arms, interventions, outcomes) are indexed before
// anything is written. Nothing is allocated once the buffers have grown, but
// for what the model does not know and for text that is not in NFC.
//
// What Options.Without takes out of texts (contacts) is first found by the
// parser of the reference; such a run takes some four times as long.
//
// # Where the time goes
//
// Of the time of Convert on the 2,309 real studies with everything computed,
// which become ten bytes of N-Quads for each byte of JSON: copying lines 25 %,
// checking and scanning JSON 22 %, SHA-256 of the record 11 % (the processor
// has instructions for it), its canonical form 7 %, IRIs and natural keys 10 %,
// the walk itself 25 %.
//
// What helped most: writing the lines into buffers of 256 KiB that are used again
// while the processor's caches hold them (with a buffer of its own for each study
// in flight the walk took 1.6 times as long, and with one as long as the study's
// lines a run had twice the page faults and took a tenth longer);
// copying strings as they stand, since JSON and canonical N-Quads share seven
// escapes; keys by number in the order of RFC 8785, so that members are sorted
// and compared as integers; guessing each key by the one before (it is right
// for most, and then one comparison replaces finding its end and hashing it);
// checking UTF-8 beforehand and not character by character.
//
// What did not help: a goroutine of its own that writes (the lines are cold when
// it gets to them, so now whoever converts also writes in turn); choosing the
// buffer that fits best and not the one last used; checking for room once a line
// and not once a part, and copying lines by words of the processor without a call;
// collecting garbage less often; a profile given to the compiler (4 % slower);
// comparing names by their last bytes first, and looking for spaces eight bytes at
// a time; looking for the end of strings without checks of bounds; making room for
// all values of a record at once.
package mapping

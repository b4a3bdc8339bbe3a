package study

import (
	"errors"
	"fmt"

	"github.com/trialweave/trialweave/internal/decompress"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/source"
)

// ErrDamaged is the cause of the fault of an input that cannot be read to its
// end: a compressed stream or an archive entry that is cut short or damaged, or
// a text that ends in the middle of a record. An unknown number of records is
// missing, so what was made of the input must not pass for the whole of it.
var ErrDamaged = errors.New("the input is damaged")

// damage is an error with the cause ErrDamaged and the text of another.
type damage struct{ err error }

func damaged(err error) error { return &damage{err} }

// Error is that of the error below.
func (d *damage) Error() string {
	if e, ok := errors.AsType[*source.Error](d.err); ok {
		return e.Problem
	}
	return d.err.Error()
}

// Unwrap returns the error below.
func (d *damage) Unwrap() error { return d.err }

// Is reports whether target is ErrDamaged.
func (d *damage) Is(target error) bool { return target == ErrDamaged }

const getAgain = "the file is incomplete or damaged; get it again"

// afterRecords says of an input that is damaged how many records came before;
// other errors are returned as they are.
func (in *Input) afterRecords(err error, read int) error {
	var stream *decompress.Error
	if !errors.As(err, &stream) && !errors.Is(err, ErrDamaged) {
		return err
	}
	e := source.Error{Position: source.At("", source.NoOffset), Problem: "cut short", Hint: getAgain}
	if stream != nil && !errors.Is(err, decompress.ErrCut) {
		e.Problem = "cannot be read to its end: the reading stops"
	}
	e.Problem += fmt.Sprintf(" after %s", wording.Count(read, in.noun()))
	if at, ok := errors.AsType[*source.Error](err); ok {
		e.Offset, e.Expected = at.Offset, at.Expected
	}
	e.Err = err
	if !errors.Is(err, ErrDamaged) {
		e.Err = damaged(err)
	}
	return &e
}

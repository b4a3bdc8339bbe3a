package study

import (
	"errors"

	"github.com/trialweave/trialweave/aact"
	"github.com/trialweave/trialweave/source"
)

func (s *splitter) isDump() bool {
	for len(s.buf)-s.pos < enough && s.more() {
	}
	return aact.IsDump(s.buf[s.pos:]) || aact.IsArchive(s.buf[s.pos:])
}

// dump reads the rest of the input as a dump of an AACT database.
func (s *splitter) dump() error {
	if aact.IsArchive(s.buf[s.pos:]) {
		e := fault(s.offset(), "", "an archive of pg_dump, which only pg_restore reads", "a plain-text dump")
		e.Hint = "pg_restore -f dump.sql ARCHIVE writes one"
		return e
	}
	notes := &aact.Notes{}
	defer s.input.notes.add(notes)
	s.input.fromAACT.Store(true)
	for study, err := range aact.Dump(s.ctx, s.rest(), notes) {
		var at *source.Error
		switch {
		case errors.As(err, &at):
			return at
		case err != nil:
			return err
		case !s.yield(piece{offset: source.NoOffset, json: study.JSON, form: formAACT, err: study.Err}):
			return errStopped
		}
	}
	return nil
}

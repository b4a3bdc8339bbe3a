package sparql

import (
	"context"
)

// stop is the panic by which evaluation ends early.
type stop struct{ err error }

// tick is called for every step, to end a query in time.
func (e *evaluator) tick() {
	if e.steps++; e.steps%1024 == 0 {
		e.interrupted()
	}
}

// interrupted ends a query that is over.
func (e *evaluator) interrupted() {
	if e.opts.lane != nil {
		e.opts.lane.pass()
	}
	if e.ctx.Err() != nil {
		panic(stop{context.Cause(e.ctx)})
	}
}

// held is what an operator keeps while it is evaluated.
type held struct{ rows, bytes int }

// hold counts rows that are kept, with what is kept beside each.
func (e *evaluator) hold(rows, beside int) {
	const overhead = 48
	e.held.rows += rows
	e.held.bytes += rows * (4*len(e.query.names) + overhead + beside)
	if e.opts.Limits.Rows > 0 && e.held.rows > e.opts.Limits.Rows {
		panic(stop{limitReached(BoundRows, "of %d rows", e.opts.Limits.Rows)})
	}
	e.checkBytes()
}

// holdBytes counts what is kept beside rows.
func (e *evaluator) holdBytes(bytes int) {
	e.held.bytes += bytes
	e.checkBytes()
}

// release takes what is held back to what it was before an operator.
func (e *evaluator) release(before held) { e.held = before }

// keep counts bytes that stay until the end of the query.
func (e *evaluator) keep(bytes int) {
	e.kept += bytes
	e.checkBytes()
}

func (e *evaluator) checkBytes() {
	all := e.held.bytes + e.kept
	e.peak = max(e.peak, all)
	if e.opts.lane != nil {
		e.opts.lane.use(all)
		all += int(e.opts.lane.beside)
	}
	if most := e.opts.Limits.Bytes; most > 0 && all > most {
		panic(stop{limitReached(BoundMemory, "of %d bytes of memory", most)})
	}
}

// longestText is the most bytes of a text that a query makes where there is no
// limit of memory.
const longestText = 256 << 20

// checkText ends a query that makes too long a text, before it is made.
func (e *evaluator) checkText(bytes int) {
	e.tick()
	most := longestText
	if e.opts.Limits.Bytes > 0 {
		most = min(most, e.opts.Limits.Bytes/8)
	}
	if bytes > most {
		panic(stop{limitReached(BoundText, "of %d bytes for a text", most)})
	}
}

package convert

import (
	"context"

	"github.com/trialweave/trialweave/study"
)

// write takes the jobs in order. After a failure it goes on taking them
// without writing, so that nobody waits for it; cancel has been left to run.
func (p *pipeline) write(ctx context.Context) error {
	for j := range p.order {
		<-j.done
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for i := range j.used {
			if err := p.put(&j.results[i]); err != nil {
				return err
			}
		}
		p.room.leave(int64(j.batch.Size()))
		j.trim()
		p.free <- j
	}
	return nil
}

// trim drops memory that one big record left behind.
func (j *job) trim() {
	const most, mostBatch = 2 << 20, 256 << 10
	if j.batch.Size() > mostBatch {
		j.batch = study.Batch{}
	}
	for i := range j.results {
		if r := &j.results[i]; cap(r.out.Record) > most || cap(r.out.Shared) > most || cap(r.raw) > mostBatch || i > 0 {
			*r = result{}
		}
	}
}

func (p *pipeline) put(r *result) error {
	p.summary.BytesIn += int64(r.bytes)
	if p.options.OnRecord != nil {
		p.options.OnRecord(r.bytes)
	}
	if r.rejected != nil {
		return p.reject(r)
	}
	p.fresh = p.fresh[:0]
	rest := r.out.Shared
	for _, hash := range r.hashes {
		var line []byte
		line, rest = cutLine(rest)
		if p.seen.add(hash) {
			p.fresh = append(p.fresh, line...)
			p.summary.Quads++
		}
	}
	p.count(r)
	if err := p.sink.WriteStudy(p.fresh, r.out.Record); err != nil {
		return &WriteError{err}
	}
	return nil
}

func (p *pipeline) reject(r *result) error {
	p.summary.Rejected++
	if p.options.Rejects != nil {
		p.line = study.AppendRejected(p.line[:0], r.rejected, r.raw)
		if _, err := p.options.Rejects.Write(p.line); err != nil {
			return &WriteError{err}
		}
	}
	if p.options.OnReject != nil {
		return p.options.OnReject(r.rejected)
	}
	return nil
}

func (p *pipeline) count(r *result) {
	p.summary.Studies++
	p.summary.Quads += int64(r.quads)
	p.summary.BytesOut += int64(len(p.fresh) + len(r.out.Record))
	p.summary.CommaNumbers += int64(r.out.CommaNumbers)
	for _, u := range r.out.Unknown {
		at, known := p.unknown[u.Path]
		if !known {
			at = len(p.summary.Unknown)
			p.unknown[u.Path] = at
			p.summary.Unknown = append(p.summary.Unknown, UnknownPath{Unknown: u})
		}
		p.summary.Unknown[at].Count++
	}
}

package convert

import (
	"hash/maphash"
	"strings"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/study"
)

func (p *pipeline[T]) put(r *result[T]) error {
	p.summary.BytesIn += int64(r.bytes)
	if p.options.OnRecord != nil {
		p.options.OnRecord(r.bytes)
	}
	if r.rejected != nil {
		return p.reject(r)
	}
	fresh, differs := p.history.add(r.out.Version, func() uint64 { return p.contentOf(r.out) })
	if !fresh {
		if p.summary.Repeated++; differs {
			p.summary.Differing++
			if len(p.summary.LeftOut) < mostLeftOut {
				p.summary.LeftOut = append(p.summary.LeftOut, LeftOut{strings.Clone(r.out.Version), r.at})
			}
		}
		return nil
	}
	if p.isAgain(r) {
		return nil
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
	p.now.Position, p.now.Shared, p.now.Value = r.at, p.fresh, &r.value
	p.now.Record = append(append(p.now.Record[:0], r.out.Full...), r.out.Record)
	if err := p.yield(&p.now); err != nil {
		return &WriteError{err}
	}
	return nil
}

// contentOf is the hash of the lines of a study's own graph.
func (p *pipeline[T]) contentOf(out *mapping.Output) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seeds[0])
	for _, piece := range append(out.Full, out.Record) {
		_, _ = h.Write(piece) // it never fails
	}
	return h.Sum64()
}

// isAgain counts a record of a study that was there before, where versions have
// no graphs of their own.
func (p *pipeline[T]) isAgain(r *result[T]) bool {
	if r.out.Version != "" {
		return false
	}
	first, later := p.studies.Add(r.version)
	if first {
		return false
	}
	if p.summary.Again++; later {
		p.summary.Later++
	}
	return true
}

func (p *pipeline[T]) reject(r *result[T]) error {
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

func (p *pipeline[T]) count(r *result[T]) {
	p.summary.Studies++
	p.summary.Quads += int64(r.out.Quads)
	p.summary.BytesOut += int64(len(p.fresh) + len(r.out.Record) + r.out.Bytes)
	for _, piece := range r.out.Full {
		p.summary.BytesOut += int64(len(piece))
	}
	if by := r.out.VersionBy; by != "" {
		if p.summary.OtherDates == nil {
			p.summary.OtherDates = map[string]int64{}
		}
		p.summary.OtherDates[by]++
	}
	p.summary.CommaNumbers += int64(r.out.CommaNumbers)
	p.summary.Mixed += int64(r.out.Mixed)
	for _, u := range r.out.Unknown {
		at, known := p.unknown[u.Path]
		if !known {
			at = len(p.summary.Unknown)
			p.unknown[u.Path] = at
			p.summary.Unknown = append(p.summary.Unknown, UnknownPath{Unknown: u})
		}
		p.summary.Unknown[at].Count++
	}
	for _, u := range r.out.UnknownCodes {
		p.countCode(u)
	}
	for _, v := range r.out.Invalid {
		p.countInvalid(v)
	}
}

// mostCodes bounds what a run keeps of codes that no scheme has, and of invalid
// values.
const mostCodes = 10_000

func (p *pipeline[T]) countInvalid(v mapping.Invalid) {
	at, known := p.invalid[v]
	if !known && len(p.invalid) == mostCodes {
		return
	}
	if !known {
		at = len(p.summary.Invalid)
		p.invalid[v] = at
		p.summary.Invalid = append(p.summary.Invalid, InvalidValue{Invalid: v})
	}
	p.summary.Invalid[at].Count++
}

func (p *pipeline[T]) countCode(u mapping.Unknown) {
	key := [2]string{u.Path, u.Example}
	at, known := p.codes[key]
	if !known && len(p.codes) == mostCodes {
		return
	}
	if !known {
		at = len(p.summary.UnknownCodes)
		p.codes[key] = at
		p.summary.UnknownCodes = append(p.summary.UnknownCodes, UnknownPath{Unknown: u})
	}
	p.summary.UnknownCodes[at].Count++
}

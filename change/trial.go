package change

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/parallel"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// Studies is a source of studies, as *study.Input is one.
type Studies interface {
	parallel.Input
	// Finish returns an error where the batches held no record.
	Finish() error
}

// trial tries two contexts on studies, one change at a time: of each study only
// the part is expanded that the changed term is in, since all else comes out
// the same by both.
type trial struct {
	old, now *vocabulary
	changes  []termChange
	effects  []effect
	studies  int64
}

// effect is what a change makes of studies.
type effect struct {
	studies, removed, added int64
	// order, file, before and after are those of the first study that changes.
	order               int64
	file, before, after string
}

func (e *effect) add(o effect) {
	if o.studies == 0 {
		return
	}
	if e.studies == 0 || o.order < e.order {
		e.order, e.file, e.before, e.after = o.order, o.file, o.before, o.after
	}
	e.studies += o.studies
	e.removed += o.removed
	e.added += o.added
}

// separately is how many changes are tried each by itself; further ones would
// take long, and are tried together with the last.
const separately = 40

func (t *trial) run(ctx context.Context, in Studies, done func(int64)) error {
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		return err
	}
	var tries []*try
	work := func() func(int64, study.Record, *error) bool {
		one := newTry(t, engine)
		tries = append(tries, one)
		return func(order int64, record study.Record, fault *error) bool {
			*fault = one.study(order, record)
			return true
		}
	}
	studies := int64(0)
	err = parallel.Map(ctx, in, parallel.Options{}, work, func(fault *error) error {
		if studies++; done != nil {
			done(studies)
		}
		return *fault
	})
	if err == nil {
		err = in.Finish()
	}
	for _, one := range tries {
		t.studies += one.studies
		for i := range t.effects {
			t.effects[i].add(one.effects[i])
		}
	}
	return err
}

// try is the part of a trial that one goroutine does.
type try struct {
	*trial
	engine  *mapping.Engine
	pruners []*pruner
	effects []effect
	studies int64
	buffer  []byte
}

func newTry(t *trial, engine *mapping.Engine) *try {
	out := &try{trial: t, engine: engine, effects: make([]effect, len(t.changes))}
	whole := t.old.whole || t.now.whole
	for _, c := range t.changes {
		whole = whole || c.global()
	}
	for i, c := range t.changes {
		if i == separately {
			break
		}
		names := []string{c.definition().name}
		if i == separately-1 {
			for _, rest := range t.changes[i+1:] {
				names = append(names, rest.definition().name)
			}
		}
		if whole {
			names = nil
		}
		out.pruners = append(out.pruners, newPruner(names))
	}
	return out
}

// study tries the changes on a study.
func (t *try) study(order int64, record study.Record) error {
	if record.Err != nil {
		return record.Err
	}
	var err error
	if t.buffer, err = t.engine.Annotate(t.buffer[:0], record.JSON, mapping.NoContext); err != nil {
		return located(record, err)
	}
	t.studies++
	for i, p := range t.pruners {
		part := p.prune(t.buffer)
		if part == nil {
			continue
		}
		e, err := t.compare(part)
		if err != nil {
			return located(record, err)
		}
		e.order, e.file = order, record.File
		t.effects[i].add(e)
	}
	return nil
}

func located(record study.Record, err error) error {
	return errors.Join(errors.New(record.Position.String()), err)
}

// compare expands a document by both contexts.
func (t *try) compare(doc []byte) (effect, error) {
	before, err := triples(t.old, doc)
	if err != nil {
		return effect{}, err
	}
	after, err := triples(t.now, doc)
	if err != nil {
		return effect{}, err
	}
	gone, come := without(before, after), without(after, before)
	e := effect{removed: int64(len(gone)), added: int64(len(come))}
	if len(gone)+len(come) == 0 {
		return e, nil
	}
	e.studies = 1
	if len(gone) > 0 {
		e.before = triple(gone[0])
		e.after = counterpart(gone[0], come)
	} else {
		e.after = triple(come[0])
	}
	return e, nil
}

func triples(v *vocabulary, doc []byte) ([]rdf.Quad, error) {
	text := append([]byte(`{"@context":`), v.text...)
	text = append(append(text, ','), doc[1:]...)
	var out []rdf.Quad
	for q, err := range jsonld.ReadDocument(bytes.NewReader(text), v.doc.Name, "") {
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

// without are the quads of all that are not among some.
func without(all, some []rdf.Quad) (out []rdf.Quad) {
	there := make(map[rdf.Quad]bool, len(some))
	for _, q := range some {
		there[q] = true
	}
	for _, q := range all {
		if !there[q] {
			out = append(out, q)
		}
	}
	return out
}

// counterpart is what a triple has become: the one that differs in its
// predicate only, or in its object only.
func counterpart(old rdf.Quad, come []rdf.Quad) string {
	for _, same := range []func(rdf.Quad) bool{
		func(q rdf.Quad) bool { return q.Subject == old.Subject && q.Object == old.Object },
		func(q rdf.Quad) bool { return q.Subject == old.Subject && q.Predicate == old.Predicate },
	} {
		if i := slices.IndexFunc(come, same); i >= 0 {
			return triple(come[i])
		}
	}
	return ""
}

const shownTriple = 300

func triple(q rdf.Quad) string {
	q.Graph = rdf.Term{}
	text := strings.TrimSpace(q.String())
	if r := []rune(text); len(r) > shownTriple {
		return string(r[:shownTriple]) + "…"
	}
	return text
}

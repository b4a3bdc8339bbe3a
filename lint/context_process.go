package lint

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/yamltree"
)

// process gives a context to a JSON-LD processor, and reports at each key what
// the processor refuses, where nothing is said about that key already. It
// returns what the context makes of the active one.
func (r *contextReader) process(n *yamltree.Node, at []string, active *jsonld.ActiveContext) *jsonld.ActiveContext {
	if active == nil {
		return nil
	}
	if n.Kind == yamltree.Sequence {
		for i, item := range n.Items {
			active = r.process(item, n.Step(at, i), active)
		}
		return active
	}
	local := r.inlined(r.doc, n, nil)
	next, err := active.Process(local)
	if err == nil {
		return next
	}
	keys, ok := local.(map[string]any)
	switch {
	case n.Kind == yamltree.Null:
		r.refused(at, "null, which takes back what is protected,", err)
		return nil
	case !ok || n.Kind != yamltree.Mapping:
		return nil // what is no context is reported by itself
	}
	return r.blame(n, at, keys, active)
}

// blame finds the keys of a context that a processor refuses: those that it
// refuses by themselves, then those without which it refuses the rest no more.
func (r *contextReader) blame(n *yamltree.Node, at []string, keys map[string]any, active *jsonld.ActiveContext) *jsonld.ActiveContext {
	keywords := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if !isKeywordLike(name) {
			continue
		}
		keywords[name] = keys[name]
		if _, err := active.Process(keywords); err != nil {
			r.refusedKey(n, at, name, err)
			delete(keywords, name)
			delete(keys, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if _, keyword := keywords[name]; keyword {
			continue
		}
		alone := maps.Clone(keywords)
		alone[name] = keys[name]
		if _, err := active.Process(alone); err != nil {
			r.refusedKey(n, at, name, err)
			delete(keys, name)
		}
	}
	return r.blameTogether(n, at, keys, active)
}

// maxBlamed bounds the terms that are looked for among those that a processor
// refuses only together.
const maxBlamed = 20

func (r *contextReader) blameTogether(n *yamltree.Node, at []string, keys map[string]any, active *jsonld.ActiveContext) *jsonld.ActiveContext {
	for range maxBlamed {
		next, err := active.Process(keys)
		if err == nil {
			return next
		}
		culprit := ""
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			value := keys[name]
			delete(keys, name)
			if _, without := active.Process(keys); without == nil || without.Error() != err.Error() {
				culprit = name
			}
			keys[name] = value
			if culprit != "" {
				break
			}
		}
		if culprit == "" {
			r.refused(at, "the context", err)
			return nil
		}
		r.refusedKey(n, at, culprit, err)
		delete(keys, culprit)
	}
	return nil
}

// refusedKey reports a key that a processor refuses; one that another file
// brought is reported there.
func (r *contextReader) refusedKey(n *yamltree.Node, at []string, name string, err error) {
	if n.Index(name) < 0 {
		return
	}
	where := append(slices.Clone(at), name)
	for _, f := range r.terms {
		if len(f.place.Path) >= len(where) && slices.Equal(f.place.Path[:len(where)], where) {
			return // it is reported in other words
		}
	}
	what := fmt.Sprintf("the term %q", name)
	if isKeywordLike(name) {
		what = name
	}
	r.refused(where, what, err)
}

func (r *contextReader) refused(at []string, what string, err error) {
	message := fmt.Sprintf("%s is refused by JSON-LD processors: %s", what, err)
	var fault *jsonld.ContextError
	if errors.As(err, &fault) && fault.Detail != "" && !strings.Contains(fault.Detail, "%!") {
		message += " (" + strings.TrimSuffix(fault.Detail, ".") + ")"
	}
	r.wrong(at, "%s", message)
}

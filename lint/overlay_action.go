package lint

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/trialweave/trialweave/internal/rfc9535"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func (o *overlay) actions() {
	list := o.doc.Tree.Root.Lookup("actions")
	if list == nil || list.Kind != yamltree.Sequence {
		return // the shape is reported by itself
	}
	for i, action := range list.Items {
		if action.Kind == yamltree.Mapping {
			o.action(action, list.Step([]string{"actions"}, i))
		}
	}
}

// query compiles a query of an action; what is not one of RFC 9535 is
// reported, and cannot be tried.
func (o *overlay) query(action *yamltree.Node, key string, at []string) *rfc9535.Query {
	text, ok := action.Lookup(key).StringValue()
	if !ok {
		return nil
	}
	q, err := rfc9535.Compile(text)
	if err != nil {
		o.targets = append(o.targets, finding{place: o.doc.Place(append(slices.Clone(at), key)), message: fmt.Sprintf("the %s %q is not a query of RFC 9535: %v", key, text, err)})
		return nil
	}
	return q
}

// action tries one action on each description, and applies it.
func (o *overlay) action(action *yamltree.Node, at []string) {
	q := o.query(action, "target", at)
	if q == nil {
		return
	}
	where := append(slices.Clone(at), "target")
	if len(o.bases) == 0 {
		if o.doc.Tree.Root.Index("extends") < 0 {
			o.skip(where, fmt.Sprintf("there is no description to try the target %q on", q))
		}
		return
	}
	e := o.effectOf(action, at)
	matched := 0
	failures := map[string]int{}
	for _, base := range o.bases {
		found, err := q.Select(base.root, ruleset.VisitBudget)
		if err != nil {
			o.skip(where, fmt.Sprintf("the target %q: %v", q, err))
			return
		}
		if len(found) == 0 {
			continue
		}
		matched++
		why := e.apply(o, base, found)
		if why != "" {
			failures[why]++
		}
	}
	if matched == 0 {
		o.targets = append(o.targets, finding{place: o.doc.Place(where), message: fmt.Sprintf("the target %q selects nothing", q)})
	}
	for _, why := range slices.Sorted(maps.Keys(failures)) {
		if failures[why] == matched {
			o.failures = append(o.failures, finding{place: o.doc.Place(e.at), message: why})
		}
	}
}

// effect is what an action does.
type effect struct {
	remove bool
	update *yamltree.Node
	copy   *rfc9535.Query
	at     []string
}

// effectOf reads what an action does; what it refers to counts where it says
// nothing itself.
func (o *overlay) effectOf(action *yamltree.Node, at []string) effect {
	fields := action
	if ref, ok := action.Lookup("$ref").StringValue(); ok {
		if target, why := o.corpus.refs.Find(ruleset.Location{Doc: o.doc, Path: at, Node: action}, ref); why == "" {
			fields = target.Node.Lookup("fields")
			if fields == nil {
				fields = &yamltree.Node{Kind: yamltree.Mapping}
			}
		}
	}
	pick := func(key string) *yamltree.Node {
		if v := action.Lookup(key); v != nil {
			return v
		}
		return fields.Lookup(key)
	}
	e := effect{at: at, update: pick("update")}
	if remove := pick("remove"); remove != nil {
		e.remove = remove.Kind == yamltree.Bool && remove.Text == "true"
	}
	if from, ok := pick("copy").StringValue(); ok && o.minor() >= 1 {
		if q := o.query(mapping("copy", scalar(from)), "copy", at); q != nil {
			e.copy = q
		}
	}
	for _, key := range []string{"update", "copy"} {
		if action.Index(key) >= 0 {
			e.at = append(slices.Clone(at), key)
			break
		}
	}
	return e
}

// apply carries the action out, or says why it cannot be: what it adds, a
// later action may select, since actions are applied in order.
func (e effect) apply(o *overlay, base *overlayBase, found []rfc9535.Match) string {
	if why := singleValues(o, found); why != "" {
		return why
	}
	if e.remove {
		for _, m := range slices.Backward(found) {
			base.root = replaced(base.root, m.Path, nil)
		}
		return ""
	}
	value, why := e.value(base)
	if value == nil {
		return why
	}
	for _, m := range found {
		now := base.root.At(m.Path...)
		if now == nil {
			continue
		}
		if kindClass(now) != kindClass(found[0].Value) {
			return fmt.Sprintf("the target selects %s and %s, of which an action can change one kind only", wording.Article(kindClass(found[0].Value)), wording.Article(kindClass(now)))
		}
		if why := unmergeable(now, value, nil); why != "" {
			return why
		}
	}
	for _, m := range slices.Backward(found) {
		if now := base.root.At(m.Path...); now != nil {
			base.root = replaced(base.root, m.Path, merged(now, value))
		}
	}
	return ""
}

// singleValues says that Overlay 1.0 has no targets that are single values.
func singleValues(o *overlay, found []rfc9535.Match) string {
	if o.minor() == 0 && slices.ContainsFunc(found, func(m rfc9535.Match) bool { return m.Value.IsScalar() }) {
		return "the target selects a single value; Overlay 1.0 selects objects and arrays only (1.1 selects single values, too)"
	}
	return ""
}

// value is what the action writes; nil where it writes nothing.
func (e effect) value(base *overlayBase) (*yamltree.Node, string) {
	if e.update != nil || e.copy == nil {
		return e.update, ""
	}
	found, err := e.copy.Select(base.root, ruleset.VisitBudget)
	switch {
	case errors.Is(err, rfc9535.ErrBudget):
		return nil, err.Error()
	case len(found) == 0:
		return nil, fmt.Sprintf("the copy %q selects nothing to copy", e.copy)
	case len(found) > 1:
		return nil, fmt.Sprintf("the copy %q selects %d values, expected one", e.copy, len(found))
	}
	return found[0].Value, ""
}

// kindClass is what counts as one kind of target.
func kindClass(n *yamltree.Node) string {
	if n.IsScalar() {
		return "single value"
	}
	return n.Kind.String()
}

// unmergeable says why a value cannot be merged into another. Null stands for
// a key without a value, which is left alone.
func unmergeable(n, update *yamltree.Node, at []string) string {
	switch {
	case n == nil || n.Kind == yamltree.Sequence && at == nil || update.Kind == yamltree.Null || n.Kind == yamltree.Null:
		return ""
	case kindClass(n) != kindClass(update):
		where := "its target"
		if at != nil {
			where = "#" + yamltree.Pointer(at) + " of its target"
		}
		return fmt.Sprintf("%s cannot be written over %s, which is %s", wording.Article(kindClass(update)), where, wording.Article(kindClass(n)))
	case n.Kind == yamltree.Mapping:
		for i, key := range update.Keys {
			if why := unmergeable(n.Lookup(key.Name), update.Items[i], append(slices.Clone(at), key.Name)); why != "" {
				return why
			}
		}
	}
	return ""
}

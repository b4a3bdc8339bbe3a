package proof

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rules"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func sortedIDs(set *rules.Set) []string { return slices.Sorted(maps.Keys(set.Rules)) }

func compareDefinitions(a, b *rules.Rule) int {
	return cmp.Or(strings.Compare(a.From.File, b.From.File), cmp.Compare(a.From.Line, b.From.Line))
}

// prove finds out about one rule.
func (p *prover) prove(ctx context.Context, s subject) (Proof, error) {
	out := Proof{Rule: s.rule.ID, From: place(s.rule), rule: s.rule, trial: s.trial, functions: s.set.Functions}
	if s.trial == nil {
		out.Verdict, out.Why = Unproven, fmt.Sprintf("it cannot run: %v", s.broken)
		return out, nil
	}
	h, err := p.search(ctx, s)
	if err != nil {
		return out, err
	}
	out.harness = h.harness
	h.judge(&out)
	if h.given != nil {
		out.Verdict, out.Why = Unproven, fmt.Sprintf("its function takes too long to fail, so that no more documents were tried: %v", h.given)
	}
	p.note(&out, s, h)
	return out, h.err
}

// search looks for documents on which a rule fires and is quiet.
type search struct {
	*harness
	rule   *rules.Rule
	bases  []base
	donors donors
	// seen counts the values that the rule looked at in the documents at hand,
	// flagged those of them that it fired on.
	seen, flagged int
	// fires and quiets are the samples of the verdict; refused is one that
	// fires and is not valid, unlooked one that the rule looks at nothing in.
	fires, quiets, refused, unlooked *sample
	// content is a whole document that it is quiet on.
	content  *sample
	excerpts []*sample
}

// search tries the documents of one kind after the other. A rule that names no
// format is one for OpenAPI, unless it looks at nothing there, or has nothing
// to say but no.
func (p *prover) search(ctx context.Context, s subject) (*search, error) {
	var hunts []*search
	for _, kind := range kindsOf(p.bases) {
		h := p.newHunt(ctx, s, kind)
		if len(h.bases) == 0 {
			continue
		}
		hunts = append(hunts, h)
		if h.run(); h.err != nil {
			return h, h.err
		}
		if len(h.excerpts) > 0 && (h.fires == nil || h.quiet() != nil) {
			return h, nil
		}
	}
	for _, h := range hunts {
		if len(h.excerpts) > 0 {
			return h, nil
		}
	}
	for _, h := range hunts {
		if !p.growable(s, h.kind) {
			continue
		}
		if h.grow(); h.err != nil || len(h.excerpts) > 0 {
			return h, h.err
		}
	}
	if len(hunts) > 0 {
		return hunts[0], nil
	}
	return p.newHunt(ctx, s, ruleset.OpenAPI), nil
}

// growable reports whether what a rule looks at may be put into documents of a
// kind: what is for no kind in particular is for OpenAPI, or for what is at
// hand where that is something else.
func (p *prover) growable(s subject, kind ruleset.Kind) bool {
	if _, narrowed := s.set.Use.Wants(ruleset.NewDocument("", object())); narrowed || len(s.rule.Formats) > 0 || kind == ruleset.OpenAPI {
		return true
	}
	own := func(kind ruleset.Kind) bool {
		return slices.ContainsFunc(p.bases, func(b base) bool { return b.own && b.kind == kind })
	}
	return own(kind) && !own(ruleset.OpenAPI)
}

// kindsOf are the kinds of documents, OpenAPI first.
func kindsOf(bases []base) []ruleset.Kind {
	out := []ruleset.Kind{ruleset.OpenAPI}
	for _, b := range bases {
		if !slices.Contains(out, b.kind) {
			out = append(out, b.kind)
		}
	}
	return out
}

func (p *prover) newHunt(ctx context.Context, s subject, kind ruleset.Kind) *search {
	l := &harness{ctx: ctx, trial: s.trial, validator: p.validator, kind: kind, tries: p.opts.Tries, left: p.opts.Tries}
	h := &search{harness: l, rule: s.rule}
	for _, b := range p.bases {
		if b.kind == kind && p.isFor(s, b) {
			h.bases = append(h.bases, b)
		}
	}
	h.donors = donorsOf(h.bases)
	return h
}

// isFor reports whether a rule is for a document, by its formats and by what its
// ruleset is narrowed down to.
func (p *prover) isFor(s subject, b base) bool {
	doc := ruleset.NewDocument(b.file, b.root)
	if wanted, narrowed := s.set.Use.Wants(doc); narrowed && !wanted && (b.own || !p.wantsKind(s, b.kind)) {
		return false
	}
	return applies(s.trial, doc)
}

// wantsKind reports whether a ruleset is narrowed down to documents at hand that
// are of a kind.
func (p *prover) wantsKind(s subject, kind ruleset.Kind) bool {
	return slices.ContainsFunc(p.corpus.Documents, func(d *ruleset.Document) bool {
		wanted, _ := s.set.Use.Wants(d)
		return wanted && d.Kind == kind
	})
}

func (h *search) run() {
	for _, b := range h.bases {
		if h.err != nil {
			return
		}
		h.base(b)
	}
	h.changes()
}

func (h *search) changes() {
	h.change(nearby)
	if h.fires == nil || h.quiet() == nil {
		h.change(farther)
	}
}

// quiet is the sample on which the rule is quiet: one that it looks at
// something in, where there is one.
func (h *search) quiet() *sample {
	switch {
	case h.quiets != nil:
		return h.quiets
	case h.content != nil:
		return h.content
	}
	return h.unlooked
}

// base looks at one document as it is, and takes an excerpt of it.
func (h *search) base(b base) {
	doc := ruleset.NewDocument(b.file, b.root)
	looks, err := h.trial.Looks(h.ctx, doc)
	if err != nil {
		h.err = h.ctx.Err()
		return
	}
	if b.own {
		h.seen += len(looks)
		for _, look := range looks {
			h.flagged += min(len(look.Findings), 1)
		}
	}
	if sizeUpTo(b.root, wholeDocument) <= wholeDocument {
		h.whole(&sample{root: b.root, doc: doc, looks: looks, from: b.String(), own: b.own, judged: true, valid: true})
	}
	chosen := choose(looks, 4)
	if len(looks) == 0 || len(h.excerpts) >= maxExcerpts || b.own && h.ownExcerpts() >= maxOwn {
		if len(looks) == 0 && h.unlooked == nil {
			h.unlooked = &sample{root: b.root, doc: doc, from: b.String(), own: b.own, judged: true, valid: true}
		}
		return
	}
	var keep [][]string
	for _, look := range chosen {
		keep = append(keep, look.Given, look.Target)
	}
	if s := h.try(excerpt(h.validator, b.kind, b.root, keep), b.String(), b.own); s != nil && h.isValid(s) {
		h.take(s)
		h.excerpts = append(h.excerpts, s)
	}
}

// whole remembers the smallest whole document on which the rule is quiet: an
// excerpt may lack what keeps it so.
func (h *search) whole(s *sample) {
	fires := slices.ContainsFunc(s.looks, func(look ruleset.Look) bool { return len(look.Findings) > 0 })
	if !fires && len(s.looks) > 0 && (h.content == nil || size(s.root) < size(h.content.root)) {
		h.content = s
	}
}

// maxExcerpts bounds the documents that are changed, maxOwn those of them that
// are at hand.
const maxExcerpts, maxOwn = 6, 4

// wholeDocument is the size of a document that can be a witness as it is.
const wholeDocument = 3000

func (h *search) ownExcerpts() int {
	n := 0
	for _, s := range h.excerpts {
		if s.own {
			n++
		}
	}
	return n
}

// choose picks looks that differ: of each entry of then, some that found
// something and some that did not, some of a value that is missing.
func choose(looks []ruleset.Look, each int) []ruleset.Look {
	count := map[string]int{}
	var out []ruleset.Look
	for _, look := range looks {
		if look.Given == nil {
			continue
		}
		class := fmt.Sprint(look.Then, len(look.Findings) > 0, len(look.Missing) > 0, lastName(look.Path))
		if count[class]++; count[class] <= each {
			out = append(out, look)
		}
	}
	return out
}

// lastName is the last step of a path that is not a number.
func lastName(path []string) string {
	for _, step := range slices.Backward(path) {
		if _, err := strconv.Atoi(step); err != nil {
			return step
		}
	}
	return ""
}

// take uses what a document shows.
func (h *search) take(s *sample) {
	if s != nil {
		h.keep(s)
		h.witnessed(s)
	}
}

// witnessed uses a document as a witness of what it shows, where there is no
// better one.
func (h *search) witnessed(s *sample) {
	switch {
	case s.fires && (h.fires == nil || better(s, h.fires)):
		if h.isValid(s) {
			h.fires = s
		} else if h.refused == nil {
			h.refused = s
		}
	case !s.fires && len(s.looks) > 0 && (h.quiets == nil || better(s, h.quiets)):
		if h.isValid(s) {
			h.quiets = s
		}
	case !s.fires && len(s.looks) == 0 && h.unlooked == nil && h.isValid(s):
		h.unlooked = s
	}
}

// better reports whether a document is a better witness: one at hand before one
// made of a specimen.
func better(a, b *sample) bool { return a.own && !b.own }

// changesOf makes documents of one.
type changesOf func(h *search, s *sample)

func (h *search) change(how changesOf) {
	for _, s := range slices.Clone(h.excerpts) {
		if h.left <= 0 || h.err != nil {
			return
		}
		h.turn()
		how(h, s)
	}
	h.turn()
}

// nearby changes what the rule looked at, at some places of each kind.
func nearby(h *search, s *sample) {
	for _, look := range choose(s.looks, 2) {
		for c := range near(s.root, look, h.rule.Then, h.donors) {
			h.take(h.try(c.root, s.from+", "+c.what, s.own))
		}
	}
	if s.fires {
		h.take(h.cleared(s))
	}
}

// cleared removes from a document whatever the rule finds in it.
func (h *search) cleared(s *sample) *sample {
	for range 20 {
		root := s.root
		for _, look := range slices.Backward(s.looks) {
			for _, f := range slices.Backward(look.Findings) {
				root = remove(root, f.Path)
			}
		}
		next := h.try(root, s.from+", without what the rule finds", s.own)
		if next == nil || !next.fires || root == s.root {
			return next
		}
		s = next
	}
	return nil
}

// farther changes everything below what the rule looked at.
func farther(h *search, s *sample) {
	for _, look := range choose(s.looks, 6) {
		if h.fires != nil && h.quiet() != nil {
			return
		}
		for c := range far(s.root, look.Given, 500) {
			h.take(h.try(c.root, s.from+", "+c.what, s.own))
			if h.fires != nil && h.quiet() != nil {
				return
			}
		}
	}
}

// judge gives the verdict.
func (h *search) judge(out *Proof) {
	quiet := h.quiet()
	if h.fires != nil {
		out.Fires = h.witness(h.fires)
	}
	if quiet != nil {
		out.Quiet = h.witness(quiet)
	}
	switch {
	case h.fires != nil && quiet != nil:
		out.Verdict = Proven
	case h.fires != nil:
		out.Verdict, out.Why = Unproven, "it fires on every valid document that was tried; "+h.tried()
	default:
		h.judgeQuiet(out)
	}
}

// judgeQuiet tells a rule that cannot fire from one of which that is not known.
func (h *search) judgeQuiet(out *Proof) {
	if len(h.excerpts) == 0 {
		out.Verdict, out.Why = Unproven, fmt.Sprintf("no document was found or made in which %s selects something; %s", strings.Join(h.rule.Given, ", "), h.tried())
		return
	}
	gap := ""
	for _, then := range h.rule.Then {
		if g := h.gap(then); g != "" {
			gap = g
		}
	}
	if gap != "" {
		out.Verdict, out.Why = Unproven, gap+"; "+h.tried()
		return
	}
	out.Verdict = Vacuous
	out.Why = "no value in the place of what it looks at makes it fire"
	if h.refused != nil {
		out.Why = fmt.Sprintf("it fires only on documents that are not valid, such as %s (%s)", h.refused.from, h.validator.Faults(h.refused.doc, h.kind)[0].Message)
	}
}

func (h *search) tried() string {
	return fmt.Sprintf("%d documents were tried, made of %d", h.tries-h.left, len(h.excerpts))
}

// gap says why trying does not decide whether an entry of then can find
// something: the kinds of values that its function tells apart are not all
// among those that were tried. It is empty where they are.
func (h *search) gap(then rules.Then) string {
	switch then.Function {
	case "truthy", "falsy", "defined", "undefined", "enumeration", "length", "xor", "or", "casing":
		return ""
	case "pattern":
		if !h.admitsText() {
			return ""
		}
		if p := then.Options.Lookup("match"); p != nil && matchesAll(p.Text) && then.Options.Lookup("notMatch") == nil {
			return ""
		}
		return "no text was found that its pattern refuses"
	case "schema":
		return schemaGap(then.Options.Lookup("schema"))
	}
	return fmt.Sprintf("what the function %s asks for cannot be tried in full", then.Function)
}

// admitsText reports whether what the rule looks at can be a text in a valid
// document.
func (h *search) admitsText() bool {
	return slices.ContainsFunc(h.samples, func(s *sample) bool {
		return slices.ContainsFunc(s.looks, func(look ruleset.Look) bool {
			n := s.root.At(look.Target...)
			return look.Key || n != nil && len(look.Missing) == 0 && n.Kind == yamltree.String
		}) && h.isValid(s)
	})
}

// schemaGap names a keyword of a schema of which no value was made that breaks
// it.
func schemaGap(schema *yamltree.Node) string {
	known := []string{
		"type", "required", "enum", "const", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "minimum", "maximum",
		"properties", "patternProperties", "additionalProperties", "items", "contains", "anyOf", "oneOf", "allOf", "not", "uniqueItems",
		"title", "description", "$schema", "default", "examples",
	}
	gap := ""
	var visit func(n *yamltree.Node, names bool)
	visit = func(n *yamltree.Node, names bool) {
		for i, item := range n.Items {
			if n.Kind == yamltree.Mapping && !names && !slices.Contains(known, n.Keys[i].Name) && gap == "" {
				gap = fmt.Sprintf("no value was made for the keyword %q of its schema", n.Keys[i].Name)
			}
			if !item.IsScalar() && (n.Kind != yamltree.Mapping || names || n.Keys[i].Name != "enum" && n.Keys[i].Name != "const" && n.Keys[i].Name != "required" && n.Keys[i].Name != "type") {
				visit(item, n.Kind == yamltree.Mapping && !names && (n.Keys[i].Name == "properties" || n.Keys[i].Name == "patternProperties"))
			}
		}
	}
	visit(schema, false)
	return gap
}

// witness makes a sample as small as it can be and still show the same.
func (h *search) witness(s *sample) *Witness {
	root := minimise(s.root, func(root *yamltree.Node) bool {
		smaller := h.again(root)
		return smaller != nil && smaller.fires == s.fires && (len(smaller.looks) > 0) == (len(s.looks) > 0) && h.isValid(smaller)
	})
	return &Witness{From: s.from, root: root}
}

package rdf

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Canonical form is our own writing of RDFC-1.0, with json-gold as its oracle in
// the tests. json-gold's could not be bounded from outside (it may try all
// orders of twenty nodes without asking anybody), and its escapes are wrong not
// only in what it prints but in what it hashes, so that other labels come out.

// ErrTooComplex is returned for datasets whose blank nodes are so alike that
// telling them apart takes more work than Canonicalize does: "poison graphs",
// RDFC-1.0, section 7.1. The limit counts steps, not time, so that the same
// dataset always gets the same answer.
var ErrTooComplex = errors.New("blank nodes too much alike for a canonical form")

// The steps allowed for telling blank nodes apart, for any dataset and for each
// quad beyond: over a hundred times what the hardest dataset of the W3C's suite
// takes that has a canonical form, and about a second of work.
const (
	maxSteps        = 1 << 20
	maxStepsPerQuad = 64
)

// Canonicalize returns the canonical form of a dataset by RDFC-1.0: canonical
// N-Quads, sorted, each line once, blank nodes labelled c14n0, c14n1, …. Two
// datasets have the same form exactly when they are isomorphic. The dataset is
// held in memory. It fails with the first error of the sequence, with
// ErrTooComplex, and when the context is done.
func Canonicalize(ctx context.Context, quads iter.Seq2[Quad, error]) ([]byte, error) {
	form, _, err := canonicalForm(ctx, quads, sha256.New)
	return form, err
}

// Isomorphic reports whether two datasets differ in nothing but the labels of
// their blank nodes (RDF 1.1 Concepts, section 4.1). It fails as Canonicalize
// does.
func Isomorphic(ctx context.Context, a, b iter.Seq2[Quad, error]) (bool, error) {
	first, err := Canonicalize(ctx, a)
	if err != nil {
		return false, err
	}
	second, err := Canonicalize(ctx, b)
	return bytes.Equal(first, second), err
}

// canonicalForm returns the form and the label that each blank node got in it.
func canonicalForm(ctx context.Context, quads iter.Seq2[Quad, error], newHash func() hash.Hash) ([]byte, map[string]string, error) {
	c := canonicalizer{
		newHash:   newHash,
		quadsOf:   make(map[string][]int),
		first:     make(map[string]string),
		canonical: newIssuer("c14n"),
	}
	if err := c.read(ctx, quads); err != nil {
		return nil, nil, err
	}
	if err := c.label(ctx); err != nil {
		return nil, nil, err
	}
	return c.lines(), c.canonical.issued, nil
}

// canonicalizer is the canonicalization state of section 4.3.
type canonicalizer struct {
	newHash   func() hash.Hash
	quads     []Quad
	quadsOf   map[string][]int  // blank node -> quads it stands in
	first     map[string]string // blank node -> hash of its first degree
	canonical *issuer
	steps     int // still allowed
}

func (c *canonicalizer) read(ctx context.Context, quads iter.Seq2[Quad, error]) error {
	seen := make(map[Quad]bool)
	for q, err := range quads {
		if err != nil {
			return err
		}
		if seen[q] {
			continue
		}
		if len(seen)%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if q.Object.Kind == TripleTerm {
			return fmt.Errorf("the object %s is a triple term: RDFC-1.0 has a canonical form of RDF 1.1 alone", q.Object)
		}
		seen[q] = true
		c.quads = append(c.quads, q)
		c.index(len(c.quads) - 1)
	}
	return nil
}

// index notes a quad once under each blank node in it.
func (c *canonicalizer) index(i int) {
	for _, t := range components(&c.quads[i]) {
		list := c.quadsOf[t.Value]
		if t.Kind == BlankTerm && (len(list) == 0 || list[len(list)-1] != i) {
			c.quadsOf[t.Value] = append(list, i)
		}
	}
}

// components are the places of a quad where a blank node may stand, in the
// order of positionNames.
func components(q *Quad) [3]*Term {
	return [3]*Term{&q.Subject, &q.Object, &q.Graph}
}

const positionNames = "sog"

// label issues the canonical labels: steps 3 to 5 of section 4.4.3.
func (c *canonicalizer) label(ctx context.Context) error {
	c.steps = maxSteps + maxStepsPerQuad*len(c.quads)
	nodes := make(map[string][]string) // first-degree hash -> blank nodes
	for _, node := range slices.Sorted(maps.Keys(c.quadsOf)) {
		if len(c.first)%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		h := c.hashFirstDegree(node)
		c.first[node] = h
		nodes[h] = append(nodes[h], node)
	}
	hashes := slices.Sorted(maps.Keys(nodes))
	for _, h := range hashes {
		if len(nodes[h]) == 1 {
			c.canonical.issue(nodes[h][0])
		}
	}
	for _, h := range hashes {
		if err := c.labelAlike(ctx, nodes[h]); err != nil {
			return err
		}
	}
	return nil
}

// labelAlike issues labels for nodes of the same first-degree hash.
func (c *canonicalizer) labelAlike(ctx context.Context, nodes []string) error {
	var results []degreeResult
	for _, node := range nodes {
		if c.canonical.has(node) {
			continue
		}
		temporary := newIssuer("b")
		temporary.issue(node)
		result, err := c.hashNDegree(ctx, node, temporary)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	slices.SortStableFunc(results, func(a, b degreeResult) int { return strings.Compare(a.hash, b.hash) })
	for _, result := range results {
		for _, node := range result.issuer.order {
			c.canonical.issue(node)
		}
	}
	return nil
}

// hashFirstDegree is section 4.6.3.
func (c *canonicalizer) hashFirstDegree(node string) string {
	var lines []string
	for _, i := range c.quadsOf[node] {
		q := c.quads[i]
		for _, t := range components(&q) {
			switch {
			case t.Kind != BlankTerm:
			case t.Value == node:
				t.Value = "a"
			default:
				t.Value = "z"
			}
		}
		lines = append(lines, string(AppendQuad(nil, q)))
	}
	slices.Sort(lines)
	return c.hash(lines...)
}

func (c *canonicalizer) hash(parts ...string) string {
	h := c.newHash()
	for _, part := range parts {
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hashRelated is section 4.7.3.
func (c *canonicalizer) hashRelated(related string, q *Quad, in *issuer, position byte) string {
	parts := []string{string(position), "", ""}
	if position != 'g' {
		parts[1] = "<" + q.Predicate.Value + ">"
	}
	if label, ok := c.labelOf(related, in); ok {
		parts[2] = label
	} else {
		parts[2] = c.first[related]
	}
	return c.hash(parts...)
}

// labelOf is the canonical label of a node, or the one that an issuer gave it.
func (c *canonicalizer) labelOf(node string, in *issuer) (string, bool) {
	if label, ok := c.canonical.issued[node]; ok {
		return "_:" + label, true
	}
	label, ok := in.issued[node]
	return "_:" + label, ok
}

type degreeResult struct {
	hash   string
	issuer *issuer
}

// hashNDegree is section 4.8.3.
func (c *canonicalizer) hashNDegree(ctx context.Context, node string, in *issuer) (degreeResult, error) {
	related, err := c.relatedOf(ctx, node, in)
	if err != nil {
		return degreeResult{}, err
	}
	var data []string
	for _, h := range slices.Sorted(maps.Keys(related)) {
		best, err := c.bestPath(ctx, related[h], in)
		if err != nil {
			return degreeResult{}, err
		}
		data = append(data, h, best.path)
		in = best.issuer
	}
	return degreeResult{c.hash(data...), in}, nil
}

// relatedOf lists the neighbours of a node by the hash of their relation.
func (c *canonicalizer) relatedOf(ctx context.Context, node string, in *issuer) (map[string][]string, error) {
	if err := c.spend(ctx, len(c.quadsOf[node])); err != nil {
		return nil, err
	}
	related := make(map[string][]string)
	for _, i := range c.quadsOf[node] {
		for position, t := range components(&c.quads[i]) {
			if t.Kind == BlankTerm && t.Value != node {
				h := c.hashRelated(t.Value, &c.quads[i], in, positionNames[position])
				related[h] = append(related[h], t.Value)
			}
		}
	}
	return related, nil
}

// walked is one way through the neighbours of a node, and the labels issued on it.
type walked struct {
	path   string
	issuer *issuer
}

// bestPath tries all orders of nodes and returns the one whose path sorts
// first: step 5.4 of section 4.8.3.
func (c *canonicalizer) bestPath(ctx context.Context, nodes []string, in *issuer) (walked, error) {
	var best walked
	slices.Sort(nodes)
	for more := true; more; more = nextPermutation(nodes) {
		if err := c.spend(ctx, len(nodes)+len(in.order)/8); err != nil {
			return walked{}, err
		}
		found, err := c.walk(ctx, nodes, in.clone(), best.path)
		if err != nil {
			return walked{}, err
		}
		if best.path == "" || found.path != "" && found.path < best.path {
			best = found
		}
	}
	return best, nil
}

// walk follows one order of nodes; it returns no path where that cannot sort
// before the best one so far.
func (c *canonicalizer) walk(ctx context.Context, nodes []string, in *issuer, best string) (walked, error) {
	p := walked{issuer: in}
	var deeper []string
	for _, node := range nodes {
		label, ok := c.labelOf(node, p.issuer)
		if !ok {
			deeper = append(deeper, node)
			label = "_:" + p.issuer.issue(node)
		}
		p.path += label
		if hopeless(p.path, best) {
			return walked{}, nil
		}
	}
	for _, node := range deeper {
		result, err := c.hashNDegree(ctx, node, p.issuer)
		if err != nil {
			return walked{}, err
		}
		p.path += "_:" + p.issuer.issue(node) + "<" + result.hash + ">"
		p.issuer = result.issuer
		if hopeless(p.path, best) {
			return walked{}, nil
		}
	}
	return p, nil
}

func hopeless(path, best string) bool {
	return best != "" && len(path) >= len(best) && path > best
}

// spend takes steps off the budget.
func (c *canonicalizer) spend(ctx context.Context, steps int) error {
	before := c.steps
	c.steps -= steps + 1
	if c.steps < 0 {
		return ErrTooComplex
	}
	if before>>10 != c.steps>>10 {
		return ctx.Err()
	}
	return nil
}

// lines writes the quads with their canonical labels (section 4.4.3, step 6).
func (c *canonicalizer) lines() []byte {
	lines := make([]string, len(c.quads))
	size := 0
	var buffer []byte
	for i, q := range c.quads {
		for _, t := range components(&q) {
			if t.Kind == BlankTerm {
				t.Value = c.canonical.issued[t.Value]
			}
		}
		buffer = AppendQuad(buffer[:0], q)
		lines[i] = string(buffer)
		size += len(buffer)
	}
	slices.Sort(lines)
	form := make([]byte, 0, size)
	for _, line := range lines {
		form = append(form, line...)
	}
	return form
}

// nextPermutation brings s into the next order that sorts after this one.
func nextPermutation(s []string) bool {
	i := len(s) - 2
	for i >= 0 && s[i] >= s[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(s) - 1
	for s[j] <= s[i] {
		j--
	}
	s[i], s[j] = s[j], s[i]
	slices.Reverse(s[i+1:])
	return true
}

// issuer gives labels to blank nodes, in order (section 4.5).
type issuer struct {
	prefix string
	issued map[string]string
	order  []string
}

func newIssuer(prefix string) *issuer {
	return &issuer{prefix: prefix, issued: make(map[string]string)}
}

func (i *issuer) has(node string) bool {
	_, ok := i.issued[node]
	return ok
}

func (i *issuer) issue(node string) string {
	if label, ok := i.issued[node]; ok {
		return label
	}
	label := i.prefix + strconv.Itoa(len(i.order))
	i.issued[node] = label
	i.order = append(i.order, node)
	return label
}

func (i *issuer) clone() *issuer {
	return &issuer{prefix: i.prefix, issued: maps.Clone(i.issued), order: slices.Clone(i.order)}
}

package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

// maxRecord bounds the quads of one record. The largest of the registry has some
// 150,000.
const maxRecord = 2_000_000

// record is a study as the store has it.
type record struct {
	id, iri string
	// graph is the IRI of the graph that holds it, "" where it has none of its own.
	graph string
	// versions are the graphs of all versions, the newest first.
	versions []string
	quads    []rdf.Quad
	objects  map[[2]string][]rdf.Term // by subject and property
	places   mapping.Places
	json     []byte
	root     *value
}

// dayed is what stands between a study and the day of a version in the IRI of the
// version's graph.
const dayed = "#record-"

// day is the day of the version.
func (r *record) day() string { return strings.TrimPrefix(r.graph, r.iri+dayed) }

// errNotHere is the error of a study or node that the store does not have.
var errNotHere = errors.New("not in this dataset")

// record reads a study and restores its record. Version is the day of one of its
// versions, or "" for the newest.
func (s *Site) record(ctx context.Context, id, version string) (*record, error) {
	r, err := s.quads(ctx, id, version)
	if err != nil {
		return nil, err
	}
	return r, r.restore(s.locator)
}

// quads reads the quads of a study.
func (s *Site) quads(ctx context.Context, id, version string) (*record, error) {
	r := &record{id: id, iri: model.StudyBase + id}
	study := s.graph.iri(r.iri)
	if study == 0 {
		return nil, errNotHere
	}
	r.versions = s.versions(study)
	scope, pattern := index.Union, index.Quad{index.Subject: study}
	if len(r.versions) > 0 {
		r.graph = r.versions[0]
		if version != "" {
			r.graph = r.iri + dayed + version
		}
		g := s.graph.iri(r.graph)
		if !slices.Contains(r.versions, r.graph) || g == 0 {
			return nil, errNotHere
		}
		scope, pattern = index.One, index.Quad{index.Graph: g}
	}
	var more bool
	var err error
	if r.quads, more, err = s.graph.collect(ctx, pattern, scope, maxRecord); err != nil {
		return nil, err
	}
	if len(r.versions) == 0 {
		if r.quads, err = s.reach(ctx, r.iri, r.quads); err != nil {
			return nil, err
		}
	}
	if more {
		return nil, fmt.Errorf("the study has more than %d quads", maxRecord)
	}
	if len(r.quads) == 0 {
		return nil, errNotHere
	}
	return r, nil
}

// versions lists the record graphs of a study, the newest first.
func (s *Site) versions(study index.ID) []string {
	topic := s.graph.term("foaf:primaryTopic")
	var out []string
	if topic == 0 {
		return nil
	}
	s.graph.Match(index.Quad{index.Predicate: topic, index.Object: study}, index.Union, func(q index.Quad) bool {
		if s.graph.HasGraph(q[index.Subject]) {
			out = append(out, s.graph.Term(q[index.Subject]).Value)
		}
		return len(out) < maxVersions
	})
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

const maxVersions = 1000

// reach collects the quads of a study that has no graph of its own: those of its
// fragments that it leads to.
func (s *Site) reach(ctx context.Context, study string, quads []rdf.Quad) ([]rdf.Quad, error) {
	seen := map[string]bool{study: true}
	for at := 0; at < len(quads) && len(quads) < maxRecord; at++ {
		o := quads[at].Object
		if o.Kind != rdf.IRITerm || seen[o.Value] || !strings.HasPrefix(o.Value, study+"#") && quads[at].Predicate.Value != model.NSRegistry+"document" {
			continue
		}
		seen[o.Value] = true
		if node := s.graph.iri(o.Value); node != 0 {
			found, _, err := s.graph.collect(ctx, index.Quad{index.Subject: node}, index.Union, maxRecord-len(quads))
			if err != nil {
				return nil, err
			}
			quads = append(quads, found...)
		}
	}
	return quads, nil
}

// restore makes the record out of the quads, and of that a tree whose values
// know where in the graph they stand.
func (r *record) restore(locator *mapping.Locator) error {
	var err error
	if r.json, err = mapping.Restore(r.quads); err != nil {
		return err
	}
	r.group()
	r.places = locator.Locate(r.quads)
	p := treeParser{decoder: json.NewDecoder(bytes.NewReader(r.json)), nodes: nodesOf(r.places)}
	p.decoder.UseNumber()
	r.root, err = p.value("", "", model.Default().Root, r.iri)
	return err
}

// group sorts the objects by subject and property.
func (r *record) group() {
	r.objects = make(map[[2]string][]rdf.Term, len(r.quads))
	for _, q := range r.quads {
		key := [2]string{q.Subject.Value, q.Predicate.Value}
		r.objects[key] = append(r.objects[key], q.Object)
	}
}

// value is a value of a record: an object, a list or a leaf.
type value struct {
	key, pointer string
	// field is the row of the model, nil where that has none.
	field *model.Field
	// node is the IRI of the node that the value is or belongs to.
	node string
	// kind is '{', '[', or one of a leaf: 's', 'n', 'b', '0' (null).
	kind byte
	text string // of a leaf
	list []*value
}

func (v *value) leaf() bool { return v.kind != '{' && v.kind != '[' }

// get returns a member of an object, or of objects below it, or nil.
func (v *value) get(keys ...string) *value {
	for _, key := range keys {
		if v == nil || v.kind != '{' {
			return nil
		}
		at := slices.IndexFunc(v.list, func(m *value) bool { return m.key == key })
		if at < 0 {
			return nil
		}
		v = v.list[at]
	}
	return v
}

// items are the values of a list; of anything else, itself; of nil, none.
func (v *value) items() []*value {
	switch {
	case v == nil:
		return nil
	case v.kind == '[':
		return v.list
	}
	return []*value{v}
}

// string is the text of a leaf, "" of anything else.
func (v *value) string() string {
	if v == nil || !v.leaf() {
		return ""
	}
	return v.text
}

// leaves calls yield with every leaf.
func (v *value) leaves(yield func(*value)) {
	switch {
	case v == nil:
	case v.leaf() || len(v.list) == 0:
		yield(v)
	default:
		for _, m := range v.list {
			m.leaves(yield)
		}
	}
}

// at returns the value with a JSON Pointer, or nil.
func (v *value) at(pointer string) *value {
	for v != nil && pointer != v.pointer {
		rest, ok := strings.CutPrefix(pointer, v.pointer+"/")
		if !ok {
			return nil
		}
		key, _, _ := strings.Cut(rest, "/")
		next := slices.IndexFunc(v.list, func(m *value) bool { return m.pointer == v.pointer+"/"+key })
		if next < 0 {
			return nil
		}
		v = v.list[next]
	}
	return v
}

// treeParser makes values of JSON.
type treeParser struct {
	decoder *json.Decoder
	nodes   map[string]string // by pointer
	depth   int
}

// maxDepth bounds the nesting of a record; the registry's has 12 levels.
const maxDepth = 200

func (p *treeParser) value(key, pointer string, field *model.Field, node string) (*value, error) {
	t, err := p.decoder.Token()
	if err != nil {
		return nil, err
	}
	if own, ok := p.nodes[pointer]; ok {
		node = own
	}
	v := &value{key: key, pointer: pointer, field: field, node: node}
	switch t := t.(type) {
	case json.Delim:
		v.kind = byte(t)
		if p.depth++; p.depth > maxDepth {
			return nil, fmt.Errorf("the record is nested more than %d deep", maxDepth)
		}
		defer func() { p.depth-- }()
		return v, p.members(v)
	case string:
		v.kind, v.text = 's', t
	case json.Number:
		v.kind, v.text = 'n', t.String()
	case bool:
		v.kind, v.text = 'b', strconv.FormatBool(t)
	default:
		v.kind, v.text = '0', "null"
	}
	return v, nil
}

// members reads what is inside an object or a list.
func (p *treeParser) members(v *value) error {
	for i := 0; p.decoder.More(); i++ {
		key, pointer, field := strconv.Itoa(i), v.pointer+"/"+strconv.Itoa(i), v.field
		if v.kind == '{' {
			t, err := p.decoder.Token()
			if err != nil {
				return err
			}
			key, _ = t.(string)
			pointer = v.pointer + "/" + source.EscapePointer(key)
			if field != nil {
				field = field.Child(key)
			}
		}
		m, err := p.value(key, pointer, field, v.node)
		if err != nil {
			return err
		}
		v.list = append(v.list, m)
	}
	_, err := p.decoder.Token()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

//go:build !lean

package diff

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"unicode/utf8"

	"github.com/pb33f/libopenapi/datamodel"
	v2 "github.com/pb33f/libopenapi/datamodel/low/v2"
	v3 "github.com/pb33f/libopenapi/datamodel/low/v3"
	"github.com/pb33f/libopenapi/index"
	"github.com/pb33f/libopenapi/utils"
	"github.com/pb33f/libopenapi/what-changed/model"

	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// Included reports whether this build compares descriptions.
const Included = true

// Descriptions lists what changed between two versions of a description, breaking or
// not by the rules of libopenapi, in the order of the new one. Both are of
// OpenAPI 3, or both of 2.0. Each value is compared where it is written, and a
// reference is not followed: what many share is listed once, in a time that
// grows with the text.
func Descriptions(oldName string, oldText []byte, newName string, newText []byte) (changes []Change, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("libopenapi panicked on %s and %s: %v", oldName, newName, p)
		}
	}()
	old, err := openDocument(oldName, oldText)
	if err != nil {
		return nil, err
	}
	now, err := openDocument(newName, newText)
	if err != nil {
		return nil, err
	}
	found, err := compare(old, now)
	if found == nil {
		return nil, err
	}
	for _, c := range found.GetAllChanges() {
		changes = append(changes, changeOf(c, old.tree, now.tree))
	}
	slices.SortFunc(changes, compareChanges)
	return slices.Compact(changes), nil
}

type openDoc struct {
	info *datamodel.SpecInfo
	tree *yamltree.Document
}

func openDocument(name string, text []byte) (openDoc, error) {
	tree, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return openDoc{}, err
	}
	info, err := datamodel.ExtractSpecInfoWithConfig(withoutReferences(tree), configuration())
	if err != nil {
		return openDoc{}, &source.Error{Position: source.At(name, source.NoOffset), Problem: "no description that can be compared", Err: err}
	}
	return openDoc{info, tree}, nil
}

func configuration() *datamodel.DocumentConfiguration {
	return &datamodel.DocumentConfiguration{
		AllowFileReferences: false, AllowRemoteReferences: false, SkipExternalRefResolution: true, SkipCircularReferenceCheck: true,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// compare compares the low models of libopenapi. Its root package, which does so
// too, builds the high ones first, of which nothing is used here: its packages
// alone take as long to compile as all others of triallint together.
func compare(old, now openDoc) (*model.DocumentChanges, error) {
	switch {
	case old.info.SpecType == utils.OpenApi3 && now.info.SpecType == utils.OpenApi3:
		return compareAs(old, now, v3.CreateDocumentFromConfig)
	case old.info.SpecType == utils.OpenApi2 && now.info.SpecType == utils.OpenApi2:
		return compareAs(old, now, v2.CreateDocumentFromConfig)
	}
	return nil, fmt.Errorf("%s and %s cannot be compared, expected two descriptions of OpenAPI 3 or two of OpenAPI 2.0", old.tree.Name, now.tree.Name)
}

// compareAs compares two models of one version. What is wrong with a description,
// such as references in a circle, does not keep it from being compared, unless
// something cannot be resolved.
func compareAs[T any](old, now openDoc, build func(*datamodel.SpecInfo, *datamodel.DocumentConfiguration) (*T, error)) (*model.DocumentChanges, error) {
	before, wrongBefore := build(old.info, configuration())
	after, wrongAfter := build(now.info, configuration())
	wrong := errors.Join(wrongBefore, wrongAfter)
	if before == nil || after == nil || unresolved(wrongBefore) || unresolved(wrongAfter) {
		return nil, wrong
	}
	return model.CompareDocuments(before, after), wrong
}

// unresolved reports whether an error has a reference that leads nowhere.
func unresolved(err error) bool {
	return slices.ContainsFunc(utils.UnwrapErrors(err), func(err error) bool {
		var at *index.ResolvingError
		return errors.As(err, &at) && at.CircularReference == nil
	})
}

func changeOf(c *model.Change, old, now *yamltree.Document) Change {
	out := Change{Property: c.Property, Old: c.Original, New: c.New, Breaking: c.Breaking}
	if c.Property == "required" && c.New == "true" {
		out.Breaking = true // libopenapi minds only where it said false before
	}
	switch c.ChangeType {
	case model.PropertyAdded, model.ObjectAdded:
		out.Added = true
	case model.PropertyRemoved, model.ObjectRemoved:
		out.Removed = true
	}
	if c.Context != nil {
		out.Before = placed(old, c.Context.OriginalLine, c.Context.OriginalColumn, c.Original)
		out.After = placed(now, c.Context.NewLine, c.Context.NewColumn, c.New)
	}
	return out
}

// placed is the position of a line and a column, with the pointer of the value
// there. An object that came or went is placed at its first key: name is then
// the last step but one.
func placed(doc *yamltree.Document, line, column *int, name string) source.Position {
	if line == nil || column == nil || *line < 1 {
		return source.Position{File: doc.Name, Offset: source.NoOffset}
	}
	at := yamltree.Mark{Line: *line, Column: *column}
	path := pathAt(doc.Root, at, nil)
	if n := len(path); n > 1 && (path[n-2] == name || path[n-1] == name) {
		if path[n-1] != name {
			path = path[:n-1]
		}
		if r, ok := doc.KeyRangeAt(path...); ok {
			at = r.Start
		}
	}
	return doc.Position(at, path...)
}

// pathAt is the path of the innermost value or key that begins at a mark, or
// holds it.
func pathAt(n *yamltree.Node, at yamltree.Mark, path []string) []string {
	for i, item := range n.Items {
		from, name := item.Range.Start, fmt.Sprint(i)
		if n.Kind == yamltree.Mapping {
			from, name = n.Keys[i].Range.Start, n.Keys[i].Name
		}
		if at.Before(from) || item.Range.End.Before(at) {
			continue
		}
		inner := append(slices.Clone(path), name)
		if n.Kind == yamltree.Mapping && at.Before(item.Range.Start) {
			return inner
		}
		return pathAt(item, at, inner)
	}
	return path
}

func compareChanges(a, b Change) int {
	return cmp.Or(
		cmp.Compare(a.After.Line, b.After.Line), cmp.Compare(a.After.Column, b.After.Column),
		cmp.Compare(a.Before.Line, b.Before.Line), cmp.Compare(a.Before.Column, b.Before.Column),
		cmp.Compare(a.Property, b.Property), cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New),
	)
}

// unfollowed stands for $ref in what libopenapi is given, which would compare
// what references lead to as often as there are ways to it. It is an extension,
// and as long.
const unfollowed = "x-rf"

// withoutReferences is the text of a document in which no key is $ref.
func withoutReferences(doc *yamltree.Document) []byte {
	m := &masking{text: slices.Clone(doc.Text), at: yamltree.Mark{Line: 1, Column: 1}}
	m.mask(doc.Root)
	return m.text
}

// masking goes through a text and its tree side by side.
type masking struct {
	text   []byte
	offset int
	at     yamltree.Mark
}

func (m *masking) mask(n *yamltree.Node) {
	for i, item := range n.Items {
		if n.Kind == yamltree.Mapping && n.Keys[i].Name == "$ref" && !n.Keys[i].Range.Start.Before(m.at) {
			m.advance(n.Keys[i].Range.Start)
			key := m.text[m.offset:min(m.offset+len(unfollowed)+1, len(m.text))]
			if at := bytes.Index(key, []byte("$ref")); at >= 0 {
				copy(key[at:], unfollowed)
			}
		}
		m.mask(item)
	}
}

// advance moves to a mark that lies ahead.
func (m *masking) advance(to yamltree.Mark) {
	for m.at.Before(to) && m.offset < len(m.text) {
		r, size := utf8.DecodeRune(m.text[m.offset:])
		m.offset += size
		switch {
		case r == '\n', r == '\r' && (m.offset >= len(m.text) || m.text[m.offset] != '\n'):
			m.at = yamltree.Mark{Line: m.at.Line + 1, Column: 1}
		case r > 0xFFFF: // two UTF-16 units
			m.at.Column += 2
		default:
			m.at.Column++
		}
	}
}

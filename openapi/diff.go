package openapi

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi/datamodel"
	"github.com/pb33f/libopenapi/what-changed/model"

	"github.com/trialweave/trialweave/internal/yamltree"
	"github.com/trialweave/trialweave/source"
)

// Change is a difference between two versions of a description.
type Change struct {
	// Property is what changed: a key, or the name of an object.
	Property string
	// Old and New are the values, as text; empty where there was or is none, or
	// where they are objects.
	Old, New string
	// Added and Removed tell that there was, or is, nothing.
	Added, Removed bool
	// Breaking tells that what worked with the old version may fail with the new.
	Breaking bool
	// Before and After are the places in the two versions; one without a line
	// is that of nothing.
	Before, After source.Position
}

// Diff lists what changed between two versions of a description, breaking or
// not by the rules of libopenapi, in the order of the new one. Both are of
// OpenAPI 3, or both of 2.0.
func Diff(oldName string, oldText []byte, newName string, newText []byte) (changes []Change, err error) {
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
	// What is wrong with a description, such as references in a circle, does
	// not keep it from being compared.
	found, err := libopenapi.CompareDocuments(old.document, now.document)
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
	document libopenapi.Document
	tree     *yamltree.Document
}

func openDocument(name string, text []byte) (openDoc, error) {
	tree, err := yamltree.Parse(name, text, nil)
	if err != nil {
		return openDoc{}, err
	}
	document, err := libopenapi.NewDocumentWithConfiguration(tree.Text, &datamodel.DocumentConfiguration{
		AllowFileReferences: false, AllowRemoteReferences: false, SkipExternalRefResolution: true, SkipCircularReferenceCheck: true,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return openDoc{}, &source.Error{Position: source.At(name, source.NoOffset), Problem: "no description that can be compared", Err: err}
	}
	return openDoc{document, tree}, nil
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

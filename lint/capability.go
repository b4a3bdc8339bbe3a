package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/capabilities"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// capabilityReader compares the capabilities of one file with the operations
// that they stand for. In the forms that name operations of a description
// (simple and bare) everything is compared; in those that say how a server is
// called (Naftiko and Ikanos) the inputs are, since outputs have names of their
// own there.
type capabilityReader struct {
	corpus *Corpus
	doc    *ruleset.Document
	file   *capabilities.File
	uses   []use
	calls  []use

	refs, escapes []finding
	unchecked     []report.Unchecked
}

// use is a capability with the operation that it stands for.
type use struct {
	capabilities.Capability
	api       *description
	operation openapi.Operation
	// guessed tells that the reference leads nowhere, and this is what it is
	// likely to mean.
	guessed bool
}

// capabilityFiles reads the capabilities files of the corpus, once.
func (c *Corpus) capabilityFiles() []*capabilityReader {
	if c.abilities != nil {
		return c.abilities
	}
	for _, d := range c.Documents {
		if d.Kind != ruleset.Capabilities {
			continue
		}
		r := &capabilityReader{corpus: c, doc: d, file: capabilities.FromTree(d.Tree)}
		if r.file != nil {
			r.resolve()
			c.abilities = append(c.abilities, r)
		}
	}
	return c.abilities
}

func (r *capabilityReader) place(at source.Position) report.Place {
	return r.doc.PointerPlace(at.Pointer)
}

func (r *capabilityReader) resolve() {
	for _, one := range r.file.Capabilities {
		if one.OperationRef == nil {
			r.called(one)
			continue
		}
		faults := len(r.refs)
		if api, operation, ok := r.operation(*one.OperationRef); ok {
			r.uses = append(r.uses, use{one, api, operation, len(r.refs) > faults})
		}
	}
}

// called finds the operation that is named by method, path and server, as in
// Naftiko and Ikanos files, where a description of that server has it.
func (r *capabilityReader) called(one capabilities.Capability) {
	if one.Method == "" || one.BaseURI == "" {
		return
	}
	key := openapi.Operation{Method: one.Method, Path: one.Path}.Key()
	for _, d := range r.corpus.descriptions() {
		if operation, ok := d.operation(key); ok && slices.Contains(servers(d.Description), server(one.BaseURI)) {
			r.calls = append(r.calls, use{one, d, operation, false})
			return
		}
	}
}

// operation finds what an operationRef means, or is likely to mean, and notes
// what is wrong with it.
func (r *capabilityReader) operation(ref capabilities.Text) (*description, openapi.Operation, bool) {
	file, pointer, escaped := ref.Split()
	if !escaped {
		r.escapes = append(r.escapes, finding{
			place:   r.place(ref.At),
			message: fmt.Sprintf("the fragment of %q has braces, which a URI escapes as %%7B and %%7D; it is read as it stands", ref.Value),
		})
	}
	if ruleset.IsRemote(file) {
		p := r.place(ref.At).Range.Start
		r.unchecked = append(r.unchecked, report.Unchecked{File: r.doc.File, Why: fmt.Sprintf("%d:%d: %q is a remote reference, which is not followed", p.Line, p.Column, ref.Value)})
		return nil, openapi.Operation{}, false
	}
	name, found := r.corpus.fileIn(r.doc, file)
	if file == "" || !found {
		return r.elsewhere(ref, file, pointer)
	}
	api := r.corpus.description(name)
	if api == nil {
		if d, err := r.corpus.document(name); err == nil && d.Kind == ruleset.OpenAPI {
			api = describeAPI(d)
		}
	}
	if api == nil {
		r.wrong(ref, "", fmt.Sprintf("%q is not a readable OpenAPI description", name))
		return nil, openapi.Operation{}, false
	}
	if operation, ok := api.pointed(pointer); ok {
		return api, operation, true
	}
	return r.misdirected(ref, file, pointer, api)
}

// wrong notes a reference that leads nowhere, with what is meant where that
// can be told.
func (r *capabilityReader) wrong(ref capabilities.Text, meant, why string, fixes ...fix) {
	r.refs = append(r.refs, finding{
		place: r.place(ref.At), message: fmt.Sprintf("%q leads nowhere: %s%s", ref.Value, why, nearest.DidYouMean(meant)), fixes: fixes,
	})
}

// misdirected is for a pointer that a description does not have.
func (r *capabilityReader) misdirected(ref capabilities.Text, file, pointer string, api *description) (*description, openapi.Operation, bool) {
	why := fmt.Sprintf("%s has no operation at #%s", api.doc.File, pointer)
	if _, there := api.Lookup(pointer); there {
		why = fmt.Sprintf("#%s of %s is not an operation", pointer, api.doc.File)
	}
	meant, ok := nearestOperation(api, pointer)
	if !ok {
		r.wrong(ref, "", why)
		return nil, openapi.Operation{}, false
	}
	r.wrong(ref, file+"#"+operationPointer(meant), why, r.pointerSlip(ref, file, pointer, api)...)
	return api, meant, true
}

// pointerSlip is the fix of a pointer to an operation: one that differs in case,
// escapes, slashes and the names of parameters alone, or a slip of one with the
// same method.
func (r *capabilityReader) pointerSlip(ref capabilities.Text, file, pointer string, api *description) []fix {
	var same, near []string
	for _, o := range api.Operations {
		p := operationPointer(o)
		if plainPointer(p) == plainPointer(pointer) {
			same = append(same, p)
		} else if strings.HasSuffix(strings.ToLower(pointer), "/"+o.Method) {
			near = append(near, p)
		}
	}
	write := func(meant string) string {
		return file + "#" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(meant)
	}
	switch len(same) {
	case 0:
		return slip(r.place(ref.At), pointer, near, write)
	case 1:
		return replacement(r.place(ref.At), write(same[0]))
	}
	return nil
}

func operationPointer(o openapi.Operation) string {
	return yamltree.Pointer([]string{"paths", o.Path, o.Method})
}

// nearestOperation is the one operation that a pointer may have meant: the
// same method and the same path but for case, escapes, slashes at the end and
// the names of parameters; else the nearest pointer.
func nearestOperation(d *description, pointer string) (openapi.Operation, bool) {
	var pointers []string
	for _, o := range d.Operations {
		p := operationPointer(o)
		if plainPointer(p) == plainPointer(pointer) {
			return o, true
		}
		pointers = append(pointers, p)
	}
	best := suggestion(pointer, pointers)
	for _, o := range d.Operations {
		if best != "" && operationPointer(o) == best && strings.HasSuffix(strings.ToLower(pointer), "/"+o.Method) {
			return o, true
		}
	}
	return openapi.Operation{}, false
}

func plainPointer(pointer string) string {
	o := openapi.Operation{Path: strings.ToLower(strings.ReplaceAll(pointer, "~1", "/"))}
	return strings.ReplaceAll(o.Key(), "//", "/")
}

// elsewhere is for a reference into a file that is not there, or into none:
// the operation is looked for in the descriptions at hand. Among several that
// have it, the one that answers most references into the same missing file is
// meant, then the one whose name is nearest.
func (r *capabilityReader) elsewhere(ref capabilities.Text, file, pointer string) (*description, openapi.Operation, bool) {
	why := fmt.Sprintf("there is no file %q", file)
	if file == "" {
		why = "it names no file"
	}
	var best *description
	most, least := 0, 0
	for _, d := range r.corpus.descriptions() {
		if _, ok := d.pointed(pointer); !ok {
			continue
		}
		n, far := r.answers(d, file), nearest.Distance(path.Base(file), path.Base(d.doc.File))
		if n > most || n == most && far < least {
			best, most, least = d, n, far
		}
	}
	if best == nil {
		r.wrong(ref, "", why)
		return nil, openapi.Operation{}, false
	}
	_, fragment, _ := strings.Cut(ref.Value, "#")
	var fixes []fix
	if meant := nearest.Certain(file, r.descriptionNames()); meant == r.written(best.doc.File) {
		fixes = replacement(r.place(ref.At), meant+"#"+fragment)
		fixes[0].old = file
	}
	r.wrong(ref, r.written(best.doc.File)+"#"+fragment, why, fixes...)
	operation, ok := best.pointed(pointer)
	return best, operation, ok
}

// descriptionNames are the descriptions at hand, as the file would name them.
func (r *capabilityReader) descriptionNames() (out []string) {
	for _, d := range r.corpus.descriptions() {
		out = append(out, r.written(d.doc.File))
	}
	return out
}

// answers counts the references of the file into a missing one that a
// description answers.
func (r *capabilityReader) answers(d *description, missing string) int {
	n := 0
	for _, one := range r.file.Capabilities {
		if one.OperationRef == nil {
			continue
		}
		if file, pointer, _ := one.OperationRef.Split(); file == missing {
			if _, ok := d.pointed(pointer); ok {
				n++
			}
		}
	}
	return n
}

// written is how the capabilities file would name a file: from the folder of
// the index above it, else from its own.
func (r *capabilityReader) written(file string) string {
	dir := path.Dir(r.doc.File)
	if x, ok := r.corpus.governing(r.doc.File); ok {
		dir = path.Dir(x.doc.File)
	}
	return relativePath(dir, file)
}

// relativePath is the way from a folder to a file.
func relativePath(dir, file string) string {
	if dir == "." {
		return file
	}
	up := ""
	for dir != "." && !strings.HasPrefix(file, dir+"/") {
		dir, up = path.Dir(dir), up+"../"
	}
	if dir == "." {
		return up + file
	}
	return up + strings.TrimPrefix(file, dir+"/")
}

// has reports whether the capabilities file has a key of a capability.
func (r *capabilityReader) has(one capabilities.Capability, key string) bool {
	steps, err := yamltree.ParsePointer(one.At.Pointer)
	return err == nil && r.doc.Tree.Root.At(append(slices.Clone(steps), key)...) != nil
}

// at is the place of a key of a capability.
func (r *capabilityReader) at(one capabilities.Capability, key string) report.Place {
	steps, err := yamltree.ParsePointer(one.At.Pointer)
	if err != nil {
		return r.place(one.At)
	}
	return r.doc.Place(append(steps, key))
}

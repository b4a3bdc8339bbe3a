package lint

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/openapi"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// description is an OpenAPI description with the document it was read from;
// references, those into other files included, are followed.
type description struct {
	*openapi.Description
	doc *ruleset.Document
}

func describeAPI(d *ruleset.Document) *description {
	tree := *d.Tree
	if d.Resolved != nil {
		tree.Root = d.Resolved
	}
	return &description{openapi.FromTree(&tree), d}
}

// place is where something that the description knows the position of is
// written, which may be another file.
func (d *description) place(at source.Position) report.Place {
	steps, err := yamltree.ParsePointer(at.Pointer)
	if err != nil || d.doc.Refs == nil {
		return d.doc.PointerPlace(at.Pointer)
	}
	where, _ := d.doc.Refs.Locate(d.doc, steps)
	return where.Doc.Place(where.Path)
}

// operation returns the operation of a method and a path.
func (d *description) operation(key string) (openapi.Operation, bool) {
	for _, o := range d.Operations {
		if o.Key() == key {
			return o, true
		}
	}
	return openapi.Operation{}, false
}

// pointed returns the operation that a JSON pointer means; the names of path
// parameters count.
func (d *description) pointed(pointer string) (openapi.Operation, bool) {
	steps, err := yamltree.ParsePointer(pointer)
	if err == nil && len(steps) == 4 && steps[2] == "additionalOperations" {
		steps = slices.Delete(steps, 2, 3)
	}
	if err != nil || len(steps) != 3 || steps[0] != "paths" {
		return openapi.Operation{}, false
	}
	for _, o := range d.Operations {
		if o.Path == steps[1] && o.Method == steps[2] {
			return o, true
		}
	}
	return openapi.Operation{}, false
}

// descriptions are the OpenAPI descriptions of the corpus, in its order.
func (c *Corpus) descriptions() []*description {
	if c.apis == nil {
		was := c.described
		c.described = map[*ruleset.Document]*description{}
		for _, d := range c.Documents {
			if !isDescribed(d) {
				continue
			}
			if c.described[d] = was[d]; was[d] == nil {
				c.described[d] = describeAPI(d)
			}
			c.apis = append(c.apis, c.described[d])
		}
	}
	return c.apis
}

// isDescribed reports whether a document is one of descriptions.
func isDescribed(d *ruleset.Document) bool {
	return d.Kind == ruleset.OpenAPI && len(ruleset.OpenAPIVersions(d.Tree.Root)) > 0
}

// description returns the description in a file of the corpus, or beside it.
func (c *Corpus) description(file string) *description {
	for _, d := range c.descriptions() {
		if d.doc.File == file {
			return d
		}
	}
	return nil
}

// index is an index with the document it was read from.
type index struct {
	*apisjson.Index
	doc *ruleset.Document
}

// indexes are the indexes of the corpus, in its order.
func (c *Corpus) indexes() (out []index) {
	for _, d := range c.Documents {
		if d.Kind == ruleset.APIsJSON {
			out = append(out, index{apisjson.FromTree(d.Tree), d})
		}
	}
	return out
}

// current are the indexes that no later version of the same index in the same
// folder supersedes: an older one says what was, not what is.
func (c *Corpus) current() []index {
	all := c.indexes()
	return slices.DeleteFunc(slices.Clone(all), func(x index) bool {
		return slices.ContainsFunc(all, x.superseded)
	})
}

func (x index) superseded(by index) bool {
	return x.AID != "" && x.AID == by.AID && path.Dir(x.doc.File) == path.Dir(by.doc.File) && x.modified() < by.modified()
}

// modified is the day of the last change, which index files state as text.
func (x index) modified() string {
	day, _ := x.doc.Tree.Root.Lookup("modified").StringValue()
	return day
}

// governing returns the current index whose folder is the nearest above a
// file; ok is false where there is none.
func (c *Corpus) governing(file string) (index, bool) {
	var best index
	for _, x := range c.current() {
		dir := path.Dir(x.doc.File)
		if belowFolder(dir, file) && (best.doc == nil || len(dir) > len(path.Dir(best.doc.File))) {
			best = x
		}
	}
	return best, best.doc != nil
}

func belowFolder(dir, file string) bool { return dir == "." || strings.HasPrefix(file, dir+"/") }

// links reports whether the index names a file.
func (x index) links(file string) bool {
	return slices.ContainsFunc(x.Links(), func(l apisjson.Link) bool { return l.File == file })
}

// server brings the address of a server into a form to compare: without
// scheme, slash at the end, and capitals in the host.
func server(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return strings.TrimSuffix(strings.TrimSpace(address), "/")
	}
	return strings.ToLower(u.Host) + strings.TrimSuffix(u.Path, "/")
}

func servers(d *openapi.Description) []string {
	var out []string
	for _, s := range d.Servers {
		out = append(out, server(s))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sharesServer reports whether two descriptions are of one service.
func sharesServer(a, b *openapi.Description) bool {
	others := servers(b)
	return slices.ContainsFunc(servers(a), func(s string) bool { return s != "" && slices.Contains(others, s) })
}

// apiSet are the descriptions that one API is split into.
type apiSet struct {
	// by is the index that names them; empty where they were put together by
	// their server and version.
	by      string
	members []*description
}

// sets puts the descriptions of the corpus together into APIs: those that an
// index names and that share a server, and of those that no index governs,
// those of a folder that share server and version.
func (c *Corpus) sets() (out []*apiSet) {
	for _, d := range c.descriptions() {
		x, governed := c.governing(d.doc.File)
		if governed && !x.links(d.doc.File) {
			continue
		}
		by := ""
		if governed {
			by = x.doc.File
		}
		i := slices.IndexFunc(out, func(s *apiSet) bool { return s.by == by && s.takes(d) })
		if i < 0 {
			out = append(out, &apiSet{by: by})
			i = len(out) - 1
		}
		out[i].members = append(out[i].members, d)
	}
	return out
}

func (s *apiSet) takes(d *description) bool {
	first := s.members[0]
	if s.by == "" && (path.Dir(first.doc.File) != path.Dir(d.doc.File) || first.APIVersion != d.APIVersion) {
		return false
	}
	return sharesServer(first.Description, d.Description) || s.by != "" && commonTitle(first.Title, d.Title)
}

// commonTitle reports whether two titles begin with the same words: the parts of
// one API are named "Example API Studies", "Example API Stats".
func commonTitle(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n >= 3
}

// official is a description that says how an API is.
type official struct {
	*openapi.Description
	// name is how findings call it.
	name string
}

// bundledOfficial is the description of ClinicalTrials.gov that we carry.
var bundledOfficial = sync.OnceValue(func() *official {
	d, err := openapi.BundledDescription()
	if err != nil {
		return nil // a test of openapi reads it
	}
	return &official{d, "the official description " + d.APIVersion}
})

// officialOf returns what a description is to be compared with: a description
// that the configuration names and that shares a server with it, or the one
// that we carry for the service.
func (c *Corpus) officialOf(d *description) *official {
	for _, o := range slices.Concat(c.named, c.officials) {
		if sharesServer(o.Description, d.Description) {
			return o
		}
	}
	if slices.Contains(servers(d.Description), server(openapi.BundledServer)) {
		return bundledOfficial()
	}
	return nil
}

// readOfficials reads the descriptions that the configuration, or the user,
// calls official.
func (c *Corpus) readOfficials() {
	for _, file := range c.Config.Official {
		d, err := ruleset.ParseFile(c.files, file)
		if err == nil && d.Kind != ruleset.OpenAPI {
			err = fmt.Errorf("the official description is %s, expected an OpenAPI description", kindPhrase(d.Kind))
		}
		if err != nil {
			c.unchecked = append(c.unchecked, report.Unchecked{File: file, Why: source.Plain(err)})
			continue
		}
		c.officials = append(c.officials, newOfficial(file, openapi.FromTree(d.Tree)))
	}
}

func newOfficial(name string, d *openapi.Description) *official {
	return &official{d, name + " (" + d.APIVersion + ")"}
}

// AddOfficial names a description that those of the same service are compared
// with, by a name to call it by. It comes before those of the configuration.
func (c *Corpus) AddOfficial(name string, d *openapi.Description) {
	c.named = append(c.named, newOfficial(name, d))
}

// fileIn returns the file that a reference within a document means, from the
// document's own folder, else from the folder of the index above it: artefacts
// are named from there in public repositories.
func (c *Corpus) fileIn(doc *ruleset.Document, ref string) (file string, found bool) {
	if unescaped, err := url.PathUnescape(ref); err == nil {
		ref = unescaped
	}
	own := path.Join(path.Dir(doc.File), ref)
	if exists(c.files, own) {
		return own, true
	}
	for dir := path.Dir(doc.File); dir != "." && dir != "/"; {
		dir = path.Dir(dir)
		if file := path.Join(dir, ref); exists(c.files, file) {
			return file, true
		}
	}
	return own, false
}

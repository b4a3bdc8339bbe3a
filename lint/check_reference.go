package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkReference() Check {
	return Check{
		ID: "invalid-ref", Severity: report.Error,
		Description: "A $ref leads to a value of this document, or of a file beside it.",
		Why:         "What a dangling reference stands for is unknown to every reader; a rule cannot judge it.",
		Fix:         "Correct the reference, or add what it names. References to other hosts are not followed.",
		run: func(c *Corpus) (out []finding) {
			compared := 0
			for _, b := range c.refs.Broken {
				if b.Skip || !c.has(b.At.Doc) {
					continue
				}
				at := append(b.At.Path[:len(b.At.Path):len(b.At.Path)], b.Key)
				f := finding{place: b.At.Doc.Place(at), message: fmt.Sprintf("%q leads nowhere: %s", b.Ref, b.Why)}
				if !b.Stray && compared < mostCompared {
					name, candidates, write := c.near(b)
					compared += len(candidates)
					if meant := suggestion(name, candidates); meant != "" {
						f.message += nearest.DidYouMean(write(meant))
					}
					f.fixes = slip(f.place, name, candidates, write)
				}
				out = append(out, f)
			}
			return out
		},
	}
}

// mostCompared is how many names broken references are compared with, of all of them:
// of those that come after it no finding says what was meant.
const mostCompared = 1 << 19

// near is the name in a reference that is not there, with those beside it, and
// how a reference to one of them is written.
func (c *Corpus) near(b ruleset.BrokenRef) (name string, candidates []string, write func(string) string) {
	file, fragment, _ := strings.Cut(b.Ref, "#")
	doc := b.At.Doc
	if b.Key[0] != '$' && ruleset.ComponentName.MatchString(b.Ref) {
		return b.Ref, keysOf(doc.Tree.Root.At("components", "schemas")), itself
	}
	if file != "" {
		if doc = c.refs.Files[path.Join(path.Dir(doc.File), file)]; doc == nil {
			return "", nil, itself
		}
	}
	steps, err := yamltree.ParsePointer(fragment)
	if err != nil || len(steps) == 0 {
		return "", nil, itself
	}
	last := len(steps) - 1
	parent := doc.Tree.Root.At(steps[:last]...)
	if parent == nil || parent.Kind != yamltree.Mapping {
		return "", nil, itself
	}
	return steps[last], keysOf(parent), func(meant string) string {
		return file + "#" + yamltree.Pointer(append(slices.Clone(steps[:last]), meant))
	}
}

func keysOf(n *yamltree.Node) []string {
	var names []string
	for _, key := range n.Pairs() {
		names = append(names, key.Name)
	}
	return names
}

// has reports whether a file is a document, or a piece of one.
func (c *Corpus) has(d *ruleset.Document) bool {
	return slices.Contains(c.Documents, d) || slices.Contains(c.pieces, d)
}

// remoteReferences are the references that were not followed.
func (c *Corpus) remoteReferences() []report.Unchecked {
	var out []report.Unchecked
	for _, b := range c.refs.Broken {
		if b.Skip {
			p := b.At.Doc.Place(b.At.Path)
			why := "is a remote reference, which is not followed"
			if b.Why != ruleset.NotRemote {
				why = "is a remote reference: " + b.Why
			}
			out = append(out, report.Unchecked{File: p.File, Why: fmt.Sprintf("%d:%d: %q %s", p.Range.Start.Line, p.Range.Start.Column, b.Ref, why)})
		}
	}
	return out
}

func checkIndexLink() Check {
	return Check{
		ID: "index-link", Severity: report.Error,
		Description: "A local link of an index leads to a file.",
		Why:         "Who follows the index to an artefact that is not there cannot distinguish a mistake in the index from a missing artefact.",
		Fix:         "Correct the link, or add the file.",
		run: func(c *Corpus) (out []finding) {
			for _, d := range c.Documents {
				if d.Kind != ruleset.APIsJSON {
					continue
				}
				for _, link := range indexLinks(d) {
					if f, bad := judgeLink(c, d, link); bad {
						out = append(out, f)
					}
				}
			}
			return out
		},
	}
}

func judgeLink(c *Corpus, d *ruleset.Document, link apisjson.Link) (finding, bool) {
	f := finding{place: d.PointerPlace(link.At.Pointer)}
	switch {
	case link.URL != strings.TrimSpace(link.URL):
		f.message = fmt.Sprintf("the link %q has white space around it", link.URL)
		link.URL = strings.TrimSpace(link.URL)
		f.fixes = replacement(f.place, link.URL)
		if link.File != "" && !exists(c.files, link.File) {
			if name := realName(c.files, link.File); name != "" {
				f.fixes = replacement(f.place, relativePath(path.Dir(d.File), name))
			} else if slipped := c.linkSlip(d, link, f.place); slipped != nil {
				f.fixes = slipped
			}
		}
	case link.File == "":
		return f, false
	case exists(c.files, link.File):
		// A file system that ignores case finds what others do not.
		name := realName(c.files, link.File)
		f.message = fmt.Sprintf("the file of the link %q is named %q", link.URL, name)
		f.fixes = replacement(f.place, relativePath(path.Dir(d.File), name))
		return f, name != "" && name != path.Clean(link.File)
	case path.IsAbs(link.URL):
		f.message = fmt.Sprintf("the link %q leads out of the repository", link.URL)
	default:
		f.message = fmt.Sprintf("there is no file %q (%s)", link.URL, link.Type)
		if meant := c.meantFile(d, link); meant != "" {
			f.message += nearest.DidYouMean(meant)
		}
		f.fixes = c.linkSlip(d, link, f.place)
	}
	return f, true
}

// linkSlip is the fix of a link that is a slip of the name of one file that no
// other link of the index means.
func (c *Corpus) linkSlip(d *ruleset.Document, link apisjson.Link, place report.Place) []fix {
	if name := realName(c.files, link.File); name != "" {
		return replacement(place, relativePath(path.Dir(d.File), name))
	}
	out := slip(place, link.URL, c.unlinked(d, link), itself)
	for i := range out {
		out[i].single = true
	}
	return out
}

// unlinked are the files of the kind that a link promises which no link of the
// index means, not even in another case.
func (c *Corpus) unlinked(d *ruleset.Document, link apisjson.Link) (files []string) {
	dir := path.Dir(d.File)
	want, known := promisedKind(link.Type)
	taken := map[string]bool{}
	for _, l := range indexLinks(d) {
		taken[strings.ToLower(l.File)] = true
	}
	for _, other := range c.Documents {
		if known && other.Kind == want && belowFolder(dir, other.File) && !taken[strings.ToLower(other.File)] {
			files = append(files, relativePath(dir, other.File))
		}
	}
	return files
}

// meantFile is the file that a link is likely to mean: of another case, or the
// one of a near name that is of the kind that the link promises and that the
// index does not name.
func (c *Corpus) meantFile(d *ruleset.Document, link apisjson.Link) string {
	dir := path.Dir(d.File)
	if name := realName(c.files, link.File); name != "" {
		return relativePath(dir, name)
	}
	files := c.unlinked(d, link)
	if meant := c.answering(link.File, files, dir); meant != "" {
		return meant
	}
	return nearest.Certain(link.URL, files)
}

// answering is the file that most of the capabilities that refer to a missing
// one are answered by; empty where none is, or two are alike.
func (c *Corpus) answering(missing string, files []string, dir string) string {
	best, most, second := "", 0, 0
	for _, file := range files {
		n := 0
		for _, r := range c.capabilityFiles() {
			if d := c.description(path.Join(dir, file)); d != nil {
				n += r.answers(d, r.written(missing))
			}
		}
		if n > most {
			best, most, second = file, n, most
		} else {
			second = max(second, n)
		}
	}
	if most == second {
		return ""
	}
	return best
}

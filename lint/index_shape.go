package lint

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/trialweave/trialweave/apisjson"
	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/ruleset"
	"github.com/trialweave/trialweave/yamltree"
)

func checkIndexShape() Check {
	return Check{
		ID: "index-shape", Severity: report.Warn,
		Description: "An index has the lists, dates and addresses that APIs.json has at its places.",
		Why:         "Readers skip a value that is not a list, with everything it names; an invalid date or address is shown to people, and leads nowhere.",
		Fix:         "Write lists of properties, dates as 2026-08-19, and addresses as https://….",
		run: func(c *Corpus) (out []finding) {
			for _, x := range c.indexes() {
				s := &indexShape{doc: x.doc}
				s.index()
				out = append(out, s.found...)
			}
			return out
		},
	}
}

func checkIndexPropertyType() Check {
	return Check{
		ID: "index-property-type", Severity: report.Hint,
		Description: "The type of a property is one that APIs.json 0.23 lists, or one of its own, X-….",
		Why:         "Readers look for the types that they know; one in another spelling is not found.",
		Fix:         "Use a type of the list, or begin it with X-.",
		run: func(c *Corpus) (out []finding) {
			for _, x := range c.indexes() {
				if x.SpecificationVersion != apisjson.Latest && x.SpecificationVersion != "" {
					continue // what the list was then is not known
				}
				for _, link := range slices.Concat(x.Common, apiLinks(x.Index)) {
					if link.Type == "" || link.Type == apisjson.Overlay || apisjson.KnownType(link.Type) {
						continue
					}
					at := strings.TrimSuffix(link.At.Pointer, "/url") + "/type"
					out = append(out, finding{
						place:   x.doc.PointerPlace(at),
						message: fmt.Sprintf("%q is not a type of properties%s", link.Type, nearest.DidYouMean(suggestion(link.Type, apisjson.PropertyTypes()))),
					})
				}
			}
			return out
		},
	}
}

func apiLinks(x *apisjson.Index) (out []apisjson.Link) {
	for _, api := range x.APIs {
		out = append(out, api.Links...)
	}
	return out
}

// newerIndexes lists the indexes of a version that is not known.
func (c *Corpus) newerIndexes() (out []report.Unchecked) {
	for _, x := range c.indexes() {
		if apisjson.Newer(x.SpecificationVersion) {
			at := x.doc.Place([]string{"specificationVersion"}).Range.Start
			out = append(out, report.Unchecked{File: x.doc.File, Why: fmt.Sprintf("%d:%d: APIs.json %s is newer than %s, the newest version that is known; what it brought is not checked", at.Line, at.Column, x.SpecificationVersion, apisjson.Latest), Aside: true})
		}
	}
	return out
}

// indexShape looks for what an index has in a wrong shape.
type indexShape struct {
	doc   *ruleset.Document
	found []finding
}

func (s *indexShape) wrong(at []string, format string, args ...any) {
	s.found = append(s.found, finding{place: s.doc.Place(slices.Clone(at)), message: fmt.Sprintf(format, args...)})
}

func (s *indexShape) index() {
	root := s.doc.Tree.Root
	s.object(root, nil, []string{"url"})
	s.lists(root, nil, append(apisjson.Collections(), "apis", "include", "network", "overlays", "tags", "maintainers"))
	for _, key := range []string{"include", "network", "overlays"} {
		s.entries(root.Lookup(key), []string{key}, "url")
	}
	apis := root.Lookup("apis")
	if apis == nil || apis.Kind != yamltree.Sequence {
		return
	}
	for i, api := range apis.Items {
		at := apis.Step([]string{"apis"}, i)
		if api.Kind != yamltree.Mapping {
			s.wrong(at, "an API is %s, expected an object", wording.Article(api.Kind.String()))
			continue
		}
		s.object(api, at, []string{"humanURL", "baseURL"})
		s.lists(api, at, append(apisjson.Collections(), "tags", "contact", "overlays"))
	}
}

// object judges the dates and addresses of an index or of an API.
func (s *indexShape) object(n *yamltree.Node, at []string, addresses []string) {
	for _, key := range []string{"created", "modified"} {
		if v := n.Lookup(key); v != nil {
			s.date(v, append(slices.Clone(at), key))
		}
	}
	for _, key := range addresses {
		if v := n.Lookup(key); v != nil {
			s.address(v, append(slices.Clone(at), key), true)
		}
	}
}

// date judges a day; that of another order is apis-json-dates' to report, one
// that the calendar does not have is ours.
func (s *indexShape) date(v *yamltree.Node, at []string) {
	text, ok := v.StringValue()
	if !ok {
		s.wrong(at, "%s is %s, expected a date as text", at[len(at)-1], wording.Article(v.Kind.String()))
		return
	}
	if _, err := time.Parse("2006-01-02", text); err != nil {
		s.wrong(at, "%s is %q, which is not a date such as 2026-08-19", at[len(at)-1], text)
	}
}

// address judges a URL; one of a link may be the way to a file.
func (s *indexShape) address(v *yamltree.Node, at []string, absolute bool) {
	text, ok := v.StringValue()
	name := at[len(at)-1]
	if !ok {
		s.wrong(at, "%s is %s, expected a URL as text", name, wording.Article(v.Kind.String()))
		return
	}
	u, err := url.Parse(text)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	switch {
	case absolute && !web:
		s.wrong(at, "%s is %q, which is not a URL with http or https", name, text)
	case !absolute && strings.Contains(text, "://") && (err != nil || strings.ContainsAny(text, " \t") || badIRI(text, u.Scheme) != "" || u.Host == ""):
		s.wrong(at, "%s is %q, which is not a URL", name, text)
	}
}

// lists judges the members that hold lists.
func (s *indexShape) lists(n *yamltree.Node, at []string, names []string) {
	for _, name := range names {
		list := n.Lookup(name)
		where := append(slices.Clone(at), name)
		switch {
		case list == nil || name == "properties" && len(at) == 0:
		case list.Kind != yamltree.Sequence:
			s.wrong(where, "%s is %s, expected a list", name, wording.Article(list.Kind.String()))
		case slices.Contains(apisjson.Collections(), name):
			s.entries(list, where, "")
		}
	}
}

// entries judges a list of links.
func (s *indexShape) entries(list *yamltree.Node, at []string, required string) {
	if list == nil || list.Kind != yamltree.Sequence {
		return
	}
	for i, item := range list.Items {
		where := list.Step(at, i)
		switch {
		case item.Kind != yamltree.Mapping:
			s.wrong(where, "an entry of %s is %s, expected an object", at[len(at)-1], wording.Article(item.Kind.String()))
			continue
		case required != "" && item.Index(required) < 0:
			s.wrong(where, "an entry of %s has no %s", at[len(at)-1], required)
		}
		if v := item.Lookup("url"); v != nil {
			s.address(v, append(where, "url"), false)
		}
		for _, key := range []string{"type", "name", "description"} {
			if v := item.Lookup(key); v != nil && v.Kind != yamltree.String {
				s.wrong(append(slices.Clone(where), key), "%s is %s, expected a string", key, wording.Article(v.Kind.String()))
			}
		}
	}
}

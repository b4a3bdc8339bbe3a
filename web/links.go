package web

import (
	"net/url"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// Paths of the pages.
const (
	pathStudy   = "/study/"
	pathTerm    = "/ns/"
	pathMesh    = "/mesh/"
	pathCountry = "/country/"
	pathNode    = "/node"

	pathVocabulary = "/ns"
	pathModel      = "/model"
)

// links knows the page of each IRI.
type links struct {
	base  string // where shared nodes live
	model *model.Model
}

// page is the path of the page about an IRI, whether there is something to be
// seen there or not.
func (l links) page(iri string) string {
	if rest, ok := strings.CutPrefix(iri, model.StudyBase); ok {
		id, fragment, _ := strings.Cut(rest, "#")
		switch {
		case !isStudyID(id):
		case fragment == "" || fragment == "record":
			return pathStudy + id
		default:
			return pathStudy + id + "#" + url.PathEscape(fragment)
		}
		return nodePage(iri)
	}
	for _, space := range []string{model.NSRegistry, model.NSTool} {
		if local, ok := strings.CutPrefix(iri, space); ok && isLocal(local) {
			return termPage(l.model.Compact(iri))
		}
	}
	for space, path := range map[string]string{model.NSMesh: pathMesh, model.NSCountry: pathCountry} {
		if local, ok := strings.CutPrefix(iri, space); ok && isLocal(local) {
			return path + local
		}
	}
	if rest, ok := strings.CutPrefix(iri, l.base); ok && isSharedPath(rest) {
		return "/" + rest
	}
	if compact := l.model.Compact(iri); compact != iri {
		if _, local, _ := strings.Cut(compact, ":"); isLocal(local) {
			return termPage(compact)
		}
	}
	return nodePage(iri)
}

// otherPrefixes are those of vocabularies that describe the terms of the model
// and have no prefix in it.
var otherPrefixes = map[string]string{
	"skos": "http://www.w3.org/2004/02/skos/core#", "owl": "http://www.w3.org/2002/07/owl#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
	"sh": "http://www.w3.org/ns/shacl#", "void": "http://rdfs.org/ns/void#", "dcat": "http://www.w3.org/ns/dcat#", "vann": "http://purl.org/vocab/vann/",
}

// compact is an IRI as a page shows it: with a prefix, where there is one.
func (l links) compact(iri string) string {
	if out := l.model.Compact(iri); out != iri {
		return out
	}
	for name, space := range otherPrefixes {
		if local, ok := strings.CutPrefix(iri, space); ok && isLocal(local) {
			return name + ":" + local
		}
	}
	return iri
}

func nodePage(iri string) string { return pathNode + "?iri=" + url.QueryEscape(iri) }

// iri is the IRI that the page with this path is about, without the suffix of a
// format. The zero value is that of a path that is about nothing.
func (l links) iri(path string, query url.Values) string {
	switch {
	case path == pathNode:
		return query.Get("iri")
	case strings.HasPrefix(path, pathStudy):
		id := strings.TrimPrefix(path, pathStudy)
		if normal, ok := model.NormalID(id); ok {
			return model.StudyBase + normal
		}
		return ""
	case strings.HasPrefix(path, pathTerm):
		return termIRI(strings.TrimPrefix(path, pathTerm))
	case strings.HasPrefix(path, pathMesh):
		return model.NSMesh + strings.TrimPrefix(path, pathMesh)
	case strings.HasPrefix(path, pathCountry):
		return model.NSCountry + strings.TrimPrefix(path, pathCountry)
	}
	return l.base + strings.TrimPrefix(path, "/")
}

// termPage is the path of a term, given as a compact IRI: a colon is no part of a
// file's name everywhere.
func termPage(compact string) string { return pathTerm + strings.Replace(compact, ":", "/", 1) }

// termIRI is the IRI of the end of such a path, in which a colon may stand, too;
// without a prefix it is one of the registry's namespace, as in the path of that.
func termIRI(name string) string {
	at := strings.IndexAny(name, "/:")
	if at < 0 {
		return model.NSRegistry + name
	}
	for _, p := range model.Prefixes() {
		if p.Name == name[:at] {
			return p.IRI + name[at+1:]
		}
	}
	return ""
}

func isStudyID(id string) bool {
	normal, ok := model.NormalID(id)
	return ok && normal == id
}

// isLocal reports whether a text can stand in a path as it is.
func isLocal(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != ""
}

// isSharedPath is isLocal of each part of a path, of which there are two or more:
// a path of one part is that of a page of the site's own.
func isSharedPath(path string) bool {
	parts := strings.Split(path, "/")
	for _, part := range parts {
		if !isLocal(part) {
			return false
		}
	}
	return len(parts) > 1
}

// external is a web address that a page may lead to, or "": one of http or
// https, since others may run a program. It is shown as text otherwise.
func external(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

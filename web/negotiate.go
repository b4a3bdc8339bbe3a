package web

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
)

// format is a form of what a page is about.
type format struct {
	name, suffix, media string
	syntax              rdf.Format // zero for what is not one of package rdf
	record              bool       // only studies have it
}

var htmlFormat = format{name: "html", suffix: ".html", media: "text/html"}

// dataFormats are the forms for programs.
var dataFormats = []format{
	{name: "Turtle", suffix: ".ttl", media: "text/turtle", syntax: rdf.Turtle},
	{name: "N-Triples", suffix: ".nt", media: "application/n-triples", syntax: rdf.NTriples},
	{name: "N-Quads", suffix: ".nq", media: "application/n-quads", syntax: rdf.NQuads},
	{name: "TriG", suffix: ".trig", media: "application/trig", syntax: rdf.TriG},
	{name: "JSON-LD", suffix: ".jsonld", media: "application/ld+json"},
	{name: "RDF/XML", suffix: ".rdf", media: "application/rdf+xml", syntax: rdf.RDFXML},
	{name: "Jelly", suffix: ".jelly", media: "application/x-jelly-rdf", syntax: rdf.Jelly},
	{name: "JSON", suffix: ".json", media: "application/json", record: true},
}

var pageFormats = append([]format{htmlFormat, {name: "html", media: xhtml}}, dataFormats...)

// alternate is a link to another form.
type alternate struct{ Name, Href, Type string }

// alternates are the other forms of a page with this path. Of pages that become
// files there are two.
func (s *Site) alternates(path string, record bool) []alternate {
	var out []alternate
	for _, f := range dataFormats {
		if f.record && !record || s.static && f.suffix != ".ttl" && f.suffix != ".jsonld" {
			continue
		}
		href := path + f.suffix
		if at := strings.IndexByte(path, '?'); at >= 0 {
			href = path + "&format=" + f.suffix[1:]
		}
		out = append(out, alternate{f.name, href, f.media})
	}
	return out
}

// negotiated picks the form that a client likes best (RFC 9110, section 12.5.1):
// of those that it likes alike the first of the offers. Ok is false where it
// takes none of them.
func negotiated(accept []string, offers []format) (best format, ok bool) {
	header := strings.Join(accept, ",")
	if strings.Trim(header, " ,") == "" {
		return offers[0], true
	}
	most := 0.0
	for _, o := range offers {
		if o.media == xhtml && !takesXHTML(header) {
			continue
		}
		if w := liking(header, o.media); w > most {
			best, most = o, w
		}
	}
	return best, most > 0
}

// xhtml is answered with HTML, which those who name it can read.
const xhtml = "application/xhtml+xml"

// takesXHTML reports whether a request names XHTML and does not refuse HTML: a
// range with an asterisk is that of HTML, too.
func takesXHTML(header string) bool {
	header = strings.ToLower(header)
	return strings.Contains(header, xhtml) && (!strings.Contains(header, htmlFormat.media) || liking(header, htmlFormat.media) > 0)
}

// refusesHTML reports whether a request takes no HTML, and does not ask for it by
// suffix or parameter.
func refusesHTML(r *http.Request) bool {
	if strings.HasSuffix(r.URL.Path, htmlFormat.suffix) || r.URL.Query().Get("format") == htmlFormat.name {
		return false
	}
	_, ok := negotiated(r.Header.Values("Accept"), pageFormats[:2])
	return !ok
}

// liking is the weight of a media type in an Accept header: that of the most
// specific range.
func liking(header, media string) float64 {
	weight, specific := 0.0, -1
	for part := range strings.SplitSeq(header, ",") {
		kind, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		at := -1
		switch {
		case kind == media:
			at = 2
		case kind == media[:strings.IndexByte(media, '/')]+"/*":
			at = 1
		case kind == "*/*":
			at = 0
		}
		if at <= specific {
			continue
		}
		specific, weight = at, 1
		if q, given := parameters["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil || weight < 0 || weight > 1 {
				weight = 0
			}
		}
	}
	return weight
}

// form splits the suffix of a form off a path, and returns the form that is asked
// for: by suffix, by the parameter format, or by the headers.
func form(r *http.Request) (path string, f format, err error) {
	path = r.URL.Path
	wanted := r.URL.Query().Get("format")
	for _, f := range append([]format{htmlFormat}, dataFormats...) {
		if rest, ok := strings.CutSuffix(path, f.suffix); ok && rest != "" {
			return rest, f, nil
		}
		if wanted != "" && f.suffix == "."+wanted {
			return path, f, nil
		}
	}
	f, ok := negotiated(r.Header.Values("Accept"), pageFormats)
	if !ok {
		return path, f, &statusError{http.StatusNotAcceptable, "None of the formats that were asked for can be served."}
	}
	return path, f, nil
}

// resource answers for whatever the path is about, in the form that is wanted.
func (s *Site) resource(w http.ResponseWriter, r *http.Request, _ string) error {
	path, f, err := form(r)
	if err != nil {
		return err
	}
	if path == pathVocabulary || path == pathModel {
		return s.ofVocabulary(w, r, path, f)
	}
	iri := s.links.iri(path, r.URL.Query())
	if iri == "" {
		return errNotHere
	}
	id, isStudy := strings.CutPrefix(iri, model.StudyBase)
	isStudy = isStudy && isStudyID(id)
	switch {
	case isStudy && path != pathStudy+id: // another spelling of the number
		http.Redirect(w, r, s.at(pathStudy+id+strings.TrimPrefix(r.URL.Path, path)), http.StatusMovedPermanently)
		return nil
	case f.name == "html" && isStudy:
		return s.study(w, r, id)
	case f.name == "html":
		return s.node(w, r, iri)
	case f.record && isStudy:
		rec, err := s.record(r.Context(), id, r.URL.Query().Get("version"))
		if err != nil {
			return err
		}
		return s.send(w, r, f, func() error { _, err := w.Write(rec.json); return err })
	case f.record:
		return &statusError{http.StatusNotAcceptable, "Only studies have a record as JSON."}
	}
	quads, more, err := s.about(r, iri, id, isStudy)
	if err != nil {
		return err
	}
	if more {
		w.Header().Add("Link", "<"+addressOf(r, pageNumber(r)+2)+`>; rel="next"`)
	}
	return s.send(w, r, f, func() error { return s.write(w, f, quads) })
}

// about are the quads of a study, or a part of those of another node; more
// reports whether there is another part.
func (s *Site) about(r *http.Request, iri, id string, isStudy bool) (quads []rdf.Quad, more bool, err error) {
	if isStudy {
		quads, err = s.quadsOf(r, id)
		return quads, false, err
	}
	return s.nodeQuads(r.Context(), iri, pageNumber(r))
}

// send writes an answer of a form.
func (s *Site) send(w http.ResponseWriter, r *http.Request, f format, write func() error) error {
	media := f.media
	if strings.HasPrefix(media, "text/") {
		media += "; charset=utf-8"
	}
	w.Header().Set("Content-Type", media)
	w.Header().Add("Link", "<"+(&url.URL{Path: strings.TrimSuffix(r.URL.Path, f.suffix)}).EscapedPath()+`>; rel="describedby"; type="text/html"`)
	return write()
}

// quadWriter is a writer of any syntax.
type quadWriter interface {
	Write(rdf.Quad) error
	Close() error
}

func (s *Site) write(w io.Writer, f format, quads []rdf.Quad) error {
	var out quadWriter = jsonld.NewWriter(w)
	if f.syntax != rdf.UnknownFormat {
		made, err := rdf.NewWriter(w, f.syntax, &rdf.WriteOptions{Prefixes: s.options.Prefixes, MergeGraphs: !f.syntax.HasGraphs(), Extend: true})
		if err != nil {
			return err
		}
		out = made
	}
	for _, q := range quads {
		if err := out.Write(q); err != nil {
			return s.unwritable(f, err)
		}
	}
	return s.unwritable(f, out.Close())
}

// unwritable is the error of a syntax that cannot hold what it is asked to: of
// those that are served, RDF/XML alone has such limits.
func (s *Site) unwritable(f format, err error) error {
	if err == nil || f.syntax != rdf.RDFXML {
		return err
	}
	if s.options.Log != nil {
		s.options.Log.Warn("RDF/XML cannot hold the data", "error", err)
	}
	return &statusError{http.StatusNotAcceptable, "RDF/XML cannot hold this data: " + visible(err.Error()) + ". The other syntaxes, such as Turtle and JSON-LD, can."}
}

// urlQuery is a parameter, escaped.
func urlQuery(name, value string) string { return url.Values{name: {value}}.Encode() }

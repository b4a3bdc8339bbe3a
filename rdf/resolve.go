package rdf

import "strings"

// reference is an IRI reference taken apart (RFC 3986, appendix B). The
// delimiters are kept, so that "there is none" and "it is empty" differ.
type reference struct {
	scheme    string // with ":"
	authority string // with "//"
	path      string
	query     string // with "?"
	fragment  string // with "#"
}

func parseReference(s string) (r reference) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, r.fragment = s[:i], s[i:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, r.query = s[:i], s[i:]
	}
	if n := schemeLength(s); n > 0 {
		r.scheme, s = s[:n+1], s[n+1:]
	}
	if strings.HasPrefix(s, "//") {
		end := strings.IndexByte(s[2:], '/')
		if end < 0 {
			end = len(s) - 2
		}
		r.authority, s = s[:2+end], s[2+end:]
	}
	r.path = s
	return r
}

func (r reference) String() string {
	return r.scheme + r.authority + r.path + r.query + r.fragment
}

// resolveIRI resolves a reference against an absolute base (RFC 3986, section
// 5.2, and RFC 3987, section 6.5). Nothing is normalised but the dot segments
// that the algorithm takes out.
func resolveIRI(base, ref string) string {
	b, r := parseReference(base), parseReference(ref)
	switch {
	case r.scheme != "":
		r.path = withoutDots(r.path)
		return r.String()
	case r.authority != "":
		r.path = withoutDots(r.path)
	case r.path == "":
		r.path = b.path
		if r.query == "" {
			r.query = b.query
		}
	case strings.HasPrefix(r.path, "/"):
		r.path = withoutDots(r.path)
	default:
		r.path = withoutDots(merged(b, r.path))
	}
	if r.authority == "" {
		r.authority = b.authority
	}
	r.scheme = b.scheme
	return r.String()
}

// merged puts a relative path behind that of the base (section 5.2.3).
func merged(base reference, path string) string {
	if base.authority != "" && base.path == "" {
		return "/" + path
	}
	return base.path[:strings.LastIndexByte(base.path, '/')+1] + path
}

// withoutDots is remove_dot_segments (section 5.2.4).
func withoutDots(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	var out []string
	rooted := strings.HasPrefix(path, "/")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, segment)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	joined := strings.Join(out, "/")
	if rooted {
		return "/" + joined
	}
	return joined
}

// ResolveIRI resolves a reference against an absolute base IRI (RFC 3986,
// section 5.2.2); without a base the reference stays as it is.
func ResolveIRI(base, ref string) string {
	if base == "" {
		return ref
	}
	return resolveIRI(base, ref)
}

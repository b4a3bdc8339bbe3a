// Package redact leaves secrets out of what people and logs read: [Text]
// rewrites a text, [NewWriter] all that is written.
package redact

import (
	"io"
	"net/url"
	"regexp"
	"strings"
)

// mask stands in place of a secret.
const mask = "xxxxx"

var (
	// userInfo is the part of a URL before its host (RFC 3986, section 3.2.1),
	// with a password or as a token alone.
	userInfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)([^/?#\s"'<>]*)@`)
	// loose is the same of a password with characters that would have to be escaped
	// there, and port what the parser of URLs says of one that begins such a password.
	loose = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^/?#\s"'<>:@]*):([^\s"<>]*)@`)
	port  = regexp.MustCompile(`(invalid port )"(?:[^"\\]|\\.)*"`)
	// asPort begins what follows the host, where it is no password.
	asPort = regexp.MustCompile(`^[0-9]{1,5}(?:[/?#]|$)`)
	// named is a parameter of a URL or of a connection string whose name says
	// that its value is secret.
	named = regexp.MustCompile(`(?i)\b((?:[a-z0-9]+[_-])*(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|sslpassword|signature|credentials?))(=|%3D)('[^']*'|"[^"]*"|[^&;,\s'"<>)\]}]+)`)
	// parameter is one of a URL whose name says so only there.
	parameter = regexp.MustCompile(`(?i)([?&;](?:[a-z0-9]+[_-])*(?:key|sig|auth|authorization|pass|passcode|jwt|session|sid|code))(=|%3D)([^&;,\s'"<>)\]}]+)`)
	// encoded is a parameter whose name is percent-encoded in part.
	encoded = regexp.MustCompile(`[?&;]([^=&;\s"'<>?]*%[0-9A-Fa-f]{2}[^=&;\s"'<>?]*)=([^&;,\s'"<>)\]}]+)`)
	// member is one of JSON, or a field of a header, that quotes a request.
	member = regexp.MustCompile(`(?i)((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|credentials?)\\?["']\s*:\s*\\?["'])([^"'\\\s]+)`)
	field  = regexp.MustCompile(`(?i)\b((?:x-)?(?:[a-z0-9]+-)*(?:api-?key|auth-token|access-token|secret|set-cookie|cookie):\s*)([^\s,"']+)`)
	// header is a credential of HTTP (RFC 9110, section 11.4).
	header = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/-]{8,}=*`)
)

// Text returns s with each secret masked: the user information of a URL but for
// the name of the user of a database, the values of parameters such as password=…, and
// credentials of HTTP headers.
func Text(s string) string {
	s = userInfo.ReplaceAllStringFunc(s, func(m string) string {
		parts := userInfo.FindStringSubmatch(m)
		return parts[1] + user(parts[1], parts[2]) + "@"
	})
	s = loose.ReplaceAllStringFunc(s, func(m string) string {
		parts := loose.FindStringSubmatch(m)
		if parts[2] == mask || asPort.MatchString(parts[2]) {
			return m
		}
		scheme, name, _ := strings.Cut(parts[1], "://")
		return scheme + "://" + user(scheme, name+":") + "@"
	})
	s = encoded.ReplaceAllStringFunc(s, func(m string) string {
		parts := encoded.FindStringSubmatch(m)
		name, err := url.PathUnescape(parts[1])
		if err != nil || !named.MatchString(name+"=x") && !parameter.MatchString("?"+name+"=x") {
			return m
		}
		return parts[0][:len(parts[0])-len(parts[2])] + mask
	})
	s = port.ReplaceAllString(s, "${1}"+mask)
	s = named.ReplaceAllString(s, "${1}${2}"+mask)
	for _, form := range []*regexp.Regexp{parameter, member, field} {
		s = form.ReplaceAllStringFunc(s, func(m string) string {
			parts := form.FindStringSubmatch(m)
			return strings.Join(parts[1:len(parts)-1], "") + mask
		})
	}
	return header.ReplaceAllString(s, "${1} "+mask)
}

// user masks what follows the name of a user. Over HTTP that may be a token, too,
// and is masked with the rest.
func user(scheme, info string) string {
	if scheme = strings.ToLower(scheme); info != "" && (strings.HasPrefix(scheme, "http") || strings.HasPrefix(scheme, "ftp")) {
		return mask
	}
	for i := range info {
		if info[i] == ':' {
			return info[:i] + ":" + mask
		}
	}
	return info
}

// writer masks what passes through it.
type writer struct{ to io.Writer }

// NewWriter returns a writer that masks the secrets of each text before it hands
// it on. A secret has to be written in one call.
func NewWriter(to io.Writer) io.Writer { return writer{to} }

// Write masks and hands on.
func (w writer) Write(p []byte) (int, error) {
	masked := Text(string(p))
	if masked == string(p) {
		return w.to.Write(p)
	}
	if _, err := io.WriteString(w.to, masked); err != nil {
		return 0, err
	}
	return len(p), nil
}

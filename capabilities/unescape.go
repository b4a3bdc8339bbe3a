package capabilities

import "net/url"

// unescape undoes the escapes of a URI fragment; one that is malformed stays.
func unescape(fragment string) string {
	if s, err := url.PathUnescape(fragment); err == nil {
		return s
	}
	return fragment
}

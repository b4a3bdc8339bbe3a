//go:build lean

package diff

import "errors"

// Included reports whether this build compares descriptions.
const Included = false

// Descriptions returns an error: this build has no libopenapi.
func Descriptions(string, []byte, string, []byte) ([]Change, error) {
	return nil, errors.New("the comparison by libopenapi is not in this build: it was built with -tags lean\nhint: build it without that tag, or take the released binary")
}

package source

import "errors"

// Remote is a tree of files that also reads what is at addresses on other hosts. A
// tree that is none has nothing from elsewhere.
type Remote interface {
	// ReadRemote returns the text at an address; its error is ErrNotAllowed where the
	// host may not be asked.
	ReadRemote(address string) ([]byte, error)
}

// ErrNotAllowed is the error of an address whose host may not be asked.
var ErrNotAllowed = errors.New("the host may not be asked")

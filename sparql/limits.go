package sparql

import (
	"errors"
	"fmt"
	"time"
)

// Bound names what a query reached the limit of.
type Bound string

// The bounds of queries.
const (
	BoundTime         Bound = "time"          // Limits.Time
	BoundMemory       Bound = "memory"        // Limits.Bytes
	BoundSharedMemory Bound = "shared-memory" // HandlerOptions.Bytes
	BoundRows         Bound = "rows"          // Limits.Rows
	BoundText         Bound = "text"          // an eighth of Limits.Bytes for one text
	BoundSort         Bound = "sort"          // what a sort may write to Options.Temp
	BoundRegex        Bound = "regex"         // steps and matches of a regular expression
	BoundQueue        Bound = "queue"         // HandlerOptions.Queue
	BoundLength       Bound = "length"        // of a query that is sent
	BoundParts        Bound = "parts"         // patterns, operators, variables and nesting of a query
)

// bounds are all of them, as metrics list them.
var bounds = [...]Bound{BoundTime, BoundMemory, BoundSharedMemory, BoundRows, BoundText, BoundSort, BoundRegex, BoundQueue, BoundLength, BoundParts}

// ErrLimit is what a query ends with that reached one of its Limits.
var ErrLimit = errors.New("the query reached its limit")

// LimitError is an ErrLimit that says which one.
type LimitError struct {
	Bound Bound
	// Limit says how much is allowed.
	Limit string
}

func (e *LimitError) Error() string { return ErrLimit.Error() + " " + e.Limit }

// Unwrap returns ErrLimit.
func (e *LimitError) Unwrap() error { return ErrLimit }

func limitReached(bound Bound, format string, args ...any) error {
	return &LimitError{bound, fmt.Sprintf(format, args...)}
}

func timeLimit(d time.Duration) error { return limitReached(BoundTime, "of %s", d) }

// boundOf returns the bound that an error is about; it is empty where there is none.
func boundOf(err error) Bound {
	var limit *LimitError
	var refused *httpError
	var syntax *Error
	switch {
	case errors.As(err, &limit):
		return limit.Bound
	case errors.As(err, &refused):
		return refused.bound
	case errors.As(err, &syntax):
		return syntax.bound
	}
	return ""
}

package jsonld

import (
	"errors"
	"fmt"

	"github.com/piprate/json-gold/ld"
)

// ActiveContext is what the JSON-LD contexts so far define, as json-gold has
// it. It does not change: Process returns the next one.
type ActiveContext struct{ context *ld.Context }

// ContextError is why a processor refuses a context.
type ContextError struct {
	// Code is the error code of the JSON-LD API, such as "invalid IRI mapping".
	Code string
	// Detail is what json-gold says beside it.
	Detail string
}

// Error returns the code.
func (e *ContextError) Error() string { return e.Code }

// NewActiveContext returns the context that a document begins with.
func NewActiveContext() *ActiveContext {
	options := ld.NewJsonLdOptions("https://context.invalid/")
	options.ProcessingMode = ld.JsonLd_1_1
	options.DocumentLoader = closedLoader{}
	return &ActiveContext{ld.NewContext(nil, options)}
}

// Process applies a local context, given as what JSON decoding makes of it:
// maps, strings, numbers. No other document is loaded. Its errors are
// *ContextError values.
func (a *ActiveContext) Process(local any) (next *ActiveContext, err error) {
	defer func() {
		if p := recover(); p != nil {
			next, err = nil, &ContextError{Code: "invalid local context", Detail: fmt.Sprintf("json-gold panicked: %v", p)}
		}
	}()
	context, err := a.context.Parse(local)
	if err == nil {
		return &ActiveContext{context}, nil
	}
	var fault *ld.JsonLdError
	if !errors.As(err, &fault) {
		return nil, &ContextError{Code: "invalid local context", Detail: err.Error()}
	}
	out := &ContextError{Code: string(fault.Code)}
	if fault.Details != nil {
		out.Detail = fmt.Sprint(fault.Details)
	}
	return nil, out
}

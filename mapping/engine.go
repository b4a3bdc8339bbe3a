package mapping

import (
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/jsonld"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/source"
)

// Engine holds what is needed to convert studies: tables, options, context. It
// does not change and may be used from several goroutines.
type Engine struct {
	rules   *rules
	context *value
	url     string
	// program is nil where the user has a context of their own.
	program *program
}

// Compiled reports whether NewConverter returns the fast converter.
func (e *Engine) Compiled() bool { return e.program != nil }

// NewEngine makes an engine. Nil options are the defaults.
func NewEngine(options *Options) (*Engine, error) {
	opts, err := options.checked()
	if err != nil {
		return nil, err
	}
	e := &Engine{rules: newRules(opts), url: jsonld.ContextURL}
	text := jsonld.BundledContext()
	switch {
	case opts.Context != nil:
		text, e.url = opts.Context, ""
	case opts.Profile == Core:
		text, e.url = jsonld.CoreContext(), jsonld.CoreContextURL
	}
	if e.context, err = parseContext(text); err != nil {
		return nil, err
	}
	if opts.Context == nil {
		e.program, err = compile(e.rules)
	}
	return e, err
}

// parseContext takes the context out of its document.
func parseContext(text []byte) (*value, error) {
	doc, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("context: %w", err)
	}
	if c := doc.get("@context"); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("context: no @context, expected a JSON-LD context document")
}

// ContextMode says how an annotated document refers to its context.
type ContextMode string

// The ways to refer to the context.
const (
	// Inline writes the context into the document.
	Inline ContextMode = "inline"
	// ByURL names the context by its URL.
	ByURL ContextMode = "url"
	// NoContext leaves it to the reader to apply the context.
	NoContext ContextMode = "none"
)

// Annotate appends the annotated document of one v2 study: valid JSON-LD 1.1,
// on one line. Its graphs are the record's and the shared one. A study that
// cannot be read is a *source.Error, with offset and pointer from its start.
func (e *Engine) Annotate(dst, study []byte, mode ContextMode) ([]byte, error) {
	return e.AnnotateAs(dst, study, "", mode)
}

// AnnotateAs is Annotate for a study that was made of a record in another
// delivery form, which tw:source_form names.
func (e *Engine) AnnotateAs(dst, study []byte, form string, mode ContextMode) ([]byte, error) {
	record, shared, _, err := e.document(study, form)
	if err != nil {
		return dst, err
	}
	var context *value
	switch mode {
	case Inline:
		context = e.context
	case ByURL:
		if e.url == "" {
			return dst, fmt.Errorf("the context was given as a file, so it has no URL")
		}
		context = stringValue(e.url)
	}
	return document(context, record, shared).appendJSON(dst), nil
}

// document makes the graphs of the annotated document.
func (e *Engine) document(study []byte, form string) (record, shared *value, a *annotator, err error) {
	in, nct, err := open(study)
	if err != nil {
		return nil, nil, nil, err
	}
	a = &annotator{rules: e.rules, in: in, whole: in, nct: nct, study: studyIRI(nct), form: form}
	a.graph = a.study + recordFragment
	if e.rules.opts.History {
		date, by, err := versionOf(in)
		if err != nil {
			return nil, nil, nil, err
		}
		a.graph += "-" + date
		a.versionBy = by
	}
	if e.rules.without[contactsPart] {
		a.in = e.rules.withoutPeople(in)
	}
	if e.rules.opts.Profile == Core {
		record, shared = a.core()
	} else {
		record, shared = a.annotate()
	}
	return record, shared, a, nil
}

// recordFragment names the graph of a record, below its study.
const recordFragment = "#record"

// versionOf returns the date of a record's version, and the path where it stands
// if that is not the day of the last update post.
func versionOf(in *value) (date, by string, err error) {
	for i, path := range model.VersionDates() {
		if date := in.path(strings.Split(path, ".")...).str(); isVersionDate(date) {
			if i == 0 {
				path = ""
			}
			return date, path, nil
		}
	}
	return "", "", &source.Error{
		Position: source.Position{Offset: source.NoOffset, Pointer: "/" + strings.ReplaceAll(model.VersionDates()[0], ".", "/")},
		Problem:  "no date tells the version of the record", Expected: "the day of its last update post, or another date of its last change",
	}
}

// isVersionDate reports whether a date is a day or a month.
func isVersionDate(date string) bool {
	known := parseDate(date).known
	return known == dayDate || known == monthDate
}

// open parses a study and returns its NCT number, or says what is wrong with it.
func open(study []byte) (*value, string, error) {
	in, err := parse(study)
	if err != nil {
		return nil, "", err
	}
	if in.kind != '{' {
		return nil, "", &source.Error{Position: source.At("", 0), Problem: "not a JSON object", Expected: "a study"}
	}
	nct, err := studyNumber(in)
	return in, nct, err
}

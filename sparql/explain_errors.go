package sparql

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// ExpressionError is an expression that had no value, by which a solution is lost
// or a variable stays unbound (section 17.3).
type ExpressionError struct {
	// Expression is its text.
	Expression string
	// Count is how often it had none.
	Count int
	// Example are the values that it had none for, the first time.
	Example string
}

// failed notes that an expression has no value for some values.
func (e *evaluator) failed(by expr, of ...value) {
	if e.handled > 0 {
		return
	}
	e.failures++
	t := e.trace
	if t == nil {
		return
	}
	text := e.query.expression(by)
	if t.errors[text] == nil {
		var values []string
		for _, v := range of {
			values = append(values, e.query.shown(v.term))
		}
		if len(of) == 0 {
			values = []string{"unbound"}
		}
		t.errors[text] = &ExpressionError{Expression: text, Example: strings.Join(values, ", ")}
	}
	t.errors[text].Count++
}

// failsBy notes the value that an aggregate has none because of, for when it is asked
// for.
func (e *evaluator) failsBy(aggregate varExpr, v value) {
	if e.trace == nil {
		return
	}
	if text := e.query.expression(aggregate); e.trace.errors[text] == nil {
		e.trace.errors[text] = &ExpressionError{Expression: text, Example: e.query.shown(v.term)}
	}
}

// failures are the expressions that had no value, the most frequent first.
func (t *tracer) failures() []ExpressionError {
	var out []ExpressionError
	for _, text := range slices.Sorted(maps.Keys(t.errors)) {
		if t.errors[text].Count > 0 {
			out = append(out, *t.errors[text])
		}
	}
	slices.SortStableFunc(out, func(a, b ExpressionError) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// longestExample bounds an example, which may be a text of a record.
const longestExample = 200

func (p *Plan) writeErrors(w io.Writer) error {
	if len(p.Errors) == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\n%10s  expression without a value, and the first values that it has none for\n", "errors"); err != nil {
		return err
	}
	for _, e := range p.Errors {
		example := e.Example
		if runes := []rune(example); len(runes) > longestExample {
			example = string(runes[:longestExample]) + "…"
		}
		if _, err := fmt.Fprintf(w, "%10d  %s: %s\n", e.Count, e.Expression, example); err != nil {
			return err
		}
	}
	return nil
}

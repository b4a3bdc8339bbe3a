package sparql

import "context"

// Pattern is a regular expression as REGEX has it: in the syntax of XPath.
type Pattern struct{ re *xpathRegex }

// CompilePattern compiles a pattern with flags. The error says what is invalid, or
// not supported.
func CompilePattern(pattern, flags string) (*Pattern, error) {
	re := compileXPath(pattern, flags)
	return &Pattern{re}, re.err
}

// Match reports whether the pattern matches somewhere in a text. The error is the
// limit of steps, for a pattern with back references, or the end of ctx.
func (p *Pattern) Match(ctx context.Context, text []byte) (matches bool, err error) {
	if p.re.linear != nil && p.re.size*len(text) < muchWork {
		return p.re.linear.Match(text), nil
	}
	defer stopped(&err)
	return (&evaluator{ctx: ctx}).matches(p.re, string(text)), nil
}

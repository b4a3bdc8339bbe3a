package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
)

// SyntaxError is a fault in an expression: what is wrong, and after how many
// bytes.
type SyntaxError struct {
	Offset  int
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s after %d characters", e.Problem, e.Offset)
}

// Compile reads an expression. Its errors are *SyntaxError values.
func Compile(text string) (*Path, error) {
	c := &compiler{text: text}
	if !c.accept("$") {
		return nil, c.fail("the path does not begin with %q", "$")
	}
	for c.at < len(c.text) {
		if err := c.step(); err != nil {
			return nil, err
		}
	}
	return &Path{text: text, steps: withNeeds(mergeDeep(c.steps)), bare: c.bare}, nil
}

// mergeDeep drops the "*" of "..*" where a further member follows: Spectral
// reads "$..*.a" as "$..a".
func mergeDeep(steps []step) []step {
	var out []step
	for i, s := range steps {
		if s.kind == stepAll && i > 0 && steps[i-1].kind == stepDeep && i+1 < len(steps) {
			switch steps[i+1].kind {
			case stepNames, stepAll, stepFilter, stepType, stepSlice:
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

type compiler struct {
	text  string
	at    int
	steps []step
	bare  bool
}

func (c *compiler) fail(format string, args ...any) error {
	return &SyntaxError{c.at, fmt.Sprintf(format, args...)}
}

func (c *compiler) accept(prefix string) bool {
	if strings.HasPrefix(c.text[c.at:], prefix) {
		c.at += len(prefix)
		return true
	}
	return false
}

func (c *compiler) add(s step) error {
	c.steps = append(c.steps, s)
	return nil
}

func (c *compiler) step() error {
	switch {
	case c.accept("~"):
		return c.add(step{kind: stepKey})
	case c.accept("^"):
		if n := len(c.steps); n > 0 && c.steps[n-1].kind == stepKey {
			return nil // as in Spectral: a key has no parent but its own place
		}
		return c.add(step{kind: stepParent})
	case c.accept(".."):
		return c.deep()
	case c.accept("."):
		return c.dotName()
	case c.accept("["):
		return c.bracket()
	case c.accept("@"):
		return c.ofType()
	}
	return c.fail("unexpected %q", c.text[c.at:c.at+1])
}

func (c *compiler) deep() error {
	c.accept(".") // three dots are two
	c.steps = append(c.steps, step{kind: stepDeep})
	switch {
	case c.at >= len(c.text):
		return c.add(step{kind: stepContainer})
	case c.accept("["):
		return c.bracket()
	}
	return c.dotName()
}

// ofType reads the name of a type, as in @string(): members of that type.
func (c *compiler) ofType() error {
	end := strings.Index(c.text[c.at:], "()")
	if end < 0 {
		return c.fail("%q is missing", "()")
	}
	name := c.text[c.at : c.at+end]
	if _, ok := typeTests[name]; !ok {
		return c.fail("unknown type %q", "@"+name+"()")
	}
	c.at += end + len("()")
	return c.add(step{kind: stepType, names: []string{name}})
}

func (c *compiler) dotName() error {
	if c.accept("*") {
		return c.add(step{kind: stepAll})
	}
	if c.accept("[") { // jsonpath-plus, and so Spectral, read ".[" as "..["
		c.steps = append(c.steps, step{kind: stepDeep})
		return c.bracket()
	}
	if c.accept("@") {
		return c.ofType()
	}
	c.accept("`")
	end := strings.IndexAny(c.text[c.at:], ".[~^@")
	if end < 0 {
		end = len(c.text) - c.at
	}
	if end == 0 {
		return c.fail("a name is missing")
	}
	name := c.text[c.at : c.at+end]
	if strings.ContainsAny(name, " ()?'\"]") {
		return c.fail("%q is not supported here", name)
	}
	c.at += end
	return c.add(step{kind: stepNames, names: strings.Split(name, ",")})
}

// bracket reads what stands between brackets; the opening one is consumed.
func (c *compiler) bracket() error {
	c.space()
	switch {
	case c.accept("*"):
		c.steps = append(c.steps, step{kind: stepAll})
		return c.closeBracket()
	case c.accept("?("):
		return c.expression(stepFilter)
	case c.accept("("):
		return c.expression(stepScript)
	case c.accept("?"):
		return c.bareFilter()
	case c.accept("["):
		if err := c.bracket(); err != nil {
			return err
		}
		return c.closeBracket()
	}
	return c.union()
}

// bareFilter skips a filter without parentheses, which selects nothing in
// Spectral.
func (c *compiler) bareFilter() error {
	depth := 1
	for ; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case '\'', '"':
			p := &exprParser{text: c.text, at: c.at}
			if _, err := p.quoted(); err != nil {
				return err
			}
			c.at = p.at - 1
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				c.at++
				c.bare = true
				return c.add(step{kind: stepNames})
			}
		}
	}
	return c.fail("%q is missing", "]")
}

func (c *compiler) space() {
	for c.at < len(c.text) && (c.text[c.at] == ' ' || c.text[c.at] == '\n' || c.text[c.at] == '\t') {
		c.at++
	}
}

func (c *compiler) closeBracket() error {
	c.space()
	if !c.accept("]") {
		return c.fail("%q is missing", "]")
	}
	return nil
}

func (c *compiler) expression(k kind) error {
	p := &exprParser{text: c.text, at: c.at}
	e, err := p.parse()
	if err != nil {
		return err
	}
	p.space()
	c.at = p.at
	if !c.accept(")") {
		return c.fail("%q is missing", ")")
	}
	c.steps = append(c.steps, step{kind: k, expr: e})
	return c.closeBracket()
}

// union reads names, indexes and slices, quoted or bare, between commas.
func (c *compiler) union() error {
	var names []string
	for {
		c.space()
		name, quoted, err := c.unionMember()
		if err != nil {
			return err
		}
		if !quoted && strings.Contains(name, ":") {
			return c.sliceStep(name)
		}
		names = append(names, name)
		c.space()
		if c.accept(",") {
			continue
		}
		c.steps = append(c.steps, step{kind: stepNames, names: names})
		return c.closeBracket()
	}
}

func (c *compiler) unionMember() (name string, quoted bool, err error) {
	if c.at < len(c.text) && (c.text[c.at] == '\'' || c.text[c.at] == '"') {
		p := &exprParser{text: c.text, at: c.at}
		name, err := p.quoted()
		c.at = p.at
		return name, true, err
	}
	end := strings.IndexAny(c.text[c.at:], ",]")
	if end <= 0 {
		return "", false, c.fail("a name is missing between brackets")
	}
	name = strings.TrimSpace(c.text[c.at : c.at+end])
	c.at += end
	return name, false, nil
}

func (c *compiler) sliceStep(text string) error {
	s := step{kind: stepSlice}
	for i, part := range strings.SplitN(text, ":", 3) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		v, err := strconv.Atoi(part)
		if err != nil {
			return c.fail("slice bound %q is not a whole number", part)
		}
		s.slice[i] = &v
	}
	c.steps = append(c.steps, s)
	return c.closeBracket()
}

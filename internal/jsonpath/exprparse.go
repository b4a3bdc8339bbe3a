package jsonpath

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// exprParser reads the JavaScript of a filter by precedence climbing.
type exprParser struct {
	text  string
	at    int
	depth int
}

const maxExprDepth = 100

func (p *exprParser) fail(format string, args ...any) error {
	return &SyntaxError{p.at, fmt.Sprintf(format, args...)}
}

func (p *exprParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *exprParser) accept(token string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.at:], token) {
		return false
	}
	p.at += len(token)
	return true
}

// parse reads a whole expression, the conditional operator included.
func (p *exprParser) parse() (expr, error) {
	if p.depth++; p.depth > maxExprDepth {
		return nil, p.fail("the filter is nested too deep")
	}
	defer func() { p.depth-- }()
	test, err := p.binary(0)
	if err != nil || !p.accept("?") {
		return test, err
	}
	yes, err := p.parse()
	if err != nil {
		return nil, err
	}
	if !p.accept(":") {
		return nil, p.fail("%q is missing", ":")
	}
	no, err := p.parse()
	return conditional{test, yes, no}, err
}

// precedence lists the binary operators from the loosest to the tightest;
// within a level, longer tokens come first.
var precedence = [][]string{
	{"||", "??"},
	{"&&"},
	{"===", "!==", "==", "!="},
	{"<=", ">=", "<", ">", "in "},
	{"+", "-"},
	{"*", "/", "%"},
}

func (p *exprParser) binary(level int) (expr, error) {
	if level == len(precedence) {
		return p.unary()
	}
	x, err := p.binary(level + 1)
	for err == nil {
		op := p.operator(level)
		if op == "" {
			return x, nil
		}
		var y expr
		y, err = p.binary(level + 1)
		x = binary{op, x, y}
	}
	return nil, err
}

func (p *exprParser) operator(level int) string {
	p.space()
	i := slices.IndexFunc(precedence[level], p.accept)
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(precedence[level][i])
}

func (p *exprParser) unary() (expr, error) {
	if p.depth++; p.depth > maxExprDepth {
		return nil, p.fail("the filter is nested too deep")
	}
	defer func() { p.depth-- }()
	for _, op := range []string{"!", "-", "+", "typeof ", "void "} {
		if p.accept(op) {
			x, err := p.unary()
			return unary{strings.TrimSpace(op), x}, err
		}
	}
	x, err := p.primary()
	if err != nil {
		return nil, err
	}
	return p.postfix(x)
}

func (p *exprParser) primary() (expr, error) {
	p.space()
	if p.at >= len(p.text) {
		return nil, p.fail("the filter ends too early")
	}
	switch c := p.text[p.at]; {
	case c == '(':
		return p.group()
	case c == '[':
		p.at++
		items, err := p.arguments("]")
		return arrayLiteral{items}, err
	case c == '\'' || c == '"' || c == '`':
		s, err := p.quoted()
		return literal{textValue(s)}, err
	case c == '/':
		return p.regexp()
	case c >= '0' && c <= '9':
		return p.number()
	}
	return p.word()
}

func (p *exprParser) group() (expr, error) {
	p.at++
	x, err := p.parse()
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, p.fail("%q is missing", ")")
	}
	return x, nil
}

func (p *exprParser) number() (expr, error) {
	start := p.at
	for p.at < len(p.text) && strings.IndexByte("0123456789.", p.text[p.at]) >= 0 {
		p.at++
	}
	n, err := strconv.ParseFloat(p.text[start:p.at], 64)
	if err != nil {
		return nil, p.fail("%q is not a number", p.text[start:p.at])
	}
	return literal{numValue(n)}, nil
}

// quoted reads a string in quotes; the opening quote is at p.at.
func (p *exprParser) quoted() (string, error) {
	quote := p.text[p.at]
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == quote:
			p.at++
			return b.String(), nil
		case c == '\\' && p.at+1 < len(p.text):
			p.at++
			b.WriteString(unescape(p.text[p.at]))
		default:
			b.WriteByte(c)
		}
	}
	return "", p.fail("a string is not closed")
}

func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	}
	return string([]byte{c})
}

func (p *exprParser) regexp() (expr, error) {
	start := p.at + 1
	inClass := false
	for p.at++; ; p.at++ {
		if p.at >= len(p.text) {
			return nil, p.fail("a regular expression is not closed")
		}
		c := p.text[p.at]
		if c == '\\' {
			p.at++
			continue
		}
		if c == '/' && !inClass {
			break
		}
		inClass = c == '[' || inClass && c != ']'
	}
	pattern := p.text[start:p.at]
	p.at++
	re, err := CompileRegexp(pattern, p.identifier())
	if err != nil {
		return nil, p.fail("%s", err)
	}
	return literal{value{kind: regex, re: re}}, nil
}

func (p *exprParser) identifier() string {
	start := p.at
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if r != '_' && r != '$' && !unicode.IsLetter(r) && !(unicode.IsDigit(r) && p.at > start) {
			break
		}
		p.at += size
	}
	return p.text[start:p.at]
}

// word reads "@", its relatives, "$" and the words of the language.
func (p *exprParser) word() (expr, error) {
	if p.accept("@") {
		return p.place()
	}
	switch name := p.identifier(); name {
	case "$":
		return variable{"@root"}, nil
	case "true", "false":
		return literal{boolValue(name == "true")}, nil
	case "null":
		return literal{value{kind: null}}, nil
	case "undefined":
		return literal{}, nil
	case "Object", "Array":
		return globalName(name), nil
	case "":
		return nil, p.fail("unexpected %q in the filter", p.text[p.at:p.at+1])
	default:
		return nil, p.fail("%q is not defined in a filter", name)
	}
}

func (p *exprParser) place() (expr, error) {
	name := "@" + p.identifier()
	switch name {
	case "@", "@property", "@parent", "@parentProperty", "@path", "@root":
		return variable{name}, nil
	}
	return nil, p.fail("%q is not supported in a filter", name)
}

// postfix reads members, indexes and calls.
func (p *exprParser) postfix(x expr) (expr, error) {
	for {
		switch {
		case p.accept("?."), p.accept("."):
			name := p.identifier()
			if name == "" {
				return nil, p.fail("the name of a member is missing")
			}
			if p.accept("(") {
				args, err := p.arguments(")")
				if err != nil {
					return nil, err
				}
				x = call{x, name, args}
				continue
			}
			x = access{x, literal{textValue(name)}}
		case p.accept("["):
			name, err := p.parse()
			if err != nil {
				return nil, err
			}
			if !p.accept("]") {
				return nil, p.fail("%q is missing", "]")
			}
			x = access{x, name}
		default:
			return x, nil
		}
	}
}

func (p *exprParser) arguments(end string) ([]expr, error) {
	var out []expr
	for !p.accept(end) {
		x, err := p.parse()
		if err != nil {
			return nil, err
		}
		out = append(out, x)
		if !p.accept(",") && !strings.HasPrefix(p.text[p.at:], end) {
			return nil, p.fail("%q is missing", end)
		}
	}
	return out, nil
}

package registry

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// Parameter is a query parameter of the API, as the bundled OpenAPI
// description has it.
type Parameter struct {
	Name, Description string
	// Type is that of the value, or of each item of a List: string, boolean or
	// integer.
	Type string
	// List says that the value is a list, written with "|" between its items.
	List bool
	// Pattern is a regular expression that a value has to match; Enum lists
	// all values there are. Both are empty where any value will do.
	Pattern string
	Enum    []string
	// Minimum is the least integer; MinItems and MaxItems bound a List, where
	// they are not 0.
	Minimum, MinItems, MaxItems int
	Example                     string
}

// SearchParameters returns the parameters of the search for studies, in the
// order of the description.
func SearchParameters() []Parameter { return slices.Clone(searchParameters[:]) }

func search(name string) *Parameter {
	for i := range searchParameters {
		if searchParameters[i].Name == name {
			return &searchParameters[i]
		}
	}
	return nil
}

// normal checks a value and returns it as the API takes it. The items of a
// list may also stand with commas between them.
func (p *Parameter) normal(value string) (string, error) {
	if !p.List {
		return value, p.check(value)
	}
	items := strings.FieldsFunc(value, func(r rune) bool { return r == '|' || r == ',' })
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
		if err := p.check(items[i]); err != nil {
			return "", err
		}
	}
	switch n := len(items); {
	case n < max(p.MinItems, 1):
		return "", p.fault(value, fmt.Sprintf("at least %d values", max(p.MinItems, 1)))
	case p.MaxItems > 0 && n > p.MaxItems:
		return "", p.fault(value, fmt.Sprintf("at most %d values", p.MaxItems))
	}
	return strings.Join(items, "|"), nil
}

func (p *Parameter) check(value string) error {
	switch {
	case p.Enum != nil && !slices.Contains(p.Enum, value):
		return p.notListed(value)
	case p.Type == "boolean" && value != "true" && value != "false":
		return p.fault(value, "true or false")
	case p.Type == "integer":
		if n, err := strconv.ParseInt(value, 10, 32); err != nil || n < int64(p.Minimum) {
			return p.fault(value, fmt.Sprintf("a whole number from %d", p.Minimum))
		}
	case p.Pattern != "" && !regexp.MustCompile(p.Pattern).MatchString(value):
		return p.fault(value, p.shape())
	}
	return nil
}

func (p *Parameter) shape() string {
	if p.Example == "" {
		return "a text that matches " + p.Pattern
	}
	first, _, _ := strings.Cut(p.Example, "|")
	return "one such as " + first
}

func (p *Parameter) notListed(value string) error {
	err := p.fault(value, "one of "+strings.Join(p.Enum, ", "))
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return '_'
		}
		return r
	}, strings.ToUpper(strings.ReplaceAll(value, ",", "")))
	if near := model.Nearest(code, p.Enum); near != "" {
		return fmt.Errorf("%w\nhint: did you mean %s?", err, near)
	}
	return err
}

func (p *Parameter) fault(value, expected string) error {
	return &ParameterError{Name: p.Name, Value: value, Expected: expected}
}

// ParameterError is a parameter of a search that the API would refuse.
type ParameterError struct {
	Name, Value string
	// Expected says what would have been right.
	Expected string
}

func (e *ParameterError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: no value, expected %s", e.Name, e.Expected)
	}
	return fmt.Sprintf("%s: %q, expected %s", e.Name, e.Value, e.Expected)
}

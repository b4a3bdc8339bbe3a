package script

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/trialweave/trialweave/yamltree"
)

// mapping is an object of a document. What a function writes stays in its
// session.
type mapping struct {
	session *session
	node    *yamltree.Node
	// keys and values are those that hold once something was written.
	keys   []string
	values map[string]goja.Value
}

// Get returns a member.
func (m *mapping) Get(key string) goja.Value {
	if m.values != nil {
		return m.values[key]
	}
	if i := m.node.Index(key); i >= 0 {
		return m.session.wrap(m.node.Items[i])
	}
	return nil
}

// Set writes a member.
func (m *mapping) Set(key string, v goja.Value) bool {
	m.own()
	if _, known := m.values[key]; !known {
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
	return true
}

// Has reports whether there is a member.
func (m *mapping) Has(key string) bool {
	if m.values != nil {
		_, ok := m.values[key]
		return ok
	}
	return m.node.Index(key) >= 0
}

// Delete removes a member.
func (m *mapping) Delete(key string) bool {
	if !m.Has(key) {
		return true
	}
	m.own()
	delete(m.values, key)
	m.keys = slices.DeleteFunc(m.keys, func(k string) bool { return k == key })
	return true
}

// Keys lists the members, as objects do: numbers first.
func (m *mapping) Keys() []string {
	if m.values != nil {
		return inOrder(slices.Clone(m.keys))
	}
	keys := make([]string, 0, len(m.node.Keys))
	seen := map[string]bool{}
	for _, key := range m.node.Keys {
		if !seen[key.Name] {
			seen[key.Name] = true
			keys = append(keys, key.Name)
		}
	}
	return inOrder(keys)
}

// inOrder puts the keys that are indexes first, as objects of JavaScript do.
func inOrder(keys []string) []string {
	slices.SortStableFunc(keys, func(a, b string) int {
		x, errX := indexOf(a)
		y, errY := indexOf(b)
		switch {
		case errX == nil && errY == nil:
			return x - y
		case errX == nil:
			return -1
		case errY == nil:
			return 1
		}
		return 0
	})
	return keys
}

func (m *mapping) own() {
	if m.values != nil {
		return
	}
	m.keys = m.Keys()
	m.values = make(map[string]goja.Value, len(m.keys))
	for _, key := range m.keys {
		m.values[key] = m.session.wrap(m.node.Items[m.node.Index(key)])
	}
}

// sequence is an array of a document.
type sequence struct {
	session *session
	node    *yamltree.Node
	values  []goja.Value
	written bool
}

// Len is how many items there are.
func (q *sequence) Len() int {
	if q.written {
		return len(q.values)
	}
	return len(q.node.Items)
}

// Get returns an item.
func (q *sequence) Get(i int) goja.Value {
	switch {
	case i < 0 || i >= q.Len():
		return nil
	case q.written:
		return q.values[i]
	}
	return q.session.wrap(q.node.Items[i])
}

// Set writes an item.
func (q *sequence) Set(i int, v goja.Value) bool {
	if i < 0 || i >= maxLength || i >= q.Len() && !q.SetLen(i+1) {
		return false
	}
	q.own()
	q.values[i] = v
	return true
}

// maxLength is the most items that a function may make an array of a document.
const maxLength = 1 << 20

// SetLen makes the array longer or shorter.
func (q *sequence) SetLen(n int) bool {
	if n < 0 || n > maxLength {
		return false
	}
	q.own()
	for len(q.values) < n {
		q.values = append(q.values, goja.Undefined())
	}
	q.values = q.values[:n]
	return true
}

func (q *sequence) own() {
	if q.written {
		return
	}
	for _, item := range q.node.Items {
		q.values = append(q.values, q.session.wrap(item))
	}
	q.written = true
}

// wrap makes a value of a node.
func (s *session) wrap(n *yamltree.Node) goja.Value {
	switch n.Kind {
	case yamltree.Null:
		return goja.Null()
	case yamltree.Bool:
		return s.vm.ToValue(n.Text == "true")
	case yamltree.Number:
		if n.Number == float64(int64(n.Number)) {
			return s.vm.ToValue(int64(n.Number))
		}
		return s.vm.ToValue(n.Number)
	case yamltree.String:
		return s.vm.ToValue(n.Text)
	}
	if known := s.wrapped[n]; known != nil {
		return known
	}
	var made *goja.Object
	if n.Kind == yamltree.Sequence {
		made = s.vm.NewDynamicArray(&sequence{session: s, node: n})
	} else {
		made = s.vm.NewDynamicObject(&mapping{session: s, node: n})
	}
	s.wrapped[n] = made
	return made
}

var (
	mappingType  = reflect.TypeFor[*mapping]()
	sequenceType = reflect.TypeFor[*sequence]()
	promiseType  = reflect.TypeFor[*goja.Promise]()
)

// Limits of values that functions make.
const (
	maxDepth = 500
	maxNodes = 2_000_000
)

// node makes a node of a value; nil of undefined.
func (s *session) node(v goja.Value) (*yamltree.Node, error) {
	left := maxNodes
	return s.nodeOf(v, 0, &left)
}

func (s *session) nodeOf(v goja.Value, depth int, left *int) (*yamltree.Node, error) {
	if *left--; depth > maxDepth || *left < 0 {
		return nil, errors.New("a value is too big, or has itself in it")
	}
	switch {
	case v == nil || goja.IsUndefined(v):
		return nil, nil
	case goja.IsNull(v):
		return &yamltree.Node{Kind: yamltree.Null, Text: "null"}, nil
	}
	object, ok := v.(*goja.Object)
	if !ok {
		return scalarOf(v)
	}
	switch object.ExportType() {
	case mappingType:
		if of := object.Export().(*mapping); of.values == nil {
			return of.node, nil
		}
	case sequenceType:
		if of := object.Export().(*sequence); !of.written {
			return of.node, nil
		}
	}
	if _, callable := goja.AssertFunction(object); callable {
		return nil, nil
	}
	return s.objectOf(object, depth, left)
}

func scalarOf(v goja.Value) (*yamltree.Node, error) {
	switch x := v.Export().(type) {
	case bool:
		return &yamltree.Node{Kind: yamltree.Bool, Text: strconv.FormatBool(x)}, nil
	case int64:
		return number(float64(x)), nil
	case float64:
		return number(x), nil
	case string:
		return &yamltree.Node{Kind: yamltree.String, Text: x}, nil
	}
	return nil, errors.New("a value is nothing that JSON has")
}

// length is that of an array.
func (s *session) length(array *goja.Object) (int, bool) {
	n := s.get(array, "length")
	if _, object := n.(*goja.Object); object {
		return 0, false
	}
	length, ok := n.Export().(int64)
	return int(length), ok && length >= 0
}

// objectOf makes a node of an object that a function made.
func (s *session) objectOf(object *goja.Object, depth int, left *int) (*yamltree.Node, error) {
	if object.ClassName() == "Array" {
		out := &yamltree.Node{Kind: yamltree.Sequence}
		length, ok := s.length(object)
		if !ok || length > maxLength {
			return nil, errors.New("an array is too long")
		}
		for i := range length {
			item, err := s.nodeOf(s.get(object, strconv.Itoa(i)), depth+1, left)
			if err != nil {
				return nil, err
			}
			if item == nil {
				item = &yamltree.Node{Kind: yamltree.Null, Text: "null"}
			}
			out.Items = append(out.Items, item)
		}
		return out, nil
	}
	out := &yamltree.Node{Kind: yamltree.Mapping}
	for _, key := range object.Keys() {
		item, err := s.nodeOf(s.get(object, key), depth+1, left)
		if err != nil {
			return nil, err
		}
		if item != nil {
			out.Keys = append(out.Keys, yamltree.Key{Name: key, Kind: yamltree.String})
			out.Items = append(out.Items, item)
		}
	}
	return out, nil
}

// outcomes reads what a function returned.
func (s *session) outcomes(returned goja.Value) (out []outcome, err error) {
	if goja.IsUndefined(returned) {
		return nil, nil
	}
	if _, ok := returned.(*goja.Object); !ok {
		return nil, fmt.Errorf("it returns %s, expected an array of results, or undefined", s.thrown(returned))
	}
	thrown := s.vm.Try(func() {
		s.vm.ForOf(returned, func(v goja.Value) bool {
			var one outcome
			if one, err = s.outcome(v); err != nil {
				return false
			}
			out = append(out, one)
			if len(out) > maxResults {
				err = fmt.Errorf("it returns more than %d results", maxResults)
			}
			return err == nil
		})
	})
	if err == nil && thrown != nil {
		err = fmt.Errorf("its results cannot be read: %s", s.thrown(thrown.Value()))
	}
	return out, err
}

// outcome reads one result.
func (s *session) outcome(v goja.Value) (outcome, error) {
	message, ok := s.get(v, "message").(goja.String)
	if !ok {
		return outcome{}, errors.New("a result has no message, expected {message: \"…\"}")
	}
	text := message.String()
	if len(text) > maxText {
		return outcome{}, fmt.Errorf("a message has more than %d bytes", maxText)
	}
	path, err := s.steps(s.get(v, "path"))
	for i := range path {
		path[i] = decoded(path[i])
	}
	return outcome{Message: text, Path: path}, err
}

// steps reads a path; nil where there is none.
func (s *session) steps(v goja.Value) ([]string, error) {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	object, ok := v.(*goja.Object)
	if !ok || object.ClassName() != "Array" {
		return nil, errors.New("a path is not an array")
	}
	n, ok := s.length(object)
	if !ok || n > maxSteps {
		return nil, fmt.Errorf("a path has more than %d steps", maxSteps)
	}
	out := make([]string, n)
	for i := range out {
		step := s.get(object, strconv.Itoa(i))
		if _, object := step.(*goja.Object); object || goja.IsUndefined(step) || goja.IsNull(step) {
			return nil, errors.New("a step of a path is neither a text nor a number")
		}
		if out[i] = fmt.Sprint(step.Export()); len(out[i]) > maxText {
			return nil, fmt.Errorf("a step of a path has more than %d bytes", maxText)
		}
	}
	return out, nil
}

// decoded is a step as Spectral reads it in results.
func decoded(step string) string {
	if strings.Contains(step, "%") {
		if plain, err := url.PathUnescape(step); err == nil {
			step = plain
		}
	}
	return yamltree.Unescape(step)
}

func indexOf(step string) (int, error) {
	if step == "" || len(step) > 9 || step != "0" && step[0] == '0' || strings.Trim(step, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(step)
}

// said is the error of code that was run.
func (s *session) said(err error) error {
	var interrupted *goja.InterruptedError
	var exception *goja.Exception
	var deep *goja.StackOverflowError
	switch {
	case errors.As(err, &interrupted):
		return fmt.Errorf("%v", interrupted.Value())
	case errors.As(err, &deep):
		return errors.New("it calls itself too deeply")
	case errors.As(err, &exception):
		return errors.New("it throws " + s.thrown(exception.Value()))
	}
	return errors.New(shortened(err.Error()))
}

// thrown is a value in an error, read without trust in it.
func (s *session) thrown(v goja.Value) (text string) {
	text = "something that cannot be read"
	_ = s.vm.Try(func() { text = textOf(v) }) // it stays so
	return text
}

// textOf is a value in an error: the message of one that has one.
func textOf(v goja.Value) string {
	object, ok := v.(*goja.Object)
	if !ok {
		if v == nil {
			return "nothing"
		}
		return shortened(v.String())
	}
	message, ok := object.Get("message").(goja.String)
	if !ok {
		return "an object without a message"
	}
	return strconv.Quote(shortened(message.String()))
}

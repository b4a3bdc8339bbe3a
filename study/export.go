package study

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/source"
)

// fromExport yields the studies that a database or a data frame wrote in a
// form of its own.
func fromExport(b *Batch, yield func(Record) bool) bool {
	for made, err := range exported(b.form, b.data) {
		r := Record{Position: b.Position, JSON: made, Made: true}
		if err != nil {
			r = Record{Position: b.Position, JSON: b.data, Err: b.moved(err)}
		}
		if !yield(r) || err != nil {
			return err != nil
		}
	}
	return true
}

func exported(f form, data []byte) iter.Seq2[[]byte, *source.Error] {
	return func(yield func([]byte, *source.Error) bool) {
		if err := checkExport(data); err != nil {
			yield(nil, err)
			return
		}
		var made [][]byte
		var err error
		switch f {
		case formExtended:
			made, err = plainJSON(data)
		case formFlat:
			made, err = nestedKeys(data)
		case formColumns:
			made, err = rowsOfColumns(data)
		default:
			made, err = rowsOfSplit(data)
		}
		if err != nil {
			e := fault(0, "", "the table cannot be taken apart", "columns as DataFrame.to_json writes them")
			e.Err = err
			yield(nil, e)
			return
		}
		for _, json := range made {
			if !yield(json, nil) {
				return
			}
		}
	}
}

// checkExport refuses what is nested too deep or is not JSON, so that the
// functions below need not.
func checkExport(data []byte) *source.Error {
	if err := checkDepth(data); err != nil {
		return err
	}
	if err := checkValues(data, 4*MaxValues); err != nil { // of a table of records
		return err
	}
	return checkSyntax(data, true)
}

// member is a member of an object whose order is kept.
type keyed struct {
	key   string
	value jsontext.Value
}

func membersOf(object []byte) ([]keyed, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(object))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, errors.Join(err, errors.New("not an object"))
	}
	var out []keyed
	for dec.PeekKind() != '}' {
		key, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name := key.String()
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		if len(out) == MaxValues {
			return nil, fmt.Errorf("an object has more than %d members", MaxValues)
		}
		out = append(out, keyed{name, value.Clone()})
	}
	return out, nil
}

func appendObject(dst []byte, members []keyed) []byte {
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, m.key), ':')
		dst = append(dst, m.value...)
	}
	return append(dst, '}')
}

// plainJSON leaves out the identifier that MongoDB gave a document, and writes
// the numbers of Extended JSON (version 2, canonical mode) as numbers.
func plainJSON(data []byte) ([][]byte, error) {
	members, err := membersOf(data)
	if err != nil {
		return nil, err
	}
	members = slices.DeleteFunc(members, func(m keyed) bool { return m.key == "_id" })
	out := appendObject(nil, members)
	if bytes.Contains(out, []byte(`"$number`)) {
		if out, err = plainNumbers(out); err != nil {
			return nil, err
		}
	}
	return [][]byte{out}, nil
}

// plainNumbers writes {"$numberInt": "5"} and its like as 5.
func plainNumbers(value jsontext.Value) ([]byte, error) {
	switch value.Kind() {
	case '{':
		members, err := membersOf(value)
		if err != nil {
			return nil, err
		}
		if n, ok := extendedNumber(members); ok {
			return n, nil
		}
		for i := range members {
			if members[i].value, err = plainNumbers(members[i].value); err != nil {
				return nil, err
			}
		}
		return appendObject(nil, members), nil
	case '[':
		var items []json.RawMessage
		if err := json.Unmarshal(value, &items); err != nil {
			return nil, err
		}
		out := []byte{'['}
		for i, item := range items {
			plain, err := plainNumbers(jsontext.Value(item))
			if err != nil {
				return nil, err
			}
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, plain...)
		}
		return append(out, ']'), nil
	}
	return value, nil
}

func extendedNumber(members []keyed) ([]byte, bool) {
	if len(members) != 1 {
		return nil, false
	}
	switch members[0].key {
	case "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal":
	default:
		return nil, false
	}
	var text string
	if json.Unmarshal(members[0].value, &text) != nil {
		return nil, false
	}
	number := jsontext.Value(text)
	return number, number.IsValid() && number.Kind() == '0'
}

// nestedKeys makes {"a": {"b": 1}} of {"a.b": 1}, as a flattened data frame
// has it. Cells without a value are left out.
func nestedKeys(data []byte) ([][]byte, error) {
	members, err := membersOf(data)
	if err != nil {
		return nil, err
	}
	var root branch
	for _, m := range members {
		if m.value.Kind() == 'n' {
			continue
		}
		if err := root.put(strings.Split(m.key, "."), m.value); err != nil {
			return nil, err
		}
	}
	return [][]byte{root.append(nil)}, nil
}

// branch is an object in the making.
type branch struct {
	keys   []string
	values []twig
}

// twig is the value of a key: an object in the making, or a whole value.
type twig struct {
	below *branch
	value jsontext.Value
}

func (b *branch) put(path []string, value jsontext.Value) error {
	i := slices.Index(b.keys, path[0])
	if i < 0 {
		i = len(b.keys)
		b.keys, b.values = append(b.keys, path[0]), append(b.values, twig{})
	}
	at := &b.values[i]
	if at.value != nil || len(path) == 1 && at.below != nil {
		return fmt.Errorf("two values for %q", path[0])
	}
	if len(path) == 1 {
		at.value = value
		return nil
	}
	if at.below == nil {
		at.below = &branch{}
	}
	return at.below.put(path[1:], value)
}

func (b *branch) append(dst []byte) []byte {
	dst = append(dst, '{')
	for i, key := range b.keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, key), ':')
		if v := b.values[i]; v.below != nil {
			dst = v.below.append(dst)
		} else {
			dst = append(dst, v.value...)
		}
	}
	return append(dst, '}')
}

// rowsOfColumns makes studies of {"protocolSection": {"0": {…}, "1": {…}}, …}.
func rowsOfColumns(data []byte) ([][]byte, error) {
	columns, err := membersOf(data)
	if err != nil {
		return nil, err
	}
	rows := map[string][]keyed{}
	var order []string
	for _, column := range columns {
		cells, err := membersOf(column.value)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", column.key, err)
		}
		for _, cell := range cells {
			if _, known := rows[cell.key]; !known {
				order = append(order, cell.key)
			}
			if cell.value.Kind() != 'n' {
				rows[cell.key] = append(rows[cell.key], keyed{column.key, cell.value})
			}
		}
	}
	slices.SortStableFunc(order, compareRows)
	var out [][]byte
	for _, row := range order {
		out = append(out, appendObject(nil, rows[row]))
	}
	return out, nil
}

func compareRows(a, b string) int {
	x, errA := strconv.Atoi(a)
	y, errB := strconv.Atoi(b)
	if errA != nil || errB != nil {
		return 0
	}
	return x - y
}

// rowsOfSplit makes studies of {"columns": […], "index": […], "data": [[…]]}.
func rowsOfSplit(data []byte) ([][]byte, error) {
	var table struct {
		Columns []string            `json:"columns"`
		Data    [][]json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(data, &table); err != nil {
		return nil, err
	}
	var out [][]byte
	for i, cells := range table.Data {
		if len(cells) != len(table.Columns) {
			return nil, fmt.Errorf("row %d has %d cells for %d columns", i, len(cells), len(table.Columns))
		}
		var members []keyed
		for j, cell := range cells {
			if value := jsontext.Value(cell); value.Kind() != 'n' {
				members = append(members, keyed{table.Columns[j], value})
			}
		}
		out = append(out, appendObject(nil, members))
	}
	return out, nil
}

// foreign is the record of a value that is not a study; where a study lies in
// it, the record has an error that says where, and how to get it out.
func (b *Batch) foreign() Record {
	r := b.record()
	at := studyWithin(r.JSON)
	if r.Err != nil || at == "" {
		return r
	}
	if _, err := Validate(r.JSON); err != nil {
		r.Err, at = b.moved(err), b.at+at
		r.Err.Hint = fmt.Sprintf("a study is at %s: jq -c '%s' gets it", at, jqPath(at))
	}
	return r
}

// studyWithin returns the JSON pointer of the first object in a value that has
// a protocolSection.
func studyWithin(value []byte) string {
	if !bytes.Contains(value, []byte(`"protocolSection"`)) {
		return ""
	}
	dec := jsontext.NewDecoder(bytes.NewReader(value))
	for {
		t, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		kind, length := dec.StackIndex(dec.StackDepth())
		if t.Kind() == '"' && kind == '{' && length%2 == 1 && t.String() == "protocolSection" {
			pointer := string(dec.StackPointer())
			return pointer[:strings.LastIndexByte(pointer, '/')]
		}
	}
}

// jqPath writes a JSON pointer (RFC 6901) as a path of jq, with every item of
// a list.
func jqPath(pointer string) string {
	var b strings.Builder
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch {
		case strings.Trim(step, "0123456789") == "":
			b.WriteString("[]")
		case strings.Trim(step, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "":
			b.WriteString("." + step)
		default:
			b.WriteString("[" + strings.ReplaceAll(strconv.Quote(step), "'", `\u0027`) + "]")
		}
	}
	if path := b.String(); strings.HasPrefix(path, ".") {
		return path
	}
	return "." + b.String()
}

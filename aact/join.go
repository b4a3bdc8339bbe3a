package aact

import (
	"path"
	"strings"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/jsonld/model"
)

// row is a row of a table: its cells, in the order of the table's columns.
type row []string

// columnsOf says where the columns of a table stand in its rows.
type columnsOf map[string]int

// rows are those that a table has of one study, in the order of their ids.
type rows struct {
	columns columnsOf
	rows    []row
}

// cell returns a cell of a row; what the table has no column for is empty.
func (r *rows) cell(of row, name string) string {
	at, ok := r.columns[name]
	if !ok || at >= len(of) {
		return ""
	}
	return of[at]
}

// object is a JSON object in the making: members by key, each an object, a
// list of objects, or texts.
type object struct {
	members map[string]*member
}

type member struct {
	object *object
	list   []*object
	texts  []string
}

func (o *object) member(key string) *member {
	if o.members == nil {
		o.members = map[string]*member{}
	}
	m := o.members[key]
	if m == nil {
		m = &member{}
		o.members[key] = m
	}
	return m
}

// at goes down to the object at a path, and makes what is not there.
func (o *object) at(path []string) *object {
	for _, key := range path {
		m := o.member(key)
		if m.object == nil {
			m.object = &object{}
		}
		o = m.object
	}
	return o
}

// set sets the text at a path, or adds one to a list of texts.
func (o *object) set(path []string, texts []string, list bool) {
	if len(texts) == 0 {
		return
	}
	m := o.at(path[:len(path)-1]).member(path[len(path)-1])
	if list || len(m.texts) == 0 {
		m.texts = append(m.texts, texts...)
	}
}

// text returns the text at a path, or "".
func (o *object) text(path []string) string {
	for i, key := range path {
		m := o.members[key]
		switch {
		case m == nil:
			return ""
		case i == len(path)-1 && len(m.texts) > 0:
			return m.texts[0]
		case m.object == nil:
			return ""
		}
		o = m.object
	}
	return ""
}

// joiner makes a study of the rows of all tables.
type joiner struct {
	tables map[string]*rows
	root   *object
	// made are the objects that rows became, by table and id.
	made map[[2]string]*object
	// outcomes are the outcomes of groups, by their ids.
	outcomes map[string]string
	// byID are the rows of tables that others look up.
	byID map[string]map[string]row
}

// study appends the v2 JSON of the rows of one study.
func study(dst []byte, tables map[string]*rows) []byte {
	j := joiner{tables: tables, root: &object{}, made: map[[2]string]*object{}}
	for i := range plans() {
		j.load(&plans()[i])
	}
	return appendObject(dst, j.root, model.Default().Root)
}

// load brings the rows of a table into the study.
func (j *joiner) load(l *load) {
	t := j.tables[l.table]
	if t == nil {
		return
	}
	last := map[*object][]*object{} // the open items of each scope, by level
	for _, r := range t.rows {
		if l.column != "" && !sameValue(t.cell(r, l.column), l.equal) {
			continue
		}
		scope := j.scope(l, t, r)
		if scope == nil {
			continue
		}
		for _, c := range l.own() {
			scope.set(c.path, j.values(&c, t, r), c.list)
		}
		last[scope] = j.descend(l, t, r, scope, last[scope])
		if open := last[scope]; len(open) > 0 {
			j.made[[2]string{l.table, t.cell(r, "id")}] = open[len(open)-1]
		}
	}
}

// own are the columns that belong to the scope itself.
func (l *load) own() []column {
	if depth := l.depth(); l.link != "" && depth > 0 {
		return l.levels[depth-1].columns
	}
	return l.columns
}

// sameValue compares the value of a condition; the two sides may write a
// boolean in different ways.
func sameValue(cell, want string) bool {
	if want == "true" {
		return cell == "true" || cell == "t"
	}
	return strings.EqualFold(cell, want)
}

// outcomeLink is the link of a group of an outcome, which AACT has only the
// other way round: in the rows that count and measure the group.
const outcomeLink = "@outcome"

// scope is the object at which a row's paths begin, or nil where the row that
// it belongs to is not there.
func (j *joiner) scope(l *load, t *rows, r row) *object {
	switch l.link {
	case "":
		return j.root
	case outcomeLink:
		return j.made[[2]string{l.to, j.outcomeOf(t.cell(r, "id"))}]
	}
	return j.made[[2]string{l.to, t.cell(r, l.link)}]
}

// outcomeOf finds the outcome that a group belongs to.
func (j *joiner) outcomeOf(group string) string {
	if j.outcomes == nil {
		j.outcomes = map[string]string{}
		for _, name := range [...]string{"outcome_counts", "outcome_measurements"} {
			if t := j.tables[name]; t != nil {
				for _, r := range t.rows {
					j.outcomes[t.cell(r, "result_group_id")] = t.cell(r, "outcome_id")
				}
			}
		}
	}
	return j.outcomes[group]
}

// descend finds or makes the item of each level that a row belongs to. A level
// goes on with its last item while the row says the same of it; the innermost
// makes one for each row.
func (j *joiner) descend(l *load, t *rows, r row, scope *object, open []*object) []*object {
	levels := l.levels
	if l.link != "" {
		levels = levels[l.depth():]
	}
	fresh := false
	var now []*object
	for i := range levels {
		level := &levels[i]
		innermost := i == len(levels)-1
		list := scope.at(level.path[:len(level.path)-1]).member(level.path[len(level.path)-1])
		item := j.goesOn(level, t, r, list, open, i, fresh)
		if item != nil && j.repeats(levels[i+1:], t, r, item) {
			item = nil
		}
		if item == nil || innermost && !level.same {
			item, fresh = &object{}, true
			list.list = append(list.list, item)
		}
		for _, c := range level.columns {
			item.set(c.path, j.values(&c, t, r), c.list)
		}
		now = append(now, item)
		scope = item
	}
	if len(levels) == 0 && l.link != "" {
		return []*object{scope}
	}
	return now
}

// depth is how many of the lists on its paths a linked load begins below.
func (l *load) depth() int {
	for _, p := range plans() {
		if p.table == l.to {
			return len(p.levels)
		}
	}
	return 0
}

// goesOn returns the item of a level that a row belongs to, or nil.
func (j *joiner) goesOn(level *level, t *rows, r row, list *member, open []*object, i int, fresh bool) *object {
	if level.same {
		for _, item := range list.list {
			if j.agrees(level, t, r, item) {
				return item
			}
		}
		return nil
	}
	last := len(list.list) - 1
	if fresh || i >= len(open) || last < 0 || list.list[last] != open[i] || !j.agrees(level, t, r, open[i]) {
		return nil
	}
	return open[i]
}

// agrees says whether an item says of itself what a row does. Of a level that
// is told by one column, the others do not matter.
func (j *joiner) agrees(level *level, t *rows, r row, item *object) bool {
	for _, c := range level.columns {
		if level.same && c.form != formSame {
			continue
		}
		values := j.values(&c, t, r)
		was := item.text(c.path)
		if len(values) == 0 && was != "" || len(values) > 0 && values[0] != was {
			return false
		}
	}
	return true
}

// repeats says whether a row's value of a column that does not repeat is there
// already, in the list that the row would go into, so that another item has
// begun, with the same words, at the level that the table says.
func (j *joiner) repeats(below []level, t *rows, r row, item *object) bool {
	if len(below) == 0 {
		return false
	}
	innermost := below[len(below)-1]
	for _, c := range innermost.columns {
		if !strings.HasPrefix(c.form, formOnce) || len(c.form)-len(formOnce) != len(below)-1 {
			continue
		}
		for i := range below[:len(below)-1] {
			list := item.listAt(below[i].path)
			if len(list) == 0 || !j.agrees(&below[i], t, r, list[len(list)-1]) {
				return false
			}
			item = list[len(list)-1]
		}
		for _, other := range item.listAt(innermost.path) {
			if other.text(c.path) == t.cell(r, c.name) {
				return true
			}
		}
	}
	return false
}

// listAt returns the list at a path.
func (o *object) listAt(path []string) []*object {
	return o.at(path[:len(path)-1]).member(path[len(path)-1]).list
}

// values makes the values of a column.
func (j *joiner) values(c *column, t *rows, r row) []string {
	cell := t.cell(r, c.name)
	switch {
	case c.name == "":
		return []string{c.form}
	case cell == "":
		return nil
	case c.form == "", c.form == formSame, strings.HasPrefix(c.form, formOnce):
		return []string{cell}
	case c.form == formSlashes:
		return strings.Split(cell, "/")
	case c.form == "file":
		return []string{path.Base(cell)}
	}
	if table, column, ok := strings.Cut(c.form, "."); ok {
		return j.lookUp(table, cell, column)
	}
	if sameValue(cell, "true") { // a flag: the form is the code that it stands for
		return []string{c.form}
	}
	return nil
}

// lookUp returns a cell of the row with an id.
func (j *joiner) lookUp(table, id, column string) []string {
	t := j.tables[table]
	if t == nil {
		return nil
	}
	if j.byID[table] == nil {
		all := map[string]row{}
		for _, r := range t.rows {
			all[t.cell(r, "id")] = r
		}
		if j.byID == nil {
			j.byID = map[string]map[string]row{}
		}
		j.byID[table] = all
	}
	r, ok := j.byID[table][id]
	if !ok {
		return nil
	}
	return []string{t.cell(r, column)}
}

// appendObject appends an object with its members in the order of the field
// tree.
func appendObject(dst []byte, o *object, f *model.Field) []byte {
	dst = append(dst, '{')
	first := true
	for _, c := range f.Children {
		m := o.members[c.Key]
		if m == nil {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(append(dst, '"'), c.Key...), '"', ':')
		dst = appendMember(dst, m, c)
	}
	return append(dst, '}')
}

func appendMember(dst []byte, m *member, f *model.Field) []byte {
	switch {
	case m.object != nil:
		return appendObject(dst, m.object, f)
	case m.list != nil:
		dst = append(dst, '[')
		for i, item := range m.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendObject(dst, item, f)
		}
		return append(dst, ']')
	case f.List:
		dst = append(dst, '[')
		for i, text := range m.texts {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = classic.AppendValue(dst, f, text)
		}
		return append(dst, ']')
	}
	return classic.AppendValue(dst, f, m.texts[0])
}

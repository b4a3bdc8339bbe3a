package aact

import (
	"path"
	"strings"

	"github.com/trialweave/trialweave/classic"
	"github.com/trialweave/trialweave/mapping/model"
)

// row is a row of a table: its cells, in the order of the table's columns.
type row []string

// joiner makes studies of the rows of all tables.
type joiner struct {
	*layout
	arena
	notes *Notes
	// tilde says that the texts have "~" for line breaks.
	tilde bool
	// rows are those that each table has of the study, in the order of their ids.
	rows [][]row
	root *object
	// nodes are the objects that rows became, by table and id.
	nodes map[madeKey]*object
	// studies counts them.
	studies int
	// groups are the outcomes of groups, by their ids.
	groups map[string]string
	// byID are the rows of tables that others look up.
	byID map[int]map[string]row
	// open are the open items of each scope, by level, of the load at hand.
	open map[*object][]*object
	// analyzed are the rows of baseline measurements and the class of each.
	analyzed []analyzed
	// placed says of each row of a table whether a load has selected it.
	placed [][]bool
}

type madeKey struct {
	table int
	id    string
}

func newJoiner(x *layout, notes *Notes, tilde bool) *joiner {
	return &joiner{
		layout: x, notes: notes, tilde: tilde, rows: make([][]row, len(x.tables)), placed: make([][]bool, len(x.tables)),
		nodes: map[madeKey]*object{}, open: map[*object][]*object{}, byID: map[int]map[string]row{},
	}
}

// study appends the v2 JSON of the rows of one study.
func (j *joiner) study(dst []byte) []byte {
	j.reset()
	clear(j.nodes)
	j.studies++
	clear(j.byID)
	j.groups, j.analyzed = nil, j.analyzed[:0]
	j.root = j.object(model.Default().Root)
	for i, rows := range j.rows {
		j.placed[i] = append(j.placed[i][:0], make([]bool, len(rows))...)
	}
	for i := range j.loads {
		j.load(&j.loads[i])
	}
	j.unplaced()
	j.denominators()
	return appendObject(dst, j.root)
}

// load brings the rows of a table into the study.
func (j *joiner) load(b *bound) {
	clear(j.open)
	var last []*object // the open items of the study
	second := false
	for i, r := range j.rows[b.at] {
		if !b.selects(r) {
			continue
		}
		if j.placed[b.at][i] = true; b.single && second {
			j.second(b)
			continue
		}
		second = true
		scope := j.scope(b, r)
		if scope == nil {
			addTo(&j.notes.Dangling, b.table, 1)
			continue
		}
		for i := range b.scope {
			j.set(scope, &b.scope[i], r)
		}
		open := last
		if b.to != "" {
			open = j.open[scope]
		}
		open = j.descend(b, r, scope, open)
		if last = open; b.to != "" {
			j.open[scope] = open
		}
		if b.linked && len(open) > 0 {
			j.nodes[madeKey{b.at, whole(b.id.of(r))}] = open[len(open)-1]
		}
	}
}

// second counts a row of which a study has one only, and has it already.
func (j *joiner) second(b *bound) {
	if b.table == keyTable {
		j.notes.Repeated++
	} else {
		addTo(&j.notes.Second, b.table, 1)
	}
}

// derivedTable is a table of which most rows say what the places of a study say.
const derivedTable = "countries"

// unplaced counts the rows that no load has selected, as of a type that is not
// known.
func (j *joiner) unplaced() {
	for i := range j.passed {
		b := &j.passed[i]
		for k, r := range j.rows[b.at] {
			j.placed[b.at][k] = j.placed[b.at][k] || b.selects(r)
		}
	}
	for i, placed := range j.placed {
		if table := tables()[i]; j.tables[i] != nil && table != derivedTable {
			n := 0
			for _, is := range placed {
				if !is {
					n++
				}
			}
			addTo(&j.notes.Unplaced, table, n)
		}
	}
}

// selects reports whether a row is one of the load's.
func (b *bound) selects(r row) bool {
	for i := range b.where {
		c := &b.where[i]
		switch {
		case len(c.cell) == 0:
			if !c.absent && !c.not {
				return false
			}
		case sameValue(c.of(r), c.equal) == c.not:
			return false
		}
	}
	return true
}

// sameValue compares the value of a condition; the two sides may write a
// boolean in different ways.
func sameValue(cell, want string) bool {
	if want == "true" {
		return cell == "true" || cell == "t"
	}
	return cell == want || len(cell) == len(want) && strings.EqualFold(cell, want)
}

// outcomeLink is the link of a group of an outcome, which AACT used to have
// only the other way round: in the rows that count and measure the group.
const outcomeLink = "@outcome"

// scope is the object at which a row's paths begin, or nil where the row that
// it belongs to is not there.
func (j *joiner) scope(b *bound, r row) *object {
	if b.to == "" {
		return j.root
	}
	id := whole(b.link.of(r))
	if id == "" && b.outcome {
		id = j.outcomeOf(whole(b.id.of(r)))
	}
	return j.nodes[madeKey{b.toAt, id}]
}

// outcomeOf finds the outcome that a group belongs to.
func (j *joiner) outcomeOf(group string) string {
	if j.groups == nil {
		j.groups = map[string]string{}
		for _, o := range j.outcomes {
			for _, r := range j.rows[o.table] {
				j.groups[whole(o.group.of(r))] = whole(o.outcome.of(r))
			}
		}
	}
	return j.groups[group]
}

// set sets what a column says at its path, or adds it to a list of texts.
func (j *joiner) set(o *object, c *boundColumn, r row) {
	one, many := j.value(c, r)
	if one == "" && len(many) == 0 {
		return
	}
	s := j.slot(o, c.at)
	switch {
	case c.otherwise && !s.empty():
	case !c.list:
		if s.text == "" && one == "" {
			one = many[0]
		}
		if s.text == "" {
			s.text = one
		}
	case one != "":
		v := j.more(s)
		v.texts = append(v.texts, one)
	default:
		v := j.more(s)
		v.texts = append(v.texts, many...)
	}
}

// descend finds or makes the item of each level that a row belongs to. A level
// goes on with its last item while the row says the same of it; the innermost
// makes one for each row that says something of it.
func (j *joiner) descend(b *bound, r row, scope *object, open []*object) []*object {
	fresh := false
	now := open[:0]
	if len(b.levels) == 0 && b.to != "" {
		return append(now, scope)
	}
	deepest := len(b.levels) - 1
	for !b.linked && deepest >= 0 && !j.says(&b.levels[deepest], r) {
		deepest--
	}
	for i := range b.levels[:deepest+1] {
		level := &b.levels[i]
		innermost := i == len(b.levels)-1
		list := j.slot(scope, level.at)
		item := j.goesOn(level, r, list, open, i, fresh)
		if item != nil && j.repeats(b.levels[i+1:], r, item) {
			item = nil
		}
		if item == nil || innermost && !level.same {
			item, fresh = j.object(level.field), true
			j.add(list, item)
		}
		for k := range level.columns {
			if c := &level.columns[k]; fresh || c.list || item.text(c.at) == "" {
				j.set(item, c, r)
			}
		}
		now = append(now, item)
		scope = item
	}
	if b.baseline && len(now) > 1 {
		j.analyzed = append(j.analyzed, analyzed{now[1], r})
	}
	return now
}

// says reports whether a row says anything of an item of a level.
func (j *joiner) says(level *boundLevel, r row) bool {
	for i := range level.columns {
		if one, many := j.value(&level.columns[i], r); one != "" || len(many) > 0 {
			return true
		}
	}
	return false
}

// goesOn returns the item of a level that a row belongs to, or nil.
func (j *joiner) goesOn(level *boundLevel, r row, list *slot, open []*object, i int, fresh bool) *object {
	if level.same {
		for _, item := range list.items() {
			if j.agrees(level, r, item) {
				return item
			}
		}
		return nil
	}
	items := list.items()
	last := len(items) - 1
	if fresh || i >= len(open) || last < 0 || items[last] != open[i] || !j.agrees(level, r, open[i]) {
		return nil
	}
	return open[i]
}

// agrees reports whether an item says of itself what a row does. Of a level that
// is told by one column, the others do not matter.
func (j *joiner) agrees(level *boundLevel, r row, item *object) bool {
	for i := range level.columns {
		c := &level.columns[i]
		if level.same && c.form != formSame {
			continue
		}
		one, many := j.value(c, r)
		if one == "" && len(many) > 0 {
			one = many[0]
		}
		if one != item.text(c.at) {
			return false
		}
	}
	return true
}

// repeats reports whether a row's value of a column that does not repeat is there
// already, in the list that the row would go into, so that another item has
// begun, with the same words, at the level that the table says.
func (j *joiner) repeats(below []boundLevel, r row, item *object) bool {
	if len(below) == 0 {
		return false
	}
	innermost := &below[len(below)-1]
	for i := range innermost.columns {
		c := &innermost.columns[i]
		if c.once != len(below)-1 {
			continue
		}
		for k := range below[:len(below)-1] {
			list := item.listAt(below[k].at)
			if len(list) == 0 || !j.agrees(&below[k], r, list[len(list)-1]) {
				return false
			}
			item = list[len(list)-1]
		}
		for _, other := range item.listAt(innermost.at) {
			if other.text(c.at) == c.of(r) {
				return true
			}
		}
	}
	return false
}

// listAt returns the list at a path.
func (o *object) listAt(path []int) []*object {
	if s := o.found(path); s != nil {
		return s.items()
	}
	return nil
}

// value makes the value of a column, or its values.
func (j *joiner) value(c *boundColumn, r row) (one string, many []string) {
	if c.kind == constant {
		return c.form, nil
	}
	cell := c.of(r)
	if cell == "" {
		return "", nil
	}
	if c.whole {
		return whole(cell), nil
	}
	if c.kind > plainText || j.tilde && strings.IndexByte(cell, '~') >= 0 {
		return j.made(c, r, cell)
	}
	return cell, nil
}

// made makes the value of a cell that is not the cell itself. It is asked for
// several times in a row: whether there is one, whether an item has it, and what
// it is.
func (j *joiner) made(c *boundColumn, r row, cell string) (one string, many []string) {
	if last := &c.last; last.row == &r[0] && last.study == j.studies {
		return last.one, last.many
	}
	one, many = j.make(c, cell)
	c.last = lastValue{&r[0], j.studies, one, many}
	return one, many
}

func (j *joiner) make(c *boundColumn, cell string) (one string, many []string) {
	switch c.kind {
	case byRule:
		return "", classic.Values(c.form, j.lines(cell))
	case fileName:
		return path.Base(cell), nil
	case details:
		return restriction(j.lines(cell)), nil
	case event:
		if code := events[cell]; code != "" {
			return code, nil
		}
		return cell, nil
	case otherTable:
		return j.lookUp(c, cell), nil
	case unlessEqual:
		if strings.EqualFold(cell, c.form[len(formNot):]) {
			return "", nil
		}
		return cell, nil
	case flag: // the form is the code that it stands for
		if sameValue(cell, "true") {
			return c.form, nil
		}
		return "", nil
	default:
		return j.lines(cell), nil
	}
}

// isRule reports whether a form is a rule of the classic forms, which the exports
// of before 2024 were made of.
func isRule(form string) bool { return form != "file" && classic.IsRule(form) }

// restriction is what is said of a restriction of results for which there is no
// code.
func restriction(text string) string {
	if kind := classic.Values("agreement-type", text); len(kind) == 0 || kind[0] != "OTHER" {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(text, "Restriction Description:"))
}

// events are what happened to results, as exports of before 2020 name it.
var events = map[string]string{"submitted": "RELEASE", "returned": "RESET", "submission_canceled": "UNRELEASE"}

// lookUp returns a cell of the row with an id.
func (j *joiner) lookUp(c *boundColumn, id string) string {
	all := j.byID[c.table]
	if all == nil {
		all = map[string]row{}
		at := bind(parseChoice("id"), j.tables[c.table])
		for _, r := range j.rows[c.table] {
			all[whole(at.of(r))] = r
		}
		j.byID[c.table] = all
	}
	r, ok := all[whole(id)]
	if !ok {
		return ""
	}
	return j.lines(c.other.of(r))
}

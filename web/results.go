package web

import (
	"slices"
	"strings"
)

// matrix is a table of results: a column for each group, a row for each thing
// that was counted or measured.
type matrix struct {
	Caption string
	Columns []column
	Rows    []matrixRow
}

// column is a group of participants.
type column struct {
	ID   string // of the registry: OG000
	Node string // the fragment of the group
	// Parts are the title, the id and the description.
	Title, Description *leaf
	Label              *leaf
	Others             []leaf // what the model does not know
}

// matrixRow is a row: its kind is value, count (a denominator) or head.
type matrixRow struct {
	Kind   string
	Labels []leaf
	Data   string
	Cells  []matrixCell
}

// matrixCell is what is said of one group: more than one entry only where a
// record names the group twice.
type matrixCell struct {
	Group   string
	Entries []entry
}

// entry is a number with what belongs to it.
type entry struct {
	Group  string // as the record has it
	Values []leaf
}

// groups are the columns for a list of groups.
func (b *builder) groups(list *value) []column {
	var out []column
	for _, g := range list.items() {
		c := column{ID: g.get("id").string(), Node: b.anchor(g.node, list.node)}
		for key, to := range map[string]**leaf{"id": &c.Label, "title": &c.Title, "description": &c.Description} {
			if m := g.get(key); m != nil {
				l := b.leaf(m)
				*to = &l
			}
		}
		c.Others = b.others(g, "id", "title", "description", "deathsNumAffected", "deathsNumAtRisk", "seriousNumAffected", "seriousNumAtRisk", "otherNumAffected", "otherNumAtRisk")
		out = append(out, c)
	}
	return out
}

// row makes a row of entries, which have a group each. Groups that have no
// column get one.
func (m *matrix) row(kind, data string, labels []leaf, entries []entry) {
	r := matrixRow{Kind: kind, Labels: labels, Data: data}
	for _, c := range m.Columns {
		r.Cells = append(r.Cells, matrixCell{Group: c.ID})
	}
	for _, e := range entries {
		at := slices.IndexFunc(m.Columns, func(c column) bool { return c.ID == e.Group })
		if at < 0 {
			at = len(m.Columns)
			m.Columns = append(m.Columns, column{ID: e.Group})
			for i := range m.Rows {
				m.Rows[i].Cells = append(m.Rows[i].Cells, matrixCell{Group: e.Group})
			}
			r.Cells = append(r.Cells, matrixCell{Group: e.Group})
		}
		r.Cells[at].Entries = append(r.Cells[at].Entries, e)
	}
	m.Rows = append(m.Rows, r)
}

// entries shows a list of objects that have a groupId, the members in an order.
// Members of other names come last, with their name.
func (b *builder) entries(list *value, order ...string) []entry {
	var out []entry
	for _, item := range list.items() {
		e := entry{Group: item.get("groupId").string()}
		if g := item.get("groupId"); g != nil {
			b.done[g] = true // the column says it
		}
		for _, key := range order {
			if m := item.get(key); m != nil {
				l := b.leaf(m)
				l.Note = key
				e.Values = append(e.Values, l)
			}
		}
		e.Values = append(e.Values, b.others(item, append(order, "groupId")...)...)
		out = append(out, e)
	}
	return out
}

// others are the leaves of an object below members of other names.
func (b *builder) others(v *value, known ...string) []leaf {
	var out []leaf
	if v == nil || v.leaf() {
		return nil
	}
	for _, m := range v.list {
		if !slices.Contains(known, m.key) {
			m.leaves(func(l *value) {
				shown := b.leaf(l)
				shown.Note = "other"
				out = append(out, shown)
			})
		}
	}
	return out
}

// labels shows members of an object as the label of a row.
func (b *builder) labels(v *value, keys ...string) []leaf {
	var out []leaf
	for _, key := range keys {
		if m := v.get(key); m != nil {
			l := b.leaf(m)
			l.Note = key
			out = append(out, l)
		}
	}
	return out
}

// without shows an object but for some of its members.
func (b *builder) without(v *value, level int, keys ...string) []block {
	if v == nil {
		return nil
	}
	rest := *v
	rest.list = slices.DeleteFunc(slices.Clone(v.list), func(m *value) bool { return slices.Contains(keys, m.key) && !hollow(m) })
	return b.blocks(&rest, level)
}

// hollow reports whether a value holds nothing, so that it is shown as such.
func hollow(v *value) bool { return !v.leaf() && len(v.list) == 0 || v.kind == '0' }

// flow shows the participant flow: a table for each period.
func (b *builder) flow(module *value) []block {
	out := b.without(module, 3, "groups", "periods")
	periods := module.get("periods").items()
	for _, p := range periods {
		m := &matrix{Caption: visible(p.get("title").string()), Columns: b.groups(module.get("groups"))}
		for _, s := range p.get("milestones").items() {
			m.row("value", b.dataPage(s.pointer), b.step(s, "achievements"), b.entries(s.get("achievements"), "numSubjects", "numUnits", "comment"))
		}
		for _, s := range p.get("dropWithdraws").items() {
			m.row("drop", b.dataPage(s.pointer), append([]leaf{{Text: "Left:"}}, b.step(s, "reasons")...), b.entries(s.get("reasons"), "numSubjects", "comment"))
		}
		k := block{Heading: b.heading(p), Title: m.Caption, Level: 3, At: b.anchor(p.node, module.node), Matrix: m}
		k.Parts = b.without(p, 4, "title", "milestones", "dropWithdraws")
		out = append(out, k)
	}
	if len(periods) == 0 && module.get("groups") != nil {
		out = append(out, block{Level: 3, Matrix: &matrix{Caption: "Groups", Columns: b.groups(module.get("groups"))}})
	}
	return out
}

// step names a milestone or a reason for leaving.
func (b *builder) step(v *value, counts string) []leaf {
	return append(b.labels(v, "type", "comment"), b.others(v, "type", "comment", counts)...)
}

// heading is the title of an object, nil where it has none.
func (b *builder) heading(v *value) *leaf {
	if m := v.get("title"); m != nil && m.leaf() {
		l := b.leaf(m)
		return &l
	}
	return nil
}

// baseline shows the characteristics at the start, in one table.
func (b *builder) baseline(module *value) []block {
	out := b.without(module, 3, "groups", "denoms", "measures")
	m := &matrix{Caption: "Participants", Columns: b.groups(module.get("groups"))}
	b.denoms(m, module.get("denoms"), nil)
	out = append(out, block{Level: 3, Title: m.Caption, Matrix: m})
	for _, measure := range module.get("measures").items() {
		out = append(out, b.measure(measure, module.get("groups"), 3))
	}
	return out
}

// outcomes shows the results of each outcome.
func (b *builder) outcomes(module *value) []block {
	out := b.without(module, 3, "outcomeMeasures")
	measures, more := b.window(module.get("outcomeMeasures"), maxMeasures)
	for i, measure := range measures {
		k := b.measure(measure, measure.get("groups"), 3)
		k.Collapsed = i > 2
		for _, a := range measure.get("analyses").items() {
			k.After = append(k.After, block{Title: "Statistical analysis", Level: 4, At: b.anchor(a.node, measure.node), Parts: b.blocks(a, 5)})
		}
		out = append(out, k)
	}
	if more != nil {
		out = append(out, block{More: more})
	}
	return out
}

// measure shows a table of one characteristic or outcome with what is said of it.
func (b *builder) measure(v, groups *value, level int) block {
	k := block{Heading: b.heading(v), Title: visible(v.get("title").string()), Level: level, At: b.anchor(v.node, "")}
	k.Parts = b.without(v, level+1, "title", "groups", "denoms", "classes", "analyses")
	m := &matrix{Caption: k.Title, Columns: b.groups(groups)}
	b.denoms(m, v.get("denoms"), nil)
	for _, class := range v.get("classes").items() {
		label := append(b.labels(class, "title"), b.others(class, "title", "denoms", "categories")...)
		b.denoms(m, class.get("denoms"), label)
		categories := class.get("categories").items()
		for _, category := range categories {
			m.row("value", b.dataPage(category.pointer), named(slices.Concat(label, b.labels(category, "title"), b.others(category, "title", "measurements"))), b.entries(category.get("measurements"), "value", "spread", "lowerLimit", "upperLimit", "comment"))
		}
		if len(categories) == 0 {
			m.row("head", b.dataPage(class.pointer), label, nil)
		}
	}
	if len(m.Rows) > 0 || v.get("groups") != nil {
		k.Matrix = m
	}
	return k
}

// named gives a row without a label one.
func named(labels []leaf) []leaf {
	if len(labels) == 0 {
		return []leaf{{Text: "Value"}}
	}
	return labels
}

// denoms adds the rows with the numbers analysed.
func (b *builder) denoms(m *matrix, list *value, labels []leaf) {
	for _, d := range list.items() {
		m.row("count", b.dataPage(d.pointer), slices.Concat(labels, []leaf{{Text: "Number analyzed:"}}, b.labels(d, "units"), b.others(d, "units", "counts")), b.entries(d.get("counts"), "value"))
	}
}

// eventMembers are the members of a group that count events, with the number at
// risk after the number affected.
var eventMembers = []struct{ name, affected, risk string }{
	{"All-cause mortality", "deathsNumAffected", "deathsNumAtRisk"},
	{"Serious adverse events", "seriousNumAffected", "seriousNumAtRisk"},
	{"Other adverse events", "otherNumAffected", "otherNumAtRisk"},
}

// events shows the adverse events: the totals, then the serious and the others.
func (b *builder) events(module *value) []block {
	out := b.without(module, 3, "eventGroups", "seriousEvents", "otherEvents")
	list := module.get("eventGroups")
	totals := &matrix{Caption: "Totals", Columns: b.groups(list)}
	for _, member := range eventMembers {
		var entries []entry
		for _, g := range list.items() {
			e := entry{Group: g.get("id").string()}
			for _, key := range []string{member.affected, member.risk} {
				if m := g.get(key); m != nil {
					l := b.leaf(m)
					l.Note = map[bool]string{true: "numAffected", false: "numAtRisk"}[key == member.affected]
					e.Values = append(e.Values, l)
				}
			}
			if len(e.Values) > 0 {
				entries = append(entries, e)
			}
		}
		totals.row("value", b.dataPage(module.pointer+"/eventGroups"), []leaf{{Text: member.name}}, entries)
	}
	if list != nil {
		out = append(out, block{Title: "Totals", Level: 3, Matrix: totals})
	}
	for _, kind := range []struct{ key, title string }{{"seriousEvents", "Serious adverse events"}, {"otherEvents", "Other adverse events"}} {
		if events := module.get(kind.key); len(events.items()) > 0 {
			out = append(out, b.eventTable(kind.title, events, list))
		}
	}
	return out
}

// eventLabels name an adverse event.
var eventLabels = []string{"term", "organSystem", "sourceVocabulary", "assessmentType", "notes"}

// eventTable shows a list of adverse events.
func (b *builder) eventTable(title string, events, groups *value) block {
	m := &matrix{Caption: title, Columns: b.groups(groups)}
	for i := range m.Columns { // what they are is said with the totals
		m.Columns[i].Node, m.Columns[i].Label, m.Columns[i].Description = "", nil, nil
	}
	items, more := b.window(events, maxEvents)
	for _, e := range items {
		labels := append(b.labels(e, eventLabels...), b.others(e, append(eventLabels, "stats")...)...)
		m.row("value", b.dataPage(e.pointer), labels, b.entries(e.get("stats"), "numAffected", "numAtRisk", "numEvents"))
	}
	return block{Title: title, Level: 3, Matrix: m, Events: true, More: more}
}

// unit is what stands before or after a value in a cell.
func unit(note string) [2]string {
	switch note {
	case "spread":
		return [2]string{"(", ")"}
	case "lowerLimit":
		return [2]string{"[", ""}
	case "upperLimit":
		return [2]string{"to ", "]"}
	case "numAtRisk":
		return [2]string{"/ ", ""}
	case "numEvents":
		return [2]string{"(", " events)"}
	case "numUnits":
		return [2]string{"(", " units)"}
	}
	return [2]string{"", ""}
}

// before and after are unit, for the templates; the noun agrees with the number.
func before(note string) string { return unit(note)[0] }
func after(note, number string) string {
	out := unit(note)[1]
	if strings.TrimSpace(number) == "1" {
		out = strings.Replace(out, "s)", ")", 1)
	}
	return out
}

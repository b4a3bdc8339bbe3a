package classic

import "strings"

// columnKey makes a name of an element of that of a column.
func columnKey(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '/' })
	if len(words) > 0 {
		words[0] = strings.ToLower(words[0])
	}
	return strings.Join(words, "_")
}

// put adds what a cell says to the tree of the record.
func (c column) put(root *node, name, cell string) {
	switch f := forms[c.form]; {
	case f != nil:
		f(root, name, cell)
		return
	case c.form == "outcomes":
		outcomesCell(root, c.place[0], cell)
		return
	}
	to := root.enter(c.place[:len(c.place)-1])
	last := c.place[len(c.place)-1]
	switch c.form {
	case "repeated":
	case "list":
		for _, item := range items(cell) {
			to.add(last, item)
		}
	case "count":
		if whole, fraction, ok := strings.Cut(cell, "."); ok && strings.Trim(fraction, "0") == "" { // of a data frame
			cell = whole
		}
		fallthrough
	default:
		to.add(last, cell)
		to.children[len(to.children)-1].kind = '='
	}
}

// items splits a cell of several values.
func items(cell string) []string {
	var out []string
	for item := range strings.SplitSeq(cell, "|") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// enter goes down a path and makes what is not there.
func (n *node) enter(path []string) *node {
	for _, name := range path {
		next := n.child(name)
		if next == nil {
			n.add(name, "")
			next = n.children[len(n.children)-1]
		}
		n = next
	}
	return n
}

// forms read the cells that hold more than a text or a list of texts.
var forms = map[string]func(root *node, name, cell string){
	"results": func(root *node, name, cell string) {
		switch strings.ToLower(cell) {
		case "yes", "y", "true", "t", "1", "has results", "with results":
			root.add("clinical_results", "")
		case "", "no", "n", "false", "f", "0", "no results available", "no results", "without results":
			root.add("no_results", "")
		default: // it stays a field that is not known
			root.put(columnKey(name), cell)
		}
	},
	"interventions": func(root *node, _, cell string) {
		for _, item := range items(cell) {
			kind, title, ok := strings.Cut(item, ": ")
			n := root.again("intervention")
			if !ok {
				kind, title = "", item
			}
			n.put("intervention_type", kind)
			n.put("intervention_name", title)
		}
	},
	"agencies": func(root *node, _, cell string) {
		for _, item := range items(cell) {
			root.enter([]string{"sponsors"}).again("collaborator").put("agency", item)
		}
	},
	// The first one is the lead sponsor.
	"sponsors": func(root *node, _, cell string) {
		for i, item := range items(cell) {
			kind := "collaborator"
			if i == 0 {
				kind = "lead_sponsor"
			}
			root.enter([]string{"sponsors"}).again(kind).put("agency", item)
		}
	},
	"phases": func(root *node, _, cell string) { root.put("phase", strings.Join(items(cell), "/")) },
	"age":    ageCell,
	"design": func(root *node, name, cell string) {
		info := root.enter([]string{"study_design_info"})
		for _, item := range items(cell) {
			part, value, _ := strings.Cut(item, ":")
			known := designParts[part]
			if value = strings.TrimSpace(value); value == "" && known != "" {
				continue
			}
			if known == "" || info.child(known) != nil { // it stays a field that is not known
				root.put(columnKey(name), item)
				continue
			}
			info.put(known, value)
		}
	},
	// The first one is the sponsor's own.
	"ids": func(root *node, _, cell string) {
		for i, item := range items(cell) {
			kind := "secondary_id"
			if i == 0 {
				kind = "org_study_id"
			}
			root.enter([]string{"id_info"}).add(kind, item)
		}
	},
	"documents": func(root *node, _, cell string) {
		for _, item := range items(cell) {
			at := strings.LastIndex(item, ", http")
			if at < 0 {
				root.add("study_documents", item)
				continue
			}
			n := root.enter([]string{"provided_document_section"}).again("provided_document")
			n.put("document_type", strings.Trim(item[:at], `"`))
			n.put("document_url", item[at+2:])
		}
	},
}

// again adds another child of a name.
func (n *node) again(name string) *node {
	n.add(name, "")
	return n.children[len(n.children)-1]
}

// put adds a child with a text that is one of the Data API v2 already.
func (n *node) put(name, text string) {
	if text != "" {
		n.again(name).text = text
		n.children[len(n.children)-1].kind = '='
	}
}

// ageCell reads "18 Years to 65 Years (Adult, Older Adult)", "75 Years and
// older (Older Adult)", "up to 17 Years (Child)" and "ADULT, OLDER_ADULT".
func ageCell(root *node, _, cell string) {
	limits, groups, ok := strings.Cut(cell, "(")
	if !ok {
		limits, groups = "", cell
	}
	to := root.enter([]string{"eligibility"})
	for group := range strings.SplitSeq(strings.TrimSuffix(groups, ")"), ",") {
		to.put("std_age", strings.TrimSpace(group))
	}
	limits = strings.TrimFunc(limits, func(r rune) bool { return r == ' ' || r == '\u00a0' })
	if from, open := strings.CutSuffix(limits, " and older"); open {
		to.put("minimum_age", from)
		return
	}
	if until, open := strings.CutPrefix(limits, "up to "); open {
		to.put("maximum_age", until)
		return
	}
	from, until, _ := strings.Cut(limits, " to ")
	to.put("minimum_age", from)
	to.put("maximum_age", until)
}

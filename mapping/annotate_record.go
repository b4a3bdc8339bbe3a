package mapping

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/trialweave/trialweave/mapping/model"
)

// What is said of every record.
const (
	apiStudies     = "https://clinicaltrials.gov/api/v2/studies/"
	identifiersOrg = "https://identifiers.org/clinicaltrials:"
	pubMed         = "https://pubmed.ncbi.nlm.nih.gov/"
	sourceForm     = "v2 JSON"
	recordOf       = "Record of "
)

// record writes the node of the registry's record.
func (a *annotator) record(iri string) *value {
	out := object(
		member{"@id", stringValue(iri)},
		member{"@type", array(stringValue("Record"), stringValue("prov:Entity"))},
	)
	a.computed(out, "primary-topic", a.study)
	a.computed(out, "source", apiStudies+a.nct)
	if day := a.in.path(protocol, "statusModule", "lastUpdatePostDateStruct", "date").str(); isDay(day) {
		a.computed(out, "record-modified", day)
	}
	if !a.opts.NoComputed {
		a.computed(out, "content-hash", contentHash(a.whole))
	}
	a.computed(out, "source-form", cmp.Or(a.form, sourceForm))
	a.computed(out, "record-label", recordOf+a.nct)
	out.add("versionHolder", a.version)
	return out
}

// contentHash is the SHA-256 of the record in the canonical form of RFC 8785,
// without derivedSection.miscInfoModule.versionHolder: that is the day of the
// download, and would make every record look changed every day.
func contentHash(study *value) string {
	canonical := jsontext.Value(withoutMember(study, "derivedSection", "miscInfoModule", "versionHolder").appendJSON(nil))
	if err := canonical.Canonicalize(); err != nil {
		return ""
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// withoutMember copies v without the member at the path.
func withoutMember(v *value, path ...string) *value {
	if v.kind != '{' {
		return v
	}
	out := object()
	for _, m := range v.members {
		switch {
		case m.key != path[0]:
			out.add(m.key, m.val)
		case len(path) > 1:
			out.add(m.key, withoutMember(m.val, path[1:]...))
		}
	}
	return out
}

// unmapped carries what the model has no place for: a key that it does not
// know, or a value of another shape. Scalars become properties under ctg: by
// the naming rule, objects become nodes.
func (a *annotator) unmapped(f *model.Field, out *value, m member, n node) {
	path := strings.TrimPrefix(f.Path+"."+m.key, ".")
	a.carry(path, m, out, n)
}

func (a *annotator) carry(path string, m member, out *value, n node) {
	name := a.unmappedName(m.key)
	v := m.val
	switch {
	case v.kind == 'n':
		a.note(path, v)
		n.recordEmpty("null")
	case v.kind == '{':
		a.carryNodes(path, name, []*value{v}, -1, out, n)
	case v.kind == '[' && len(v.items) == 0:
		a.note(path, v)
		n.recordEmpty("[]")
	case v.kind == '[' && allOf(v.items, (*value).scalar):
		a.note(path, v)
		a.carryList(name, v, out)
		a.carriedAt(name, v, out, n, listEnd)
	case v.kind == '[':
		a.carryNodes(path, name, v.items, 0, out, n)
	default:
		a.note(path, v)
		out.also("ctg:"+name, number(v, model.Text))
		a.carriedAt(name, v, out, n, "")
	}
}

// carriedAt says under which key of the record, from the node down, a value
// stood that the model has no place for.
func (a *annotator) carriedAt(name string, v, out *value, n node, list string) {
	if a.opts.NoComputed {
		return
	}
	path, subject := strings.Join(n.at, "/"), n.iri
	if n.placed != nil {
		subject = n.around
	}
	out.also(n.term("unmapped"), stringValue(path+list))
	exact := a.carried.add(carriedKey{subject, name}, path, v)
	for _, c := range exact {
		a.exactly(out, n, c.path, c.value)
	}
	if len(exact) == 0 && (inexact(list != "", v) || list == "" && strings.HasSuffix(path, listEnd)) {
		a.exactly(out, n, path, v)
	}
}

// term is the name of a property that every class has: a node without a class
// has no context of its own.
func (n node) term(name string) string {
	if n.untyped {
		return "tw:" + name
	}
	return name
}

func (a *annotator) carryList(name string, v, out *value) {
	list := array()
	for _, x := range v.items {
		list.items = append(list.items, number(x, model.Text))
	}
	out.also("ctg:"+name, list)
	if order, ok := listOrder(list.items); ok && !a.opts.NoComputed {
		out.add("tw:order_of_"+name, stringValue(order))
	}
}

// carryNodes writes unknown objects as nodes, and whatever stands beside them
// in a list as nodes with one value.
func (a *annotator) carryNodes(path, name string, vs []*value, from int, out *value, n node) {
	list := array()
	for i, v := range vs {
		iri := n.around + fragmentGlue(n.around) + "x." + escapeKey(dotted(strings.Join(n.at, "/")))
		if from >= 0 {
			iri += "-" + strconv.Itoa(i)
		}
		if v.kind == '{' && len(v.members) == 1 && v.members[0].key == "" {
			path := strings.Join(n.at, "/")
			if from >= 0 {
				path += "/" + strconv.Itoa(i)
			}
			a.exactly(out, n, path, v)
		}
		o := object(member{"@id", stringValue(iri)})
		if from >= 0 {
			o.add("ctg:order", rawNumber(strconv.Itoa(i)))
		}
		inner := node{iri: iri, around: iri, empty: new([]string), untyped: true}
		if v.kind != '{' {
			v = object(member{"", v})
		}
		if len(v.members) == 0 {
			*inner.empty = append(*inner.empty, "{}")
			a.note(path, v)
		}
		for _, m := range v.members {
			a.carry(path+"."+m.key, m, o, inner.below(m.key))
		}
		if len(*inner.empty) > 0 && !a.opts.NoComputed {
			o.add("tw:empty", stringList(*inner.empty))
		}
		list.items = append(list.items, o)
	}
	out.also("ctg:"+name, list)
}

func stringList(ss []string) *value {
	list := array()
	for _, s := range slices.Sorted(slices.Values(ss)) {
		list.items = append(list.items, stringValue(s))
	}
	return list
}

// fragmentGlue is what stands between an IRI and a further part of its fragment.
func fragmentGlue(iri string) string {
	if strings.Contains(iri, "#") {
		return "-"
	}
	return "#"
}

// unmappedName is the local name of an unknown key: the naming rule, unless
// the model already uses that name or the rule cannot be undone, as for keys
// that differ in capitals alone.
func (r *rules) unmappedName(key string) string {
	name := model.Snake(key)
	switch {
	case key == "" || !plainName(key) || (name != key && camel(name) != key):
		return "unmapped_" + strings.ReplaceAll(escapeKey(key), "_", "%5F")
	case r.locals[name] || strings.HasPrefix(name, "unmapped_"):
		return "unmapped_" + name
	}
	return name
}

func plainName(key string) bool {
	for i := 0; i < len(key); i++ {
		if !keyByte(key[i]) || key[i] == '.' || key[i] == '~' {
			return false
		}
	}
	return key[0] < '0' || key[0] > '9'
}

// camel undoes the naming rule.
func camel(snake string) string {
	parts := strings.Split(snake, "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}

// note counts a path that the model does not know.
func (a *annotator) note(path string, v *value) {
	a.unknown = append(a.unknown, Unknown{Path: path, Example: cutExample(v.appendJSON(nil))})
}

// cutExample cuts an example after 80 bytes, between two characters.
func cutExample(example []byte) string {
	const room = 80
	if len(example) <= room {
		return string(example)
	}
	cut := room
	for cut > 0 && example[cut]&0xC0 == 0x80 {
		cut--
	}
	return string(example[:cut]) + "…"
}

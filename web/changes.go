package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// change is a value that two versions of a study have differently.
type change struct {
	Pointer, Name string
	Before, After string
}

// changesPage compares two versions.
type changesPage struct {
	page
	ID, Title, From, To string
	Single              bool // there is nothing to compare
	Changes             []change
	Total               int
	Pager               pager
}

// changes shows what changed from one version of a study to another: to the
// newest from the one before, where the address does not say.
func (s *Site) changes(w http.ResponseWriter, r *http.Request, id string) error {
	q := r.URL.Query()
	fresh, err := s.record(r.Context(), id, q.Get("to"))
	if err != nil {
		return err
	}
	p := &changesPage{ID: id, From: q.Get("from"), To: cmp.Or(q.Get("to"), fresh.day())}
	p.Single = len(fresh.versions) < 2 && p.From == ""
	if p.From == "" && len(fresh.versions) > 1 {
		p.From = strings.TrimPrefix(fresh.versions[1], fresh.iri+dayed)
	}
	old, err := s.record(r.Context(), id, p.From)
	if err != nil {
		return err
	}
	p.Title = visible(fresh.root.get("protocolSection", "identificationModule", "briefTitle").string())
	all := compared(s.builder(old), s.builder(fresh))
	p.Total = len(all)
	if err := pastEnd(r, p.Total, dataRows); err != nil {
		return err
	}
	from := pageNumber(r) * dataRows
	p.Changes = all[from:min(from+dataRows, len(all))]
	p.page = s.page("Changes of " + id)
	p.Robots = "noindex"
	p.Pager = newPager(r, p.Total, dataRows)
	return s.html(w, r, "changes", p)
}

// compound is a value that is compared as a whole, or what holds such values.
type compound struct {
	value *value
	key   string // the same in every version
	name  string
	whole bool
}

// units are those of a record, each before those inside.
type units struct {
	list []compound
	seen map[string]int // keys
}

// compared lists what differs, in the order of the newer version, then what only
// the older has. A list of values, and whatever one version alone has, is one
// change.
func compared(old, fresh *builder) []change {
	before, after := old.units(), fresh.units()
	out := before.against(after, func(u compound, was *compound) (change, bool) {
		now := fresh.whole(u.value)
		if was == nil {
			return change{u.value.pointer, u.name, "", now}, true
		}
		then := old.whole(was.value)
		return change{u.value.pointer, u.name, then, now}, u.whole && then != now
	})
	return append(out, after.against(before, func(u compound, other *compound) (change, bool) {
		return change{u.value.pointer, u.name, old.whole(u.value), ""}, other == nil
	})...)
}

// against collects the changes of the units of another version, each of which is
// compared with the one of the same key; what is inside a unit that has none is
// passed over.
func (x *units) against(other *units, differs func(u compound, same *compound) (change, bool)) []change {
	var out []change
	lone := ""
	for _, u := range other.list {
		if lone != "" && strings.HasPrefix(u.key, lone) {
			continue
		}
		lone = ""
		var same *compound
		if at, ok := x.seen[u.key]; ok {
			same = &x.list[at]
		} else {
			lone = u.key + "\x00"
		}
		if c, yes := differs(u, same); yes {
			out = append(out, c)
		}
	}
	return out
}

// units takes the record apart.
func (b *builder) units() *units {
	out := &units{seen: map[string]int{}}
	for _, m := range b.r.root.list {
		out.add(m, m.key, "")
	}
	return out
}

// add adds a value and what is inside. Around names what it is a part of. The
// sections of a record, and its modules, are compared by their members.
func (x *units) add(v *value, key, around string) {
	whole := v.leaf() || isLeaves(v)
	name := title(v)
	if around != "" {
		name = around + ": " + uncapital(name)
	}
	groups := strings.HasSuffix(v.key, "Section") || strings.HasSuffix(v.key, "Module") || v.kind == '[' && !whole
	if whole || !groups {
		x.put(compound{v, key, name, whole})
	}
	switch {
	case whole:
	case v.kind == '[':
		for _, m := range v.list {
			at := x.free(key + "\x00" + itemKey(m, v))
			item := itemName(v, m, around)
			x.put(compound{m, at, item, m.leaf()})
			for _, inner := range m.list {
				x.add(inner, at+"\x00"+inner.key, item)
			}
		}
	default:
		if groups {
			name = around
		}
		for _, m := range v.list {
			x.add(m, key+"\x00"+m.key, name)
		}
	}
}

func (x *units) put(u compound) {
	x.seen[u.key] = len(x.list)
	x.list = append(x.list, u)
}

// free is a key that no other item has.
func (x *units) free(key string) string {
	out := key
	for n := 2; ; n++ {
		if _, taken := x.seen[out]; !taken {
			return out
		}
		out = key + "\x00#" + strconv.Itoa(n)
	}
}

// itemKey identifies an item of a list in every version: by its node, unless the
// IRI of that counts the items; by what it is called; by its place.
func itemKey(item, list *value) string {
	if item.node != list.node && !counts(item.node) {
		return item.node
	}
	if text := called(item); text != "" {
		return text
	}
	return item.key
}

// maxCounted is how many digits the number of an item has at most in an IRI.
const maxCounted = 4

// counts reports whether the fragment of a node ends in the number of an item.
func counts(node string) bool {
	last := node[strings.LastIndexAny(node, "-#")+1:]
	digits := strings.TrimLeft(last, "abcdefghijklmnopqrstuvwxyz")
	return digits != "" && len(digits) <= maxCounted && strings.Trim(digits, "0123456789") == ""
}

// called is what an object is called by its own members, "" where it has none
// of those.
func called(v *value) string {
	for _, key := range []string{"title", "label", "name", "term", "measure", "facility", "id", "groupId", "units", "pmid", "citation", "filename", "releaseDate"} {
		if text := v.get(key).string(); text != "" {
			return text
		}
	}
	return ""
}

// itemName names an item of a list: "Site in Birmingham", "Arm: Placebo".
func itemName(list, item *value, around string) string {
	one := singular(title(list))
	if around != "" {
		one = around + ": " + uncapital(one)
	}
	if city := item.get("city").string(); city != "" {
		return one + " in " + visible(city)
	}
	if text := called(item); text != "" {
		return one + " “" + visible(shortened(text, maxName)) + "”"
	}
	n, err := strconv.Atoi(item.key)
	if err != nil {
		return one
	}
	return one + " " + strconv.Itoa(n+1)
}

// maxName bounds the characters of a name.
const maxName = 60

// singular is the noun for one of what a title names.
func singular(title string) string {
	for _, end := range [][2]string{{"lyses", "lysis"}, {"ies", "y"}, {"sses", "ss"}, {"us", "us"}, {"s", ""}} {
		if stem, ok := strings.CutSuffix(title, end[0]); ok {
			return stem + end[1]
		}
	}
	return title
}

// uncapital begins a title with a small letter, unless it begins with an acronym.
func uncapital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	if !unicode.IsLower(second) && second != ' ' {
		return s
	}
	return string(unicode.ToLower(first)) + s[n:]
}

// maxWhole bounds the characters that are shown of an object or a list of them.
const maxWhole = 600

// whole is the text of a value, and of what is inside.
func (b *builder) whole(v *value) string {
	var out []string
	v.leaves(func(l *value) { out = append(out, visibleLines(b.text(l))) })
	text := strings.Join(out, ", ")
	if v.leaf() || isLeaves(v) {
		return text
	}
	return shortened(text, maxWhole)
}

package web

import (
	"cmp"
	"crypto/sha256"
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
	key   unitKey
	name  string
	whole bool
	end   int // the place of the first that is not inside
}

// unitKey is the same for a value in every version: a digest of the keys of what
// is around it and of its own, so that its length does not grow with theirs.
type unitKey [sha256.Size]byte

func (k unitKey) of(name string) unitKey {
	return sha256.Sum256(append(k[:], name...))
}

// units are those of a record, each before those inside.
type units struct {
	list []compound
	seen map[unitKey]int // places in the list
	many map[unitKey]int // how many items have asked for a key
}

// compared lists what differs, in the order of the newer version, then what only
// the older has. A list of values, and whatever one version alone has, is one
// change.
func compared(old, fresh *builder) []change {
	before, after := old.units(), fresh.units()
	out := before.against(after, func(u compound, was *compound) (change, bool) {
		switch {
		case was == nil:
			return change{u.value.pointer, u.name, "", fresh.whole(u.value)}, true
		case !u.whole:
			return change{}, false
		}
		then, now := old.whole(was.value), fresh.whole(u.value)
		return change{u.value.pointer, u.name, then, now}, then != now
	})
	return append(out, after.against(before, func(u compound, other *compound) (change, bool) {
		if other != nil {
			return change{}, false
		}
		return change{u.value.pointer, u.name, old.whole(u.value), ""}, true
	})...)
}

// against collects the changes of the units of another version, each of which is
// compared with the one of the same key; what is inside a unit that has none is
// passed over.
func (x *units) against(other *units, differs func(u compound, same *compound) (change, bool)) []change {
	var out []change
	for next := 0; next < len(other.list); {
		u := other.list[next]
		var same *compound
		if at, ok := x.seen[u.key]; ok {
			same = &x.list[at]
			next++
		} else {
			next = u.end
		}
		if c, yes := differs(u, same); yes {
			out = append(out, c)
		}
	}
	return out
}

// units takes the record apart.
func (b *builder) units() *units {
	out := &units{seen: map[unitKey]int{}, many: map[unitKey]int{}}
	for _, m := range b.r.root.list {
		out.add(m, unitKey{}.of(m.key), "")
	}
	return out
}

// add adds a value and what is inside. Around names what it is a part of. The
// sections of a record, and its modules, are compared by their members.
func (x *units) add(v *value, key unitKey, around string) {
	whole := v.leaf() || isLeaves(v)
	name := title(v)
	if around != "" {
		name = around + ": " + uncapital(name)
	}
	groups := strings.HasSuffix(v.key, "Section") || strings.HasSuffix(v.key, "Module") || v.kind == '[' && !whole
	name = shortened(name, maxAround)
	if whole || !groups {
		defer x.put(compound{value: v, key: key, name: name, whole: whole})()
	}
	switch {
	case whole:
	case v.kind == '[':
		for _, m := range v.list {
			x.item(m, v, key, around)
		}
	default:
		if groups {
			name = around
		}
		for _, m := range v.list {
			x.add(m, key.of(m.key), name)
		}
	}
}

// item adds an item of a list; of several that are identified alike each has a
// number.
func (x *units) item(m, list *value, key unitKey, around string) {
	at := key.of(itemKey(m, list))
	x.many[at]++
	if n := x.many[at]; n > 1 {
		at = at.of(strconv.Itoa(n))
	}
	name := shortened(itemName(list, m, around), maxAround)
	defer x.put(compound{value: m, key: at, name: name, whole: m.leaf()})()
	for _, inner := range m.list {
		x.add(inner, at.of(inner.key), name)
	}
}

// put adds a unit; what it returns says that all inside has been added.
func (x *units) put(u compound) (done func()) {
	at := len(x.list)
	x.seen[u.key] = at
	x.list = append(x.list, u)
	return func() { x.list[at].end = len(x.list) }
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

// maxName bounds the characters of the name of an item, and maxAround those of a
// name with what it is a part of.
const (
	maxName   = 60
	maxAround = 240
)

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

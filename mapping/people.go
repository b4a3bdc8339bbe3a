package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trialweave/trialweave/mapping/model"
)

// contactsPart is the part of a record that holds personal data.
const contactsPart = "contacts"

// removed stands where a text repeated something of a contact.
const removed = "[contact removed]"

// people is what a record says of its contacts, to find it in other texts.
type people struct {
	// emails are in small letters, phones are digits alone.
	emails, phones, names []string
}

// withoutPeople copies a study without the contacts that are in it: the fields
// of that part, whatever their shape; keys that the model does not know and
// that name contacts; and, in every other text, the e-mail addresses, phone
// numbers and names of the contacts. A name that the record also uses for an
// organisation is no person's and stays.
func (r *rules) withoutPeople(study *value) *value {
	p := r.peopleIn(study)
	out := p.object(r.model.Root, study)
	sponsors := out.path(protocol, "sponsorCollaboratorsModule")
	for _, s := range append(sponsors.get("collaborators").list(), sponsors.get("leadSponsor")) {
		dropRemoved(s, "name")
	}
	dropRemoved(out.path(protocol, "identificationModule", "organization"), "fullName")
	return out
}

// dropRemoved takes out the name of an organisation that is a person: no shared
// node may be made of it.
func dropRemoved(v *value, key string) {
	if v != nil && v.get(key).str() == removed {
		v.members = slices.DeleteFunc(v.members, func(m member) bool { return m.key == key })
	}
}

// peopleIn collects what the fields of the part say, and the unknown ones.
func (r *rules) peopleIn(study *value) *people {
	p := &people{}
	var organizations []string
	eachText(r.model.Root, study, false, func(f *model.Field, key, s string, personal bool) {
		switch {
		case !personal && key == "unpostedResponsibleParty":
			p.addName(s)
		case isOrganization(key):
			organizations = append(organizations, normalize(s))
		case !personal:
		case strings.EqualFold(key, "email"):
			p.addEmail(s)
		case strings.EqualFold(key, "phone"):
			p.addPhone(s)
		case key == "name" || key == "title" || key == "investigatorFullName" || key == "oldNameTitle":
			p.addName(s)
		}
	})
	p.names = slices.DeleteFunc(p.names, func(name string) bool {
		return slices.ContainsFunc(organizations, func(o string) bool { return strings.HasPrefix(o, name) })
	})
	return p
}

// isOrganization reports whether a key names an organisation that people belong to.
func isOrganization(key string) bool {
	return key == "fullName" || key == "affiliation" || key == "investigatorAffiliation" || key == "oldOrganization" || key == "organization"
}

// eachText calls do for each string of a record, with its field where the model
// has one, and reports whether it stands below contacts.
func eachText(f *model.Field, v *value, personal bool, do func(f *model.Field, key, s string, personal bool)) {
	for _, m := range v.members {
		c := child(f, m.key)
		below := personal || c != nil && c.Part == contactsPart || c == nil && namesPeople(m.key)
		for _, x := range m.val.each() {
			if x.kind == '"' {
				do(c, m.key, x.text, below)
			}
			eachNested(c, x, below, do)
		}
	}
}

// eachNested goes on into objects, and into lists of lists.
func eachNested(f *model.Field, v *value, personal bool, do func(f *model.Field, key, s string, personal bool)) {
	eachText(f, v, personal, do)
	for _, x := range v.items {
		eachNested(f, x, personal, do)
	}
}

// child is the field of a key below a field, either of which may be unknown.
func child(f *model.Field, key string) *model.Field {
	if f == nil {
		return nil
	}
	return f.Child(key)
}

// namesPeople reports whether a key that the model does not know is about people.
func namesPeople(key string) bool {
	key = strings.ToLower(key)
	for _, about := range [...]string{"contact", "official", "investigator", "email", "phone"} {
		if strings.Contains(key, about) {
			return true
		}
	}
	return false
}

// addName takes a name without the degrees behind it and the titles before it.
// What has no two words is too common to look for.
func (p *people) addName(s string) {
	name, _, _ := strings.Cut(normalize(s), ",")
	for _, short := range []string{name, lessTitles(name)} {
		if strings.Contains(short, " ") && !slices.Contains(p.names, short) {
			p.names = append(p.names, short)
		}
	}
	slices.SortFunc(p.names, func(a, b string) int { return len(b) - len(a) }) // the longest first
}

func lessTitles(name string) string {
	for {
		word, rest, ok := strings.Cut(name, " ")
		switch strings.ToLower(strings.TrimSuffix(word, ".")) {
		case "dr", "prof", "professor", "mr", "mrs", "ms", "med":
		default:
			return name
		}
		if !ok {
			return ""
		}
		name = rest
	}
}

func (p *people) addEmail(s string) {
	if s = strings.ToLower(strings.TrimSpace(s)); strings.Contains(s, "@") {
		p.emails = append(p.emails, s)
	}
}

func (p *people) addPhone(s string) {
	if d := digitsOf(s); len(d) >= minPhone {
		p.phones = append(p.phones, d)
	}
}

// object copies an object of the record without people.
func (p *people) object(f *model.Field, v *value) *value {
	out := object()
	for _, m := range v.members {
		c := child(f, m.key)
		if c != nil && c.Part == contactsPart || c == nil && namesPeople(m.key) {
			continue
		}
		inner := p.value(c, m.val)
		if c != nil && c.Kind == model.Nest && inner.kind == '{' && len(inner.members) == 0 && len(m.val.members) > 0 {
			continue
		}
		out.add(m.key, inner)
	}
	return out
}

func (p *people) value(f *model.Field, v *value) *value {
	switch v.kind {
	case '{':
		return p.object(f, v)
	case '[':
		out := array()
		for _, x := range v.items {
			out.items = append(out.items, p.value(f, x))
		}
		return out
	case '"':
		if f == nil || f.Kind == model.Text || f.Kind == model.Markup || f.Kind == model.Down {
			return stringValue(p.text(v.text))
		}
	}
	return v
}

// text replaces what a text says of the contacts.
func (p *people) text(s string) string {
	for _, e := range p.emails {
		s = replaceFold(s, e)
	}
	for _, n := range p.names {
		s = replaceName(s, n)
	}
	if len(p.phones) > 0 {
		s = p.cutPhones(s)
	}
	return s
}

// replaceFold replaces an ASCII text whatever its capitals.
func replaceFold(s, small string) string {
	if len(s) < len(small) || !strings.Contains(strings.ToLower(s), small) {
		return s
	}
	var b strings.Builder
	for len(s) >= len(small) {
		if strings.EqualFold(s[:len(small)], small) {
			b.WriteString(removed)
			s = s[len(small):]
			continue
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String() + s
}

// replaceName replaces a name, also where its words stand apart by other white
// space, but not a part of longer words.
func replaceName(s, name string) string {
	words := strings.Fields(name)
	var b strings.Builder
	for {
		at := strings.Index(s, words[0])
		if at < 0 {
			return b.String() + s
		}
		n := matchWords(s[at:], words)
		if n == 0 || inWord(s, at, at+n) {
			b.WriteString(s[:at+1])
			s = s[at+1:]
			continue
		}
		b.WriteString(s[:at] + removed)
		s = s[at+n:]
	}
}

// matchWords returns how long the words are at the start of s, or 0.
func matchWords(s string, words []string) int {
	rest := s
	for i, w := range words {
		if i > 0 {
			trimmed := strings.TrimLeft(rest, " \t\r\n\u00a0")
			if trimmed == rest {
				return 0
			}
			rest = trimmed
		}
		var ok bool
		if rest, ok = strings.CutPrefix(rest, w); !ok {
			return 0
		}
	}
	return len(s) - len(rest)
}

// inWord reports whether a letter stands before or after a part of a text.
func inWord(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return unicode.IsLetter(before) || unicode.IsLetter(after)
}

// minPhone is the fewest digits of a phone number.
const minPhone = 7

// cutPhones replaces runs of digits and what stands between them in phone
// numbers, where they are, or end as, or are the end of, the number of a contact.
func (p *people) cutPhones(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		n := phoneLength(s[i:])
		open := n > 0 && s[i] == '(' && !strings.Contains(s[i:i+n], ")")
		if n == 0 || open || i > 0 && (digitByte(s[i-1]) || inWord(s, i, len(s))) {
			b.WriteByte(s[i])
			i++
			continue
		}
		if p.isPhone(digitsOf(s[i : i+n])) {
			b.WriteString(removed)
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func (p *people) isPhone(digits string) bool {
	return len(digits) >= minPhone && slices.ContainsFunc(p.phones, func(phone string) bool {
		return strings.HasSuffix(phone, digits) || strings.HasSuffix(digits, phone)
	})
}

// phoneLength returns the length of what may be a phone number at the start of
// s: from "+", "(" or a digit to the last digit of the run.
func phoneLength(s string) int {
	if s[0] != '+' && s[0] != '(' && !digitByte(s[0]) {
		return 0
	}
	end := 0
	for i := 0; i < len(s); i++ {
		switch {
		case digitByte(s[i]):
			end = i + 1
		case !strings.ContainsRune("+()-./ ", rune(s[i])):
			return end
		}
	}
	return end
}

func digitByte(c byte) bool { return c >= '0' && c <= '9' }

func digitsOf(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if digitByte(s[i]) {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

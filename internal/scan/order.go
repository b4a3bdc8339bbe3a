package scan

import "slices"

// strangeMember is a member of an object that has keys without names.
type strangeMember struct {
	key   string
	index uint32
}

// few is how many members are sorted by insertion.
const few = 24

// arrange lists the members of the object at at, which are those above base,
// in canonical order; it reports whether no key comes twice.
func (s *Scanner) arrange(at, base, end int) bool {
	members := s.members[base:]
	s.members = s.members[:base]
	s.Values[at].End = uint32(len(s.order))
	s.order = append(s.order, uint32(len(members)), uint32(end))
	for _, m := range members {
		if Key(m>>32) == Unknown {
			s.Values[at].Flags |= Strange
			return s.arrangeStrange(members)
		}
	}
	sortMembers(members)
	last, before, flags := Unknown, uint32(0), canonical
	for _, m := range members {
		k, index := Key(m>>32), uint32(m)
		if k == last {
			return false
		}
		if flags &= s.Values[index].Flags; index < before {
			flags = 0
		}
		last, before = k, index
		s.order = append(s.order, index)
	}
	s.Values[at].Flags |= flags
	return true
}

func sortMembers(members []uint64) {
	if len(members) > few {
		slices.Sort(members)
		return
	}
	for i := 1; i < len(members); i++ {
		m, j := members[i], i
		for ; j > 0 && members[j-1] > m; j-- {
			members[j] = members[j-1]
		}
		members[j] = m
	}
}

// arrangeStrange sorts by the text of the keys.
func (s *Scanner) arrangeStrange(members []uint64) bool {
	s.strange = s.strange[:0]
	for _, m := range members {
		s.strange = append(s.strange, strangeMember{s.KeyOf(int(uint32(m))), uint32(m)})
	}
	slices.SortFunc(s.strange, func(a, b strangeMember) int { return compareUTF16(a.key, b.key) })
	for i, m := range s.strange {
		if i > 0 && m.key == s.strange[i-1].key {
			return false
		}
		s.order = append(s.order, m.index)
	}
	return true
}

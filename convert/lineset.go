package convert

// lineHash stands for a line; two lines share one once in 2^64 lines or so.
type lineHash [2]uint64

// lineSet is a set of lines in 16 bytes each, at a load of at most 3/4. The
// zero hash marks an empty place.
type lineSet struct {
	table []lineHash
	n     int
}

// add adds a line and reports whether it is new.
func (s *lineSet) add(h lineHash) bool {
	if h == (lineHash{}) {
		h[0] = 1
	}
	if 4*s.n >= 3*len(s.table) {
		s.grow()
	}
	if !s.insert(h) {
		return false
	}
	s.n++
	return true
}

func (s *lineSet) insert(h lineHash) bool {
	mask := uint64(len(s.table) - 1)
	for i := h[0] & mask; ; i = (i + 1) & mask {
		switch s.table[i] {
		case h:
			return false
		case lineHash{}:
			s.table[i] = h
			return true
		}
	}
}

func (s *lineSet) grow() {
	old := s.table
	s.table = make([]lineHash, max(1024, 2*len(old)))
	for _, h := range old {
		if h != (lineHash{}) {
			s.insert(h)
		}
	}
}

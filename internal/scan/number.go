package scan

// number scans a number (RFC 8259, section 6).
func (s *Scanner) number(i int, v Value) int {
	start := i
	if s.Text[i] == '-' {
		i++
	}
	whole := i
	if i = s.digits(i); i == whole || s.Text[whole] == '0' && i > whole+1 {
		return bad
	}
	v.Kind = '0'
	if i-whole <= 15 && !(whole > start && s.Text[whole] == '0') {
		v.Flags = Plain | canonical
	}
	if i < len(s.Text) && s.Text[i] == '.' {
		frac := i + 1
		if i = s.digits(frac); i == frac {
			return bad
		}
		v.Flags = 0
	}
	if i < len(s.Text) && s.Text[i]|0x20 == 'e' {
		if i = s.exponent(i + 1); i == bad {
			return bad
		}
		v.Flags = 0
	}
	v.End = uint32(i)
	s.Values = append(s.Values, v)
	return i
}

func (s *Scanner) exponent(i int) int {
	if i < len(s.Text) && (s.Text[i] == '+' || s.Text[i] == '-') {
		i++
	}
	end := s.digits(i)
	if end == i {
		return bad
	}
	return end
}

func (s *Scanner) digits(i int) int {
	for i < len(s.Text) && s.Text[i]-'0' <= 9 {
		i++
	}
	return i
}

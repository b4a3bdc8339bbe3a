// Package words splits texts into words, and matches texts to what is asked for
// by words. Parse reads a query, Scanner.Read a text, and Query.Matches compares
// them; NeedleOf says which words a text must have that contains another text.
//
// A word is a run of letters, marks and digits of Unicode, folded: case and
// diacritics do not count, and compatible characters are the same. Of scripts
// that are written without spaces, such as Chinese, Japanese or Thai, each
// character is a word.
package words

import "unicode/utf8"

// Scanner splits texts. It keeps what it allocated, and is for one goroutine.
// The zero Scanner is ready.
type Scanner struct {
	// Tick is called now and then while texts are read and matched; it may panic to
	// end that. None by default.
	Tick  func()
	steps int
	word  []byte
	cache map[rune]folded
	text  Text
}

// mostCached bounds the characters whose folding a Scanner remembers.
const mostCached = 1 << 14

func (s *Scanner) fold(r rune) folded {
	f, ok := s.cache[r]
	if !ok {
		if s.cache == nil || len(s.cache) >= mostCached {
			s.cache = map[rune]folded{}
		}
		f = foldOf(r)
		s.cache[r] = f
	}
	return f
}

// step counts what is done.
func (s *Scanner) step(n int) {
	const apart = 1 << 14
	if s.steps += n; s.steps >= apart {
		if s.steps = 0; s.Tick != nil {
			s.Tick()
		}
	}
}

// Each calls yield with every word of a text, folded, and the offsets between
// which it stands. A word lives for the call.
func Each[T string | []byte](s *Scanner, text T, yield func(word []byte, from, to int)) {
	word, from := s.word[:0], 0
	end := func(at int) {
		if len(word) > 0 {
			s.step(len(word))
			yield(word, from, at)
			word = word[:0]
		}
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c = small[c]; c == 0 {
				end(i)
			} else {
				if len(word) == 0 {
					from = i
				}
				word = append(word, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(text[i:min(len(text), i+utf8.UTFMax)]))
		f := s.fold(r)
		if f.class == separator || f.class == whole {
			end(i)
		}
		if f.text != "" && len(word) == 0 {
			from = i
		}
		word = append(word, f.text...)
		i += size
		if f.class == whole {
			end(i)
		}
	}
	end(len(text))
	s.word = word[:0]
}

// Text is a text taken apart. It lives until its Scanner reads another one.
type Text struct {
	scanner *Scanner
	source  string
	folds   []byte
	spans   []span
}

// span is a word: where its fold ends, and where it stands in the source.
type span struct{ end, from, to int }

// Read takes a text apart.
func (s *Scanner) Read(text string) *Text {
	t := &s.text
	t.scanner, t.source, t.folds, t.spans = s, text, t.folds[:0], t.spans[:0]
	Each(s, text, func(word []byte, from, to int) {
		t.folds = append(t.folds, word...)
		t.spans = append(t.spans, span{len(t.folds), from, to})
	})
	return t
}

// Len counts the words.
func (t *Text) Len() int { return len(t.spans) }

func (t *Text) word(i int) []byte {
	from := 0
	if i > 0 {
		from = t.spans[i-1].end
	}
	return t.folds[from:t.spans[i].end]
}

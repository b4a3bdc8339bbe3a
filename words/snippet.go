package words

import "strings"

// snippetWords is how many words a snippet has, at most.
const snippetWords = 32

// Snippet is the part of a text in which most of the phrases stand that it is
// asked to have, which are put between two marks; "…" is where the text goes on.
func (q *Query) Snippet(t *Text, before, behind string) string {
	if t.Len() == 0 {
		return t.source
	}
	marked := make([]bool, t.Len()) // words of phrases
	q.mark(t, marked)
	first := densest(marked)
	last := min(t.Len(), first+snippetWords)
	from, to := 0, len(t.source)
	var b strings.Builder
	if first > 0 {
		from = t.spans[first].from
		b.WriteString("…")
	}
	if last < t.Len() {
		to = t.spans[last-1].to
	}
	at := from
	for i := first; i < last; i++ {
		if !marked[i] {
			continue
		}
		end := i
		for end+1 < last && marked[end+1] {
			end++
		}
		b.WriteString(t.source[at:t.spans[i].from] + before + t.source[t.spans[i].from:t.spans[end].to] + behind)
		at, i = t.spans[end].to, end
	}
	b.WriteString(t.source[at:to])
	if last < t.Len() {
		b.WriteString("…")
	}
	return b.String()
}

func (q *Query) mark(t *Text, marked []bool) {
	switch q.Op {
	case Not:
		return
	case Phrase:
		for at := q.find(t, 0); at >= 0; at = q.find(t, at+1) {
			for i := range q.Words {
				marked[at+i] = true
			}
		}
	}
	for _, part := range q.Parts {
		part.mark(t, marked)
	}
}

// densest returns where the first of the windows begins that have the most
// marked words; a few words stand before the first of these.
func densest(marked []bool) int {
	best, most, count := 0, 0, 0
	for i := range marked {
		if marked[i] {
			count++
		}
		if i >= snippetWords && marked[i-snippetWords] {
			count--
		}
		if count > most {
			best, most = max(0, i+1-snippetWords), count
		}
	}
	const lead = 4
	for first := best; first < len(marked); first++ {
		if marked[first] {
			return max(0, min(first-lead, len(marked)-1))
		}
	}
	return best
}

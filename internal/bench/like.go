package main

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
)

// A corpus like real studies is the real ones again and again, each time with other
// numbers, ids, sites and texts, so that it holds new terms as a registry of its size
// would. How many, the real studies say: of each path it is counted how many
// different values a half of them has, and all have; that they go on to grow with the
// same power of the number of studies (Heaps' law) is an assumption.

// growth is how the different values of a path become more.
type growth struct {
	values    int             // that were counted
	different map[uint64]bool // in all studies
	half      int             // different in the first half
	words     [][]byte        // of values, to make others of
}

// mostWords bounds the words that are kept of a path.
const mostWords = 2000

// fresh is the probability that a value is a new one, where there are n times as
// many studies as were counted.
func (g *growth) fresh(n float64) float64 {
	if g.values == 0 || g.half == 0 {
		return 0
	}
	power := min(1, math.Log2(float64(len(g.different))/float64(g.half)))
	return min(1, power*float64(len(g.different))/float64(g.values)*math.Pow(n, power-1))
}

// likeness is what is known of the real studies.
type likeness struct {
	studies [][]byte
	paths   map[string]*growth
}

// likenessOf counts the values of the studies of a folder or a ZIP.
func likenessOf(path string) (*likeness, error) {
	l := &likeness{paths: map[string]*growth{}}
	err := eachStudy(path, func(study []byte) { l.studies = append(l.studies, study) })
	if err != nil {
		return nil, err
	}
	if len(l.studies) < 2 {
		return nil, fmt.Errorf("%s: %d studies, expected some to make others of", path, len(l.studies))
	}
	for i, study := range l.studies {
		if i == len(l.studies)/2 {
			for _, g := range l.paths {
				g.half = len(g.different)
			}
		}
		if err := walk(study, func(path string, value []byte) []byte { l.count(path, value); return value }, io.Discard); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *likeness) count(path string, value []byte) {
	g := l.paths[path]
	if g == nil {
		g = &growth{different: map[uint64]bool{}}
		l.paths[path] = g
	}
	g.values++
	g.different[hashOf(value)] = true
	for _, w := range bytes.Fields(value) {
		if len(g.words) < mostWords && len(w) > 3 && !bytes.ContainsAny(w, `\"0123456789`) {
			g.words = append(g.words, bytes.Clone(w))
		}
	}
}

func hashOf(parts ...[]byte) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write(p) // it never fails
	}
	return h.Sum64()
}

// eachStudy reads the studies of a folder of JSON files or of a ZIP, in the order of
// their names.
func eachStudy(path string, yield func(study []byte)) error {
	if strings.HasSuffix(path, ".zip") {
		return eachEntry(path, yield)
	}
	files, err := filepath.Glob(filepath.Join(path, "*.json"))
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		yield(oneLine(data))
	}
	return nil
}

// walk reads a study and writes it again, with each string and number as change
// makes it of the path to it, keys alone, and of its own text.
func walk(study []byte, change func(path string, value []byte) []byte, to io.Writer) error {
	in, out := jsontext.NewDecoder(bytes.NewReader(study)), jsontext.NewEncoder(to)
	var keys []string // of the objects that are open
	for {
		kind := in.PeekKind()
		name := false
		if k, n := in.StackIndex(in.StackDepth()); k == '{' {
			name = n%2 == 0
		}
		switch {
		case kind == '"' && name:
			t, err := in.ReadToken()
			if err != nil {
				return err
			}
			keys[len(keys)-1] = t.String()
			if err := out.WriteToken(t); err != nil {
				return err
			}
			continue
		case kind == '"' || kind == '0':
			v, err := in.ReadValue()
			if err != nil {
				return err
			}
			if err := out.WriteValue(change(strings.Join(keys, "."), v)); err != nil {
				return err
			}
			continue
		}
		t, err := in.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.Kind() {
		case '{':
			keys = append(keys, "")
		case '}':
			keys = keys[:len(keys)-1]
		}
		if err := out.WriteToken(t); err != nil {
			return err
		}
	}
}

// study makes the study n of a corpus.
func (l *likeness) study(n int, to io.Writer) error {
	i, turn := n%len(l.studies), n/len(l.studies)
	times := float64(n+1) / float64(len(l.studies))
	if turn == 0 {
		_, err := to.Write(append(slices.Clone(l.studies[i]), '\n'))
		return err
	}
	r := rand.New(rand.NewPCG(uint64(n), 24))
	made := map[uint64][]byte{} // what is said twice in a study, is again
	return walk(l.studies[i], func(path string, value []byte) []byte {
		if moved, ok := movedNumber(value, turn); ok {
			return moved
		}
		hash := hashOf([]byte(path), value)
		if v, ok := made[hash]; ok {
			return v
		}
		v := bytes.Clone(value)
		if g := l.paths[path]; r.Float64() < g.fresh(times) {
			v = g.other(value, r)
		}
		made[hash] = v
		return v
	}, to)
}

// movedNumber gives the NCT ids of a turn numbers of their own.
func movedNumber(value []byte, turn int) ([]byte, bool) {
	if len(value) != len(`"NCT00000000"`) || !bytes.HasPrefix(value, []byte(`"NCT`)) {
		return nil, false
	}
	n := 0
	for _, c := range value[4:12] {
		if c < '0' || c > '9' {
			return nil, false
		}
		n = 10*n + int(c-'0')
	}
	const all, step = 100_000_000, 38_196_601 // without a common divisor: no number comes twice
	return fmt.Appendf(nil, `"NCT%08d"`, (n+turn*step)%all), true
}

// other makes another value of the same shape: other digits and, where there are
// several words, some of them other words of the path.
func (g *growth) other(value []byte, r *rand.Rand) []byte {
	if isDate(value) {
		return fmt.Appendf(nil, `"%.8s%02d"`, value[1:9], 1+r.IntN(28))
	}
	out := make([]byte, 0, len(value)+16)
	words := bytes.Count(value, []byte(" "))
	for i, c := range value {
		before := byte(0)
		if i > 0 {
			before = value[i-1]
		}
		switch {
		case c >= '1' && c <= '9' && before != '\\' && !inEscape(value, i):
			c = byte('1' + r.IntN(9))
		case words == 0 && value[0] == '"' && c >= 'a' && c <= 'z' && r.IntN(4) == 0 && before != '\\' && !inEscape(value, i):
			c = byte('a' + r.IntN(26))
		}
		out = append(out, c)
		if c == ' ' && len(g.words) > 0 && r.IntN(6) == 0 && before != '\\' {
			out = append(append(out, g.words[r.IntN(len(g.words))]...), ' ')
		}
	}
	return out
}

// inEscape reports whether a place belongs to \uXXXX.
func inEscape(value []byte, at int) bool {
	i := bytes.LastIndexByte(value[:at], '\\')
	return i >= 0 && at-i <= 5 && i+1 < len(value) && value[i+1] == 'u'
}

// isDate reports whether a value is a day.
func isDate(value []byte) bool {
	return len(value) == len(`"2000-01-01"`) && value[0] == '"' && value[5] == '-' && value[8] == '-'
}

// writeLike writes one of step of so many studies, one a line, compressed by zstd where
// the name says so.
func writeLike(path, like string, studies, step int) (err error) {
	l, err := likenessOf(like)
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	to := io.WriteCloser(plainFile{f})
	if strings.HasSuffix(path, ".zst") {
		if to, err = zstd.NewWriter(f, zstd.WithEncoderLevel(zstd.SpeedFastest)); err != nil {
			return err
		}
	}
	for n := 0; n < studies; n += step {
		if err := l.study(n, to); err != nil {
			return errors.Join(err, to.Close())
		}
	}
	return to.Close()
}

// logRatio is the power of b that a is.
func logRatio(a, b float64) float64 { return math.Log(a) / math.Log(b) }

type plainFile struct{ io.Writer }

func (plainFile) Close() error { return nil }

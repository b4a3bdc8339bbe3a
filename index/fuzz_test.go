package index

import (
	"bytes"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/rdf"
)

// FuzzPack compares what a packet holds with what the reader of N-Quads reads.
func FuzzPack(f *testing.F) {
	f.Add([]byte("<a:s> <a:p> \"x\\ny\\\\\" <a:g> .\n<a:s> <a:p> \"\\\"\"@en .\n_:b <a:p> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> _:g .\n"))
	f.Add([]byte("<a:s> <a:p> <a:o> <a:g> .\n<a:s> <a:q> \" . \"^^<a:t> <a:g> .\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var lines []byte
		want := NewBuilder()
		for q, err := range rdf.Read(bytes.NewReader(data), rdf.NQuads, nil) {
			if err != nil {
				return
			}
			lines = rdf.AppendQuad(lines, q)
			want.Add(q)
		}
		var packet Packet
		if err := new(Packer).Pack(&packet, lines); err != nil {
			t.Fatalf("%s: %v", lines, err)
		}
		got := NewBuilder()
		got.AddPacket(&packet)
		if g, w := all(got.Build()), all(want.Build()); !slices.Equal(g, w) {
			t.Errorf("packed %v, read %v", g, w)
		}
	})
}

func all(x *Index) []string {
	var out []string
	x.scan(spog, Quad{}, 0, true, func(q Quad) bool {
		out = append(out, rdf.Quad{Subject: x.Term(q[0]), Predicate: x.Term(q[1]), Object: x.Term(q[2]), Graph: x.Term(q[3])}.String())
		return true
	})
	slices.Sort(out)
	return out
}

// FuzzPackLines takes any bytes for lines: an error, or a packet.
func FuzzPackLines(f *testing.F) {
	f.Add([]byte("<a:s> <a:p> \"x\" .\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		var packet Packet
		if err := new(Packer).Pack(&packet, data); err == nil {
			NewBuilder().AddPacket(&packet)
		}
	})
}

// FuzzBlock reads rows of any bytes, and what it read once more after writing it.
func FuzzBlock(f *testing.F) {
	f.Add(byte(1), byte(3), []byte{5, 1, 9, 2, 0x10, 3, 1, 0x31, 4})
	f.Fuzz(func(t *testing.T, which, n byte, data []byte) {
		o := &orders[int(which)%len(orders)]
		rows := make([]row, 1+n%blockRows)
		rows[0] = row{uint32(which), uint32(n), uint32(which), uint32(n)}
		if !o.decode(data, rows) || !slices.IsSortedFunc(rows, compareRows) || len(slices.Compact(slices.Clone(rows))) < len(rows) {
			return
		}
		c := codec{order: o, last: rows[0]}
		var again []byte
		for i := range rows[1:] {
			again = c.append(again, &rows[i+1])
		}
		got := make([]row, len(rows))
		got[0] = rows[0]
		if !o.decode(again, got) || !slices.Equal(got, rows) {
			t.Errorf("%v, read back as %v", rows, got)
		}
	})
}

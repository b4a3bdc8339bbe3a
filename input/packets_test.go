package input_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// packets keeps what the packets that it is given have: of each the terms by number,
// and the quads.
type packets struct{ all []string }

func (p *packets) Add(rdf.Quad) error { return nil }

func (p *packets) AddPacket(packet *index.Packet) error {
	b := index.NewBuilder()
	b.AddPacket(packet)
	x := b.Build()
	var all strings.Builder
	for id := range x.Terms() {
		fmt.Fprintln(&all, x.Term(index.ID(id+1)))
	}
	x.Match(index.Quad{}, index.Each, func(q index.Quad) bool {
		fmt.Fprintln(&all, q)
		return true
	})
	p.all = append(p.all, all.String())
	return nil
}

// TestPack: studies become the packets of their lines, whatever converts them.
func TestPack(t *testing.T) {
	files, err := filepath.Glob("../testdata/studies/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, o := range []*mapping.Options{nil, {Profile: mapping.Core}, {History: true}, {Statements: true}} {
		engine, err := mapping.NewEngine(o)
		if err != nil {
			t.Fatal(err)
		}
		converter := func() convert.Converter { return engine.NewConverter() }
		open := func() *study.Input {
			in, err := study.Open(files, nil)
			if err != nil {
				t.Fatal(err)
			}
			return in
		}
		var want, got packets
		var packer index.Packer
		if _, err := convert.Run(t.Context(), open(), converter, lines(func(b []byte) error {
			var packet index.Packet
			if err := packer.Pack(&packet, b); err != nil {
				return err
			}
			return want.AddPacket(&packet)
		}), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := input.Pack(t.Context(), open(), converter, &got, nil); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.all, want.all) {
			t.Errorf("%+v: %d packets, expected the %d of lines", o, len(got.all), len(want.all))
		}
	}
}

// lines is a sink of lines.
type lines func([]byte) error

func (l lines) WriteStudy(shared []byte, record ...[]byte) error {
	if err := l(shared); err != nil {
		return err
	}
	return l(convert.Whole(record))
}

func (l lines) Close() error { return nil }

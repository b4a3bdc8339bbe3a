package input_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/study"
)

// packets keeps what it is given.
type packets struct{ all [][]byte }

func (p *packets) Add(rdf.Quad) error { return nil }

func (p *packets) AddPacket(b []byte) error {
	p.all = append(p.all, slices.Clone(b))
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
			packet, err := packer.Pack(nil, b)
			want.all = append(want.all, packet)
			return err
		}), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := input.Pack(t.Context(), open(), converter, &got, nil); err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got.all, want.all, bytes.Equal) {
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

package mapping_test

import (
	"testing"

	"github.com/trialweave/trialweave/mapping"
)

// BenchmarkConvert converts all real studies, one after the other.
func BenchmarkConvert(b *testing.B) {
	var studies [][]byte
	var size int64
	for _, data := range realStudies(b) {
		studies = append(studies, data)
		size += int64(len(data))
	}
	c := newEngines(b, nil).compiled
	var out mapping.Output
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range studies {
			out.Reset()
			if err := c.Convert(s, &out); err != nil {
				b.Fatal(err)
			}
		}
	}
}

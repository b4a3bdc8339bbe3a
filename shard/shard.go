// Package shard describes the parts that the conversion of one input comes in
// when several machines carry it out: how a part is named, and the manifest
// that lies beside it once it is complete.
package shard

import (
	"encoding/json"
	"fmt"
)

// Format is the version of manifests.
const Format = 1

// Manifest says what a part holds.
type Manifest struct {
	Format int `json:"format"`
	// Plan is the SHA-256 of the plan by which the input was divided.
	Plan string `json:"plan"`
	// Options are those of the conversion, as text that tells runs apart.
	Options string `json:"options"`
	// Shared is the IRI of the graph whose lines may be in several parts.
	Shared string `json:"sharedGraph"`
	// Shard counts from 0 to Shards.
	Shard  int    `json:"shard"`
	Shards int    `json:"shards"`
	File   string `json:"file"` // beside the manifest
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // in hexadecimal

	Studies  int64 `json:"studies"`
	Quads    int64 `json:"quads"`
	Rejected int64 `json:"rejected"`
	// Again counts the records that were left out for another of their study, and
	// Later those of them that are later.
	Again int64 `json:"again,omitempty"`
	Later int64 `json:"later,omitempty"`
}

// Name is what the files of a part begin with.
func Name(shard, shards int) string { return fmt.Sprintf("part-%05d-of-%05d", shard, shards) }

// Name is what the manifest's file is called.
func (m *Manifest) Name() string { return Name(m.Shard, m.Shards) + ".json" }

// Text is the manifest as it is written to a file.
func (m *Manifest) Text() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	return append(text, '\n'), err
}

// Parse reads a manifest; name is that of its file.
func Parse(name string, text []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil || m.Format != Format || m.Shard < 0 || m.Shard >= m.Shards {
		return m, fmt.Errorf("%s: not the manifest of a part, expected one of format %d", name, Format)
	}
	return m, nil
}

// Check says what is wrong with a part of a size and SHA-256; path is where it
// lies.
func (m *Manifest) Check(path, sha256 string, size int64) error {
	if sha256 == m.SHA256 && size == m.Bytes {
		return nil
	}
	return fmt.Errorf("%s is not the part that was written: %d bytes with SHA-256 %s, expected %d with %s\nhint: remove it and convert its shard again", path, size, sha256, m.Bytes, m.SHA256)
}

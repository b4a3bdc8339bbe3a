package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// descriptor names a blob of an image.
type descriptor struct {
	MediaType string            `json:"mediaType"`
	Digest    string            `json:"digest"`
	Size      int               `json:"size"`
	Platform  map[string]string `json:"platform,omitempty"`
	Notes     map[string]string `json:"annotations,omitempty"`
}

// image makes an image of a command for each kind of processor, in the OCI layout:
// the binary and nothing else, nobody's user, and the folder /data to work in.
func (r *release) image(command string, binaries []binary) error {
	var manifests []descriptor
	for _, b := range binaries {
		if b.os != "linux" {
			continue
		}
		m, err := r.imageOf(b)
		if err != nil {
			return err
		}
		manifests = append(manifests, m)
	}
	if len(manifests) == 0 {
		return nil
	}
	index := map[string]any{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}
	all, err := r.blob(command, "application/vnd.oci.image.index.v1+json", index)
	if err != nil {
		return err
	}
	// Container engines name what they load by the second, where they know it.
	all.Notes = map[string]string{
		"org.opencontainers.image.ref.name": r.version,
		"io.containerd.image.name":          "localhost/" + command + ":" + r.version,
	}
	top, err := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": []descriptor{all}})
	if err != nil {
		return err
	}
	if err := r.write("oci/"+command+"/index.json", top); err != nil {
		return err
	}
	if err := r.write("oci/"+command+"/oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
		return err
	}
	return r.imageArchive(command)
}

// imageArchive puts the layout of an image into one file, as container engines load it.
func (r *release) imageArchive(command string) error {
	layout := os.DirFS(filepath.Join(r.out, "oci", command))
	var entries []entry
	err := fs.WalkDir(layout, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if e.IsDir() {
			entries = append(entries, entry{name + "/", nil, 0o755})
			return nil
		}
		data, err := fs.ReadFile(layout, name)
		entries = append(entries, entry{name, data, 0o644})
		return err
	})
	if err != nil {
		return err
	}
	data, err := tarball(entries, r.time)
	if err != nil {
		return err
	}
	return r.write("oci/"+command+"_oci.tar", data)
}

func (r *release) imageOf(b binary) (descriptor, error) {
	entries := []entry{{b.command, b.data, 0o755}, {"data/", nil, 0o777}, {"tmp/", nil, 0o1777}}
	if r.certificates != "" {
		data, err := os.ReadFile(r.certificates)
		if err != nil {
			return descriptor{}, err
		}
		entries = append(entries, entry{"etc/ssl/certs/ca-certificates.crt", data, 0o644})
	}
	layer, err := tarball(entries, r.time)
	if err != nil {
		return descriptor{}, err
	}
	packed, err := gzipped(layer)
	if err != nil {
		return descriptor{}, err
	}
	layerBlob, err := r.rawBlob(b.command, "application/vnd.oci.image.layer.v1.tar+gzip", packed)
	if err != nil {
		return descriptor{}, err
	}
	config, err := r.blob(b.command, "application/vnd.oci.image.config.v1+json", map[string]any{
		"created": r.time.Format(time.RFC3339), "architecture": b.arch, "os": b.os,
		"config": map[string]any{
			"User": "65532:65532", "Entrypoint": []string{"/" + b.command}, "WorkingDir": "/data",
			"Labels": map[string]string{
				"org.opencontainers.image.title": b.command, "org.opencontainers.image.description": summaries[b.command], "org.opencontainers.image.licenses": "Apache-2.0",
				"org.opencontainers.image.source": home, "org.opencontainers.image.version": r.version, "org.opencontainers.image.revision": r.commit,
			},
		},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest(layer)}},
	})
	if err != nil {
		return descriptor{}, err
	}
	m, err := r.blob(b.command, "application/vnd.oci.image.manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []descriptor{layerBlob},
	})
	m.Platform = map[string]string{"architecture": b.arch, "os": b.os}
	return m, err
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (r *release) blob(command, mediaType string, value any) (descriptor, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return descriptor{}, err
	}
	return r.rawBlob(command, mediaType, data)
}

func (r *release) rawBlob(command, mediaType string, data []byte) (descriptor, error) {
	d := descriptor{MediaType: mediaType, Digest: digest(data), Size: len(data)}
	return d, r.write(fmt.Sprintf("oci/%s/blobs/sha256/%s", command, d.Digest[len("sha256:"):]), data)
}

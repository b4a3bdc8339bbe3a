package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

//go:embed nfpm.yaml
var nfpmConfig []byte

// systemPackages has nfpm make packages for Debian and for systems with RPM.
func (r *release) systemPackages(work string, b binary, manual map[string][]byte) error {
	if r.nfpm == "" || b.os != "linux" {
		return nil
	}
	dir := filepath.Join(work, "nfpm", b.command+"-"+b.arch)
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // packages are for everybody
		return err
	}
	license, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return err
	}
	page, err := gzipped(manual[b.command+".1"])
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"nfpm.yaml": nfpmConfig, "binary": b.data, "copyright": license, "page.1.gz": page,
		"bash": manual[b.command+".bash"], "zsh": manual["_"+b.command], "fish": manual[b.command+".fish"],
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // as above
			return err
		}
		if err := os.Chtimes(path, r.time, r.time); err != nil {
			return err
		}
	}
	for _, packager := range []string{"deb", "rpm"} {
		name := fmt.Sprintf("%s_%s_%s.%s", b.command, r.version, b.arch, packager)
		target, err := filepath.Abs(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		c := exec.Command(r.nfpm, "package", "--config", "nfpm.yaml", "--packager", packager, "--target", target)
		c.Dir = dir
		c.Env = append(os.Environ(), "COMMAND="+b.command, "ARCH="+b.arch, "VERSION="+r.version, "SUMMARY="+summaries[b.command],
			"DATE="+r.time.Format(time.RFC3339), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.time.Unix()))
		if text, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, text)
		}
	}
	return nil
}

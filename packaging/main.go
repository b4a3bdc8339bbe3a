// Command packaging builds both commands and what they are installed from:
//
//	go run ./packaging -version 1.2.3 -o dist
//
// makes archives with checksums, npm packages, wheels, images in the OCI layout and the
// repository of the hooks for pre-commit, and with -nfpm also packages for Debian and for systems with RPM. The same source
// makes the same bytes in every folder: nothing of the machine gets into them, and
// times are those of -time or SOURCE_DATE_EPOCH.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// platform is a system and a kind of processor, by the names of Go.
type platform struct{ os, arch string }

var platforms = []platform{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"}}

var commands = []string{"trialweave", "triallint"}

// summaries are what registries say of the commands.
var summaries = map[string]string{
	"trialweave": "ClinicalTrials.gov as linked data: convert, validate, index and query study records",
	"triallint":  "A linter for API descriptions that never stays silent about what it did not check",
}

const home = "https://github.com/trialweave/trialweave"

// release is what is built.
type release struct {
	version, commit string
	time            time.Time
	out             string
	source          string
	nfpm            string
	certificates    string
	tags            string
	platforms       []platform
}

func main() {
	r := &release{}
	var only, epoch string
	flag.StringVar(&r.version, "version", "0.0.0", "version, as 1.2.3 or 1.2.3-rc.1")
	flag.StringVar(&r.commit, "commit", "unknown", "commit that is built")
	flag.StringVar(&epoch, "time", os.Getenv("SOURCE_DATE_EPOCH"), "seconds since 1970 that all files get; default: SOURCE_DATE_EPOCH")
	flag.StringVar(&r.out, "o", "dist", "folder to write into")
	flag.StringVar(&r.source, "source", ".", "folder of the module")
	flag.StringVar(&r.nfpm, "nfpm", "", "nfpm, which makes packages for Debian and RPM; default: none are made")
	flag.StringVar(&r.certificates, "certificates", "", "file of the certificates that images trust; default: none, so that images fetch nothing by HTTPS")
	flag.StringVar(&r.tags, "tags", "", "build tags, such as novacuum, which spares ten CPU-minutes of the first build")
	flag.StringVar(&only, "platforms", "", "platforms, as linux/amd64,darwin/arm64; default: all")
	flag.Parse()
	err := r.settle(only, epoch)
	if err == nil {
		err = r.build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

var versions = regexp.MustCompile(`^\d+\.\d+\.\d+(-rc\.\d+)?$`)

func (r *release) settle(only, epoch string) error {
	if !versions.MatchString(r.version) {
		return fmt.Errorf("-version %q, expected one such as 1.2.3 or 1.2.3-rc.1", r.version)
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil || seconds < 315532800 || seconds > 1<<32 {
		return fmt.Errorf("-time %q, expected seconds since 1970, of 1980 or later", epoch)
	}
	r.time = time.Unix(seconds, 0).UTC()
	r.platforms = platforms
	if only == "" {
		return nil
	}
	r.platforms = nil
	for name := range strings.SplitSeq(only, ",") {
		goos, arch, _ := strings.Cut(name, "/")
		if !slices.Contains(platforms, platform{goos, arch}) {
			return fmt.Errorf("-platforms %s, expected some of %v", name, platforms)
		}
		r.platforms = append(r.platforms, platform{goos, arch})
	}
	return nil
}

// build makes everything, and at last the checksums of the files.
func (r *release) build() error {
	if entries, err := os.ReadDir(r.out); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: the folder is not empty", r.out)
	}
	work, err := os.MkdirTemp("", "packaging-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() // it is a temporary folder
	for _, command := range commands {
		var binaries []binary
		for _, p := range r.platforms {
			b, err := r.compile(work, command, p)
			if err != nil {
				return err
			}
			binaries = append(binaries, b)
		}
		manual, err := r.manual(work, command)
		if err != nil {
			return err
		}
		for _, b := range binaries {
			if err := errors.Join(r.archive(b, manual), r.npmBinary(b), r.wheel(b), r.systemPackages(work, b, manual)); err != nil {
				return err
			}
		}
		if err := errors.Join(r.npm(command), r.image(command, binaries), r.formula(command)); err != nil {
			return err
		}
	}
	return errors.Join(r.preCommit(), r.checksums())
}

// binary is a command for a platform.
type binary struct {
	command string
	platform
	path string
	data []byte
}

// file is the name of the command on its system.
func (b binary) file() string {
	if b.os == "windows" {
		return b.command + ".exe"
	}
	return b.command
}

func (r *release) compile(work, command string, p platform) (binary, error) {
	b := binary{command: command, platform: p}
	b.path = filepath.Join(work, p.os+"-"+p.arch, b.file())
	stamp := fmt.Sprintf("%s %s %s", r.version, r.commit, r.time.Format(time.RFC3339))
	c := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", r.tags,
		"-ldflags", "-s -w -buildid= -X 'github.com/trialweave/trialweave/internal/buildinfo.stamp="+stamp+"'",
		"-o", b.path, "./cmd/"+command)
	c.Dir = r.source
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch)
	if text, err := c.CombinedOutput(); err != nil {
		return b, fmt.Errorf("%s for %s/%s: %w\n%s", command, p.os, p.arch, err, text)
	}
	var err error
	b.data, err = os.ReadFile(b.path)
	return b, err
}

// manual has the command that runs here print its page of the manual and its
// completions, by the names that they get.
func (r *release) manual(work, command string) (map[string][]byte, error) {
	host, err := r.compile(work, command, platform{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for name, args := range map[string][]string{
		command + ".1": {"man"}, command + ".bash": {"completion", "bash"}, "_" + command: {"completion", "zsh"}, command + ".fish": {"completion", "fish"},
	} {
		text, err := exec.Command(host.path, args...).Output()
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", command, strings.Join(args, " "), err)
		}
		out[name] = text
	}
	return out, nil
}

// checksums writes the hashes of all files but those in folders, as sha256sum does.
func (r *release) checksums() error {
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(r.out, e.Name()))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), e.Name())
	}
	return r.write("checksums.txt", []byte(b.String()))
}

// write puts a file below the folder of the output.
func (r *release) write(name string, data []byte) error {
	path := filepath.Join(r.out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // packages are for everybody
		return err
	}
	return os.WriteFile(path, data, 0o644) //nolint:gosec // as above
}

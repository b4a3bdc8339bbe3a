//go:build integration && linux

package integration

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// inode is a file of a disk: what programs see of it, and what is on the disk for
// certain. A folder has no bytes.
type inode struct {
	folder       bool
	data, synced []byte
}

// rename is a change of a name that may not be on the disk yet: what it is then,
// nil being nothing. A rename changes two names at once.
type renaming map[string]*inode

// disk is a file system that forgets what was not synced.
type disk struct {
	names   map[string]*inode // as programs see them
	durable map[string]*inode // for certain
	pending []renaming        // in between
	offsets map[string]int64  // of the descriptors
}

// newDisk has what a folder holds, which is on the disk.
func newDisk(t *testing.T, dir string) *disk {
	t.Helper()
	d := &disk{names: map[string]*inode{dir: {folder: true}}, offsets: map[string]int64{}}
	for _, name := range allFiles(t, dir) {
		data := load(t, name)
		d.names[name] = &inode{data: data, synced: data}
		for folder := filepath.Dir(name); len(folder) >= len(dir); folder = filepath.Dir(folder) {
			d.names[folder] = &inode{folder: true}
		}
	}
	d.durable = maps.Clone(d.names)
	return d
}

func (d *disk) change(r renaming) {
	for name, to := range r {
		if to == nil {
			delete(d.names, name)
		} else {
			d.names[name] = to
		}
	}
	d.pending = append(d.pending, r)
}

// sync puts a file's bytes on the disk, or the names of a folder.
func (d *disk) sync(name string) {
	at := d.names[name]
	if at == nil {
		return
	}
	if !at.folder {
		at.synced = bytes.Clone(at.data)
		return
	}
	var later []renaming
	for _, r := range d.pending {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(r)), func(n string) bool { return filepath.Dir(n) == name }) {
			later = append(later, r)
			continue
		}
		apply(d.durable, r)
	}
	d.pending = later
}

func apply(names map[string]*inode, r renaming) {
	for name, to := range r {
		if to == nil {
			delete(names, name)
		} else {
			names[name] = to
		}
	}
}

func (d *disk) write(name string, at int64, data []byte) {
	file := d.names[name]
	if file == nil {
		return // unlinked, and of no use after a power cut
	}
	grown := make([]byte, max(int64(len(file.data)), at+int64(len(data))))
	copy(grown, file.data)
	copy(grown[at:], data)
	file.data = grown
}

// after writes what a power cut may leave into a folder in place of dir: the
// names that are certain and, of the others, none, all or some; the bytes that
// are synced and, of the others, none, all or some.
func (d *disk) after(t *testing.T, dir, to string, kind int, dice *rand.Rand) {
	t.Helper()
	names := maps.Clone(d.durable)
	for i, r := range d.pending {
		if kind == 1 || kind == 2 || kind == 3 && i < len(d.pending)/2 || kind >= 4 && dice.IntN(2) == 0 {
			apply(names, r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		place := to + strings.TrimPrefix(name, dir)
		if names[name].folder {
			if err := os.MkdirAll(place, 0o700); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if parent := filepath.Dir(name); parent != dir && names[parent] == nil {
			continue // its folder is not there
		}
		data := names[name].synced
		switch {
		case kind == 2:
			data = names[name].data
		case kind >= 4 && len(names[name].data) > len(data):
			data = bytes.Clone(names[name].data[:len(data)+dice.IntN(len(names[name].data)-len(data))])
		}
		save(t, place, data)
	}
}

// kinds of what a power cut may leave.
const cutKinds = 6

var (
	called = regexp.MustCompile(`^(\w+)\((.*)\) += (-?\d+)`)
	paths  = regexp.MustCompile(`(?:(AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>, )?"((?:\\x[0-9a-f]{2})*)"`)
	onFile = regexp.MustCompile(`^(\d+)<((?:\\x[0-9a-f]{2})*)>`)
)

func unhex(t *testing.T, s string) string {
	t.Helper()
	out, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// traced runs a command under strace, and returns the calls that change files,
// each in one piece.
func traced(t *testing.T, args ...string) []string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	cmd := exec.CommandContext(t.Context(), strace(t), append([]string{
		"-f", "-y", "-xx", "-s", "16777216", "-o", log,
		"-e", "trace=openat,open,creat,write,pwrite64,writev,pwritev,copy_file_range,sendfile,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,lseek",
	}, args...)...)
	cmd.Env = append(os.Environ(), "TRIALWEAVE_STATE=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v, %s", args, err, out)
	}
	var calls []string
	begun := map[string]string{}
	for line := range strings.Lines(string(load(t, log))) {
		process, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		if head, ok := strings.CutSuffix(call, " <unfinished ...>"); ok {
			begun[process] = head
			continue
		}
		if _, tail, ok := strings.Cut(call, " resumed>"); ok {
			call = begun[process] + tail
		}
		calls = append(calls, call)
	}
	return calls
}

// strace returns the tracer, which is installed where it is missing.
func strace(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		tools.Run(t, "/", "sh", "-c", "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq strace")
	}
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Fatalf("strace was installed and is not found: %v", err)
	}
	if out, err := exec.CommandContext(t.Context(), path, "true").CombinedOutput(); err != nil {
		t.Skipf("this system does not let processes be traced: %v, %s", err, out)
	}
	return path
}

// play carries a call out, and reports whether it changed anything below dir.
func (d *disk) play(t *testing.T, dir, call string) bool {
	t.Helper()
	m := called.FindStringSubmatch(call)
	if m == nil {
		return false // a signal, or the end
	}
	name, args := m[1], m[2]
	result, err := strconv.ParseInt(m[3], 10, 64)
	if err != nil || result < 0 {
		return false
	}
	if on := onFile.FindStringSubmatch(args); on != nil && !strings.HasSuffix(name, "at") && !strings.HasSuffix(name, "at2") {
		return d.playFile(t, dir, name, args, on[1], unhex(t, on[2]), result)
	}
	var at []string
	for _, p := range paths.FindAllStringSubmatch(args, -1) {
		path := unhex(t, p[3])
		if !filepath.IsAbs(path) {
			path = filepath.Join(unhex(t, p[2]), path)
		}
		at = append(at, filepath.Clean(path))
	}
	if len(at) == 0 || !strings.HasPrefix(at[0], dir) {
		return false
	}
	switch strings.TrimSuffix(strings.TrimSuffix(name, "2"), "at") {
	case "open", "creat":
		d.offsets[m[3]] = 0
		if file := d.names[at[0]]; file == nil && strings.Contains(args, "O_CREAT") {
			d.change(renaming{at[0]: {}})
		} else if file != nil && strings.Contains(args, "O_TRUNC") {
			file.data = nil
		}
		if strings.Contains(args, "O_APPEND") {
			d.offsets[m[3]] = int64(len(d.names[at[0]].data))
		}
	case "mkdir":
		d.change(renaming{at[0]: {folder: true}})
	case "rename":
		d.change(renaming{at[0]: nil, at[1]: d.names[at[0]]})
	case "unlink", "rmdir":
		d.change(renaming{at[0]: nil})
	default:
		t.Fatalf("%s of %s is not understood", name, at[0])
	}
	return true
}

// playFile carries out a call on a descriptor.
func (d *disk) playFile(t *testing.T, dir, name, args, fd, path string, result int64) bool {
	t.Helper()
	path = strings.TrimSuffix(path, " (deleted)")
	if !strings.HasPrefix(path, dir) {
		return false
	}
	numbers := strings.Split(args, ", ")
	switch name {
	case "write", "pwrite64":
		data := []byte(unhex(t, paths.FindStringSubmatch(args)[3]))[:result]
		at := d.offsets[fd]
		if name == "pwrite64" {
			at, _ = strconv.ParseInt(numbers[len(numbers)-1], 10, 64)
		} else {
			d.offsets[fd] += result
		}
		d.write(path, at, data)
	case "lseek":
		d.offsets[fd] = result
		return false
	case "ftruncate":
		size, _ := strconv.ParseInt(numbers[1], 10, 64)
		if file := d.names[path]; file != nil {
			file.data = append(bytes.Clone(file.data[:min(size, int64(len(file.data)))]), make([]byte, max(0, size-int64(len(file.data))))...)
		}
	case "fsync", "fdatasync":
		d.sync(path)
	default:
		t.Fatalf("%s of %s is not understood: %s", name, path, fmt.Sprintf("%.200s", args))
	}
	return true
}

package output

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/internal/durable"
)

// mostLinks bounds the symbolic links that are followed.
const mostLinks = 40

// followed returns the file that a path leads to through symbolic links, also
// where that is not there yet.
func followed(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	for range mostLinks {
		target, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return path
}

// Target returns the absolute path that a path leads to through symbolic links,
// those of its folder among them, also where nothing is there yet.
func Target(path string) string {
	path = followed(path)
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	return path
}

// mostName is how long a name may be on the file systems in use.
const mostName = 255

// createPart makes the temporary file for a path, and removes those that
// processes which are gone left there. It is held until release.
func createPart(path string) (part *os.File, release func(), err error) {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	removeStale(dir, base)
	for {
		tail := fmt.Sprintf(".%s-%d-%d.part", host(), os.Getpid(), rand.Uint32()) //nolint:gosec // a name is no secret
		name := "." + base[:min(len(base), mostName-1-len(tail))] + tail
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // the umask applies
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if release, ours := hold(f); ours {
			return f, release, nil
		}
		f.Close() // it is removed, or about to be
	}
}

// host is a short name of this machine, so that a folder that several machines
// share is cleared of one's own files only.
func host() string {
	name, _ := os.Hostname() // where there is none, all are one
	h := fnv.New32a()
	h.Write([]byte(name))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// removeStale removes the temporary files of a name whose processes are gone. Numbers
// of processes come again, and are the same in each container: where there is a
// process, it has to hold the file.
func removeStale(dir, base string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ok := strings.CutSuffix(e.Name(), ".part")
		at := strings.LastIndexByte(rest, '.')
		if !ok || at < 1 || !strings.HasPrefix(base, rest[1:at]) || rest[0] != '.' {
			continue
		}
		parts := strings.Split(rest[at+1:], "-")
		if len(parts) != 3 || parts[0] != host() {
			continue
		}
		name := filepath.Join(dir, e.Name())
		if pid, err := strconv.Atoi(parts[1]); err == nil && pid != os.Getpid() && gone(pid) {
			os.Remove(name)
		} else if err == nil {
			removeUnheld(name)
		}
	}
}

// syncNames puts the names of a folder on the disk, where the file system can.
func syncNames(dir string) error {
	_ = durable.Sync(dir) // some cannot
	return nil
}

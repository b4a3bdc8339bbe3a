package layout

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPromises: every test that SECURITY.md names as what holds a promise
// exists, in the room that it names.
func TestPromises(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	scripts, tests := map[string]bool{}, map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	err = filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(name, ".txtar"):
			scripts[filepath.Base(name)] = true
		case strings.HasSuffix(name, "_test.go"):
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			room, _ := filepath.Rel(root, filepath.Dir(name))
			for _, m := range declared.FindAllSubmatch(text, -1) {
				tests[strings.TrimPrefix(filepath.ToSlash(room), "cmd/trialweave")+"."+string(m[1])] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(?:([\\w/]*)\\.)?(Test\\w+)`|`(\\w+\\.txtar)`").FindAllStringSubmatch(string(page), -1)
	if len(named) == 0 {
		t.Fatal("SECURITY.md names no test")
	}
	for _, m := range named {
		if m[3] != "" && !scripts[m[3]] || m[2] != "" && !tests[m[1]+"."+m[2]] {
			t.Errorf("%s does not exist", m[0])
		}
	}
}

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/internal/test/portion"
	"github.com/trialweave/trialweave/lint"
)

// taken lists the documents that a search below a folder of a repository finds.
func taken(t *testing.T, root string) []string {
	t.Helper()
	files, err := openRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{root: root, files: files}
	config, err := w.config()
	if err != nil {
		t.Fatal(err)
	}
	corpus, err := lint.Load(files, []string{"."}, config)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range corpus.Documents {
		out = append(out, d.File)
	}
	return out
}

// listed lists the files that git does not ignore.
func listed(t *testing.T, root string) []string {
	t.Helper()
	git := exec.Command("git", "-C", root, "-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard")
	text, err := git.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range strings.Fields(string(text)) {
		if strings.HasSuffix(name, ".yml") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

const tinyAPI = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n"

// repositoryWith makes a repository of a few folders with ignore files.
func repositoryWith(t *testing.T, ignores map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if text, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Skipf("git is absent: nothing was compared with it: %s", text)
	}
	for _, folder := range []string{"", "a", "abc", "a/b", "a/b/c", "x", "a/x", "abc/deep/er"} {
		for _, name := range []string{"a.yml", "b.yml", "keep.yml", "x1.yml", "xa.yml", "#odd.yml", "!odd.yml"} {
			writeTestFile(t, filepath.Join(dir, folder, name), tinyAPI)
		}
	}
	for name, text := range ignores {
		writeTestFile(t, filepath.Join(dir, name), text)
	}
	return dir
}

func writeTestFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestIgnoredAsGitDoes holds that a search leaves out what git ignores, with
// git as the judge.
func TestIgnoredAsGitDoes(t *testing.T) {
	for name, ignores := range map[string]map[string]string{
		"a class":             {".gitignore": "x[!0-9].yml\n"},
		"all but one":         {".gitignore": "abc/**\n!abc/keep.yml\n"},
		"within an ignored":   {".gitignore": "abc/\n!abc/keep.yml\n"},
		"everywhere":          {".gitignore": "**/b/\n"},
		"between":             {".gitignore": "a/**/c/*.yml\n"},
		"anchored":            {".gitignore": "/a.yml\n/x\n"},
		"escapes":             {".gitignore": "\\#odd.yml\n\\!odd.yml\na.yml\\ \n"},
		"deeper ones win":     {".gitignore": "*.yml\n", "a/.gitignore": "!keep.yml\n", "a/b/.gitignore": "keep.yml\n"},
		"information of git":  {".git/info/exclude": "keep.yml\n", ".gitignore": "!/keep.yml\n"},
		"blanks and comments": {".gitignore": "# a.yml\n\nb.yml   \n\t\n"},
		"a question mark":     {".gitignore": "x?.yml\nabc/?eep.yml\n"},
		"a named class":       {".gitignore": "x[[:alpha:]].yml\n"},
		"windows":             {".gitignore": "a.yml\r\nabc/\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := repositoryWith(t, ignores)
			if diff := cmp.Diff(listed(t, dir), taken(t, dir)); diff != "" {
				t.Errorf("(-git +triallint):\n%s", diff)
			}
			if diff := cmp.Diff(listed(t, filepath.Join(dir, "a")), taken(t, filepath.Join(dir, "a"))); diff != "" {
				t.Errorf("from a folder (-git +triallint):\n%s", diff)
			}
		})
	}
}

// TestIgnoredAtRandom does the same with patterns put together at random.
func TestIgnoredAtRandom(t *testing.T) {
	const seed = 7
	count := portion.Count(10, 60)
	r := rand.New(rand.NewPCG(seed, 1))
	words := []string{"a", "abc", "b", "x", "*", "**", "a.yml", "*.yml", "x?.yml", "keep.yml", "[!a-k]*.yml", "[ab].yml", "a*", "d*p"}
	for n := range count {
		text := map[string]string{}
		for _, file := range []string{".gitignore", "a/.gitignore", ".git/info/exclude"} {
			for range 1 + r.IntN(3) {
				var parts []string
				for range 1 + r.IntN(3) {
					parts = append(parts, words[r.IntN(len(words))])
				}
				line := strings.Join(parts, "/")
				switch r.IntN(6) {
				case 0:
					line = "/" + line
				case 1:
					line += "/"
				case 2, 3:
					line = "!" + line
				}
				text[file] += line + "\n"
			}
		}
		dir := repositoryWith(t, text)
		if diff := cmp.Diff(listed(t, dir), taken(t, dir)); diff != "" {
			t.Errorf("seed %d, %d: %v (-git +triallint):\n%s", seed, n, fmt.Sprintf("%q", text), diff)
		}
	}
}

// TestExcludeAsGitDoes holds that exclude is read as a .gitignore is.
func TestExcludeAsGitDoes(t *testing.T) {
	for _, patterns := range []string{"'abc/**', '!abc/keep.yml'", "'x[!0-9].yml'", "'/a'", "'*.yml', '!keep.yml'"} {
		lines := strings.ReplaceAll(strings.ReplaceAll(patterns, "'", ""), ", ", "\n") + "\n"
		want := listed(t, repositoryWith(t, map[string]string{".gitignore": lines}))
		got := taken(t, repositoryWith(t, map[string]string{".triallint.yml": "exclude: [" + patterns + "]\n"}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-git +triallint):\n%s", patterns, diff)
		}
	}
}

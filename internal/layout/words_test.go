package layout

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// phrases are those that do not come back: what messages, help and comments
// say in their place stands beside each.
var phrases = []struct{ pattern, instead string }{
	{`\b(says|tells|tell) whether\b`, "reports whether"},
	{`\bis no (an?|NCT|IRI|JSON|number|query|page|path|name|object|parameter|range|address|journal|store|file|date|document|list|term|schema|node)\b`, "is not a"},
	{`%[qs] is none\b`, "invalid"},
	{`\bare of a plan\b`, "require --plan FILE"},
	{`\bstale entry\b`, "baseline entry no longer found"},
	{`\bhas one right answer\b`, "can be fixed automatically"},
	{`\bis found no more\b`, "is no longer found"},
	{`\bwhich is no graph\b`, "cannot write rows as"},
	{`\*\*Told apart`, "kept separate"},
	{`\bsays in its stead\b`, "instead"},
	{`\bHow (much|places) (is|are) said\b`, "Level of detail, Encoding of coordinates"},
}

// TestWords holds that what users and maintainers read has none of the phrases:
// string literals and comments of Go, and pages.
func TestWords(t *testing.T) {
	patterns := make([]*regexp.Regexp, len(phrases))
	for i, p := range phrases {
		patterns[i] = regexp.MustCompile(p.pattern)
	}
	plain := strings.NewReplacer("there is no ", "", "There is no ", "") // which is plain English
	read(t, func(file, text string) {
		text = plain.Replace(text)
		for i, pattern := range patterns {
			if found := pattern.FindString(text); found != "" {
				t.Errorf("%s: %q, expected %q", file, found, phrases[i].instead)
			}
		}
	})
}

// read calls visit with what people read of the module: string literals and
// comments of Go files that are not tests, and pages.
func read(t *testing.T, visit func(file, text string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "build" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && name != root):
			return filepath.SkipDir
		case strings.HasSuffix(name, ".md"):
			text, err := os.ReadFile(name)
			for i, line := range strings.Split(string(text), "\n") {
				visit(name+":"+strconv.Itoa(i+1), line)
			}
			return err
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		return readGo(name, visit)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readGo(name string, visit func(file, text string)) error {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	at := func(pos token.Pos) string { return name + ":" + strconv.Itoa(set.Position(pos).Line) }
	for _, group := range parsed.Comments {
		visit(at(group.Pos()), group.Text())
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			visit(at(literal.Pos()), literal.Value)
		}
		return true
	})
	return nil
}

// TestLinks holds that every link of a page to a file of the repository leads
// somewhere.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	read(t, func(file, text string) {
		page, _, _ := strings.Cut(file, ".md:")
		if page == file {
			return
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], ":") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", file, m[1])
			}
		}
	})
}

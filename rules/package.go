package rules

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/trialweave/trialweave/yamltree"
)

// packageName is the name of a package of npm, with what follows it.
var packageName = regexp.MustCompile(`^((?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*)(/.*)?$`)

// isPackage reports whether a name may be that of a package, or of a file in one.
func isPackage(name string) bool { return packageName.MatchString(name) }

// isFile reports whether there is a file of a name.
func (l *loader) isFile(name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(l.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// packaged finds the ruleset in a package, as Node.js does: in the folder
// node_modules that is nearest to the ruleset, by the package's exports or main.
func (f *file) packaged(name string) (string, error) {
	parts := packageName.FindStringSubmatch(name)
	for dir := path.Dir(f.doc.Name); ; dir = path.Dir(dir) {
		folder := path.Join(dir, "node_modules", parts[1])
		if fs.ValidPath(folder) {
			if info, err := fs.Stat(f.loader.fsys, folder); err == nil && info.IsDir() {
				return f.inPackage(name, folder, strings.TrimPrefix(parts[2], "/"))
			}
		}
		if dir == "." || dir == "/" || isAddress(f.doc.Name) {
			return "", fmt.Errorf("there is no file of that name, and no package %s in node_modules beside the ruleset or above it; npm install gets packages", parts[1])
		}
	}
}

// inPackage finds a file of a package.
func (f *file) inPackage(name, folder, file string) (string, error) {
	var manifest *yamltree.Node
	if text, err := fs.ReadFile(f.loader.fsys, path.Join(folder, "package.json")); err == nil {
		doc, err := yamltree.Parse(path.Join(folder, "package.json"), text, &yamltree.Limits{Bytes: 1 << 20, Depth: 50, Nodes: 50_000})
		if err != nil {
			return "", err
		}
		manifest = doc.Root
	}
	target := file
	if exports := manifest.Lookup("exports"); exports != nil && exports.Kind != yamltree.Null {
		var ok bool
		if target, ok = exported(exports, file); !ok {
			return "", fmt.Errorf("the package exports no %q", path.Join(".", file))
		}
	} else if file == "" {
		if target, _ = manifest.Lookup("main").StringValue(); target == "" {
			target = "index"
		}
	}
	found := path.Join(folder, target)
	if found != folder && !strings.HasPrefix(found, folder+"/") {
		return "", fmt.Errorf("the package leads out of its folder by %q", target)
	}
	for _, suffix := range []string{"", ".yaml", ".yml", ".json", ".js", ".cjs", ".mjs", "/index.yaml", "/index.yml", "/index.json", "/index.js"} {
		if !f.loader.isFile(found + suffix) {
			continue
		}
		switch path.Ext(found + suffix) {
		case ".yaml", ".yml", ".json":
			return found + suffix, nil
		}
		return "", fmt.Errorf("the package's ruleset is %s, expected YAML or JSON: rulesets in JavaScript are not read", found+suffix)
	}
	return "", fmt.Errorf("the package has no file %q", target)
}

// exported finds what a package exports for a file, "" being the package itself.
func exported(exports *yamltree.Node, file string) (string, bool) {
	key := "."
	if file != "" {
		key = "./" + file
	}
	if exports.Kind == yamltree.Mapping && len(exports.Keys) > 0 && strings.HasPrefix(exports.Keys[0].Name, ".") {
		if exact := exports.Lookup(key); exact != nil {
			return condition(exact, 0)
		}
		return byPattern(exports, key)
	}
	if file != "" {
		return "", false
	}
	return condition(exports, 0)
}

// byPattern finds the entry with an asterisk that fits best: the one whose
// beginning is the longest.
func byPattern(exports *yamltree.Node, key string) (string, bool) {
	best, with := -1, ""
	var entry *yamltree.Node
	for i, k := range exports.Keys {
		before, after, ok := strings.Cut(k.Name, "*")
		if ok && len(before) > best && strings.HasPrefix(key, before) && strings.HasSuffix(key, after) && len(key) >= len(before)+len(after) {
			best, with, entry = len(before), key[len(before):len(key)-len(after)], exports.Items[i]
		}
	}
	if entry == nil {
		return "", false
	}
	target, ok := condition(entry, 0)
	return strings.ReplaceAll(target, "*", with), ok
}

// condition is the target of an entry: of conditions, the first that holds where
// require resolves.
func condition(n *yamltree.Node, depth int) (string, bool) {
	if text, ok := n.StringValue(); ok {
		return text, true
	}
	for i, item := range n.Items {
		if depth > 10 || n.Kind == yamltree.Mapping && n.Keys[i].Name != "node" && n.Keys[i].Name != "require" && n.Keys[i].Name != "default" {
			continue
		}
		if target, ok := condition(item, depth+1); ok {
			return target, true
		}
	}
	return "", false
}

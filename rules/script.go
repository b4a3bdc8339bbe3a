package rules

import (
	"path"

	"github.com/trialweave/trialweave/yamltree"
)

// readScripts reads the functions in JavaScript that a ruleset names. As in
// Spectral, each is a file of functionsDir, or of the folder functions, and its
// name is that of the file.
func (f *file) readScripts(root *yamltree.Node) map[string]*Script {
	list := root.Lookup("functions")
	if list == nil || list.Kind != yamltree.Sequence {
		return nil
	}
	dir := "functions"
	if named, ok := root.Lookup("functionsDir").StringValue(); ok {
		dir = named
	}
	folder := path.Join(path.Dir(f.doc.Name), dir)
	out := map[string]*Script{}
	for _, item := range list.Items {
		if item.Kind == yamltree.Sequence && len(item.Items) > 0 { // with a schema of its options
			item = item.Items[0]
		}
		if name, ok := item.StringValue(); ok {
			file := path.Join(folder, name+".js")
			out[path.Base(name)] = &Script{Folder: folder, File: file}
		}
	}
	return out
}

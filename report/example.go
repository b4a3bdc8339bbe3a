package report

import "io/fs"

// Example returns what a folder "examples" has of a check: files on which it has a
// finding, and the same without. Each is a txtar archive, in which a line such as
// "-- api.yml --" begins a file; both are empty for a check without an example.
func Example(files fs.FS, id string) (bad, good string) {
	text := func(kind string) string {
		data, err := fs.ReadFile(files, "examples/"+id+"."+kind+".txtar")
		if err != nil {
			return ""
		}
		return string(data)
	}
	return text("bad"), text("good")
}

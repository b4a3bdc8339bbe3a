package layout

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestExportedTypes holds that who imports a package of the module can name every
// type in its exported names: none is of an internal package.
func TestExportedTypes(t *testing.T) {
	for _, f := range files(t) {
		if strings.HasSuffix(f.name, "_test.go") || strings.HasPrefix(f.room, "internal/") || strings.HasPrefix(f.room, "cmd/") || strings.Contains(f.room, "testdata") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), "../../"+f.name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		hidden := internalNames(parsed)
		for name, types := range exported(parsed) {
			name = path.Base(f.room) + "." + name
			if slices.ContainsFunc(types, func(typ ast.Expr) bool { return mentions(typ, hidden) }) {
				t.Errorf("%s: %s uses a type of an internal package", f.name, name)
			}
		}
	}
}

// internalNames are the names under which a file imports internal packages.
func internalNames(f *ast.File) map[string]bool {
	out := map[string]bool{}
	for _, s := range f.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil || !strings.Contains(p, "/internal/") {
			continue
		}
		name := path.Base(p)
		if s.Name != nil {
			name = s.Name.Name
		}
		out[name] = true
	}
	return out
}

// exported are the types in the exported declarations of a file, by name: what
// functions take and return, what fields hold, what types, variables and constants
// are declared to be.
func exported(f *ast.File) map[string][]ast.Expr {
	out := map[string][]ast.Expr{}
	add := func(name string, fields *ast.FieldList, onlyExported bool) {
		if fields == nil {
			return
		}
		for _, field := range fields.List {
			if !onlyExported || len(field.Names) == 0 || slices.ContainsFunc(field.Names, (*ast.Ident).IsExported) {
				out[name] = append(out[name], field.Type)
			}
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name, ok := functionName(d)
			if !ok {
				continue
			}
			add(name, d.Type.Params, false)
			add(name, d.Type.Results, false)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if !spec.Name.IsExported() {
						continue
					}
					if s, ok := spec.Type.(*ast.StructType); ok {
						add(spec.Name.Name, s.Fields, true)
					} else {
						out[spec.Name.Name] = append(out[spec.Name.Name], spec.Type)
					}
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						if n.IsExported() {
							out[n.Name] = append(append(out[n.Name], spec.Values...), spec.Type)
						}
					}
				}
			}
		}
	}
	return out
}

// functionName is the name of an exported function or method, behind its type.
func functionName(d *ast.FuncDecl) (string, bool) {
	if !d.Name.IsExported() || d.Recv == nil {
		return d.Name.Name, d.Name.IsExported()
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if index, ok := receiver.(*ast.IndexExpr); ok {
		receiver = index.X
	}
	name, ok := receiver.(*ast.Ident)
	return name.Name + "." + d.Name.Name, ok && name.IsExported()
}

// mentions reports whether an expression names something of a package.
func mentions(e ast.Expr, packages map[string]bool) bool {
	found := false
	if e == nil {
		return false
	}
	ast.Inspect(e, func(n ast.Node) bool {
		if _, body := n.(*ast.BlockStmt); body {
			return false
		}
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && packages[x.Name] {
			found = true
		}
		return true
	})
	return found
}

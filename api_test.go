//go:build !mutation

package gopherframe_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os/exec"
	"strings"
	"testing"
)

// maxNames is how many names the root package may export, the item types not counted:
// its documentation is to be read in one sitting.
const maxNames = 70

// maxGroup is how many constants or variables one comment may be for.
const maxGroup = 4

// TestAPI: the root package stays small, and every exported name of every package that
// others can import has a comment.
func TestAPI(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Dir}}", "gopherframe/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.Contains(pkg, "/internal/") || strings.Contains(pkg, "/examples") || strings.HasPrefix(pkg, "gopherframe/bench") || strings.HasPrefix(pkg, "gopherframe/cmd") {
			continue
		}
		names := exported(t, pkg, dir)
		if pkg == "gopherframe" && len(names) > maxNames {
			t.Errorf("%s exports %d names, at most %d should be: %q", pkg, len(names), maxNames, names)
		}
	}
}

// exported returns the exported names of a package, methods as Type.Method, without the
// constants of ItemType. It reports names without a comment.
func exported(t *testing.T, path, dir string) (names []string) {
	t.Helper()
	fset := token.NewFileSet()
	list, err := exec.Command("go", "list", "-f", `{{join .GoFiles "\n"}}`, path).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var syntax []*ast.File
	for name := range strings.FieldsSeq(string(list)) {
		file, err := parser.ParseFile(fset, dir+"/"+name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		syntax = append(syntax, file)
	}
	pkg, err := doc.NewFromFiles(fset, syntax, path)
	if err != nil {
		t.Fatal(err)
	}
	if pkg.Doc == "" {
		t.Errorf("package %s has no comment", path)
	}
	name := func(name, comment string) {
		names = append(names, name)
		if comment == "" {
			t.Errorf("%s.%s has no comment", path, name)
		}
	}
	values := func(list []*doc.Value) {
		for _, group := range list {
			for _, spec := range group.Decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for _, id := range spec.Names {
					if id.IsExported() {
						comment := spec.Doc.Text() + spec.Comment.Text()
						if len(group.Decl.Specs) <= maxGroup {
							comment += group.Doc // of so few names it may tell all
						}
						name(id.Name, comment)
					}
				}
			}
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	for _, f := range pkg.Funcs {
		name(f.Name, f.Doc)
	}
	for _, typ := range pkg.Types {
		name(typ.Name, typ.Doc)
		before := len(names)
		values(typ.Consts)
		if path == "gopherframe" && typ.Name == "ItemType" {
			names = names[:before] // they do not count
		}
		values(typ.Vars)
		for _, f := range typ.Funcs {
			name(f.Name, f.Doc)
		}
		for _, f := range typ.Methods {
			name(typ.Name+"."+f.Name, f.Doc)
		}
	}
	return names
}

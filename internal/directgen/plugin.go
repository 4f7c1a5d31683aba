package main

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/99designs/gqlgen/plugin"
)

//go:embed direct.gotpl
var template string

// direct generates direct.go, beside what gqlgen generates.
type direct struct {
	apart []string // types
	texts []string // functions that write a text
}

var _ plugin.CodeGenerator = (*direct)(nil)

func newPlugin(apart, texts []string) *direct {
	return &direct{apart, append(texts, gqlgen+".MarshalString", gqlgen+".MarshalID")}
}

const gqlgen = "github.com/99designs/gqlgen/graphql"

// Name names the plugin to gqlgen.
func (*direct) Name() string { return "direct" }

// GenerateCode writes the file.
func (d *direct) GenerateCode(data *codegen.Data) error {
	return templates.Render(templates.Options{
		PackageName: data.Config.Exec.Package, Filename: filepath.Join(data.Config.Exec.Dir(), "direct.go"), Template: template, GeneratedHeader: true,
		Data: data, Packages: data.Config.Packages, PruneOptions: data.Config.GetPruneOptions(),
		Funcs: map[string]any{
			"written": func() []*codegen.Object { return written(data) }, "interfaces": func() []*codegen.Interface { return interfaces(data) },
			"isApart": d.isApart, "resolve": d.resolve, "number": func(i int) int { return i + 1 },
			"satisfies": func(o *codegen.Object) string { return o.Implementors() },
		},
	})
}

// written are the objects that are written directly: those that a query can lead to. Those of introspection are left to gqlgen.
func written(data *codegen.Data) []*codegen.Object {
	return slices.DeleteFunc(slices.Clone(data.Objects), func(o *codegen.Object) bool { return o.IsReserved() || o.Root && o != data.QueryRoot })
}

func interfaces(data *codegen.Data) []*codegen.Interface {
	found := []*codegen.Interface{}
	for _, one := range data.Interfaces {
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b *codegen.Interface) int { return strings.Compare(a.Name, b.Name) })
	return found
}

func (d *direct) isApart(o *codegen.Object) bool { return slices.Contains(d.apart, o.Name) }

// resolve gives the statements that resolve a field and write what it gives; the last one returns whether that may be there.
func (d *direct) resolve(f *codegen.Field) string {
	value := d.value(f.TypeReference)
	if value == "" || !isPlain(f) {
		object := ", obj"
		if f.Object.Root {
			object = ""
		}
		return fmt.Sprintf("return w.Plain(fc, ec._%s_%s(w.Around(), fc.CollectedField%s))", f.Object.Name, f.Name, object)
	}
	lines := []string{}
	if len(f.Args) > 0 {
		lines = append(lines, fmt.Sprintf("if !w.Arguments(fc, ec.%s) { return w.Nothing(fc) }", f.ArgsFunc()))
	}
	if f.IsResolver || f.MethodHasContext {
		lines = append(lines, "ctx := w.Context()")
	}
	switch call := fmt.Sprintf("obj.%s(%s)", f.GoFieldName, f.CallArgs()); {
	case f.IsResolver:
		lines = append(lines, "v, err := ec.Resolvers."+f.ShortInvocation())
	case f.IsVariable():
		lines = append(lines, "v := obj."+f.GoFieldName)
	case f.NoErr:
		lines = append(lines, "v := "+call)
	default:
		lines = append(lines, "v, err := "+call)
	}
	if f.IsResolver || f.IsMethod() && !f.NoErr {
		lines = append(lines, "if err != nil { return w.Fail(fc, err) }")
	}
	return strings.Join(append(lines, value), "\n")
}

// isPlain says of a field that nothing goes around it, and that it is resolved by what is written here.
func isPlain(f *codegen.Field) bool {
	return !f.HasDirectives() && !f.IsBatch() && !f.Stream && !f.HasHaser && !f.VOkFunc && !f.IsReserved() && !f.TypeReference.IsRoot &&
		(f.IsResolver || f.IsVariable() || f.IsMethod())
}

// value gives the statements that write v, the value of a field, and return. They are "" for what is left to gqlgen.
func (d *direct) value(ref *config.TypeReference) string {
	if ref.IsOmittable || ref.IsPtrToSlice() || ref.IsPtrToPtr() || ref.IsPtrToIntf() {
		return ""
	}
	if !ref.IsSlice() {
		if ref.Definition.IsLeafType() {
			return d.leaf(ref)
		}
		return "return " + d.composite(ref)
	}
	item := ref.Elem()
	switch {
	case item.GQL.Elem != nil:
		return "" // a list of lists
	case item.Definition.IsLeafType():
		if d.isText(item) && !item.IsPtr() && item.GQL.NonNull {
			return fmt.Sprintf("return direct.Texts(w, v, %t)", !ref.GQL.NonNull)
		}
		return d.plain(ref)
	}
	return fmt.Sprintf("return direct.List(w, v, direct.Nulls{List: %t, Item: %t}, func(w *direct.Writer, v %s) bool { return %s })",
		!ref.GQL.NonNull, !item.GQL.NonNull, templates.CurrentImports.LookupType(item.GO), d.composite(item))
}

// leaf gives the statement that writes v, a scalar or a word of an enumeration.
func (d *direct) leaf(ref *config.TypeReference) string {
	switch {
	case ref.IsPtr() && ref.GQL.NonNull:
	case d.isText(ref) && ref.IsPtr():
		return "return direct.TextOrNull(w, v)"
	case d.isText(ref) && ref.GO.String() == "string":
		return "return w.Text(v)"
	case d.isText(ref):
		return "return w.Text(string(v))"
	case ref.Marshaler == nil:
	case ref.Marshaler.FullName() == gqlgen+".MarshalBoolean" || ref.Marshaler.FullName() == gqlgen+".MarshalInt":
		of := strings.TrimSuffix(strings.TrimPrefix(ref.Marshaler.Name(), "Marshal"), "ean")
		if target := strings.TrimPrefix(ref.GO.String(), "*"); target != strings.ToLower(of) {
			break
		}
		if ref.IsPtr() {
			of += "OrNull"
		}
		return "return w." + of + "(v)"
	}
	return d.plain(ref)
}

// plain leaves v to gqlgen's own code.
func (*direct) plain(ref *config.TypeReference) string {
	return fmt.Sprintf("return w.Plain(fc, ec.%s(w.Context(), fc.Selections, v))", ref.MarshalFunc())
}

// isText says of a type that its values are texts, written as such.
func (d *direct) isText(ref *config.TypeReference) bool {
	if ref.Marshaler == nil || ref.IsContext || ref.HasEnumValues() || !slices.Contains(d.texts, ref.Marshaler.FullName()) {
		return false
	}
	of := ref.GO
	if ref.IsPtr() {
		of = ref.Elem().GO
	}
	return of.Underlying().String() == "string"
}

// composite gives the expression that writes v, an object.
func (*direct) composite(ref *config.TypeReference) string {
	declared := ""
	if ref.GQL.NonNull {
		declared = ref.GQL.String()
	}
	if ref.Definition.IsAbstractType() {
		return fmt.Sprintf("ec.write%s(w, fc, v, %s)", ref.Definition.Name, strconv.Quote(declared))
	}
	reference := "v"
	if !ref.IsNilable() {
		reference = "&v"
	}
	return fmt.Sprintf("ec.write%s(w, fc, %s, %s)", ref.Definition.Name, reference, strconv.Quote(declared))
}

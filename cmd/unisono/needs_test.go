package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"unisono/access"
	"unisono/content"
	"unisono/graph"
)

// Every field that needs a permission says so, and is refused to whoever has all others.
func TestWhatAFieldNeeds(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	for _, permission := range access.Permissions() {
		others := []string{}
		for _, other := range access.Permissions() {
			if other != permission {
				others = append(others, string(other))
			}
		}
		h.register(t, "all but "+string(permission), content.Client{Name: "all but " + string(permission), Permissions: others})
	}
	checked := map[string]int{}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, field := range root.Fields {
			needs := field.Directives.ForName("needs")
			if needs == nil {
				if root == schema.Mutation {
					t.Errorf("%s needs nothing", field.Name)
				}
				continue
			}
			permission := needs.Arguments.ForName("permission").Value.Raw
			checked[permission]++
			if !strings.Contains(field.Description, "Needs the permission `"+permission+"`") {
				t.Errorf("the description of %s does not say that it needs %s: %s", field.Name, permission, field.Description)
			}
			document := strings.ToLower(root.Name) + " { field: " + field.Name + arguments(schema, field) + selection(schema, field) + " }"
			h.ask(t, document).fails(t, "UNAUTHENTICATED", permission)
			h.askAs(t, "all but "+permission, document).fails(t, "FORBIDDEN", permission)
		}
	}
	for _, permission := range []string{"preview", "write", "admin"} {
		if checked[permission] == 0 {
			t.Errorf("nothing needs %s", permission)
		}
	}
}

// arguments gives some value to every argument that must have one.
func arguments(schema *ast.Schema, field *ast.FieldDefinition) string {
	given := []string{}
	for _, argument := range field.Arguments {
		if argument.Type.NonNull {
			given = append(given, argument.Name+": "+someValue(schema, argument.Type))
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

func someValue(schema *ast.Schema, of *ast.Type) string {
	if of.Elem != nil {
		return "[]"
	}
	switch definition := schema.Types[of.NamedType]; definition.Kind {
	case ast.Enum:
		return definition.EnumValues[0].Name
	case ast.InputObject:
		fields := []string{}
		for _, field := range definition.Fields {
			if field.Type.NonNull {
				fields = append(fields, field.Name+": "+someValue(schema, field.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	default:
		return fmt.Sprintf("%q", "x")
	}
}

// selection asks for the type's name, where a type has fields.
func selection(schema *ast.Schema, field *ast.FieldDefinition) string {
	switch schema.Types[field.Type.Name()].Kind {
	case ast.Object, ast.Interface, ast.Union:
		return " { __typename }"
	default:
		return ""
	}
}

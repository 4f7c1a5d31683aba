package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"
)

// dresser says a question in another way than the plainest: with fragments, fields that merge, conditions, variables, null, and single values in the place of lists.
// What it means may become something else; whoever executes it must agree on that.
type dresser struct {
	t         *rapid.T
	query     *ast.QueryDocument
	declared  ast.VariableDefinitionList
	variables map[string]any
}

// dressed says a question in another way. One that is not valid is left as it is.
func dressed(t *rapid.T, plain asked) asked {
	query, errs := gqlparser.LoadQueryWithRules(schemaOfAll, plain.Query, rules.NewDefaultRules())
	if errs != nil {
		return plain
	}
	d := &dresser{t: t, query: query, variables: map[string]any{}}
	operation := query.Operations[0]
	operation.SelectionSet = d.set(operation.SelectionSet, schemaOfAll.Query)
	body := asText(query)
	for _, one := range d.declared {
		if name := regexp.MustCompile(`\$` + one.Variable + `\b`); name.MatchString(body) {
			operation.VariableDefinitions = append(operation.VariableDefinitions, one)
		}
	}
	plain.Query, plain.Variables = asText(query), d.variables
	return plain
}

func asText(query *ast.QueryDocument) string {
	text := strings.Builder{}
	formatter.NewFormatter(&text).FormatQueryDocument(query)
	return text.String()
}

func (d *dresser) chance(of int, label string) bool {
	return rapid.IntRange(1, of).Draw(d.t, label) == 1
}

// set dresses what is asked of an object.
func (d *dresser) set(plain ast.SelectionSet, of *ast.Definition) ast.SelectionSet {
	set := ast.SelectionSet{}
	for _, one := range plain {
		switch one := one.(type) {
		case *ast.InlineFragment:
			one.SelectionSet = d.set(one.SelectionSet, schemaOfAll.Types[one.TypeCondition])
			one.Directives = d.conditions()
			set = append(set, one)
		case *ast.Field:
			set = append(set, d.field(one, of)...)
		}
	}
	for _, fragment := range d.query.Fragments {
		if fragment.TypeCondition == of.Name && d.chance(3, "once more") {
			set = slices.Insert(set, rapid.IntRange(0, len(set)).Draw(d.t, "place"), ast.Selection(&ast.FragmentSpread{Name: fragment.Name, Directives: d.conditions()}))
		}
	}
	if slices.Contains(of.Interfaces, "Node") && d.chance(4, "as a node") {
		id := func() *ast.Field { return &ast.Field{Name: "id", Alias: "same"} }
		set = append(set, id(), &ast.InlineFragment{TypeCondition: "Node", SelectionSet: ast.SelectionSet{id()}, Directives: d.conditions()})
	}
	return set
}

// field dresses a field, which may become several that merge.
func (d *dresser) field(field *ast.Field, of *ast.Definition) ast.SelectionSet {
	if field.Name == "__typename" {
		return ast.SelectionSet{field}
	}
	definition := schemaOfAll.Types[field.Definition.Type.Name()]
	field.SelectionSet = d.set(field.SelectionSet, definition)
	d.arguments(field)
	again := *field // says the same, and may be asked for less
	if len(again.SelectionSet) > 1 {
		again.SelectionSet = slices.Clone(again.SelectionSet[rapid.IntRange(0, len(again.SelectionSet)-1).Draw(d.t, "from"):])
	}
	field.Directives, again.Directives = d.conditions(), d.conditions()
	inline := func(field *ast.Field) *ast.InlineFragment {
		return &ast.InlineFragment{TypeCondition: rapid.SampledFrom([]string{"", of.Name}).Draw(d.t, "on"), SelectionSet: ast.SelectionSet{field}, Directives: d.conditions()}
	}
	switch rapid.IntRange(0, 9).Draw(d.t, "dress") {
	case 0:
		return ast.SelectionSet{field, &again}
	case 1:
		return ast.SelectionSet{inline(field)}
	case 2:
		return ast.SelectionSet{inline(field), &again}
	case 3, 4:
		name := fmt.Sprint("f", len(d.query.Fragments))
		field.Alias = name // so that it can stand beside others elsewhere
		again.Alias = name
		d.query.Fragments = append(d.query.Fragments, &ast.FragmentDefinition{Name: name, TypeCondition: of.Name, SelectionSet: ast.SelectionSet{field}})
		spread := &ast.FragmentSpread{Name: name, Directives: d.conditions()}
		if d.chance(2, "beside it") {
			return ast.SelectionSet{spread, &again}
		}
		return ast.SelectionSet{spread}
	default:
		return ast.SelectionSet{field}
	}
}

// conditions are mostly none.
func (d *dresser) conditions() ast.DirectiveList {
	if !d.chance(8, "condition") {
		return nil
	}
	name, value := rapid.SampledFrom([]string{"skip", "include"}).Draw(d.t, "condition"), rapid.SampledFrom([]any{true, false, true, false, nil}).Draw(d.t, "value")
	of := &ast.Value{Kind: ast.BooleanValue, Raw: fmt.Sprint(value == true)}
	if value == nil || d.chance(2, "by variable") {
		of = d.variable(ast.NamedType("Boolean", nil), &ast.Value{Kind: ast.BooleanValue, Raw: "true"}, value, true)
	}
	return ast.DirectiveList{&ast.Directive{Name: name, Arguments: ast.ArgumentList{&ast.Argument{Name: "if", Value: of}}}}
}

// arguments dresses what is given.
func (d *dresser) arguments(field *ast.Field) {
	for _, definition := range field.Definition.Arguments {
		given := field.Arguments.ForName(definition.Name)
		if given == nil {
			if !definition.Type.NonNull && d.chance(8, "nothing") {
				field.Arguments = append(field.Arguments, &ast.Argument{Name: definition.Name, Value: d.nothing(definition.Type)})
			}
			continue
		}
		if given.Value.Kind == ast.ListValue && len(given.Value.Children) == 1 && d.chance(2, "alone") {
			given.Value = given.Value.Children[0].Value
		}
		value, err := given.Value.Value(nil)
		if err == nil && d.chance(3, "by variable") {
			given.Value = d.variable(definition.Type, nil, value, true)
		}
	}
}

// nothing is one of the ways to say nothing, or null.
func (d *dresser) nothing(of *ast.Type) *ast.Value {
	switch rapid.IntRange(0, 2).Draw(d.t, "nothing") {
	case 0:
		return &ast.Value{Kind: ast.NullValue, Raw: "null"}
	case 1:
		return d.variable(of, nil, nil, true)
	default:
		return d.variable(of, nil, nil, false)
	}
}

// variable declares a variable and gives it a value, or none.
func (d *dresser) variable(of *ast.Type, otherwise *ast.Value, value any, isGiven bool) *ast.Value {
	name := fmt.Sprint("v", len(d.declared))
	d.declared = append(d.declared, &ast.VariableDefinition{Variable: name, Type: of, DefaultValue: otherwise})
	if isGiven {
		d.variables[name] = value
	}
	return &ast.Value{Kind: ast.Variable, Raw: name}
}

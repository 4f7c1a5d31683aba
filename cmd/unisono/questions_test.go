package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"unisono/graph"
	"unisono/view"
)

// The generator of questions of the non-interference property. It goes by the schema, so that a field that is added is asked for without more ado; an
// argument that is added needs a pool of values below.

var schemaOfAll = graph.NewExecutableSchema(graph.Config{}).Schema()

// pools are values for arguments and input fields of the types ID and String, by their names: of what there is, of what is secret, and of what there
// is not. A name can have another pool in one type.
var pools = map[string][]string{
	"sku": anyProduct, "skus": anyProduct, "slug": {"slug-P0", "slug-P1", "slug-S0", "slug-gone", "intro", "outro"}, "slot": {"intro", "outro"}, "slots": {"intro", "outro"},
	"gtin": {"12345678"}, "Query.category.key": anyCategory, "View.category.key": anyCategory, "Query.fragment.key": anyFragment, "View.fragment.key": anyFragment,
	"Product.attribute.key": {"name", "price", "width", "weight", "gone"}, "Product.attributes.keys": {"name", "price", "width"}, "groups": {"sale"},
	"FragmentFilter.keys": anyFragment, "kinds": {"STORY", "WARNING"}, "labels": {"one", "two"}, "categories": anyCategory, "families": {"espresso", "gone"},
	"AttributeFilter.key": {"name", "price", "width", "weight", "gone"}, "ProductConnection.facets.keys": {"name", "price", "width", "weight"},
	"FragmentConnection.facets.keys": {"kind", "label"}, "unit": {"mm", "cm", "DKK", "kg"}, "text": {"a", "Be", "gamma", "x"},
	"role": {"main", "detail"}, "channel": {"site", "app", "partners", "gone"}, "audience": {"consumer", "technician", "dealer", "gone"}, "before": nil,
}

func poolOfIDs() []string {
	ids := []string{"nonsense"}
	for _, sku := range anyProduct {
		ids = append(ids, view.ProductID(sku))
		for _, slot := range pools["slot"] {
			ids = append(ids, view.SlotID(sku, slot, "F0"), view.SlotID(sku, slot, "G0"))
		}
	}
	for _, key := range anyFragment {
		ids = append(ids, view.FragmentID(key))
	}
	for _, override := range []string{`{"channel":"partners"}`, `{"audience":"dealer"}`, `{"market":"DE"}`, `{"locale":"da"}`} {
		ids = append(ids, view.NodeName{SKU: "P0", Override: override}.ID(), view.NodeName{SKU: "S0", Override: override}.ID())
	}
	return ids
}

// questioner draws questions.
type questioner struct {
	t       *rapid.T
	reader  *lowReader
	ids     []string
	cursors []string // of earlier answers
	wide    bool
	left    int // fields that may still be asked for
	asked   map[string]bool
}

func (q *questioner) of(label string, values ...string) string {
	return rapid.SampledFrom(values).Draw(q.t, label)
}

func (q *questioner) maybe(label string) bool { return rapid.Bool().Draw(q.t, label) }

// notAsked are the fields that tell by design of what a reader with more than the permission to read may not see: each write counts.
func (q *questioner) notAsked(field string) bool {
	return strings.HasPrefix(field, "__") || (field == "revision" || field == "updatedAt") && q.reader.client != nil && len(q.reader.client.Permissions) > 1
}

// question draws an operation with what goes with it: a wide one asks for several things side by side, another for one.
func (q *questioner) question(wide bool) asked {
	q.left, q.wide = 40, wide
	a := asked{wide: wide, Key: q.reader.key, Headers: map[string]string{}}
	a.Query = "query " + q.inContext() + q.selection(schemaOfAll.Query, 4)
	for _, header := range []struct {
		name string
		pool []string
	}{
		{"Unisono-Channel", pools["channel"]},
		{"Unisono-Audience", pools["audience"]},
		{"Unisono-Market", []string{"DK", "DE"}},
		{"Accept-Language", []string{"da, en;q=0.5", "de"}},
	} {
		if rapid.IntRange(0, 4).Draw(q.t, header.name) == 0 {
			a.Headers[header.name] = q.of(header.name, header.pool...)
		}
	}
	if q.maybe("a channel that is there") { // or most questions would end with a context that is not right
		delete(a.Headers, "Unisono-Channel")
		delete(a.Headers, "Unisono-Audience")
	}
	return a
}

func (q *questioner) inContext() string {
	if rapid.IntRange(0, 3).Draw(q.t, "in a context") > 0 {
		return ""
	}
	return "@inContext" + q.given(schemaOfAll.Directives["inContext"].Arguments, "inContext") + " "
}

// selection draws what is asked of an object.
func (q *questioner) selection(of *ast.Definition, depth int) string {
	fields := of.Fields
	if of.Kind == ast.Interface {
		parts := []string{"__typename", "id"}
		for _, one := range schemaOfAll.GetPossibleTypes(of) {
			parts = append(parts, "... on "+one.Name+" "+q.selection(one, depth))
		}
		return "{ " + strings.Join(parts, " ") + " }"
	}
	parts := []string{"__typename"}
	most := 4
	if !q.wide && (of == schemaOfAll.Query || of.Name == "View") {
		most = 1
	}
	for i := range rapid.IntRange(1, most).Draw(q.t, "fields") {
		field := fields[rapid.IntRange(0, len(fields)-1).Draw(q.t, "field")]
		definition := schemaOfAll.Types[field.Type.Name()]
		composite := definition.IsCompositeType()
		if q.notAsked(field.Name) || composite && depth == 0 || q.left <= 0 {
			continue
		}
		q.left--
		q.asked[of.Name+"."+field.Name] = true
		text := fmt.Sprintf("a%d: %s%s", i, field.Name, q.given(field.Arguments, of.Name+"."+field.Name))
		if composite {
			text += " " + q.selection(definition, depth-1)
		}
		parts = append(parts, text)
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// given draws arguments.
func (q *questioner) given(of ast.ArgumentDefinitionList, owner string) string {
	parts := []string{}
	for _, argument := range of {
		if argument.Type.NonNull || rapid.IntRange(0, 2).Draw(q.t, argument.Name) == 0 {
			if text, some := q.value(argument.Type, argument.Name, owner); some {
				parts = append(parts, argument.Name+": "+text)
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// value draws a value of a type; not ok where there is none to give.
func (q *questioner) value(of *ast.Type, name, owner string) (text string, some bool) {
	if of.Elem != nil {
		items := []string{}
		for range rapid.IntRange(0, 3).Draw(q.t, name) {
			if item, some := q.value(of.Elem, name, owner); some {
				items = append(items, item)
			}
		}
		return "[" + strings.Join(items, ", ") + "]", true
	}
	definition := schemaOfAll.Types[of.NamedType]
	switch {
	case definition.Kind == ast.Enum:
		return definition.EnumValues[rapid.IntRange(0, len(definition.EnumValues)-1).Draw(q.t, name)].Name, true
	case definition.Kind == ast.InputObject:
		fields := []string{}
		for _, field := range definition.Fields {
			if field.Type.NonNull || rapid.IntRange(0, 3).Draw(q.t, field.Name) == 0 {
				if value, some := q.value(field.Type, field.Name, definition.Name); some {
					fields = append(fields, field.Name+": "+value)
				}
			}
		}
		return "{" + strings.Join(fields, ", ") + "}", true
	}
	switch of.NamedType {
	case "Int":
		return fmt.Sprint(rapid.IntRange(0, 5).Draw(q.t, name)), true
	case "Float":
		return fmt.Sprint(rapid.IntRange(0, 5).Draw(q.t, name)), true
	case "Boolean":
		return fmt.Sprint(q.maybe(name)), true
	case "Locale":
		return quoted(q.of(name, "en", "da", "de", "de-AT")), true
	case "CountryCode":
		return quoted(q.of(name, "DK", "DE")), true
	case "DateTime":
		return quoted("2026-03-01T00:00:00Z"), true
	case "JSON":
		if owner == "AttributeFilter" {
			return q.of(name, `"Alpha"`, `"Beta"`, `"One"`, `2`, `{amount: 1, unit: "mm"}`, `{amount: 0.1, unit: "cm"}`, `{amount: "2.5", currency: "DKK"}`), true
		}
		return "{}", true
	}
	return q.pooled(name, owner)
}

func (q *questioner) pooled(name, owner string) (string, bool) {
	switch name {
	case "id", "ids":
		return quoted(q.of(name, q.ids...)), true
	case "after", "before":
		if len(q.cursors) == 0 {
			return "", false
		}
		return quoted(q.of(name, q.cursors...)), true
	}
	pool, is := pools[owner+"."+name]
	if !is {
		pool, is = pools[name]
	}
	if !is {
		q.t.Fatalf("no pool has values for the argument %s of %s: add one", name, owner)
	}
	return quoted(q.of(name, pool...)), true
}

func quoted(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// learn keeps the cursors of an answer for later questions.
func (q *questioner) learn(body []byte) {
	var answer any
	if json.Unmarshal(body, &answer) != nil {
		return
	}
	var walk func(any)
	walk = func(of any) {
		switch of := of.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(of)) {
				walk(of[name])
			}
		case []any:
			for _, one := range of {
				walk(one)
			}
		case string:
			if len(of) > 40 && len(q.cursors) < 50 && !slices.Contains(q.cursors, of) {
				q.cursors = append(q.cursors, of)
			}
		}
	}
	walk(answer)
}

package resolvers

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/content"
	"unisono/view"
)

// item is a product or a fragment that will be resolved, and what is asked of it.
type item struct {
	product  *view.Product
	fragment *view.Fragment
	fields   []graphql.CollectedField
}

// ahead loads what an operation asks of items, level by level: all documents of one kind that one level needs in one round trip. What fails here
// fails again, from memory, in the resolver that needs it, which is the one that reports it.
func ahead(ctx context.Context, views *view.Assembler, level []item) {
	read := 0
	for level = folded(level); len(level) > 0; level = folded(level) {
		if read += len(level); read > maxAhead {
			return
		}
		wanted := map[*view.Reader]*wants{}
		for _, one := range level {
			one.want(ctx, wanted)
		}
		for reader, want := range wanted {
			_, _ = views.Products(ctx, reader, want.skus)
			_, _ = views.Fragments(ctx, reader, want.keys)
		}
		next := []item{}
		for _, one := range level {
			if ctx.Err() != nil {
				return
			}
			next = append(next, one.below(ctx, views)...)
		}
		level = next
	}
}

// maxAhead bounds the items that one operation reads ahead; what lies beyond is loaded when it is resolved.
const maxAhead = 10_000

// folded gives the items of a level, each once, with all that is asked of it: products that name each other lead to the same few many times.
func folded(level []item) []item {
	type asking struct {
		field *ast.Field
		below int
	}
	places := make(map[any]int, len(level))
	once := make([]item, 0, len(level))
	known := []map[asking]bool{}
	for _, one := range level {
		at, is := places[one.key()]
		if !is {
			at = len(once)
			places[one.key()] = at
			once = append(once, item{product: one.product, fragment: one.fragment})
			known = append(known, map[asking]bool{})
		}
		for _, field := range one.fields {
			if asked := (asking{field.Field, len(field.Selections)}); !known[at][asked] {
				known[at][asked] = true
				once[at].fields = append(once[at].fields, field)
			}
		}
	}
	return once
}

// key tells an item from others: what it is, where it stands, and for whom.
func (i item) key() any {
	id := ""
	if i.product != nil {
		id = i.product.ID()
	} else {
		id = i.fragment.ID()
	}
	return struct {
		reader *view.Reader
		id     string
	}{i.reader(), id}
}

// most gives how many a field asks for, between none and all that a list can hold.
func most(args map[string]any, otherwise int) int {
	asked := otherwise
	switch first := args["first"].(type) {
	case int64:
		asked = int(min(first, view.MaxFirst))
	case json.Number:
		if number, err := first.Int64(); err == nil {
			asked = int(min(number, view.MaxFirst))
		}
	}
	return max(0, min(asked, view.MaxFirst))
}

// wants are the documents that a level needs for one reader.
type wants struct{ skus, keys []string }

func (i item) reader() *view.Reader {
	if i.product != nil {
		return i.product.Reader()
	}
	return i.fragment.Reader()
}

// want adds the keys of what the item's fields will load.
func (i item) want(ctx context.Context, wanted map[*view.Reader]*wants) {
	want := wanted[i.reader()]
	if want == nil {
		want = &wants{}
		wanted[i.reader()] = want
	}
	for _, field := range i.fields {
		switch args := arguments(ctx, field); {
		case i.fragment != nil && field.Name == "references":
			want.keys = append(want.keys, i.fragment.ReferenceKeys()...)
		case i.product == nil:
		case field.Name == "fragment":
			want.keys = append(want.keys, i.product.FragmentKeys([]string{text(args["slot"])})...)
		case field.Name == "fragments":
			want.keys = append(want.keys, i.product.FragmentKeys(texts(args["slots"]))...)
		case field.Name == "related":
			want.skus = append(want.skus, i.product.RelatedSKUs(relationKind(args["kind"]))...)
		case field.Name == "variants", field.Name == "axes" && i.product.HasAxes():
			want.skus = append(want.skus, i.product.VariantSKUs()...)
		}
	}
}

// below gives the items that the item's fields lead to, whose documents are loaded by now.
func (i item) below(ctx context.Context, views *view.Assembler) []item {
	items := []item{}
	for _, field := range i.fields {
		args := arguments(ctx, field)
		switch {
		case field.Name == "in":
			items = append(items, i.in(ctx, views, field)...)
		case i.fragment != nil && field.Name == "references":
			fragments, _ := views.References(ctx, i.fragment)
			items = append(items, fragmentItems(fragments, selected(ctx, field, "Fragment"))...)
		case i.product == nil:
		case field.Name == "fragment" || field.Name == "fragments":
			choice := view.SlotChoice{Slots: texts(args["slots"]), Kinds: texts(args["kinds"]), Labels: texts(args["labels"])}
			if field.Name == "fragment" {
				choice.Slots = []string{text(args["slot"])}
			}
			first := most(args, fragmentsFirst)
			if field.Name == "fragment" {
				first = 1
			}
			fragments, _ := views.ProductFragments(ctx, i.product, choice, first)
			items = append(items, fragmentItems(fragments, selected(ctx, field, "Fragment"))...)
		case field.Name == "parent":
			if parent := i.product.Parent(); parent != nil {
				items = append(items, productItems([]*view.Product{parent}, selected(ctx, field, "Product"))...)
			}
		case field.Name == "related" || field.Name == "variants":
			skus, first := i.product.VariantSKUs(), most(args, variantsFirst)
			if field.Name == "related" {
				skus, first = i.product.RelatedSKUs(relationKind(args["kind"])), most(args, relatedFirst)
			}
			products, _ := views.Listed(ctx, i.reader(), skus, first)
			items = append(items, productItems(products, selected(ctx, field, "Product"))...)
		}
	}
	return items
}

// in gives the same item in another context.
func (i item) in(ctx context.Context, views *view.Assembler, field graphql.CollectedField) []item {
	reader, err := i.reader().In(override(ctx, field))
	if err != nil {
		return nil // the resolver says so
	}
	if i.product != nil {
		product, _ := views.Product(ctx, reader, i.product.SKU())
		return productItems([]*view.Product{product}, selected(ctx, field, "Product"))
	}
	fragment, _ := views.Again(ctx, reader, i.fragment)
	return fragmentItems([]*view.Fragment{fragment}, selected(ctx, field, "Fragment"))
}

// productItems gives the items of products; nil ones are left out.
func productItems(products []*view.Product, fields []graphql.CollectedField) []item {
	items := []item{}
	for _, product := range products {
		if product != nil && len(fields) > 0 {
			items = append(items, item{product: product, fields: fields})
		}
	}
	return items
}

func fragmentItems(fragments []*view.Fragment, fields []graphql.CollectedField) []item {
	items := []item{}
	for _, fragment := range fragments {
		if fragment != nil && len(fields) > 0 {
			items = append(items, item{fragment: fragment, fields: fields})
		}
	}
	return items
}

// selected gives what an operation asks of the objects that a field leads to, where they are of this type.
func selected(ctx context.Context, field graphql.CollectedField, typeName string) []graphql.CollectedField {
	return collected(ctx, field, typeName, "Node")
}

// collected gives the fields that an operation asks of an object that has these types. The list is gqlgen's own and must not be changed.
func collected(ctx context.Context, field graphql.CollectedField, types ...string) []graphql.CollectedField {
	return graphql.CollectFields(graphql.GetOperationContext(ctx), field.Selections, types)
}

// asked gives what the operation asks, below the field that is being resolved, of the objects of a type that are reached by one of these
// paths of field names; an empty path is the field itself.
func asked(ctx context.Context, typeName string, paths ...[]string) []graphql.CollectedField {
	found := []graphql.CollectedField{}
	for _, path := range paths {
		fields := []graphql.CollectedField{graphql.GetFieldContext(ctx).Field}
		for _, name := range path {
			next := []graphql.CollectedField{}
			for _, field := range fields {
				for _, below := range collected(ctx, field, field.Definition.Type.Name()) {
					if below.Name == name {
						next = append(next, below)
					}
				}
			}
			fields = next
		}
		for _, field := range fields {
			found = append(found, selected(ctx, field, typeName)...)
		}
	}
	return found
}

// asksFor says that the operation asks for a field below the one that is being resolved.
func asksFor(ctx context.Context, name string) bool {
	field := graphql.GetFieldContext(ctx).Field
	return slices.ContainsFunc(collected(ctx, field, field.Definition.Type.Name()), func(below graphql.CollectedField) bool { return below.Name == name })
}

// The lengths of lists whose length is not named, as in the schema.
const (
	fragmentsFirst = 20
	relatedFirst   = 10
	variantsFirst  = 50
)

func arguments(ctx context.Context, field graphql.CollectedField) map[string]any {
	return field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
}

// text and texts give arguments as they stand in a document or in variables, where a single value may stand for a list.
func text(argument any) string {
	text, _ := argument.(string)
	return text
}

func texts(argument any) []string {
	switch argument := argument.(type) {
	case string:
		return []string{argument}
	case []any:
		list := make([]string, len(argument))
		for i, one := range argument {
			list[i] = text(one)
		}
		return list
	case []string:
		return argument
	default:
		return nil
	}
}

func relationKind(argument any) *content.RelationKind {
	if word, is := argument.(string); is {
		kind := content.RelationKind(word)
		return &kind
	}
	return nil
}

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

// step is a field of items that loads something: from one item it leads to what it loads.
type step struct {
	graphql.CollectedField
	args map[string]any // what the operation gives
	of   string         // the type of what it leads to; "": what that is asked is not looked at

	isKnown bool
	below   []*step // of what it leads to
}

// reached is an item from which a step will be gone.
type reached struct {
	item
	*step
}

// reading is what one reading ahead knows. Each step is looked at once, however many items it is gone from.
type reading struct {
	views  *view.Assembler
	lists  map[*graphql.CollectedField][]*step // by the first of the fields of a place
	steps  map[asking][]*step
	walked map[walk]bool // on the level that is gathered
}

// asking is where steps stand: at a field of the document. In a fragment it is met in several places, in each of which others may ask for more below it.
type asking struct {
	field      *ast.Field
	ofFragment bool
}

// walk is a step from an item, in the eyes of one reader.
type walk struct {
	reader *view.Reader
	name   view.NodeName
	step   *step
}

// ahead loads what an operation asks of items, level by level: all documents of one kind that one level needs in one round trip. What fails here
// fails again, from memory, in the resolver that needs it, which is the one that reports it.
func ahead(ctx context.Context, views *view.Assembler, items []item) {
	r := &reading{views: views, lists: map[*graphql.CollectedField][]*step{}, steps: map[asking][]*step{}}
	level := r.level(ctx, items)
	for read := 0; len(level) > 0; {
		if read += len(level); read > maxAhead {
			return
		}
		skus, keys := []string{}, []string{}
		for _, one := range level {
			skus, keys = one.want(skus, keys)
		}
		_ = views.Load(ctx, skus, keys)
		items := []item{}
		for _, one := range level {
			if ctx.Err() != nil {
				return
			}
			if one.of != "" && len(r.below(ctx, one.step)) > 0 {
				items = append(items, one.below(ctx, views)...)
			}
		}
		level = r.level(ctx, items)
	}
}

// maxAhead bounds the steps that one operation reads ahead; what lies beyond is loaded when it is resolved, one after the other. It is as many as the fields that an
// operation may ask for: the same product may be asked the same under many names.
const maxAhead = 50_000

// level gives the steps from items, each once: products that name each other lead to the same few many times.
func (r *reading) level(ctx context.Context, items []item) []reached {
	r.walked = make(map[walk]bool, len(items))
	level := make([]reached, 0, len(items))
	for _, one := range items {
		for _, step := range r.stepsOf(ctx, one.fields, one.fragment != nil) {
			if of := (walk{one.reader(), one.name(), step}); !r.walked[of] {
				r.walked[of] = true
				level = append(level, reached{one, step})
			}
		}
	}
	return level
}

// stepsOf gives those of the fields that are asked of an item which load something.
func (r *reading) stepsOf(ctx context.Context, fields []graphql.CollectedField, ofFragment bool) []*step {
	if len(fields) == 0 {
		return nil
	}
	steps, isKnown := r.lists[&fields[0]]
	if isKnown {
		return steps
	}
	for _, field := range fields {
		if of, isStep := leadsTo(field.Name, ofFragment); isStep {
			steps = append(steps, r.stepOf(ctx, field, of, ofFragment))
		}
	}
	r.lists[&fields[0]] = steps
	return steps
}

// stepOf gives the step of a field: one for all places where the same is asked below it.
func (r *reading) stepOf(ctx context.Context, field graphql.CollectedField, of string, ofFragment bool) *step {
	at := asking{field.Field, ofFragment}
	for _, one := range r.steps[at] {
		if slices.Equal(one.Selections, field.Selections) {
			return one
		}
	}
	made := &step{CollectedField: field, args: arguments(ctx, field), of: of}
	r.steps[at] = append(r.steps[at], made)
	return made
}

// leadsTo gives the type of what a field leads to, where it loads something.
func leadsTo(field string, ofFragment bool) (of string, is bool) {
	switch {
	case ofFragment && (field == "in" || field == "references"):
		return "Fragment", true
	case ofFragment:
		return "", false
	}
	switch field {
	case "fragment", "fragments":
		return "Fragment", true
	case "in", "parent", "related", "variants":
		return "Product", true
	case "axes":
		return "", true
	default:
		return "", false
	}
}

// below gives the steps from what a step leads to.
func (r *reading) below(ctx context.Context, of *step) []*step {
	if !of.isKnown {
		of.below, of.isKnown = r.stepsOf(ctx, selected(ctx, of.CollectedField, of.of), of.of == "Fragment"), true
	}
	return of.below
}

func (i item) reader() *view.Reader {
	if i.product != nil {
		return i.product.Reader()
	}
	return i.fragment.Reader()
}

func (i item) name() view.NodeName {
	if i.product != nil {
		return i.product.NodeName()
	}
	return i.fragment.NodeName()
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

// want adds the keys of what the step will load.
func (r reached) want(skus, keys []string) (moreSKUs, moreKeys []string) {
	switch {
	case r.fragment != nil && r.Name == "references":
		keys = append(keys, r.fragment.ReferenceKeys()...)
	case r.product == nil:
	case r.Name == "fragment":
		keys = append(keys, r.product.FragmentKeys([]string{text(r.args["slot"])})...)
	case r.Name == "fragments":
		keys = append(keys, r.product.FragmentKeys(texts(r.args["slots"]))...)
	case r.Name == "related":
		skus = append(skus, r.product.RelatedSKUs(relationKind(r.args["kind"]))...)
	case r.Name == "variants", r.Name == "axes" && r.product.HasAxes():
		skus = append(skus, r.product.VariantSKUs()...)
	}
	return skus, keys
}

// below gives the items that the step leads to, whose documents are loaded by now.
func (r reached) below(ctx context.Context, views *view.Assembler) []item {
	fields := selected(ctx, r.CollectedField, r.of)
	switch {
	case r.Name == "in":
		return r.in(ctx, views, fields)
	case r.Name == "references":
		fragments, _ := views.References(ctx, r.fragment)
		return fragmentItems(fragments, fields)
	case r.Name == "fragment":
		fragments, _ := views.ProductFragments(ctx, r.product, view.SlotChoice{Slots: []string{text(r.args["slot"])}}, 1)
		return fragmentItems(fragments, fields)
	case r.Name == "fragments":
		choice := view.SlotChoice{Slots: texts(r.args["slots"]), Kinds: texts(r.args["kinds"]), Labels: texts(r.args["labels"])}
		fragments, _ := views.ProductFragments(ctx, r.product, choice, most(r.args, fragmentsFirst))
		return fragmentItems(fragments, fields)
	case r.Name == "parent":
		return productItems([]*view.Product{r.product.Parent()}, fields)
	}
	skus, first := r.product.VariantSKUs(), most(r.args, variantsFirst)
	if r.Name == "related" {
		skus, first = r.product.RelatedSKUs(relationKind(r.args["kind"])), most(r.args, relatedFirst)
	}
	products, _ := views.Listed(ctx, r.reader(), skus, first)
	return productItems(products, fields)
}

// in gives the same item in another context.
func (r reached) in(ctx context.Context, views *view.Assembler, fields []graphql.CollectedField) []item {
	reader, err := r.reader().In(override(ctx, r.CollectedField))
	if err != nil {
		return nil // the resolver says so
	}
	if r.product != nil {
		product, _ := views.Product(ctx, reader, r.product.SKU())
		return productItems([]*view.Product{product}, fields)
	}
	fragment, _ := views.Again(ctx, reader, r.fragment)
	return fragmentItems([]*view.Fragment{fragment}, fields)
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

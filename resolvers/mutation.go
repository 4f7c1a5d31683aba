package resolvers

import (
	"context"
	"slices"

	"unisono/content"
	"unisono/edit"
	"unisono/fault"
	"unisono/graph"
	"unisono/loaders"
	"unisono/view"
)

type mutationResolver struct{ *Root }

func (m mutationResolver) UpsertProducts(ctx context.Context, products []map[string]any, allOrNothing *bool) (*graph.UpsertProductsPayload, error) {
	outcomes, err := m.write(ctx, content.KindProduct, products, "products", value(allOrNothing))
	if err != nil {
		return nil, err
	}
	payload := &graph.UpsertProductsPayload{Written: written(outcomes), UserErrors: userErrors(outcomes, "products")}
	payload.Products, err = m.views.Products(ctx, m.after(ctx), there(outcomes))
	if err != nil {
		payload.Products = make([]*view.Product, len(outcomes))
		reportBelow(ctx, len(outcomes), err, "products")
	}
	ahead(ctx, m.views, productItems(payload.Products, asked(ctx, "Product", []string{"products"})))
	return payload, nil
}

func (m mutationResolver) UpsertFragments(ctx context.Context, fragments []map[string]any, allOrNothing *bool) (*graph.UpsertFragmentsPayload, error) {
	outcomes, err := m.write(ctx, content.KindFragment, fragments, "fragments", value(allOrNothing))
	if err != nil {
		return nil, err
	}
	payload := &graph.UpsertFragmentsPayload{Written: written(outcomes), UserErrors: userErrors(outcomes, "fragments")}
	payload.Fragments, err = m.views.Fragments(ctx, m.after(ctx), there(outcomes))
	if err != nil {
		payload.Fragments = make([]*view.Fragment, len(outcomes))
		reportBelow(ctx, len(outcomes), err, "fragments")
	}
	ahead(ctx, m.views, fragmentItems(payload.Fragments, asked(ctx, "Fragment", []string{"fragments"})))
	return payload, nil
}

// definitionLists are the fields of DefinitionsInput, in the order in which they are written.
var definitionLists = []struct {
	field string
	kind  content.Kind
}{
	{"audiences", content.KindAudience},
	{"channels", content.KindChannel},
	{"categories", content.KindCategory},
	{"attributes", content.KindAttribute},
	{"families", content.KindFamily},
}

func (m mutationResolver) UpsertDefinitions(ctx context.Context, definitions map[string]any) (*graph.DefinitionsPayload, error) {
	payload := &graph.DefinitionsPayload{UserErrors: []*graph.UserError{}}
	count := 0
	for _, list := range definitionLists {
		count += len(inputs(definitions[list.field]))
	}
	if count > edit.MaxItems {
		return nil, tooMany("definitions", count)
	}
	for _, list := range definitionLists {
		given := inputs(definitions[list.field])
		outcomes, err := m.write(ctx, list.kind, given, list.field, false)
		if err != nil {
			return nil, err
		}
		payload.Written += written(outcomes)
		payload.UserErrors = append(payload.UserErrors, userErrors(outcomes, "definitions", list.field)...)
		if list.kind == content.KindAttribute {
			if err := m.options(ctx, given, payload); err != nil {
				return nil, err
			}
		}
	}
	return payload, nil
}

// options writes the options that stand in the definitions of attributes.
func (m mutationResolver) options(ctx context.Context, attributes []map[string]any, payload *graph.DefinitionsPayload) error {
	for i, attribute := range attributes {
		options := inputs(attribute["options"])
		given := make([]map[string]any, len(options))
		for j, option := range options {
			given[j] = copyOf(option)
			given[j]["attribute"] = attribute["key"]
		}
		outcomes, err := m.write(ctx, content.KindOption, given, "options", false)
		if err != nil {
			return err
		}
		payload.Written += written(outcomes)
		payload.UserErrors = append(payload.UserErrors,
			userErrors(outcomes, append(fault.Place{"definitions", "attributes"}.Index(i), "options")...)...)
	}
	return nil
}

func (m mutationResolver) DeleteProducts(ctx context.Context, skus []string) (*graph.DeletePayload, error) {
	return m.delete(ctx, content.KindProduct, skus, "skus")
}

func (m mutationResolver) DeleteFragments(ctx context.Context, keys []string) (*graph.DeletePayload, error) {
	return m.delete(ctx, content.KindFragment, keys, "keys")
}

func (m mutationResolver) delete(ctx context.Context, kind content.Kind, keys []string, argument string) (*graph.DeletePayload, error) {
	if len(keys) > edit.MaxItems {
		return nil, tooMany(argument, len(keys))
	}
	deleted, problems, err := m.config.Writer.Delete(ctx, kind, keys)
	if err != nil {
		return nil, err
	}
	m.after(ctx)
	payload := &graph.DeletePayload{Deleted: slices.Concat([]string{}, deleted), UserErrors: []*graph.UserError{}}
	for _, problem := range problems.Under(fault.Place{argument}) {
		payload.UserErrors = append(payload.UserErrors, userError(problem))
	}
	return payload, nil
}

// write hands changes on as they were given. The error is a fault of permission, protocol, database or time.
func (m mutationResolver) write(ctx context.Context, kind content.Kind, given []map[string]any, argument string, allOrNothing bool) ([]edit.Outcome, error) {
	if len(given) > edit.MaxItems {
		return nil, tooMany(argument, len(given))
	}
	changes := make([][]byte, len(given))
	for i, input := range given {
		change, err := changeOf(kind, input)
		if err != nil {
			return nil, err
		}
		changes[i] = change
	}
	if allOrNothing {
		return m.config.Writer.WriteAllOrNothing(ctx, kind, changes)
	}
	return m.config.Writer.Write(ctx, kind, changes)
}

func tooMany(argument string, count int) error {
	return fault.New(fault.LimitExceeded, "%s: %d are given; at most %d are taken at once", argument, count, edit.MaxItems)
}

// after gives the operation's reader as it is after a write: with the catalogue of now, and nothing loaded before.
func (m mutationResolver) after(ctx context.Context) *view.Reader {
	loaders.FromContext(ctx).Forget()
	snapshot := m.config.Catalogue.Snapshot()
	return view.FromContext(ctx).After(snapshot.Definitions(), snapshot.Traced(nil, ""))
}

// there gives the keys of the documents that are there after the write; "" in the place of those that were not right.
func there(outcomes []edit.Outcome) []string {
	keys := make([]string, len(outcomes))
	for i, outcome := range outcomes {
		if outcome.Document != nil {
			keys[i] = outcome.Key
		}
	}
	return keys
}

func written(outcomes []edit.Outcome) int {
	count := 0
	for _, outcome := range outcomes {
		if outcome.Written {
			count++
		}
	}
	return count
}

// userErrors gives the problems of all outcomes, each at its place below the argument.
func userErrors(outcomes []edit.Outcome, argument ...string) []*graph.UserError {
	found := []*graph.UserError{}
	for i, outcome := range outcomes {
		for _, problem := range outcome.Problems.Under(fault.Place(argument).Index(i)) {
			found = append(found, userError(problem))
		}
	}
	return found
}

func userError(problem fault.Problem) *graph.UserError {
	return &graph.UserError{Path: inputPath(problem.Path), Code: graph.UserErrorCode(problem.Code), Message: problem.Message}
}

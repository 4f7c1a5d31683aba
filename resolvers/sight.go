package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/catalog"
	"unisono/fault"
	"unisono/graph"
	"unisono/view"
)

// sight resolves what can be looked at in a context: the operation's own, or that of view(context:).
type sight struct{ views *view.Assembler }

func (s sight) product(ctx context.Context, reader *view.Reader, sku, slug, gtin *string) (*view.Product, error) {
	var named []string
	switch {
	case sku != nil && slug == nil && gtin == nil:
		named = []string{*sku}
	case slug != nil && sku == nil && gtin == nil:
		named = snapshotOf(reader).BySlug(*slug)
	case gtin != nil && sku == nil && slug == nil:
		named = snapshotOf(reader).ByGTIN(*gtin)
	default:
		return nil, fault.New(fault.BadUserInput, "product: exactly one of sku, slug and gtin is expected")
	}
	products, err := s.views.Listed(ctx, reader, named, 1)
	if err != nil || len(products) == 0 {
		return nil, err
	}
	product := products[0]
	ahead(ctx, s.views, productItems([]*view.Product{product}, asked(ctx, "Product", nil)))
	return product, nil
}

func (s sight) products(ctx context.Context, reader *view.Reader, first *int, after *string, last *int, before *string, filter *graph.ProductFilter, order *catalog.Order) (*graph.ProductConnection, error) {
	query := catalog.ProductQuery{Order: catalog.ByName}
	if order != nil {
		query.Order = *order
	}
	if filter != nil {
		query.SKUs, query.Categories, query.Families, query.Levels = filter.Skus, filter.Categories, filter.Families, filter.Levels
		query.Text = value(filter.Text)
		for _, one := range filter.Attributes {
			query.Attributes = append(query.Attributes, *one)
		}
	}
	part, err := partOf(ctx, first, after, last, before)
	if err != nil {
		return nil, err
	}
	list, err := snapshotOf(reader).ProductList(query, reader.Context)
	if err != nil {
		return nil, err
	}
	connection := &graph.ProductConnection{TotalCount: list.Total(), List: list, Reader: reader}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") && !asksFor(ctx, "pageInfo") && part.After == "" && part.Before == "" {
		return connection, nil
	}
	page, err := list.Page(part)
	if err != nil {
		return nil, err
	}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") {
		connection.PageInfo = pageInfo(page)
		return connection, nil
	}
	products, cursors, err := filled(page, part, list.Page, func(skus []string) ([]*view.Product, error) {
		products, err := s.views.Products(ctx, reader, skus)
		fittingProducts(list, products)
		return products, err
	})
	connection.PageInfo = pageInfo(page)
	if err != nil && cursors == nil {
		return nil, err
	}
	if err != nil {
		products = make([]*view.Product, len(cursors))
		reportBelow(ctx, len(cursors), err, "nodes")
		reportBelow(ctx, len(cursors), err, "edges", "node")
	}
	ahead(ctx, s.views, productItems(products, asked(ctx, "Product", []string{"nodes"}, []string{"edges", "node"})))
	connection.Nodes = products
	if asksFor(ctx, "edges") {
		for i, product := range products {
			connection.Edges = append(connection.Edges, &graph.ProductEdge{Cursor: cursors[i], Node: product})
		}
	}
	return connection, nil
}

// partOf reads which part of a list is wanted. Of first and last there can be one; first counts only where the operation itself names it, for left out it
// has a default.
func partOf(ctx context.Context, first *int, after *string, last *int, before *string) (catalog.Part, error) {
	part := catalog.Part{After: value(after), Before: value(before), Backward: last != nil}
	var err error
	if last == nil {
		part.First, err = view.First(first, 20)
		return part, err
	}
	if first != nil && isGiven(ctx, "first") {
		return part, fault.New(fault.BadUserInput, "first and last exclude each other: one of them is expected")
	}
	part.First, err = view.Last(*last)
	return part, err
}

// isGiven says that the operation gives an argument of the field that is being resolved: it stands there, and not as a variable that was left out.
func isGiven(ctx context.Context, name string) bool {
	argument := graphql.GetFieldContext(ctx).Field.Arguments.ForName(name)
	if argument == nil || argument.Value.Kind != ast.Variable {
		return argument != nil
	}
	_, given := graphql.GetOperationContext(ctx).Variables[argument.Value.Raw]
	return given
}

func (s sight) fragment(ctx context.Context, reader *view.Reader, key string) (*view.Fragment, error) {
	fragment, err := s.views.Fragment(ctx, reader, key)
	if err != nil {
		return nil, err
	}
	ahead(ctx, s.views, fragmentItems([]*view.Fragment{fragment}, asked(ctx, "Fragment", nil)))
	return fragment, nil
}

func (s sight) fragments(ctx context.Context, reader *view.Reader, first *int, after *string, filter *graph.FragmentFilter) (*graph.FragmentConnection, error) {
	query, part := catalog.FragmentQuery{}, catalog.Part{After: value(after)}
	if filter != nil {
		query.Keys, query.Kinds, query.Labels = filter.Keys, filter.Kinds, filter.Labels
	}
	var err error
	if part.First, err = view.First(first, 20); err != nil {
		return nil, err
	}
	list := snapshotOf(reader).FragmentList(query, reader.Context)
	page, err := list.Page(part)
	if err != nil {
		return nil, err
	}
	connection := &graph.FragmentConnection{TotalCount: page.Total, List: list, Reader: reader}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") {
		connection.PageInfo = pageInfo(page)
		return connection, nil
	}
	fragments, cursors, err := filled(page, part, list.Page, func(keys []string) ([]*view.Fragment, error) {
		fragments, err := s.views.Fragments(ctx, reader, keys)
		for i, fragment := range fragments {
			if fragment != nil && !query.Fits(fragment.Kind(), fragment.Labels()) {
				fragments[i] = nil
			}
		}
		return fragments, err
	})
	connection.PageInfo = pageInfo(page)
	if err != nil && cursors == nil {
		return nil, err
	}
	if err != nil {
		fragments = make([]*view.Fragment, len(cursors))
		reportBelow(ctx, len(cursors), err, "nodes")
		reportBelow(ctx, len(cursors), err, "edges", "node")
	}
	ahead(ctx, s.views, fragmentItems(fragments, asked(ctx, "Fragment", []string{"nodes"}, []string{"edges", "node"})))
	connection.Nodes = fragments
	if asksFor(ctx, "edges") {
		for i, fragment := range fragments {
			connection.Edges = append(connection.Edges, &graph.FragmentEdge{Cursor: cursors[i], Node: fragment})
		}
	}
	return connection, nil
}

type viewResolver struct{ sight }

func (viewResolver) Context(_ context.Context, reader *view.Reader) (*view.Reader, error) {
	return reader, nil
}

func (v viewResolver) Product(ctx context.Context, reader *view.Reader, sku, slug, gtin *string) (*view.Product, error) {
	return v.product(ctx, reader, sku, slug, gtin)
}

func (v viewResolver) Products(ctx context.Context, reader *view.Reader, first *int, after *string, last *int, before *string, filter *graph.ProductFilter, order *catalog.Order) (*graph.ProductConnection, error) {
	return v.products(ctx, reader, first, after, last, before, filter, order)
}

func (v viewResolver) Fragment(ctx context.Context, reader *view.Reader, key string) (*view.Fragment, error) {
	return v.fragment(ctx, reader, key)
}

func (v viewResolver) Fragments(ctx context.Context, reader *view.Reader, first *int, after *string, filter *graph.FragmentFilter) (*graph.FragmentConnection, error) {
	return v.fragments(ctx, reader, first, after, filter)
}

func (viewResolver) Category(_ context.Context, reader *view.Reader, key string) (*view.Category, error) {
	return reader.Category(key), nil
}

// override gives the context argument of a field as the operation has it.
func override(ctx context.Context, field graphql.CollectedField) map[string]any {
	given, _ := arguments(ctx, field)["context"].(map[string]any)
	return given
}

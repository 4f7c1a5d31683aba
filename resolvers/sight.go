package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

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

func (s sight) products(ctx context.Context, reader *view.Reader, first *int, after *string, filter *graph.ProductFilter, order *catalog.Order) (*graph.ProductConnection, error) {
	query := catalog.ProductQuery{Order: catalog.ByName, After: value(after)}
	if order != nil {
		query.Order = *order
	}
	if filter != nil {
		query.SKUs, query.Categories, query.Families = filter.Skus, filter.Categories, filter.Families
	}
	var err error
	if query.First, err = view.First(first, 20); err != nil {
		return nil, err
	}
	page, err := snapshotOf(reader).Products(query, reader.Context)
	if err != nil {
		return nil, err
	}
	connection := &graph.ProductConnection{TotalCount: page.Total, PageInfo: pageInfo(page)}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") {
		return connection, nil
	}
	products, err := s.views.Products(ctx, reader, page.Keys)
	if err != nil {
		products = make([]*view.Product, len(page.Keys))
		reportBelow(ctx, len(page.Keys), err, "nodes")
		reportBelow(ctx, len(page.Keys), err, "edges", "node")
	}
	ahead(ctx, s.views, productItems(products, asked(ctx, "Product", []string{"nodes"}, []string{"edges", "node"})))
	for i, product := range products {
		if product == nil && err == nil {
			continue // gone since the list was made
		}
		connection.Nodes = append(connection.Nodes, product)
		connection.Edges = append(connection.Edges, &graph.ProductEdge{Cursor: page.Cursors[i], Node: product})
	}
	return connection, nil
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
	query := catalog.FragmentQuery{After: value(after)}
	if filter != nil {
		query.Keys, query.Kinds, query.Labels = filter.Keys, filter.Kinds, filter.Labels
	}
	var err error
	if query.First, err = view.First(first, 20); err != nil {
		return nil, err
	}
	page, err := snapshotOf(reader).Fragments(query, reader.Context)
	if err != nil {
		return nil, err
	}
	connection := &graph.FragmentConnection{TotalCount: page.Total, PageInfo: pageInfo(page)}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") {
		return connection, nil
	}
	fragments, err := s.views.Fragments(ctx, reader, page.Keys)
	if err != nil {
		fragments = make([]*view.Fragment, len(page.Keys))
		reportBelow(ctx, len(page.Keys), err, "nodes")
		reportBelow(ctx, len(page.Keys), err, "edges", "node")
	}
	ahead(ctx, s.views, fragmentItems(fragments, asked(ctx, "Fragment", []string{"nodes"}, []string{"edges", "node"})))
	for i, fragment := range fragments {
		if fragment == nil && err == nil {
			continue // gone since the list was made
		}
		connection.Nodes = append(connection.Nodes, fragment)
		connection.Edges = append(connection.Edges, &graph.FragmentEdge{Cursor: page.Cursors[i], Node: fragment})
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

func (v viewResolver) Products(ctx context.Context, reader *view.Reader, first *int, after *string, filter *graph.ProductFilter, order *catalog.Order) (*graph.ProductConnection, error) {
	return v.products(ctx, reader, first, after, filter, order)
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

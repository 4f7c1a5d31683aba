package resolvers

import (
	"context"

	"unisono/access"
	"unisono/catalog"
	"unisono/fault"
	"unisono/graph"
	"unisono/targeting"
	"unisono/view"
)

type queryResolver struct{ *Root }

func (queryResolver) Context(ctx context.Context) (*view.Reader, error) {
	return view.FromContext(ctx), nil
}

func (q queryResolver) Product(ctx context.Context, sku, slug, gtin *string) (*view.Product, error) {
	named, found := "", false
	switch {
	case sku != nil && slug == nil && gtin == nil:
		named, found = *sku, true
	case slug != nil && sku == nil && gtin == nil:
		named, found = snapshot(ctx).BySlug(*slug)
	case gtin != nil && sku == nil && slug == nil:
		named, found = snapshot(ctx).ByGTIN(*gtin)
	default:
		return nil, fault.New(fault.BadUserInput, "product: exactly one of sku, slug and gtin is expected")
	}
	if !found {
		return nil, nil
	}
	product, err := q.views.Product(ctx, view.FromContext(ctx), named)
	if err != nil {
		return nil, err
	}
	ahead(ctx, q.views, productItems([]*view.Product{product}, asked(ctx, "Product", nil)))
	return product, nil
}

func (q queryResolver) Products(ctx context.Context, first *int, after *string, filter *graph.ProductFilter, order *catalog.Order) (*graph.ProductConnection, error) {
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
	reader := view.FromContext(ctx)
	page, err := snapshot(ctx).Products(query, reader.Context)
	if err != nil {
		return nil, err
	}
	connection := &graph.ProductConnection{TotalCount: page.Total, PageInfo: pageInfo(page)}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") {
		return connection, nil
	}
	products, err := q.views.Products(ctx, reader, page.Keys)
	if err != nil {
		products = make([]*view.Product, len(page.Keys))
		reportBelow(ctx, len(page.Keys), err, "nodes")
		reportBelow(ctx, len(page.Keys), err, "edges", "node")
	}
	ahead(ctx, q.views, productItems(products, asked(ctx, "Product", []string{"nodes"}, []string{"edges", "node"})))
	for i, product := range products {
		if product == nil && err == nil {
			continue // gone since the list was made
		}
		connection.Nodes = append(connection.Nodes, product)
		connection.Edges = append(connection.Edges, &graph.ProductEdge{Cursor: page.Cursors[i], Node: product})
	}
	return connection, nil
}

func (q queryResolver) Fragment(ctx context.Context, key string) (*view.Fragment, error) {
	fragment, err := q.views.Fragment(ctx, view.FromContext(ctx), key)
	if err != nil {
		return nil, err
	}
	ahead(ctx, q.views, fragmentItems([]*view.Fragment{fragment}, asked(ctx, "Fragment", nil)))
	return fragment, nil
}

func (q queryResolver) Fragments(ctx context.Context, first *int, after *string, filter *graph.FragmentFilter) (*graph.FragmentConnection, error) {
	query := catalog.FragmentQuery{After: value(after)}
	if filter != nil {
		query.Keys, query.Kinds, query.Labels = filter.Keys, filter.Kinds, filter.Labels
	}
	var err error
	if query.First, err = view.First(first, 20); err != nil {
		return nil, err
	}
	reader := view.FromContext(ctx)
	page, err := snapshot(ctx).Fragments(query, reader.Context)
	if err != nil {
		return nil, err
	}
	connection := &graph.FragmentConnection{TotalCount: page.Total, PageInfo: pageInfo(page)}
	if !asksFor(ctx, "nodes") && !asksFor(ctx, "edges") {
		return connection, nil
	}
	fragments, err := q.views.Fragments(ctx, reader, page.Keys)
	if err != nil {
		fragments = make([]*view.Fragment, len(page.Keys))
		reportBelow(ctx, len(page.Keys), err, "nodes")
		reportBelow(ctx, len(page.Keys), err, "edges", "node")
	}
	ahead(ctx, q.views, fragmentItems(fragments, asked(ctx, "Fragment", []string{"nodes"}, []string{"edges", "node"})))
	for i, fragment := range fragments {
		if fragment == nil && err == nil {
			continue // gone since the list was made
		}
		connection.Nodes = append(connection.Nodes, fragment)
		connection.Edges = append(connection.Edges, &graph.FragmentEdge{Cursor: page.Cursors[i], Node: fragment})
	}
	return connection, nil
}

func (queryResolver) Category(ctx context.Context, key string) (*view.Category, error) {
	return view.FromContext(ctx).Category(key), nil
}

func (queryResolver) Channels(ctx context.Context) ([]*view.Channel, error) {
	reader := view.FromContext(ctx)
	channels := snapshot(ctx).Contexts().Channels(Grants(access.FromContext(ctx)))
	views := make([]*view.Channel, len(channels))
	for i, channel := range channels {
		views[i] = reader.ChannelOf(channel)
	}
	return views, nil
}

func (queryResolver) Audiences(ctx context.Context) ([]*view.Audience, error) {
	reader := view.FromContext(ctx)
	audiences := snapshot(ctx).Contexts().Audiences(Grants(access.FromContext(ctx)))
	views := make([]*view.Audience, len(audiences))
	for i, audience := range audiences {
		views[i] = reader.AudienceOf(audience)
	}
	return views, nil
}

// Grants are what a client may ask for beyond what is open to all.
func Grants(client *access.Client) targeting.Grants {
	return targeting.Grants{Channels: client.Channels, Audiences: client.Audiences, All: client.All}
}

func pageInfo(page *catalog.Page) graph.PageInfo {
	info := graph.PageInfo{HasNextPage: page.Next, HasPreviousPage: page.Previous}
	if n := len(page.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &page.Cursors[0], &page.Cursors[n-1]
	}
	return info
}

func value[T any](of *T) T {
	if of == nil {
		var none T
		return none
	}
	return *of
}

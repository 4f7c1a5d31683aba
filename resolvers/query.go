package resolvers

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"unisono/access"
	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/graph"
	"unisono/view"
)

type queryResolver struct{ *Root }

func (queryResolver) Context(ctx context.Context) (*view.Reader, error) {
	return view.FromContext(ctx), nil
}

func (q queryResolver) View(ctx context.Context, _ map[string]any) (*view.Reader, error) {
	return view.FromContext(ctx).In(override(ctx, graphql.GetFieldContext(ctx).Field))
}

func (q queryResolver) Product(ctx context.Context, sku, slug, gtin *string) (*view.Product, error) {
	return sight{q.views}.product(ctx, view.FromContext(ctx), sku, slug, gtin)
}

func (q queryResolver) Products(ctx context.Context, first *int, after *string, last *int, before *string, filter *graph.ProductFilter, order *catalog.Order) (*graph.ProductConnection, error) {
	return sight{q.views}.products(ctx, view.FromContext(ctx), first, after, last, before, filter, order)
}

func (q queryResolver) Fragment(ctx context.Context, key string) (*view.Fragment, error) {
	return sight{q.views}.fragment(ctx, view.FromContext(ctx), key)
}

func (q queryResolver) Fragments(ctx context.Context, first *int, after *string, filter *graph.FragmentFilter) (*graph.FragmentConnection, error) {
	return sight{q.views}.fragments(ctx, view.FromContext(ctx), first, after, filter)
}

func (queryResolver) Category(ctx context.Context, key string) (*view.Category, error) {
	return view.FromContext(ctx).Category(key), nil
}

func (queryResolver) Caller(ctx context.Context) (*graph.Caller, error) {
	client := access.FromContext(ctx)
	snapshotOf(view.FromContext(ctx)).Lose()
	caller := &graph.Caller{Name: client.Name, Permissions: []access.Permission{}}
	for _, permission := range access.Permissions() {
		if client.May(permission) {
			caller.Permissions = append(caller.Permissions, permission)
		}
	}
	if grants := client.Grants(); grants.LimitsMarkets() {
		caller.Markets = slices.Concat([]string{}, client.Markets)
	}
	return caller, nil
}

// maxProblems bounds what Problems gives.
const maxProblems = 1000

// problemsFirst is how many are given where no length is named, as in the schema.
const problemsFirst = 100

func (q queryResolver) Problems(ctx context.Context, first *int) ([]*content.Broken, error) {
	most := problemsFirst
	if first != nil {
		most = *first
	}
	if most < 0 || most > maxProblems {
		return nil, fault.New(fault.BadUserInput, "first: %d is out of range; 0 to %d is expected", most, maxProblems)
	}
	snapshotOf(view.FromContext(ctx)).Lose()
	problems := []*content.Broken{}
	for _, problem := range slices.Concat(q.config.Broken(), q.config.Catalogue.Snapshot().Broken(view.FromContext(ctx).At())) {
		if len(problems) < most {
			problems = append(problems, &problem)
		}
	}
	return problems, nil
}

func (queryResolver) Channels(ctx context.Context) ([]*view.Channel, error) {
	reader := view.FromContext(ctx)
	reader.Asking.Consult()
	channels := snapshotOf(reader).Contexts().Channels(access.FromContext(ctx).Grants())
	views := make([]*view.Channel, len(channels))
	for i, channel := range channels {
		views[i] = reader.ChannelOf(channel)
	}
	return views, nil
}

func (queryResolver) Audiences(ctx context.Context) ([]*view.Audience, error) {
	reader := view.FromContext(ctx)
	reader.Asking.Consult()
	audiences := snapshotOf(reader).Contexts().Audiences(access.FromContext(ctx).Grants())
	views := make([]*view.Audience, len(audiences))
	for i, audience := range audiences {
		views[i] = reader.AudienceOf(audience)
	}
	return views, nil
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

package resolvers

import (
	"context"
	"slices"

	"unisono/catalog"
	"unisono/fault"
	"unisono/graph"
	"unisono/view"
)

// maxFacets bounds the facets of one list.
const maxFacets = 20

type productConnectionResolver struct{}

func (productConnectionResolver) Facets(_ context.Context, connection *graph.ProductConnection, keys []string) ([]*view.Facet, error) {
	if len(keys) > maxFacets {
		return nil, fault.New(fault.BadUserInput, "keys: at most %d are expected; there are %d", maxFacets, len(keys))
	}
	facets := make([]*view.Facet, len(keys))
	for i, key := range keys {
		facets[i] = view.NewFacet(connection.Reader, key, func(most int) ([]*view.FacetValue, int) {
			return valuesOf(connection.List.Facet(key, most))
		})
	}
	return facets, nil
}

type fragmentConnectionResolver struct{}

func (fragmentConnectionResolver) Facets(_ context.Context, connection *graph.FragmentConnection, keys []string) ([]*view.Facet, error) {
	counts := map[string]func(most int) *catalog.Facet{"kind": connection.List.Kinds, "label": connection.List.Labels}
	facets := make([]*view.Facet, len(keys))
	for i, key := range keys {
		count := counts[key]
		if count == nil || slices.Contains(keys[:i], key) {
			return nil, fault.New(fault.BadUserInput, "keys[%d]: %.40q is not expected; kind and label are, each once", i, key)
		}
		facets[i] = view.NewFacet(connection.Reader, key, func(most int) ([]*view.FacetValue, int) { return valuesOf(count(most)) })
	}
	return facets, nil
}

func valuesOf(facet *catalog.Facet) (values []*view.FacetValue, total int) {
	values = make([]*view.FacetValue, len(facet.Values))
	for i, one := range facet.Values {
		values[i] = &view.FacetValue{Value: one.Value, Count: one.Count}
	}
	return values, facet.Total
}

// fillings is how often a page is filled up from its list where documents have changed since the list was made.
const fillings = 2

// filled gives the items of a page that still are what the list was asked for, with their cursors. What has gone is made up for by what follows in the same list. It changes the page
// to what was looked at. Where those of the page itself cannot be loaded, it gives their cursors beside the error; without cursors the list could not go on.
func filled[T any](page *catalog.Page, part catalog.Part, turn func(catalog.Part) (*catalog.Page, error), load func(keys []string) ([]*T, error)) (items []*T, cursors []string, err error) {
	at := page
	for filling := 0; ; filling++ {
		loaded, err := load(at.Keys)
		if err != nil {
			if filling > 0 {
				return items, cursors, nil // what there is is right; who asks for more is told
			}
			return nil, at.Cursors, err
		}
		if filling > 0 {
			join(page, at, part.Backward)
		}
		kept, keptCursors := []*T{}, []string{}
		for i, one := range loaded {
			if one != nil {
				kept, keptCursors = append(kept, one), append(keptCursors, at.Cursors[i])
			}
		}
		if part.Backward {
			items, cursors = slices.Concat(kept, items), slices.Concat(keptCursors, cursors)
		} else {
			items, cursors = append(items, kept...), append(cursors, keptCursors...)
		}
		if len(items) >= part.First || filling == fillings || len(at.Keys) == 0 || part.Backward && !at.Previous || !part.Backward && !at.Next {
			return items, cursors, nil
		}
		next := part
		next.First = part.First - len(items)
		if part.Backward {
			next.Before = at.Cursors[0]
		} else {
			next.After = at.Cursors[len(at.Cursors)-1]
		}
		following, err := turn(next)
		if err != nil {
			return nil, nil, err
		}
		if len(following.Keys) == 0 {
			return items, cursors, nil
		}
		at = following
	}
}

// join makes of two parts of a list, of which the other follows in the direction in which it is read, one.
func join(page, other *catalog.Page, backward bool) {
	if backward {
		page.Keys, page.Cursors, page.Previous = slices.Concat(other.Keys, page.Keys), slices.Concat(other.Cursors, page.Cursors), other.Previous
		return
	}
	page.Keys, page.Cursors, page.Next = append(page.Keys, other.Keys...), append(page.Cursors, other.Cursors...), other.Next
}

// fittingProducts leaves of loaded products those that still fit a list.
func fittingProducts(list *catalog.ProductList, products []*view.Product) {
	for i, product := range products {
		if product != nil && !list.Fits(product.Lineage()) {
			products[i] = nil
		}
	}
}

package server

import (
	"unisono/catalog"
	"unisono/content"
	"unisono/graph"
	"unisono/locale"
)

// cost makes the functions by which the cost of an operation is reckoned before anything of it runs: a field costs one, a list as many times what is
// asked of each item as it can be long.
func cost() graph.ComplexityRoot {
	c := graph.ComplexityRoot{}
	c.Query.Products = func(child int, first *int, _ *string, last *int, _ *string, _ *graph.ProductFilter, _ *catalog.Order) int {
		if last != nil {
			return times(last, 0, child)
		}
		return times(first, 20, child)
	}
	c.Query.Fragments = func(child int, first *int, _ *string, _ *graph.FragmentFilter) int { return times(first, 20, child) }
	c.View.Products = c.Query.Products
	c.View.Fragments = c.Query.Fragments
	c.ProductConnection.Facets = func(child int, keys []string) int { return 1 + len(keys)*(countingValues+child) }
	c.FragmentConnection.Facets = c.ProductConnection.Facets
	c.Facet.Values = func(child int, first *int) int { return times(first, 100, child)/cheapValues + 1 }
	c.Query.Nodes = func(child int, ids []string) int { return 1 + len(ids)*child }
	c.Query.ContentGaps = func(child int, _ *string, _ *locale.Tag, first *int, _ *string) int { return times(first, 20, child) }
	c.Product.Fragments = func(child int, _, _, _ []string, first *int) int { return times(first, 20, child) }
	c.Product.Related = func(child int, _ *content.RelationKind, first *int) int { return times(first, 10, child) }
	c.Product.Variants = func(child int, first *int) int { return times(first, 50, child) }
	c.Product.Media = func(child int, _ *string, _ *content.Medium, first *int) int { return times(first, 10, child) }
	c.Fragment.References = func(child int) int { return 1 + unknownLength*child }
	c.Category.Children = func(child int) int { return 1 + unknownLength*child }
	c.Category.Path = c.Category.Children
	return c
}

// A facet costs as much as so many fields, for all products are counted; its values are made of what is in memory, so many at the cost of one field. The list that they are of
// multiplies both by its length.
const (
	countingValues = 25
	cheapValues    = 25
)

// unknownLength is what a list counts whose length nobody names.
const unknownLength = 5

// times counts what is asked of each item, once at the least: what is asked of the list itself, such as facets, is made of an empty page too.
func times(first *int, otherwise, child int) int {
	if first != nil {
		otherwise = max(1, *first)
	}
	return 1 + otherwise*child
}

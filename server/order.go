package server

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// inOrder puts errors in the order of their paths. Fields are resolved side by side, and which fails first says nothing but how fast it was: the same
// question is to get the same answer.
func inOrder(errs gqlerror.List) {
	slices.SortStableFunc(errs, func(a, b *gqlerror.Error) int {
		return cmp.Or(slices.CompareFunc(a.Path, b.Path, comparePlaces), cmp.Compare(a.Message, b.Message))
	})
}

// comparePlaces compares a step of two paths: places in a list stand in their order, and before names.
func comparePlaces(a, b ast.PathElement) int {
	at, isPlace := a.(ast.PathIndex)
	other, isPlaceToo := b.(ast.PathIndex)
	switch {
	case isPlace && isPlaceToo:
		return cmp.Compare(at, other)
	case isPlace:
		return -1
	case isPlaceToo:
		return 1
	}
	name, _ := a.(ast.PathName)
	otherName, _ := b.(ast.PathName)
	return cmp.Compare(name, otherName)
}

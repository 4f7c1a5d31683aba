// Package view puts together what one reader sees: products, fragments, their attributes and media, each as an immutable
// view of loaded documents in the reader's context.
//
// A view is a pure function of documents, context and time. Loading is left to the Fetch functions that an Assembler is given; which ids
// a list holds is the catalogue's to say. Nothing here knows GraphQL or a database.
package view

import (
	"context"
	"errors"

	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
)

// Fetch reads many values in one round trip. A key with no value is absent from the map, which is the caller's own; an error means the whole batch
// failed.
type Fetch[K comparable, V any] func(ctx context.Context, keys []K) (map[K]V, error)

// Catalog is what a view must know of the whole: which products name one as their parent, and what is there for a reader. What is not there is
// never loaded, so that it costs the same whether it is hidden or nothing has its name. Who sees a document is decided again once it is loaded.
type Catalog interface {
	// Children gives the SKUs of the products whose parent this is, in order of SKU.
	Children(sku string) []string
	ProductThere(sku string, reader *targeting.Context) bool
	FragmentThere(key string, reader *targeting.Context) bool
}

type readerKey struct{}

// NewContext gives a context.Context that carries the reader for whom an operation is answered.
func NewContext(ctx context.Context, reader *Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, reader)
}

// FromContext gives the reader that ctx carries, or nil.
func FromContext(ctx context.Context) *Reader {
	reader, _ := ctx.Value(readerKey{}).(*Reader)
	return reader
}

// Assembler makes views of documents that its functions load.
type Assembler struct {
	products  Fetch[string, *content.Product]
	fragments Fetch[string, *content.Fragment]
}

// NewAssembler makes an Assembler that loads by these functions.
func NewAssembler(products Fetch[string, *content.Product], fragments Fetch[string, *content.Fragment]) *Assembler {
	return &Assembler{products, fragments}
}

// Products gives the views of products, each in the place of its SKU; nil where the product is not there for this reader. Products and
// all their parents cost at most one load for each generation.
func (a *Assembler) Products(ctx context.Context, reader *Reader, skus []string) ([]*Product, error) {
	loaded, err := a.lineages(ctx, reader.there(skus, reader.Catalog.ProductThere))
	if err != nil {
		return nil, err
	}
	views := make([]*Product, len(skus))
	for i, sku := range skus {
		if loaded[sku] != nil {
			views[i] = newProduct(loaded, sku, reader)
		}
	}
	return views, nil
}

// Product gives the view of one product, or nil.
func (a *Assembler) Product(ctx context.Context, reader *Reader, sku string) (*Product, error) {
	views, err := a.Products(ctx, reader, []string{sku})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

// Load loads what views will be made of soon: products with all their parents, and fragments. The keys are of what is there for somebody.
func (a *Assembler) Load(ctx context.Context, skus, fragments []string) error {
	_, err := a.lineages(ctx, skus)
	if len(fragments) == 0 {
		return err
	}
	_, also := a.fragments(ctx, fragments)
	return errors.Join(err, also)
}

// lineages loads products and the parents above them, a generation at a time.
func (a *Assembler) lineages(ctx context.Context, skus []string) (map[string]*content.Product, error) {
	var loaded map[string]*content.Product
	for generation := 0; len(skus) > 0 && generation <= content.MaxParents; generation++ {
		found, err := a.products(ctx, skus)
		if err != nil {
			return nil, err
		}
		if loaded == nil {
			loaded = found
		}
		parents, asked := []string{}, map[string]bool{} // of most there are none
		for sku, product := range found {
			loaded[sku] = product
			if parent := product.Parent; parent != "" && loaded[parent] == nil && found[parent] == nil && !asked[parent] {
				asked[parent] = true
				parents = append(parents, parent)
			}
		}
		skus = parents
	}
	return loaded, nil
}

// newProduct gives the view of a loaded product, or nil where it is not there for the reader.
func newProduct(loaded map[string]*content.Product, sku string, reader *Reader) *Product {
	lineage, whole := content.Trace(loaded[sku], func(sku string) *content.Product { return loaded[sku] })
	if !whole || !targeting.There(lineage, reader.Context) {
		return nil
	}
	return &Product{lineage: lineage, reader: reader}
}

// Fragments gives the views of fragments that stand on their own, each in the place of its key; nil where the fragment is not there for this
// reader or has no variant that is right.
func (a *Assembler) Fragments(ctx context.Context, reader *Reader, keys []string) ([]*Fragment, error) {
	loaded, err := a.fragments(ctx, reader.there(keys, reader.Catalog.FragmentThere))
	if err != nil {
		return nil, err
	}
	views := make([]*Fragment, len(keys))
	for i, key := range keys {
		views[i] = newFragment(loaded[key], reader, place{})
	}
	return views, nil
}

// Fragment gives the view of one fragment that stands on its own, or nil.
func (a *Assembler) Fragment(ctx context.Context, reader *Reader, key string) (*Fragment, error) {
	views, err := a.Fragments(ctx, reader, []string{key})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

// Page bounds of every list.
const (
	MaxFirst = 100
)

// Last checks the length of a list from its end that was asked for: from 0 to MaxFirst.
func Last(asked int) (int, error) {
	if asked < 0 || asked > MaxFirst {
		return 0, fault.New(fault.BadUserInput, "last: %d is out of range; 0 to %d is expected", asked, MaxFirst)
	}
	return asked, nil
}

// First checks the length of a list that was asked for: from 0 to MaxFirst. Left out it is the default.
func First(asked *int, otherwise int) (int, error) {
	switch {
	case asked == nil:
		return otherwise, nil
	case *asked < 0 || *asked > MaxFirst:
		return 0, fault.New(fault.BadUserInput, "first: %d is out of range; 0 to %d is expected", *asked, MaxFirst)
	default:
		return *asked, nil
	}
}

// Package loaders remembers, for the length of one request, which documents it has loaded, so that each is asked for once
// and all that are wanted at one time are asked for together.
//
// It decides nothing and outlives no request. Its functions have the form that view calls Fetch, so that views are put together the same
// way with and without it.
package loaders

import (
	"context"

	"unisono/content"
)

// Fetch reads many documents in one round trip. A key with no document is absent from the map; an error means that the whole batch
// failed.
type Fetch[V any] func(ctx context.Context, keys []string) (map[string]V, error)

// Request holds what one request has loaded.
type Request struct {
	products  memo[*content.Product]
	fragments memo[*content.Fragment]
}

// New makes the loaders of one request, which load what they have not got by these functions.
func New(products Fetch[*content.Product], fragments Fetch[*content.Fragment]) *Request {
	return &Request{products: memo[*content.Product]{fetch: products}, fragments: memo[*content.Fragment]{fetch: fragments}}
}

// Forget makes the request load everything anew, as after a write.
func (r *Request) Forget() {
	r.products.forget()
	r.fragments.forget()
}

// Loaded gives the keys of all that the request has asked for, whether it was there or not.
func (r *Request) Loaded() (products, fragments []string) {
	return r.products.keys(), r.fragments.keys()
}

type contextKey struct{}

// NewContext gives a context that carries the loaders.
func NewContext(ctx context.Context, request *Request) context.Context {
	return context.WithValue(ctx, contextKey{}, request)
}

// FromContext gives the loaders that ctx carries. There are always some while an operation is answered.
func FromContext(ctx context.Context) *Request {
	request, _ := ctx.Value(contextKey{}).(*Request)
	return request
}

// Products loads products by SKU through the request's loaders.
func Products(ctx context.Context, skus []string) (map[string]*content.Product, error) {
	return FromContext(ctx).products.load(ctx, skus)
}

// Fragments loads fragments by key through the request's loaders.
func Fragments(ctx context.Context, keys []string) (map[string]*content.Fragment, error) {
	return FromContext(ctx).fragments.load(ctx, keys)
}

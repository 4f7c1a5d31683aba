// Package baseline is what the gateway is compared with: gqlgen with its default server and what its documentation advises, a loader for each request and
// kept documents that are always there. It chooses by language alone, and does none of the gateway's work for access, context, freshness, bounds or logs.
package baseline

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	queries "github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"unisono/bench/catalogue"
	generated "unisono/graph/baseline"
)

// pageSize is how many products a listing has.
const pageSize = 20

// shop is what outlives a request: documents by key, in memory, and the products of each category in their order.
type shop struct {
	products   *lru.Cache[string, *catalogue.Shown]
	fragments  *lru.Cache[string, *catalogue.Fragment]
	categories map[string][]string // of SKUs; the names of all products differ in their number alone, so the order is the same in each language
}

// New gives the handler, with so many products of the catalogue in memory.
func New(products int) (http.Handler, error) {
	s := &shop{categories: map[string][]string{}}
	var err error
	if s.products, err = lru.New[string, *catalogue.Shown](products); err != nil {
		return nil, fmt.Errorf("keep %d products: %w", products, err)
	}
	if s.fragments, err = lru.New[string, *catalogue.Fragment](catalogue.Fragments); err != nil {
		return nil, fmt.Errorf("keep fragments: %w", err)
	}
	for number := range products {
		product := catalogue.MakeProduct(number)
		s.products.Add(product.SKU, product.Show())
		category := product.Categories[0]
		s.categories[category] = append(s.categories[category], product.SKU)
	}
	for number := range catalogue.Fragments {
		fragment := catalogue.MakeFragment(number)
		s.fragments.Add(fragment.Key, &fragment)
	}
	return s.withLoaders(newServer(generated.NewExecutableSchema(generated.Config{Resolvers: s}))), nil
}

// newServer is what handler.NewDefaultServer gives, which has been deprecated as no example for production.
func newServer(schema graphql.ExecutableSchema) *handler.Server {
	server := handler.New(schema)
	server.AddTransport(transport.Options{})
	server.AddTransport(transport.GET{})
	server.AddTransport(transport.POST{})
	server.AddTransport(transport.MultipartForm{})
	server.SetQueryCache(queries.New[*ast.QueryDocument](1000))
	server.Use(extension.Introspection{})
	server.Use(extension.AutomaticPersistedQuery{Cache: queries.New[string](100)})
	return server
}

func (s *shop) Query() generated.QueryResolver     { return s }
func (s *shop) Product() generated.ProductResolver { return product{} }

// Products gives the first products of a category.
func (s *shop) Products(ctx context.Context, first *int, filter *generated.ProductFilter, _ *generated.ProductOrder) (*generated.ProductConnection, error) {
	var skus []string
	if filter != nil && len(filter.Categories) == 1 {
		skus = s.categories[filter.Categories[0]]
	}
	documents, err := loadersOf(ctx).products.LoadAll(ctx, skus[:min(len(skus), *first)])
	if err != nil {
		return nil, err
	}
	locale := localeOf(ctx)
	list := &generated.ProductConnection{Nodes: make([]*generated.Product, len(documents))}
	for i, document := range documents {
		name := document.Name[locale]
		list.Nodes[i] = &generated.Product{Sku: document.SKU, Name: &name, Document: document, In: locale}
	}
	return list, nil
}

// localeOf is the language of the request's context, which stands in its extensions.
func localeOf(ctx context.Context) string {
	asked, _ := graphql.GetOperationContext(ctx).Extensions["context"].(map[string]any)
	locale, _ := asked["locale"].(string)
	return locale
}

type product struct{}

// Attributes gives the attributes that are asked for, by position.
func (product) Attributes(_ context.Context, of *generated.Product, keys []string) ([]*generated.Attribute, error) {
	attributes := make([]*generated.Attribute, 0, len(keys))
	for i := range of.Document.Attributes {
		if line := &of.Document.Attributes[i]; slices.Contains(keys, line.Key) {
			attributes = append(attributes, &generated.Attribute{Key: line.Key, Label: line.Label[of.In], Text: line.Text[of.In]})
		}
	}
	return attributes, nil
}

// Media gives the first media.
func (product) Media(_ context.Context, of *generated.Product, first *int) ([]*generated.Asset, error) {
	media := make([]*generated.Asset, min(len(of.Document.Media), *first))
	for i := range media {
		medium := &of.Document.Media[i]
		alt := medium.Alt[of.In]
		media[i] = &generated.Asset{Role: &medium.Role, URL: medium.URL, MimeType: medium.MimeType, Alt: &alt}
	}
	return media, nil
}

// Fragments gives the fragments in the slots that are asked for.
func (product) Fragments(ctx context.Context, of *generated.Product, slots []string) ([]*generated.Fragment, error) {
	keys, in := make([]string, 0, len(slots)), make([]*string, 0, len(slots))
	for i := range of.Document.Fragments {
		if slot := &of.Document.Fragments[i]; slices.Contains(slots, slot.Slot) {
			keys, in = append(keys, slot.Fragment), append(in, &slot.Slot)
		}
	}
	documents, err := loadersOf(ctx).fragments.LoadAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	fragments := make([]*generated.Fragment, 0, len(documents))
	for i, document := range documents {
		if variant, found := document.For(of.In); found {
			fragments = append(fragments, &generated.Fragment{Key: document.Key, Slot: in[i], Title: &variant.Title, Body: &variant.Body, Locale: &variant.Locale})
		}
	}
	return fragments, nil
}

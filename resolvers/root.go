// Package resolvers translates between GraphQL and the domain: arguments in, one call, result out. It decides nothing.
//
// Lists are read ahead: where a resolver gives products or fragments, it looks at what the operation asks of them and loads that level
// by level, so that a query costs a number of round trips that depends on its depth and never on how many items it meets.
package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"unisono/access"
	"unisono/audit"
	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
	"unisono/graph"
	"unisono/loaders"
	"unisono/view"
)

// Config is what resolvers call.
type Config struct {
	Catalogue interface{ Snapshot() *catalog.Snapshot }
	Writer    *edit.Writer
	Keys      *access.Keys
	Audit     *audit.Log
	Broken    func() []content.Broken // documents that could not be read, or not wholly shown
}

// Root holds the resolvers of every type.
type Root struct {
	views  *view.Assembler
	config Config
}

var _ graph.ResolverRoot = (*Root)(nil)

// New makes the resolvers.
func New(config Config) *Root {
	return &Root{views: view.NewAssembler(loaders.Products, loaders.Fragments), config: config}
}

// Query resolves what can be asked.
func (r *Root) Query() graph.QueryResolver { return queryResolver{r} }

// View resolves what can be looked at in another context.
func (r *Root) View() graph.ViewResolver { return viewResolver{sight{r.views}} }

// Mutation resolves what can be changed.
func (r *Root) Mutation() graph.MutationResolver { return mutationResolver{r} }

// AuditEntry resolves what an entry may not say.
func (r *Root) AuditEntry() graph.AuditEntryResolver { return auditResolver{} }

// ApiKey resolves what is not kept of a key as it is shown.
func (r *Root) ApiKey() graph.ApiKeyResolver { return keyResolver{} } //nolint:revive // gqlgen's name

// Product resolves what a product must load.
func (r *Root) Product() graph.ProductResolver { return productResolver{r.views} }

// Fragment resolves what a fragment must load.
func (r *Root) Fragment() graph.FragmentResolver { return fragmentResolver{r.views} }

// ProductConnection counts what is in a list.
func (r *Root) ProductConnection() graph.ProductConnectionResolver {
	return productConnectionResolver{}
}

// FragmentConnection counts what is in a list.
func (r *Root) FragmentConnection() graph.FragmentConnectionResolver {
	return fragmentConnectionResolver{}
}

// PersonalizationContext resolves the parts of the context that need a reader's eyes.
func (r *Root) PersonalizationContext() graph.PersonalizationContextResolver {
	return contextResolver{}
}

// snapshotOf is the catalogue as a reader sees it: one moment for all of an operation.
func snapshotOf(reader *view.Reader) *catalog.Traced { return reader.Catalog.(*catalog.Traced) }

// failed gives a list of n items that could not be loaded, each null with an error at its own path.
func failed[T any](ctx context.Context, n int, err error) []*T {
	reportUnloaded(ctx, n, err)
	return make([]*T, n)
}

// reportUnloaded reports an error for each of the n items of the list that is being resolved.
func reportUnloaded(ctx context.Context, n int, err error) {
	report(ctx, graphql.GetPath(ctx), n, nil, err)
}

// reportBelow is reportUnloaded for lists below the field that is being resolved: wherever the operation asks for the first of the names, the
// list, and in its items for the others, under whichever aliases.
func reportBelow(ctx context.Context, n int, err error, names ...string) {
	field := graphql.GetFieldContext(ctx).Field
	for _, aliases := range aliasesOf(ctx, field, names) {
		report(ctx, append(graphql.GetPath(ctx), ast.PathName(aliases[0])), n, aliases[1:], err)
	}
}

// aliasesOf gives the aliases under which the operation asks for a path of names, each way once.
func aliasesOf(ctx context.Context, field graphql.CollectedField, names []string) [][]string {
	if len(names) == 0 {
		return [][]string{nil}
	}
	ways := [][]string{}
	for _, below := range collected(ctx, field, field.Definition.Type.Name()) {
		if below.Name != names[0] {
			continue
		}
		for _, rest := range aliasesOf(ctx, below, names[1:]) {
			ways = append(ways, append([]string{below.Alias}, rest...))
		}
	}
	return ways
}

func report(ctx context.Context, list ast.Path, n int, below []string, err error) {
	for i := range n {
		path := append(list[:len(list):len(list)], ast.PathIndex(i))
		for _, name := range below {
			path = append(path, ast.PathName(name))
		}
		graphql.AddError(ctx, &gqlerror.Error{Err: err, Message: err.Error(), Path: path})
	}
}

package resolvers

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"unisono/content"
	"unisono/locale"
	"unisono/view"
)

type productResolver struct{ views *view.Assembler }

func (r productResolver) Fragment(ctx context.Context, product *view.Product, slot string) (*view.Fragment, error) {
	fragments, err := r.views.ProductFragments(ctx, product, view.SlotChoice{Slots: []string{slot}}, 1)
	if err != nil || len(fragments) == 0 {
		return nil, err
	}
	return fragments[0], nil
}

func (r productResolver) Fragments(ctx context.Context, product *view.Product, slots, kinds, labels []string, first *int) ([]*view.Fragment, error) {
	most, err := view.First(first, fragmentsFirst)
	if err != nil {
		return nil, err
	}
	fragments, err := r.views.ProductFragments(ctx, product, view.SlotChoice{Slots: slots, Kinds: kinds, Labels: labels}, most)
	if err != nil {
		return failed[view.Fragment](ctx, min(most, len(product.FragmentKeys(slots))), err), nil
	}
	return fragments, nil
}

func (r productResolver) Related(ctx context.Context, product *view.Product, kind *content.RelationKind, first *int) ([]*view.Product, error) {
	return r.listed(ctx, product, product.RelatedSKUs(kind), first, relatedFirst)
}

func (r productResolver) Variants(ctx context.Context, product *view.Product, first *int) ([]*view.Product, error) {
	return r.listed(ctx, product, product.VariantSKUs(), first, variantsFirst)
}

func (r productResolver) listed(ctx context.Context, product *view.Product, skus []string, first *int, otherwise int) ([]*view.Product, error) {
	most, err := view.First(first, otherwise)
	if err != nil {
		return nil, err
	}
	products, err := r.views.Listed(ctx, product.Reader(), skus, most)
	if err != nil {
		return failed[view.Product](ctx, min(most, len(skus)), err), nil
	}
	return products, nil
}

func (r productResolver) In(ctx context.Context, product *view.Product, _ map[string]any) (*view.Product, error) {
	reader, err := product.Reader().In(override(ctx, graphql.GetFieldContext(ctx).Field))
	if err != nil {
		return nil, err
	}
	return r.views.Product(ctx, reader, product.SKU())
}

func (r productResolver) Axes(ctx context.Context, product *view.Product) ([]*view.Axis, error) {
	if !product.HasAxes() {
		return []*view.Axis{}, nil
	}
	skus := product.VariantSKUs()
	variants, err := r.views.Listed(ctx, product.Reader(), skus, len(skus))
	if err != nil {
		return nil, err
	}
	return product.Axes(variants), nil
}

type fragmentResolver struct{ views *view.Assembler }

func (r fragmentResolver) In(ctx context.Context, fragment *view.Fragment, _ map[string]any) (*view.Fragment, error) {
	reader, err := fragment.Reader().In(override(ctx, graphql.GetFieldContext(ctx).Field))
	if err != nil {
		return nil, err
	}
	return r.views.Again(ctx, reader, fragment)
}

func (r fragmentResolver) References(ctx context.Context, fragment *view.Fragment) ([]*view.Fragment, error) {
	fragments, err := r.views.References(ctx, fragment)
	if err != nil {
		return failed[view.Fragment](ctx, len(fragment.ReferenceKeys()), err), nil
	}
	return fragments, nil
}

type contextResolver struct{}

func (contextResolver) Channel(_ context.Context, reader *view.Reader) (*view.Channel, error) {
	return reader.ChannelOf(reader.Context.Channel()), nil
}

func (contextResolver) Audience(_ context.Context, reader *view.Reader) (*view.Audience, error) {
	return reader.AudienceOf(reader.Context.Audience()), nil
}

func (contextResolver) Segments(_ context.Context, reader *view.Reader) ([]string, error) {
	return slices.Concat([]string{}, reader.Segments()), nil
}

func (contextResolver) LocaleChain(_ context.Context, reader *view.Reader) ([]locale.Tag, error) {
	return reader.Chain(), nil
}

func (contextResolver) Market(_ context.Context, reader *view.Reader) (*string, error) {
	return orNull(reader.Market()), nil
}

func (contextResolver) Device(_ context.Context, reader *view.Reader) (*content.Device, error) {
	return orNull(reader.Device()), nil
}

func (contextResolver) Moment(_ context.Context, reader *view.Reader) (*content.Moment, error) {
	return orNull(reader.Moment()), nil
}

func (contextResolver) Medium(_ context.Context, reader *view.Reader) (*content.Medium, error) {
	return orNull(reader.Medium()), nil
}

func (contextResolver) Publication(_ context.Context, reader *view.Reader) (*content.PublicationKind, error) {
	return orNull(reader.Publication()), nil
}

func (contextResolver) Format(_ context.Context, reader *view.Reader) (*content.Format, error) {
	return orNull(reader.Format()), nil
}

func orNull[E ~string](word E) *E {
	if word == "" {
		return nil
	}
	return &word
}

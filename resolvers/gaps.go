package resolvers

import (
	"context"
	"encoding/base64"

	"unisono/fault"
	"unisono/graph"
	"unisono/locale"
	"unisono/view"
)

func (r productResolver) Completeness(_ context.Context, product *view.Product, channel *string, tag *locale.Tag) (*view.Completeness, error) {
	if !product.Reader().Asking.SeesCandidates() {
		return nil, nil
	}
	reader, err := elsewhere(product.Reader(), channel, tag)
	if err != nil {
		return nil, err
	}
	return product.For(reader).Measure(), nil
}

// elsewhere gives the reader in another channel and language.
func elsewhere(reader *view.Reader, channel *string, tag *locale.Tag) (*view.Reader, error) {
	given := map[string]any{}
	if channel != nil {
		given["channel"] = *channel
	}
	if tag != nil {
		given["locale"] = string(*tag)
	}
	return reader.In(given)
}

const (
	gapsTogether = 100  // products that are loaded at once
	gapsLooked   = 1000 // products that one page looks at
)

func (q queryResolver) ContentGaps(ctx context.Context, channel *string, tag *locale.Tag, first *int, after *string) (*graph.ContentGapConnection, error) {
	most, err := view.First(first, 20)
	if err != nil {
		return nil, err
	}
	sku, err := base64.RawURLEncoding.DecodeString(value(after))
	if err != nil {
		return nil, fault.New(fault.BadUserInput, "after: %.60q is no cursor; one from pageInfo.endCursor is expected", value(after))
	}
	reader, err := elsewhere(view.FromContext(ctx), channel, tag)
	if err != nil {
		return nil, err
	}
	connection, err := q.gaps(ctx, reader, string(sku), most)
	if err != nil {
		return nil, err
	}
	products := make([]*view.Product, len(connection.Nodes))
	for i, gap := range connection.Nodes {
		products[i] = gap.Product
	}
	ahead(ctx, q.views, productItems(products, asked(ctx, "Product", []string{"nodes", "product"})))
	return connection, nil
}

func (q queryResolver) gaps(ctx context.Context, reader *view.Reader, after string, most int) (*graph.ContentGapConnection, error) {
	snapshotOf(reader).Lose()
	connection := &graph.ContentGapConnection{Nodes: []*view.Gap{}, PageInfo: graph.PageInfo{HasPreviousPage: after != ""}}
	for looked := 0; ; {
		skus := snapshotOf(reader).Members(reader.Previewing().Context, after, gapsTogether)
		if len(skus) == 0 {
			return connection, nil
		}
		if looked >= gapsLooked || len(connection.Nodes) >= most {
			connection.PageInfo.HasNextPage = true
			return connection, nil
		}
		gaps, err := q.views.Gaps(ctx, reader, skus)
		if err != nil {
			return nil, err
		}
		looked += len(skus)
		after = skus[len(skus)-1]
		for _, gap := range gaps {
			if len(connection.Nodes) == most {
				after = connection.Nodes[most-1].Product.SKU()
				break
			}
			connection.Nodes = append(connection.Nodes, gap)
		}
		connection.PageInfo.EndCursor = gapCursor(after)
		if len(connection.Nodes) > 0 {
			connection.PageInfo.StartCursor = gapCursor(connection.Nodes[0].Product.SKU())
		}
	}
}

func gapCursor(sku string) *string {
	cursor := base64.RawURLEncoding.EncodeToString([]byte(sku))
	return &cursor
}

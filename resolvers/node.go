package resolvers

import (
	"context"

	"unisono/fault"
	"unisono/view"
)

func (q queryResolver) Node(ctx context.Context, id string) (view.Node, error) {
	nodes, err := q.nodes(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// maxNodes bounds the ids of one field.
const maxNodes = 100

func (q queryResolver) Nodes(ctx context.Context, ids []string) ([]view.Node, error) {
	if len(ids) > maxNodes {
		return nil, fault.New(fault.BadUserInput, "ids: %d are asked for; at most %d are expected", len(ids), maxNodes)
	}
	nodes, err := q.nodes(ctx, ids)
	if err != nil {
		reportUnloaded(ctx, len(ids), err)
		return make([]view.Node, len(ids)), nil
	}
	return nodes, nil
}

// nodes gives what has each of these ids, in its place; nil where nothing is there for the reader.
func (q queryResolver) nodes(ctx context.Context, ids []string) ([]view.Node, error) {
	return q.nodesFor(ctx, view.FromContext(ctx), ids)
}

// nodesFor is nodes for another reader than the operation's. The path leads from the field that is being resolved to the nodes.
func (q queryResolver) nodesFor(ctx context.Context, reader *view.Reader, ids []string, path ...string) ([]view.Node, error) {
	names, readers := make([]view.NodeName, len(ids)), make([]*view.Reader, len(ids))
	skus, keys := []string{}, []string{}
	for i, id := range ids {
		name, ok := view.ReadID(id)
		if !ok {
			continue
		}
		var err error
		if readers[i], err = reader.ReaderOf(name); err != nil {
			return nil, err
		}
		if readers[i] == nil {
			continue
		}
		names[i] = name
		if name.SKU != "" {
			skus = append(skus, name.SKU)
		}
		if name.Fragment != "" {
			keys = append(keys, name.Fragment)
		}
	}
	if _, err := q.views.Products(ctx, reader, skus); err != nil {
		return nil, err
	}
	if _, err := q.views.Fragments(ctx, reader, keys); err != nil {
		return nil, err
	}
	nodes := make([]view.Node, len(ids))
	items := []item{}
	productFields, fragmentFields := asked(ctx, "Product", path), asked(ctx, "Fragment", path)
	for i, name := range names {
		product, fragment, err := q.views.Named(ctx, readers[i], name)
		switch {
		case err != nil:
			return nil, err
		case product != nil:
			nodes[i] = product
			items = append(items, productItems([]*view.Product{product}, productFields)...)
		case fragment != nil:
			nodes[i] = fragment
			items = append(items, fragmentItems([]*view.Fragment{fragment}, fragmentFields)...)
		}
	}
	ahead(ctx, q.views, items)
	return nodes, nil
}

package resolvers

import (
	"context"
	"fmt"

	"unisono/content"
	"unisono/edit"
	"unisono/fault"
	"unisono/graph"
	"unisono/view"
)

func (m mutationResolver) Transition(ctx context.Context, ids []string, to content.WorkflowState) (*graph.TransitionPayload, error) {
	if len(ids) > edit.MaxItems {
		return nil, tooMany("ids", len(ids))
	}
	payload := &graph.TransitionPayload{UserErrors: []*graph.UserError{}, Nodes: make([]view.Node, len(ids))}
	places := map[content.Kind][]int{} // of the ids, by what they name
	keys := map[content.Kind][]string{}
	for i, id := range ids {
		name, ok := view.ReadID(id)
		switch {
		case !ok:
			payload.UserErrors = append(payload.UserErrors, &graph.UserError{
				Path: fault.Place{"ids"}.Index(i), Code: graph.UserErrorCodeNotFound, Message: fmt.Sprintf("nothing has the id %.100q", id),
			})
		case name.Fragment != "":
			places[content.KindFragment] = append(places[content.KindFragment], i)
			keys[content.KindFragment] = append(keys[content.KindFragment], name.Fragment)
		default:
			places[content.KindProduct] = append(places[content.KindProduct], i)
			keys[content.KindProduct] = append(keys[content.KindProduct], name.SKU)
		}
	}
	moved := make([]string, len(ids))
	for _, kind := range []content.Kind{content.KindProduct, content.KindFragment} {
		outcomes, err := m.config.Writer.Transition(ctx, kind, keys[kind], to)
		if err != nil {
			return nil, err
		}
		for j, outcome := range outcomes {
			at := places[kind][j]
			if outcome.Document != nil {
				moved[at] = ids[at]
			}
			for _, problem := range outcome.Problems.Under(fault.Place{"ids"}.Index(at)) {
				payload.UserErrors = append(payload.UserErrors, userError(problem))
			}
		}
	}
	nodes, err := queryResolver(m).nodesFor(ctx, m.after(ctx), moved, "nodes")
	if err != nil {
		reportBelow(ctx, len(ids), err, "nodes")
		return payload, nil
	}
	payload.Nodes = nodes
	return payload, nil
}

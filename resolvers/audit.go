package resolvers

import (
	"context"

	"unisono/audit"
	"unisono/graph"
	"unisono/view"
)

func (q queryResolver) Audit(ctx context.Context, first *int, after *string) (*graph.AuditConnection, error) {
	most, err := view.First(first, 20)
	if err != nil {
		return nil, err
	}
	snapshotOf(view.FromContext(ctx)).Lose()
	page, err := q.config.Audit.Page(ctx, most, value(after))
	if err != nil {
		return nil, err
	}
	connection := &graph.AuditConnection{Nodes: make([]*audit.Entry, len(page.Entries)), PageInfo: graph.PageInfo{HasNextPage: page.Next, HasPreviousPage: value(after) != ""}}
	for i := range page.Entries {
		connection.Nodes[i] = &page.Entries[i]
	}
	if n := len(page.Entries); n > 0 {
		connection.PageInfo.StartCursor, connection.PageInfo.EndCursor = &page.Entries[0].ID, &page.Entries[n-1].ID
	}
	return connection, nil
}

type auditResolver struct{}

func (auditResolver) ClientID(_ context.Context, entry *audit.Entry) (*string, error) {
	return orNull(entry.ClientID), nil
}

func (auditResolver) Request(_ context.Context, entry *audit.Entry) (*string, error) {
	return orNull(entry.Request), nil
}

func (auditResolver) Revision(_ context.Context, entry *audit.Entry) (*int, error) {
	if entry.Revision == 0 {
		return nil, nil
	}
	return &entry.Revision, nil
}

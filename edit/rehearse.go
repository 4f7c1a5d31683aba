package edit

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json"

	"unisono/content"
)

// rehearsed are documents that are read but not written.
type rehearsed struct{ Documents }

// Update gives the document as it would be, and whether it would be written.
func (r rehearsed) Update(ctx context.Context, kind content.Kind, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	found, err := r.Read(ctx, kind, []string{key})
	if err != nil {
		return nil, false, err
	}
	next, err := change(found[key])
	if err != nil {
		return nil, false, err
	}
	if found[key] == nil {
		return next, true, nil
	}
	before, err := json.Marshal(found[key], json.Deterministic(true))
	if err != nil {
		return nil, false, err
	}
	after, err := json.Marshal(next, json.Deterministic(true))
	return next, !bytes.Equal(before, after), err
}

// Delete deletes nothing and says whether there is something to delete.
func (r rehearsed) Delete(ctx context.Context, kind content.Kind, key string) (bool, error) {
	found, err := r.Read(ctx, kind, []string{key})
	return found[key] != nil, err
}

package edit

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json"

	"unisono/content"
)

// rehearsed are documents that are read but not written.
type rehearsed struct {
	Documents
	writer *Writer
}

// Update gives the document as it would be, and whether it would be written.
func (r rehearsed) Update(ctx context.Context, kind content.Kind, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	current, err := r.current(ctx, kind, key)
	if err != nil {
		return nil, false, err
	}
	next, err := change(current)
	if err != nil {
		return nil, false, err
	}
	if current == nil {
		return next, true, nil
	}
	before, err := json.Marshal(current, json.Deterministic(true))
	if err != nil {
		return nil, false, err
	}
	after, err := json.Marshal(next, json.Deterministic(true))
	return next, !bytes.Equal(before, after), err
}

// current gives a document as the changes before would have left it, where it is a definition, or else as it is.
func (r rehearsed) current(ctx context.Context, kind content.Kind, key string) (content.Document, error) {
	if isDefinition(kind) {
		return r.writer.rehearsal.Get(kind, key), nil
	}
	found, err := r.Read(ctx, kind, []string{key})
	return found[key], err
}

// Delete deletes nothing and says whether there is something to delete.
func (r rehearsed) Delete(ctx context.Context, kind content.Kind, key string) (bool, error) {
	found, err := r.Read(ctx, kind, []string{key})
	return found[key] != nil, err
}

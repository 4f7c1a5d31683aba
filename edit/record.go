package edit

import (
	"context"

	"unisono/access"
	"unisono/audit"
	"unisono/content"
)

// recordWrites keeps a record of what was written. What could not be kept the record says in its log: the writes have happened, and whoever
// asked for them is to learn that.
func (w *Writer) recordWrites(ctx context.Context, kind content.Kind, outcomes []Outcome) {
	entries := []audit.Entry{}
	for _, outcome := range outcomes {
		if !outcome.Written {
			continue
		}
		action := audit.Changed
		if outcome.Created {
			action = audit.Created
		}
		entry := entryOf(ctx, action, kind, outcome.Key)
		entry.Revision = outcome.Document.Metadata().Revision
		entries = append(entries, entry)
	}
	w.record(ctx, entries)
}

func (w *Writer) recordDeletions(ctx context.Context, kind content.Kind, keys []string) {
	entries := make([]audit.Entry, len(keys))
	for i, key := range keys {
		entries[i] = entryOf(ctx, audit.Deleted, kind, key)
	}
	w.record(ctx, entries)
}

func (w *Writer) record(ctx context.Context, entries []audit.Entry) {
	if w.audit != nil && w.rehearsal == nil && len(entries) > 0 {
		_ = w.audit.Record(ctx, entries...) // it logs what it could not keep
	}
}

func entryOf(ctx context.Context, action audit.Action, kind content.Kind, key string) audit.Entry {
	client := access.FromContext(ctx)
	return audit.Entry{Client: client.Name, ClientID: client.ID, Request: audit.RequestOf(ctx), Action: action, Kind: string(kind), Key: key}
}

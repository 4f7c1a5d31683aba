package main

import (
	"context"
	"iter"
	"log/slog"

	"unisono/cache"
	"unisono/content"
	"unisono/store"
)

// noted is the documents of a gateway, whose own writes are noted in its cache before whoever wrote learns of it: the feed of changes brings them later.
type noted struct {
	*store.Contents
	cache *cache.Cache
}

// Update is [store.Contents.Update]. What failed may have been written all the same.
func (n noted) Update(ctx context.Context, kind content.Kind, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	document, written, err := n.Contents.Update(ctx, kind, key, change)
	if written || err != nil {
		n.cache.Note(kind, key)
	}
	return document, written, err
}

// Delete is [store.Contents.Delete]. What failed may have been deleted all the same.
func (n noted) Delete(ctx context.Context, kind content.Kind, key string) (bool, error) {
	deleted, err := n.Contents.Delete(ctx, kind, key)
	if deleted || err != nil {
		n.cache.Note(kind, key)
	}
	return deleted, err
}

// warming is what the catalogue reads from. What it reads whole, at the start and when changes were lost, is kept, as far as there is room: nobody has to read it once more.
type warming struct {
	*store.Contents
	cache  *cache.Cache
	logger *slog.Logger
}

// All is [store.Contents.All].
func (w warming) All(ctx context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	if kind != content.KindProduct && kind != content.KindFragment {
		return w.Contents.All(ctx, kind) // the catalogue itself holds the definitions
	}
	return func(yield func(content.Document, error) bool) {
		warm, keeps := w.cache.Warm(), true
		for document, err := range w.Contents.All(ctx, kind) {
			if err == nil && keeps {
				keeps = warm.Keep(kind, document.NaturalKey(), document)
			}
			if !yield(document, err) {
				return
			}
		}
		if kept, full := warm.Kept(); kept > 0 {
			w.logger.Info("documents are kept in memory", "kind", kind, "documents", kept, "full", full)
		}
	}
}

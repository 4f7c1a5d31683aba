package cache

import (
	"context"
	"sync"

	"unisono/content"
)

// Fetch reads many documents in one round trip. A key with no document is absent from the map; an error means that the whole batch failed.
type Fetch[V any] func(ctx context.Context, keys []string) (map[string]V, error)

// Documents are those of one kind, read through a Cache. What it gives out is shared: nobody may change it.
type Documents[V any] struct {
	cache *Cache
	kind  content.Kind
	fetch Fetch[V]

	mu      sync.Mutex
	flights map[string]*flight[V] // that are under way, by each of their keys
}

// In gives the documents of a kind, which are read by fetch where they are not kept.
func In[V any](cache *Cache, kind content.Kind, fetch Fetch[V]) *Documents[V] {
	return &Documents[V]{cache: cache, kind: kind, fetch: fetch, flights: map[string]*flight[V]{}}
}

// Load gives the documents of some keys as they are after every change that was noted before the call. Those that are not there are absent. Many who ask for the same
// at once cost one load; it is not ended when one of them goes away, and each waits no longer than its own context. An error is that of the load, or the
// cause of the context.
func (d *Documents[V]) Load(ctx context.Context, keys []string) (map[string]V, error) {
	found := make(map[string]V, len(keys))
	var missing []string
	for _, key := range keys {
		switch kept := d.cache.get(d.kind, key); {
		case kept == nil:
			missing = append(missing, key)
		case kept.value != nil:
			found[key] = kept.value.(V)
		}
	}
	d.cache.stats.documents.hits.Add(uint64(len(keys) - len(missing)))
	if len(missing) == 0 {
		return found, nil
	}
	d.cache.stats.documents.misses.Add(uint64(len(missing)))
	if err := d.await(ctx, d.board(ctx, missing), found); err != nil {
		return nil, err
	}
	return found, nil
}

// keep keeps what a flight brought, but for what has changed since it was begun.
func (d *Documents[V]) keep(f *flight[V], keys []string) {
	c := d.cache
	if c.kept == nil {
		return
	}
	for _, key := range keys {
		if !c.changes.holds(placeOf(d.kind, key), f.number) {
			continue
		}
		made := &entry{kind: d.kind, key: key, number: f.number}
		if value, is := f.found[key]; is {
			made.value = value
		}
		c.set(made, Size(made))
	}
	c.kept.Wait() // else whoever asks next would not find it yet, and read it again
}

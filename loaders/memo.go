package loaders

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// memo remembers values by key. A library for this gathers keys for a stretch of time; here the resolvers read
// ahead level by level, so that whole batches come and none has to wait for others.
type memo[V any] struct {
	fetch Fetch[V]

	mu    sync.Mutex
	calls map[string]*call[V] // by each of the keys that the call was made for
}

// call is one round trip, under way or over.
type call[V any] struct {
	done  chan struct{}
	found map[string]V
	err   error
}

// load gives the values of keys, with at most one round trip of its own; what others are loading already it waits for. A batch that
// failed is not tried again in the same request.
func (m *memo[V]) load(ctx context.Context, keys []string) (map[string]V, error) {
	calls := m.board(ctx, keys)
	values := make(map[string]V, len(keys))
	for i, key := range keys {
		call := calls[i]
		select {
		case <-call.done:
		default:
			select {
			case <-call.done:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		if call.err != nil {
			return nil, call.err
		}
		if value, found := call.found[key]; found {
			values[key] = value
		}
	}
	return values, nil
}

// board gives the calls by which keys are loaded, each in the place of its key. One that loads all that nobody has asked for yet it makes itself.
func (m *memo[V]) board(ctx context.Context, keys []string) []*call[V] {
	calls := make([]*call[V], len(keys))
	var own *call[V]
	var missing []string
	m.mu.Lock()
	for i, key := range keys {
		if calls[i] = m.calls[key]; calls[i] != nil {
			continue
		}
		if own == nil {
			own = &call[V]{done: make(chan struct{})}
		}
		if m.calls == nil {
			m.calls = make(map[string]*call[V], len(keys))
		}
		m.calls[key], calls[i] = own, own
		missing = append(missing, key)
	}
	m.mu.Unlock()
	if own != nil {
		own.run(ctx, m.fetch, missing)
	}
	return calls
}

// run makes the round trip. Should it panic, those who wait are not left hanging.
func (c *call[V]) run(ctx context.Context, fetch Fetch[V], keys []string) {
	defer close(c.done)
	c.err = errUnfinished
	c.found, c.err = fetch(ctx, keys)
}

var errUnfinished = errors.New("the load did not come to its end")

func (m *memo[V]) keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Keys(m.calls))
}

func (m *memo[V]) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = nil
}

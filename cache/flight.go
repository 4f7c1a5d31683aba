package cache

import (
	"context"
	"fmt"

	"unisono/fault"
)

// flight is one load of some keys for all who ask for them meanwhile. It goes on when the first who asked goes away, and ends when the last has.
type flight[V any] struct {
	number uint64 // of the last change before it was begun
	cancel context.CancelFunc
	done   chan struct{}

	found map[string]V // these two are there when it is done
	err   error

	waiting int // who waits for it; guarded by the mutex of the documents
}

// board finds for each key the flight that brings it: one that is under way and was begun since the key's last change, or a new one for all that have none.
func (d *Documents[V]) board(ctx context.Context, keys []string) map[*flight[V]][]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	flights := map[*flight[V]][]string{}
	var own *flight[V]
	for _, key := range keys {
		f := d.flights[key]
		if f == nil || f.waiting == 0 || !d.cache.changes.holds(placeOf(d.kind, key), f.number) {
			if own == nil {
				own = &flight[V]{number: d.cache.changes.number(), done: make(chan struct{})}
			}
			f = own
			d.flights[key] = f
		}
		if flights[f] == nil {
			f.waiting++
		}
		flights[f] = append(flights[f], key)
	}
	if own != nil {
		d.start(ctx, own, flights[own])
	}
	return flights
}

// start begins a flight. The caller holds the mutex.
func (d *Documents[V]) start(ctx context.Context, f *flight[V], keys []string) {
	within, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), d.cache.config.Timeout, errSlow)
	f.cancel = cancel
	if !d.cache.begin() {
		f.err = errClosed
		cancel()
		d.land(f, keys)
		return
	}
	go func() {
		defer d.cache.running.Done()
		defer cancel()
		f.found, f.err = d.fly(within, keys)
		if f.err == nil {
			d.keep(f, keys)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.land(f, keys)
	}()
}

var (
	errClosed = fault.New(fault.Unavailable, "the gateway is closing")
	errSlow   = fault.New(fault.Timeout, "the database took too long to answer")
)

// fly reads the keys. A panic is an error: it must not take the process with it, nor leave those hanging who wait.
func (d *Documents[V]) fly(ctx context.Context, keys []string) (found map[string]V, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("panic: %v", panicked), "an internal fault")
		}
	}()
	d.cache.stats.loads.Add(1)
	return d.fetch(ctx, keys)
}

// land lets those go on who wait. The caller holds the mutex.
func (d *Documents[V]) land(f *flight[V], keys []string) {
	for _, key := range keys {
		if d.flights[key] == f {
			delete(d.flights, key)
		}
	}
	close(f.done)
}

// await waits for flights, within the time of the one who asks, and adds what they bring.
func (d *Documents[V]) await(ctx context.Context, flights map[*flight[V]][]string, found map[string]V) (err error) {
	defer d.leave(flights)
	for f, keys := range flights {
		select {
		case <-f.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if f.err != nil {
			return f.err
		}
		for _, key := range keys {
			if value, is := f.found[key]; is {
				found[key] = value
			}
		}
	}
	return nil
}

// leave ends flights for which nobody waits any more.
func (d *Documents[V]) leave(flights map[*flight[V]][]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for f := range flights {
		if f.waiting--; f.waiting == 0 {
			f.cancel()
		}
	}
}

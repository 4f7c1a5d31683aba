package cache

import (
	"sync/atomic"

	"unisono/content"
)

// Basis is documents that something was made of, and when.
type Basis struct {
	number uint64
	places []place
	stood  atomic.Uint64 // the last change after which it was known to stand: until the next there is nothing to look at
}

// Begin begins a Basis: call it before anything is read that something is made of.
func (c *Cache) Begin() *Basis { return &Basis{number: c.changes.number()} }

// Add adds documents that were read, or were looked for and not there.
func (b *Basis) Add(kind content.Kind, keys ...string) {
	for _, key := range keys {
		b.places = append(b.places, placeOf(kind, key))
	}
}

// Stands says that none of the documents has changed since the Basis was begun.
func (c *Cache) Stands(b *Basis) bool {
	last := c.changes.number() // taken before: a change meanwhile has a higher one
	if last == b.number || last == b.stood.Load() {
		return true
	}
	for _, at := range b.places {
		if !c.changes.holds(at, b.number) {
			return false
		}
	}
	if c.changes.floor.Load() > b.number {
		return false
	}
	b.stood.Store(last)
	return true
}

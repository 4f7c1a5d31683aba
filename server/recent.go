package server

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// recent keeps what was used of late. What is kept anybody may send, as long as a body may be, so it is bounded by its length and not by its number
// alone. It is safe for concurrent use.
type recent[K comparable, V any] struct {
	length func(K, V) int // in bytes
	most   int

	mu    sync.Mutex
	kept  *simplelru.LRU[K, V]
	bytes int // of all that is kept
}

// newRecent makes one that keeps so many at the most, which together have so many bytes at the most.
func newRecent[K comparable, V any](number, bytes int, length func(K, V) int) *recent[K, V] {
	r := &recent[K, V]{length: length, most: bytes}
	r.kept, _ = simplelru.NewLRU(number, func(key K, value V) { r.bytes -= length(key, value) }) // it fails for sizes below one alone
	return r
}

// longest is what one may have: a longer one would drive out too many others.
func (r *recent[K, V]) longest() int { return r.most / 16 }

func (r *recent[K, V]) get(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept.Get(key)
}

// add keeps a value, and lets go of what was not used longest. What is kept under the key already stays.
func (r *recent[K, V]) add(key K, value V) {
	length := r.length(key, value)
	if length > r.longest() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, is := r.kept.Get(key); is {
		return
	}
	r.bytes += length
	r.kept.Add(key, value)
	for r.bytes > r.most {
		r.kept.RemoveOldest()
	}
}

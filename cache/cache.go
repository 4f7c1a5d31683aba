// Package cache keeps documents in memory for as long as they are known to be what the database holds ([Documents]), and what was made of them for as long as it is right ([Made]).
//
// It is told of every change, after it was made ([Cache.Note]), and gives out what was read before a change no more. It knows nothing of readers: documents are
// the same for all, and who may see them is decided on what it gives; of what was made for a reader it is told what was read of them. It refuses to write, and to be the only place where anything is.
package cache

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/ristretto/v2"

	"unisono/content"
)

// Config says how much a Cache may keep.
type Config struct {
	Size    int64         // bytes of memory for all that is kept; 0: nothing is
	Timeout time.Duration // how long one load may take, whoever waits for it; 0: 10 s
}

// Cache is memory that all [Documents] of a gateway share. It is safe for concurrent use.
type Cache struct {
	config  Config
	changes changes
	kept    *ristretto.Cache[uint64, *entry] // nil: nothing is kept
	stats   counters

	asking sync.RWMutex // held for writing while what is kept is closed, for its queues do not bear to be asked meanwhile

	mu      sync.Mutex          // guards what follows
	views   map[string]*lookups // of what is made, by kind
	closed  bool
	running sync.WaitGroup // loads that are under way; added to under the mutex
}

// entry is what was read under a key. It is never changed.
type entry struct {
	kind   content.Kind
	key    string
	number uint64 // of the last change before it was read
	value  any    // nil: it was not there
}

type counters struct {
	documents                   lookups
	loads, noted, lost, dropped atomic.Uint64
}

type lookups struct{ hits, misses atomic.Uint64 }

func (l *lookups) figures() Lookups { return Lookups{l.hits.Load(), l.misses.Load()} }

// Lookups is how often something was found, and not.
type Lookups struct{ Hits, Misses uint64 }

// Stats is what a Cache has done so far, and how much it holds.
type Stats struct {
	Documents   Lookups
	Views       map[string]Lookups // of what is made for readers, by its kind
	Loads       uint64             // reads of the database; one may be of many documents
	Noted       uint64             // changes of a document
	Lost        uint64             // times when anything could have changed
	Dropped     uint64             // what was made or read faster than it could be kept
	Bytes, Size int64              // of memory: held, and allowed
}

// Smallest is how many bytes a Cache may be given at the least: with fewer it is not worth its own tables.
const Smallest = 1 << 20

const (
	usualSize   = 1 << 10 // bytes of a document, by which it is reckoned how many fit
	countersPer = 10      // of ristretto, for each item that fits
	getBuffer   = 64      // of ristretto

	warmTogether = 1000 // documents that are set before it is waited for
)

// New makes a Cache. Close it in the end.
func New(config Config) (*Cache, error) {
	if config.Timeout == 0 {
		config.Timeout = 10 * time.Second
	}
	c := &Cache{config: config}
	switch {
	case config.Size == 0:
		return c, nil
	case config.Size < Smallest:
		return nil, fmt.Errorf("a cache of %d bytes is too small; %d or more are expected, or 0 for none", config.Size, Smallest)
	}
	var err error
	c.kept, err = ristretto.NewCache(&ristretto.Config[uint64, *entry]{
		NumCounters: config.Size / usualSize * countersPer, MaxCost: config.Size, BufferItems: getBuffer, IgnoreInternalCost: true, // which [Size] reckons
		KeyToHash: func(place uint64) (uint64, uint64) { return place, 0 }, // an entry says itself whose it is
	})
	if err != nil {
		return nil, errors.Join(errors.New("make a cache"), err)
	}
	return c, nil
}

// Note says that a document was written or deleted, or may have been. Call it after that was done: what is asked for from now on holds it.
func (c *Cache) Note(kind content.Kind, keys ...string) {
	for _, key := range keys {
		c.changes.note(placeOf(kind, key))
	}
	c.stats.noted.Add(uint64(len(keys)))
}

// NoteAll says that anything may have changed: what was read up to now is read again when it is asked for.
func (c *Cache) NoteAll() {
	c.changes.lose()
	c.stats.lost.Add(1)
}

// Warming keeps documents that somebody reads anyway, such as the whole of a kind, so that nobody has to read them again.
type Warming struct {
	cache  *Cache
	number uint64
	kept   int
	full   bool
}

// Warm begins to keep what is read from now on. Call it before the read begins.
func (c *Cache) Warm() *Warming { return &Warming{cache: c, number: c.changes.number()} }

// Keep keeps a document that was read, unless there is no room but at the cost of others, or it has changed since the read began. It is false where nothing is kept at all.
func (w *Warming) Keep(kind content.Kind, key string, document any) bool {
	c := w.cache
	if c.kept == nil || !c.begin() {
		return false
	}
	defer c.running.Done()
	if w.kept%warmTogether == 0 {
		c.kept.Wait() // what is set in one go is lost above some thousands
	}
	at := placeOf(kind, key)
	if _, is := c.look(at); !is && c.kept.MaxCost()-c.kept.RemainingCost() > c.config.Size/10*9 {
		w.full = true
		return true // what takes the place of what is no longer right takes no more room
	}
	if c.changes.holds(at, w.number) && c.get(kind, key) == nil {
		made := &entry{kind: kind, key: key, number: w.number, value: document}
		c.set(made, Size(made))
		w.kept++
	}
	return true
}

// Kept is how many documents were kept, and whether there was no room for more.
func (w *Warming) Kept() (documents int, full bool) { return w.kept, w.full }

// Stats gives the figures up to now.
func (c *Cache) Stats() Stats {
	s := Stats{
		Documents: c.stats.documents.figures(), Views: map[string]Lookups{}, Loads: c.stats.loads.Load(), Noted: c.stats.noted.Load(),
		Lost: c.stats.lost.Load(), Dropped: c.stats.dropped.Load(), Size: c.config.Size,
	}
	c.mu.Lock()
	for kind, of := range c.views {
		s.Views[kind] = of.figures()
	}
	c.mu.Unlock()
	if c.kept != nil {
		s.Bytes = c.kept.MaxCost() - c.kept.RemainingCost()
	}
	return s
}

// countOf gives what counts the look-ups of a kind of thing that is made.
func (c *Cache) countOf(kind string) *lookups {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.views == nil {
		c.views = map[string]*lookups{}
	}
	if c.views[kind] == nil {
		c.views[kind] = &lookups{}
	}
	return c.views[kind]
}

// Close waits for the loads that are under way, whose askers may go away meanwhile, and lets go of all memory. Loads that come later fail.
func (c *Cache) Close() {
	c.mu.Lock()
	wasClosed := c.closed
	c.closed = true
	c.mu.Unlock()
	c.running.Wait()
	if c.kept != nil && !wasClosed {
		c.asking.Lock()
		defer c.asking.Unlock()
		c.kept.Close() // no load is left that could set anything
	}
}

// begin counts a load, unless the cache is closed.
func (c *Cache) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.running.Add(1)
	return true
}

// get gives what is kept under a key and still so.
func (c *Cache) get(kind content.Kind, key string) *entry {
	if c.kept == nil {
		return nil
	}
	at := placeOf(kind, key)
	found, is := c.look(at)
	if !is || found.key != key || found.kind != kind || !c.changes.holds(at, found.number) {
		return nil
	}
	return found
}

func (c *Cache) look(at place) (*entry, bool) {
	c.asking.RLock()
	defer c.asking.RUnlock()
	return c.kept.Get(uint64(at))
}

func (c *Cache) set(e *entry, cost int64) {
	if !c.kept.Set(uint64(placeOf(e.kind, e.key)), e, cost) {
		c.stats.dropped.Add(1)
	}
}

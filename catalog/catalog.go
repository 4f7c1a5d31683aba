// Package catalog is the index that each gateway keeps in memory: which products and fragments a list gives a reader, in
// which order, and what the definitions say.
//
// It is built from one read of everything, and follows what changes. It answers with ids alone: whether a reader may see a document is
// decided again on the document that was loaded. Readers take a [Snapshot], which never changes; the next state is made beside it.
package catalog

import (
	"context"
	"iter"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"unisono/cache"
	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
)

// Source is what an index reads from.
type Source interface {
	// All gives every document of a kind.
	All(ctx context.Context, kind content.Kind) iter.Seq2[content.Document, error]
	// Read gives the documents with these keys; those that are not there are absent.
	Read(ctx context.Context, kind content.Kind, keys []string) (map[string]content.Document, error)
}

// Ref names a document that changed.
type Ref struct {
	Kind content.Kind
	Key  string
}

// Config says how an index works.
type Config struct {
	Source   Source
	Contexts targeting.Config
	Logger   *slog.Logger
	Cache    *cache.Cache  // keeps what was reckoned of lists; nil: nothing is kept
	Retry    time.Duration // how long to wait before a read that failed is tried again; 0 is one second
}

// Index keeps the current snapshot. One goroutine makes all new ones, so that what was read later is never undone by what was read earlier.
type Index struct {
	config  Config
	kept    *views // nil: nothing is kept
	current atomic.Pointer[Snapshot]
	pool    *pool // of the goroutine that makes snapshots

	mu      sync.Mutex // guards what follows; never held while reading
	pending map[Ref]bool
	all     bool           // everything must be read again
	waiting []chan<- error // told when what is pending now has been read
	unread  time.Time      // after which what is pending was done; zero: nothing is
	reading time.Time      // so too of what is being read
	failing error          // why the last read failed; nil: it did not
	took    time.Duration  // reading everything, the last time
	wake    chan struct{}  // has room for one
	stop    context.CancelFunc
	stopped chan struct{}
}

// Open reads everything once and begins to take changes. The caller opens its change feed before, and calls Close in the end.
func Open(ctx context.Context, config Config) (*Index, error) {
	if config.Retry == 0 {
		config.Retry = time.Second
	}
	x := &Index{
		config: config, pool: newPool(), pending: map[Ref]bool{}, wake: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	if config.Cache != nil {
		x.kept = cache.MadeIn[*targeting.Context, *targeting.Record, any](config.Cache, "lists")
	}
	began := time.Now()
	snapshot, err := x.build(ctx)
	if err != nil {
		return nil, err
	}
	x.took = time.Since(began)
	x.current.Store(snapshot)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	x.stop = stop
	go x.run(running)
	return x, nil
}

// Close ends the index and waits for its goroutine. Snapshots that were taken stay good.
func (x *Index) Close() {
	x.stop()
	<-x.stopped
}

// Snapshot gives the catalogue as it is now.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// Refresh reads documents that changed and returns when the snapshots show them. On an error they are tried again until they can be read,
// but the caller need not wait.
func (x *Index) Refresh(ctx context.Context, refs ...Ref) error {
	if len(refs) == 0 {
		return nil
	}
	done := make(chan error, 1)
	x.mu.Lock()
	x.add(time.Now(), refs)
	x.waiting = append(x.waiting, done)
	x.mu.Unlock()
	return x.await(ctx, done)
}

// Settle returns when the snapshots show all that the index has been told of. Where that could not be read and is to be tried again, the error says so at once.
func (x *Index) Settle(ctx context.Context) error {
	x.mu.Lock()
	if isSettled := x.unread.IsZero() && x.reading.IsZero(); isSettled || x.failing != nil {
		defer x.mu.Unlock()
		return x.failing
	}
	done := make(chan error, 1)
	x.waiting = append(x.waiting, done)
	x.mu.Unlock()
	return x.await(ctx, done)
}

// Note says that documents changed, no earlier than after a moment, without waiting until the snapshots show it. So many that they come at once are read together.
func (x *Index) Note(after time.Time, refs ...Ref) {
	x.mu.Lock()
	x.add(after, refs)
	x.mu.Unlock()
	x.rouse()
}

// Behind is a moment after which a change was made that the index has been told of and the snapshots do not show: while it is read, and while it cannot be. It is zero where they
// show all. They serve on all the same.
func (x *Index) Behind() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.reading.IsZero() || !x.unread.IsZero() && x.unread.Before(x.reading) {
		return x.unread
	}
	return x.reading
}

// mark notes that something is pending that was done after a moment. The caller holds mu.
func (x *Index) mark(after time.Time) {
	if x.unread.IsZero() || after.Before(x.unread) {
		x.unread = after
	}
}

// add makes changes pending. Where too many are, they are forgotten and everything is read. The caller holds mu.
func (x *Index) add(after time.Time, refs []Ref) {
	if len(refs) > 0 {
		x.mark(after)
	}
	for _, ref := range refs {
		if x.all {
			return
		}
		x.pending[ref] = true
		if len(x.pending) > maxPending {
			x.pending, x.all = map[Ref]bool{}, true
		}
	}
}

// NoteAll says that anything may have changed after a moment: everything is read again, beside the snapshot that serves on. It does not wait.
func (x *Index) NoteAll(after time.Time) {
	x.mu.Lock()
	x.all = true
	x.mark(after)
	x.mu.Unlock()
	x.rouse()
}

func (x *Index) rouse() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// Rebuild reads everything again, beside the snapshot that serves on, and returns when the new one is there.
func (x *Index) Rebuild(ctx context.Context) error {
	done := make(chan error, 1)
	x.mu.Lock()
	x.all = true
	x.mark(time.Now())
	x.waiting = append(x.waiting, done)
	x.mu.Unlock()
	return x.await(ctx, done)
}

func (x *Index) await(ctx context.Context, done <-chan error) error {
	x.rouse()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-x.stopped:
		return fault.New(fault.Unavailable, "the catalogue is closing")
	}
}

func (x *Index) run(ctx context.Context) {
	defer close(x.stopped)
	var later <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
			if wait := x.stagger(); wait > 0 {
				if later == nil {
					later = time.After(wait)
				}
				continue
			}
		case <-later:
		}
		later = nil
		if !x.work(ctx) {
			later = time.After(x.config.Retry)
		}
	}
}

// mostStagger bounds how long reading everything is put off.
const mostStagger = 30 * time.Second

// stagger is how long to put off reading everything for which nobody waits: up to half the time that it took the last time. Gateways that lose the same history at the same
// moment would else all read the whole database at once.
func (x *Index) stagger() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	if most := min(x.took/2, mostStagger); x.all && len(x.waiting) == 0 && most > 0 {
		return rand.N(most)
	}
	return 0
}

// maxPending is how many changed documents are read by key; when more wait, reading everything is quicker. readTogether is how many of
// them one read asks for.
const (
	maxPending   = 50_000
	readTogether = 1000
)

// work takes all that is pending, reads it and puts the new snapshot in place. It is not ok where reading failed; what it took is then
// pending again.
func (x *Index) work(ctx context.Context) (ok bool) {
	x.mu.Lock()
	pending, all, waiting := x.pending, x.all, x.waiting
	x.pending, x.all, x.waiting = map[Ref]bool{}, false, nil
	x.unread, x.reading = time.Time{}, x.unread
	x.mu.Unlock()
	var err error
	var next *Snapshot
	began := time.Now()
	switch {
	case all:
		next, err = x.build(ctx)
	case len(pending) > 0:
		next, err = x.refreshed(ctx, pending)
	}
	if err == nil && next != nil {
		x.current.Store(next)
	}
	x.mu.Lock()
	if err != nil && ctx.Err() == nil {
		x.config.Logger.Warn("the catalogue could not read what changed and will try again", "error", err, "documents", len(pending), "everything", all)
		x.all = x.all || all
		x.add(x.reading, slices.Collect(maps.Keys(pending)))
		x.mark(x.reading)
	}
	x.reading, x.failing = time.Time{}, err
	if all && err == nil {
		x.took = time.Since(began)
	}
	x.mu.Unlock()
	for _, done := range waiting {
		done <- err
	}
	return err == nil
}

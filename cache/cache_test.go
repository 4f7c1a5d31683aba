package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/cache"
	"unisono/content"
	"unisono/fault"
)

// database is what a cache reads from: versions of documents, and what was asked of it.
type database struct {
	mu       sync.Mutex
	versions map[string]int
	reads    [][]string
	err      error
	hold     chan struct{} // each read waits for it after it has read, if it is there
	ended    atomic.Int32  // reads whose context was over
}

func (d *database) read(ctx context.Context, keys []string) (map[string]*int, error) {
	d.mu.Lock()
	d.reads = append(d.reads, slices.Sorted(slices.Values(keys)))
	found, err, hold := map[string]*int{}, d.err, d.hold
	for _, key := range keys {
		if version, is := d.versions[key]; is {
			found[key] = &version
		}
	}
	d.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			d.ended.Add(1)
			return nil, context.Cause(ctx)
		}
	}
	return found, err
}

func (d *database) set(key string, version int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.versions == nil {
		d.versions = map[string]int{}
	}
	d.versions[key] = version
}

func (d *database) holds(hold chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hold = hold
}

func opened(t *testing.T, d *database, config cache.Config) (*cache.Cache, *cache.Documents[*int]) {
	t.Helper()
	if config.Size == 0 {
		config.Size = 4 << 20
	}
	c, err := cache.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, cache.In(c, content.KindProduct, d.read)
}

func load(t *testing.T, from *cache.Documents[*int], keys ...string) map[string]int {
	t.Helper()
	found, err := from.Load(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]int{}
	for key, version := range found {
		versions[key] = *version
	}
	return versions
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestWhatIsKeptIsNotReadAgain(t *testing.T) {
	d := &database{}
	d.set("a", 1)
	d.set("b", 1)
	c, documents := opened(t, d, cache.Config{})
	same(t, "all", load(t, documents, "a", "nobody", "b"), map[string]int{"a": 1, "b": 1})
	same(t, "again", load(t, documents, "b", "a", "nobody"), map[string]int{"a": 1, "b": 1})
	same(t, "nothing", load(t, documents), map[string]int{})
	same(t, "reads", d.reads, [][]string{{"a", "b", "nobody"}})

	other := cache.In(c, content.KindFragment, d.read)
	same(t, "the same key of another kind", load(t, other, "a"), map[string]int{"a": 1})
	same(t, "reads", len(d.reads), 2)
	stats := c.Stats()
	same(t, "figures", []uint64{stats.Documents.Hits, stats.Documents.Misses, stats.Loads, stats.Noted, stats.Lost, stats.Dropped}, []uint64{3, 4, 2, 0, 0, 0})
	if stats.Bytes <= 0 || stats.Bytes > stats.Size {
		t.Errorf("it holds %d of %d bytes", stats.Bytes, stats.Size)
	}
}

func TestWhatChangedIsReadAgain(t *testing.T) {
	d := &database{}
	for _, key := range []string{"a", "b"} {
		d.set(key, 1)
	}
	c, documents := opened(t, d, cache.Config{})
	load(t, documents, "a", "b", "new")
	d.set("a", 2)
	d.set("new", 1)
	same(t, "before it is noted", load(t, documents, "a", "new"), map[string]int{"a": 1})
	c.Note(content.KindProduct, "a", "new")
	c.Note(content.KindFragment, "b")
	same(t, "then", load(t, documents, "a", "b", "new"), map[string]int{"a": 2, "b": 1, "new": 1})
	same(t, "what did not change is kept", d.reads[1:], [][]string{{"a", "new"}})
	c.NoteAll()
	load(t, documents, "a", "b", "new")
	same(t, "where changes were lost, all is read again", d.reads[2:], [][]string{{"a", "b", "new"}})
	stats := c.Stats()
	same(t, "figures", []uint64{stats.Noted, stats.Lost}, []uint64{3, 1})
}

// C12: what was read before a change is not given out after it, however late it comes, and nobody who asks after the change waits for it.
func TestAChangeDuringALoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, lost := range []bool{false, true} {
			hold := make(chan struct{})
			d := &database{hold: hold}
			d.set("a", 1)
			c, documents := opened(t, d, cache.Config{})
			working := sync.WaitGroup{}
			working.Go(func() { same(t, "who asked before", load(t, documents, "a"), map[string]int{"a": 1}) })
			synctest.Wait()
			d.set("a", 2)
			if lost {
				c.NoteAll()
			} else {
				c.Note(content.KindProduct, "a")
			}
			d.holds(nil)
			same(t, "who asks afterwards", load(t, documents, "a"), map[string]int{"a": 2})
			close(hold)
			working.Wait()
			same(t, "when the old one has come", load(t, documents, "a"), map[string]int{"a": 2})
			same(t, "reads", len(d.reads), 2)
			c.Close()
		}
	})
}

// X1: many who ask for the same cost one load, and it is nobody's own.
func TestLoadsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		d := &database{hold: hold}
		d.set("a", 1)
		c, documents := opened(t, d, cache.Config{})
		first, hangUp := context.WithCancel(t.Context())
		working := sync.WaitGroup{}
		working.Go(func() {
			if _, err := documents.Load(first, []string{"a"}); !errors.Is(err, context.Canceled) {
				t.Errorf("who hung up got %v", err)
			}
		})
		synctest.Wait()
		for range 49 {
			working.Go(func() { same(t, "the others", load(t, documents, "a"), map[string]int{"a": 1}) })
		}
		synctest.Wait()
		hangUp()
		synctest.Wait()
		late, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("no more time"))
		defer cancel()
		if _, err := documents.Load(late, []string{"a"}); err == nil || err.Error() != "no more time" {
			t.Errorf("who had a second got %v", err)
		}
		close(hold)
		working.Wait()
		same(t, "reads", d.reads, [][]string{{"a"}})
		c.Close()
	})
}

func TestALoadForWhichNobodyWaitsIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		d := &database{hold: hold}
		d.set("a", 1)
		c, documents := opened(t, d, cache.Config{})
		ctx, hangUp := context.WithCancel(t.Context())
		working := sync.WaitGroup{}
		for range 3 {
			working.Go(func() { _, _ = documents.Load(ctx, []string{"a"}) })
		}
		synctest.Wait()
		hangUp()
		working.Wait()
		synctest.Wait()
		same(t, "ended", d.ended.Load(), int32(1))
		d.holds(nil)
		same(t, "who comes then", load(t, documents, "a"), map[string]int{"a": 1})
		c.Close()
	})
}

// A load that was given up may not know of it yet. Whoever comes then begins another.
func TestNobodyWaitsForALoadThatWasGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		reads := atomic.Int32{}
		c, err := cache.New(cache.Config{Size: 4 << 20})
		if err != nil {
			t.Fatal(err)
		}
		documents := cache.In(c, content.KindProduct, func(ctx context.Context, _ []string) (map[string]*int, error) {
			if reads.Add(1) == 1 {
				<-hold
				return nil, ctx.Err()
			}
			one := 1
			return map[string]*int{"a": &one}, nil
		})
		ctx, hangUp := context.WithCancel(t.Context())
		working := sync.WaitGroup{}
		working.Go(func() { _, _ = documents.Load(ctx, []string{"a"}) })
		synctest.Wait()
		hangUp()
		working.Wait()
		same(t, "who comes then", load(t, documents, "a"), map[string]int{"a": 1})
		close(hold)
		synctest.Wait()
		same(t, "when it has ended", load(t, documents, "a"), map[string]int{"a": 1})
		c.Close()
	})
}

func TestALoadHasALimitOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{hold: make(chan struct{})}
		c, documents := opened(t, d, cache.Config{Timeout: 2 * time.Second})
		began := time.Now()
		_, err := documents.Load(t.Context(), []string{"a"})
		if fault.KindOf(err) != fault.Timeout || time.Since(began) != 2*time.Second {
			t.Errorf("after %s it gave %v", time.Since(began), err)
		}
		c.Close()
	})
}

func TestWhatFailedIsTriedAgain(t *testing.T) {
	d := &database{err: errors.New("down")}
	d.set("a", 1)
	_, documents := opened(t, d, cache.Config{})
	for range 2 {
		if found, err := documents.Load(t.Context(), []string{"a", "b"}); !errors.Is(err, d.err) || found != nil {
			t.Errorf("it gave %v, %v", found, err)
		}
	}
	d.err = nil
	same(t, "then", load(t, documents, "a", "b"), map[string]int{"a": 1})
	same(t, "reads", len(d.reads), 3)
}

func TestWhatIsKeptNeedsNoDatabase(t *testing.T) {
	d := &database{}
	d.set("a", 1)
	_, documents := opened(t, d, cache.Config{})
	load(t, documents, "a", "nobody")
	d.err = errors.New("down")
	same(t, "while it is down", load(t, documents, "a", "nobody"), map[string]int{"a": 1})
	if _, err := documents.Load(t.Context(), []string{"a", "b"}); !errors.Is(err, d.err) {
		t.Errorf("with one that is not kept it gave %v", err)
	}
}

func TestAPanicIsAnError(t *testing.T) {
	c, err := cache.New(cache.Config{Size: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	documents := cache.In(c, content.KindProduct, func(context.Context, []string) (map[string]*int, error) { panic("a fault of ours") })
	if _, err := documents.Load(t.Context(), []string{"a"}); fault.KindOf(err) != fault.Internal {
		t.Errorf("it gave %v", err)
	}
}

func TestWithoutMemoryLoadsAreSharedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		d := &database{hold: hold}
		d.set("a", 1)
		c, err := cache.New(cache.Config{})
		if err != nil {
			t.Fatal(err)
		}
		documents := cache.In(c, content.KindProduct, d.read)
		working := sync.WaitGroup{}
		for range 5 {
			working.Go(func() { same(t, "at once", load(t, documents, "a"), map[string]int{"a": 1}) })
		}
		synctest.Wait()
		close(hold)
		working.Wait()
		load(t, documents, "a")
		same(t, "reads", len(d.reads), 2)
		c.Close()
	})
}

func TestASizeThatIsTooSmall(t *testing.T) {
	for _, size := range []int64{-1, 1, 1<<20 - 1} {
		if _, err := cache.New(cache.Config{Size: size}); err == nil {
			t.Errorf("%d bytes are taken", size)
		}
	}
}

// Close waits for what is under way, leaves no goroutine (or the bubble would not end), and lets nothing in any more.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		d := &database{hold: hold}
		d.set("a", 1)
		c, err := cache.New(cache.Config{Size: 4 << 20})
		if err != nil {
			t.Fatal(err)
		}
		documents := cache.In(c, content.KindProduct, d.read)
		working := sync.WaitGroup{}
		working.Go(func() { same(t, "who asked before", load(t, documents, "a"), map[string]int{"a": 1}) })
		synctest.Wait()
		closed := make(chan struct{})
		go func() {
			c.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("it does not wait")
		default:
		}
		if _, err := documents.Load(t.Context(), []string{"b"}); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("who comes meanwhile gets %v", err)
		}
		close(hold)
		working.Wait()
		<-closed
		if _, err := documents.Load(t.Context(), []string{"a"}); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("who comes later gets %v", err)
		}
		c.Note(content.KindProduct, "a")
		c.NoteAll()
		c.Close()
	})
}

// C14, C15: whatever is asked for, memory stays within its bound, and what is asked for again and again stays.
func TestMemoryIsBounded(t *testing.T) {
	d := &database{}
	d.set("hot", 1)
	c, documents := opened(t, d, cache.Config{Size: 2 << 20})
	hits, asked := 0, 0
	for i := range 20_000 {
		before := c.Stats().Loads
		load(t, documents, "hot")
		if i > 100 {
			asked++
			if c.Stats().Loads == before {
				hits++
			}
		}
		load(t, documents, fmt.Sprint("cold-", i))
		if stats := c.Stats(); stats.Bytes > stats.Size {
			t.Fatalf("after %d it holds %d of %d bytes", i, stats.Bytes, stats.Size)
		}
	}
	if hits*100 < asked*95 {
		t.Errorf("of %d who asked for the same %d found it", asked, hits)
	}
}

package cache_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"unisono/cache"
	"unisono/content"
	"unisono/internal/property"
)

// world is a database whose reads take place when the test says so, and all that asks it through a cache. A document is its version; of three versions
// one is that there is none.
type world struct {
	*rapid.T
	cache     *cache.Cache
	documents *cache.Documents[int]
	working   sync.WaitGroup

	mu       sync.Mutex
	versions map[string]int // in the database
	noted    map[string]int // the last that the cache was told of
	begun    []*reading     // reads that have not ended
	hangUps  []context.CancelFunc
	faults   []string
}

// fault notes what is wrong; what runs beside the test may not end it.
func (w *world) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// reading is one read of the database.
type reading struct {
	keys  []string
	found map[string]int // nil: it has not read yet
	end   chan error
}

var worldKeys = []string{"a", "b", "c"}

func isThere(version int) bool { return version%3 != 0 }

func (w *world) fetch(ctx context.Context, keys []string) (map[string]int, error) {
	r := &reading{keys: keys, end: make(chan error, 1)}
	w.mu.Lock()
	w.begun = append(w.begun, r)
	w.mu.Unlock()
	select {
	case err := <-r.end:
		return r.found, err
	case <-ctx.Done():
		w.mu.Lock()
		defer w.mu.Unlock()
		w.begun = slices.DeleteFunc(w.begun, func(one *reading) bool { return one == r })
		return nil, context.Cause(ctx)
	}
}

var errDown = errors.New("down")

// ask loads some documents, and checks that they are as they were at some moment since the last change that had been noted.
func (w *world) ask(t *testing.T) {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom(worldKeys), 1, 3, rapid.ID[string]).Draw(w.T, "keys")
	ctx, hangUp := context.WithCancel(t.Context())
	w.hangUps = append(w.hangUps, hangUp)
	least := maps.Clone(w.noted)
	w.working.Go(func() {
		found, err := w.documents.Load(ctx, keys)
		w.mu.Lock()
		defer w.mu.Unlock()
		if err != nil {
			if !errors.Is(err, errDown) && !errors.Is(err, context.Canceled) {
				w.fault("an error of its own: %v", err)
			}
			return
		}
		for _, key := range keys {
			got, is := found[key]
			right := false
			for version := least[key]; version <= w.versions[key]; version++ {
				right = right || is == isThere(version) && (!is || got == version)
			}
			if !right {
				w.fault("%s is %d (%v), and was at version %d when it was asked for; it is %d", key, got, is, least[key], w.versions[key])
			}
		}
	})
}

// proceed lets one read read, or end.
func (w *world) proceed(*testing.T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.begun) == 0 {
		return
	}
	at := rapid.IntRange(0, len(w.begun)-1).Draw(w.T, "read")
	r := w.begun[at]
	switch {
	case rapid.IntRange(0, 9).Draw(w.T, "fails") == 0:
		r.end <- errDown
	case r.found == nil:
		r.found = map[string]int{}
		for _, key := range r.keys {
			if version := w.versions[key]; isThere(version) {
				r.found[key] = version
			}
		}
		return
	default:
		r.end <- nil
	}
	w.begun = slices.Delete(w.begun, at, at+1)
}

func (w *world) write(*testing.T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.versions[rapid.SampledFrom(worldKeys).Draw(w.T, "key")]++
}

func (w *world) note(*testing.T) {
	key := rapid.SampledFrom(worldKeys).Draw(w.T, "key")
	w.cache.Note(content.KindProduct, key)
	w.noted[key] = w.versions[key]
}

func (w *world) lose(*testing.T) {
	if rapid.IntRange(0, 3).Draw(w.T, "lost") == 0 {
		w.cache.NoteAll()
		w.noted = maps.Clone(w.versions)
	}
}

func (w *world) hangUp(*testing.T) {
	if len(w.hangUps) > 0 {
		rapid.SampledFrom(w.hangUps).Draw(w.T, "who")()
	}
}

// live takes some steps, and comes to its end however they end.
func (w *world) live(t *testing.T) {
	defer w.end()
	steps := []func(*testing.T){w.ask, w.ask, w.proceed, w.proceed, w.proceed, w.write, w.note, w.lose, w.hangUp}
	names := []string{"ask", "ask", "proceed", "proceed", "proceed", "write", "note", "lose", "hang up"}
	for range rapid.IntRange(1, 40).Draw(w.T, "steps") {
		step := rapid.IntRange(0, len(steps)-1).Draw(w.T, "step")
		w.Log(names[step])
		steps[step](t)
		synctest.Wait()
	}
}

// end lets all that is under way come to its end.
func (w *world) end() {
	for _, hangUp := range w.hangUps {
		hangUp()
	}
	w.working.Wait()
	w.cache.Close()
}

// However reads, changes, what is told of them, failures and those who hang up follow each other: nobody is given what was before a change that had been noted when
// they asked.
func TestNothingOlderThanTheLastNotedChangeIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		property.Check(property.Bubble(t), 3000, func(r *rapid.T) {
			c, err := cache.New(cache.Config{Size: 1 << 20})
			if err != nil {
				t.Fatal(err)
			}
			w := &world{T: r, cache: c, versions: map[string]int{}, noted: map[string]int{}}
			for i, key := range worldKeys {
				w.versions[key], w.noted[key] = i, i
			}
			w.documents = cache.In(c, content.KindProduct, w.fetch)
			w.live(t)
			if len(w.faults) > 0 {
				r.Fatal(w.faults)
			}
		})
	})
}

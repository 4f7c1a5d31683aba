package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// at runs n writers side by side and waits for them.
func at(n int, run func(writer int)) {
	var all sync.WaitGroup
	for writer := range n {
		all.Go(func() { run(writer) })
	}
	all.Wait()
}

func count(ctx context.Context, in notes, id string) (store.Result[note], error) {
	return in.Update(ctx, id, func(current *note) (*note, error) {
		if current == nil {
			return &note{Key: id, Count: 1}, nil
		}
		current.Count++
		return current, nil
	})
}

func TestConcurrentUpdatesAreAllCounted(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		const writers, each = 8, 125
		revisions := make([]atomic.Int32, writers*each+1)
		at(writers, func(int) {
			for range each {
				result, err := count(t.Context(), in, "a")
				if err != nil {
					t.Errorf("count: %v", err)
					return
				}
				revisions[result.Revision].Add(1)
				if result.Doc.Count != result.Revision {
					t.Errorf("count %d at revision %d", result.Doc.Count, result.Revision)
				}
			}
		})
		if got := read(t, in, "a"); got.Count != writers*each || got.Revision != writers*each {
			t.Errorf("count %d, revision %d; want %d", got.Count, got.Revision, writers*each)
		}
		for revision := range revisions[1:] {
			if times := revisions[revision+1].Load(); times != 1 {
				t.Errorf("revision %d was given %d times", revision+1, times)
			}
		}
	})
}

func TestGatewaysBesideEachOther(t *testing.T) {
	first := mongotest.Java(t)
	second := mongotest.Beside(t, first, nil)
	const writers, each = 4, 15
	var counted, conflicts atomic.Int64
	at(writers, func(writer int) {
		in := notesIn([]*store.Store{first, second}[writer%2])
		for range each {
			switch _, err := count(t.Context(), in, "a"); {
			case err == nil:
				counted.Add(1)
			case fault.KindOf(err) == fault.Conflict:
				conflicts.Add(1)
			default:
				t.Errorf("count: %v", err)
			}
		}
	})
	got := read(t, notesIn(first), "a")
	if int64(got.Count) != counted.Load() || got.Revision != got.Count || conflicts.Load() > each/3 {
		t.Errorf("count %d, revision %d, %d writes succeeded, %d conflicts", got.Count, got.Revision, counted.Load(), conflicts.Load())
	}
}

func TestUpdatesAndDeletionsTogether(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		var written atomic.Int64
		at(8, func(writer int) {
			for range 20 {
				if writer%4 == 0 {
					deleted, err := in.Delete(t.Context(), "a", nil)
					if err != nil {
						t.Errorf("delete: %v", err)
					} else if deleted {
						written.Add(1)
					}
					continue
				}
				if _, err := count(t.Context(), in, "a"); err != nil {
					t.Errorf("count: %v", err)
				} else {
					written.Add(1)
				}
			}
		})
		last, err := count(t.Context(), in, "a")
		if err != nil || int64(last.Revision) != written.Load()+1 {
			t.Errorf("revision %d after %d writes, %v", last.Revision, written.Load()+1, err)
		}
	})
}

func TestOnlyOneCreates(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		taken := errors.New("taken")
		for round := range 10 {
			id := fmt.Sprint("round ", round)
			if round%2 == 1 { // over a tombstone
				write(t, in, id, "before")
				if _, err := in.Delete(t.Context(), id, nil); err != nil {
					t.Fatal(err)
				}
			}
			var created atomic.Int32
			at(8, func(writer int) {
				result, err := in.Update(t.Context(), id, func(current *note) (*note, error) {
					if current != nil {
						return nil, taken
					}
					return &note{Key: id, Count: writer + 1}, nil
				})
				if err == nil && result.Created {
					created.Add(1)
				} else if !errors.Is(err, taken) {
					t.Errorf("create: %+v, %v", result, err)
				}
			})
			if created.Load() != 1 {
				t.Errorf("%s: %d writers created it", id, created.Load())
			}
		}
	})
}

func TestManyKeysAtOnce(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		at(8, func(writer int) {
			for i := range 20 {
				if _, err := count(t.Context(), in, fmt.Sprint("key ", (writer+i)%8)); err != nil {
					t.Errorf("count: %v", err)
				}
			}
		})
		total := 0
		for got, err := range in.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			total += got.Count
		}
		if total != 160 {
			t.Errorf("counted %d, want 160", total)
		}
	})
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// fill writes many notes as another program would, which is fast.
func fill(t *testing.T, s *store.Store, n int) {
	t.Helper()
	documents := make([]any, n)
	for i := range documents {
		documents[i] = bson.D{{Key: "_id", Value: fmt.Sprintf("n%05d", i)}, {Key: "count", Value: i}}
	}
	if _, err := mongotest.Database(t, s).Collection(content.KindFragment.Collection()).InsertMany(t.Context(), documents); err != nil {
		t.Fatal(err)
	}
}

func TestAllStreamsEverythingOnce(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s, 1600)
		before, met := s.Calls(), map[string]bool{}
		for got, err := range notesIn(s).All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if met[got.Key] || got.Key != fmt.Sprintf("n%05d", got.Count) {
				t.Fatalf("met twice or mixed up: %+v", got)
			}
			met[got.Key] = true
		}
		if len(met) != 1600 {
			t.Errorf("met %d documents, want 1600", len(met))
		}
		if calls := s.Calls() - before; calls < 2 || calls > 6 {
			t.Errorf("%d round trips, want one for each 500 documents or so", calls)
		}
	})
}

func TestAllEndsWithItsReaderOrContext(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s, 1200)
		in := notesIn(s)
		for _, err := range in.All(t.Context()) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		met, last := 0, error(nil)
		for got, err := range in.All(ctx) {
			if met++; met == 10 {
				cancel()
			}
			if last = err; err != nil && got != nil {
				t.Error("a document came with an error")
			}
		}
		if !errors.Is(last, context.Canceled) || met > 700 {
			t.Errorf("after cancelling: %d documents, %v", met, last)
		}
		write(t, in, "after", "the connection still works")
	})
}

func TestAllHasNoTotalLimit(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s, 1200)
		hasty := mongotest.Beside(t, s, func(c *store.Config) { c.Timeout = time.Second })
		met := 0
		for _, err := range notesIn(hasty).All(t.Context()) {
			if err != nil {
				t.Fatalf("after %d documents: %v", met, err)
			}
			if met++; met%500 == 0 {
				time.Sleep(600 * time.Millisecond) // in all longer than one round trip may take
			}
		}
		if met != 1200 {
			t.Errorf("met %d documents, want 1200", met)
		}
	})
}

func TestContextsAreHeeded(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancelLate()
		for _, ctx := range []context.Context{cancelled, late} {
			_, err := in.Read(ctx, []string{"a"})
			expectTimeout(ctx, t, "Read", err)
			_, err = count(ctx, in, "a")
			expectTimeout(ctx, t, "Update", err)
			_, err = in.Delete(ctx, "a", nil)
			expectTimeout(ctx, t, "Delete", err)
			expectTimeout(ctx, t, "Ping", s.Ping(ctx))
			for _, err = range in.All(ctx) {
			}
			expectTimeout(ctx, t, "All", err)
		}
		// A writer that waits for another's lock gives up with its context.
		short, cancelShort := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancelShort()
		_, err := in.Update(t.Context(), "a", func(*note) (*note, error) {
			_, err := count(short, in, "a")
			expectTimeout(short, t, "a waiting Update", err)
			return &note{Key: "a", Text: "first"}, nil
		})
		if got := read(t, in, "a"); err != nil || got.Text != "first" || got.Revision != 1 {
			t.Errorf("the holder of the lock: %+v, %v", got, err)
		}
	})
}

func expectTimeout(ctx context.Context, t *testing.T, what string, err error) {
	t.Helper()
	if fault.KindOf(err) != fault.Timeout || !errors.Is(err, ctx.Err()) {
		t.Errorf("%s with a context that is done (%v): got %v", what, ctx.Err(), err)
	}
}

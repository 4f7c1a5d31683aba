package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

func follow(t *testing.T, s *store.Store, kinds ...content.Kind) *store.Feed {
	t.Helper()
	feed, err := s.Follow(t.Context(), kinds)
	if err != nil {
		t.Fatalf("follow: %v", err)
	}
	t.Cleanup(feed.Close)
	return feed
}

func TestFeedTellsOwnWrites(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in, others := notesIn(s), store.In[note](s, content.KindProduct)
		write(t, in, "before", "not told")
		feed, both := follow(t, s, content.KindFragment), follow(t, s, content.KindFragment, content.KindProduct)
		write(t, others, "product", "not followed by the first")
		write(t, in, "a", "one")
		write(t, in, "a", "one") // nothing is written
		write(t, in, "b", "one")
		write(t, in, "a", "two")
		if _, err := in.Delete(t.Context(), "b", nil); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"a", "b", "a", "b"} {
			if got := next(t, feed); got != (store.Change{Kind: content.KindFragment, ID: id}) {
				t.Errorf("got %+v, want %s", got, id)
			}
		}
		told := map[store.Change]int{}
		for range 5 {
			told[next(t, both)]++
		}
		if told[store.Change{Kind: content.KindProduct, ID: "product"}] != 1 || told[store.Change{Kind: content.KindFragment, ID: "a"}] != 2 {
			t.Errorf("the feed of two kinds told %v", told)
		}
		short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		got, err := feed.Next(short)
		expectTimeout(short, t, fmt.Sprintf("Next, which gave %v,", got), err)
		if age := time.Since(feed.Heard()); age > 5*time.Second {
			t.Errorf("heard of the database %v ago", age)
		}
	})
}

func TestFeedTellsOthersWrites(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		if !s.HasChangeStreams() {
			t.Skip("this engine has no change streams: one process owns its database")
		}
		raw := mongotest.Database(t, s).Collection(content.KindFragment.Collection())
		feed := follow(t, s, content.Kinds()...)
		id := bson.D{{Key: "_id", Value: "a"}}
		var errs [3]error
		_, errs[0] = raw.InsertOne(t.Context(), id)
		_, errs[1] = raw.UpdateOne(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "text", Value: "x"}}}})
		_, errs[2] = raw.ReplaceOne(t.Context(), id, bson.D{{Key: "text", Value: "y"}})
		for i, err := range errs {
			if got := next(t, feed); err != nil || got != (store.Change{Kind: content.KindFragment, ID: "a"}) {
				t.Errorf("write %d: %v, told %+v", i, err, got)
			}
		}
		if _, err := raw.DeleteOne(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if got := next(t, feed); got.ID != "a" {
			t.Errorf("deletion: told %+v", got)
		}
		if err := raw.Drop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := next(t, feed); !got.Lost {
			t.Errorf("dropped collection: told %+v", got)
		}
		// The stream is open again. Where each collection has its own, each tells of the loss, in place of what waits.
		for try := 0; ; try++ {
			write(t, notesIn(s), "after", fmt.Sprint("try ", try))
			if got := next(t, feed); got.ID == "after" {
				break
			} else if !got.Lost {
				t.Fatalf("after the drop: told %+v", got)
			}
		}
	})
}

func TestSlowReaderLosesAndGoesOn(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		small := mongotest.Beside(t, s, func(c *store.Config) { c.FeedBuffer = 4 })
		in, feed, watch := notesIn(small), follow(t, small, content.KindFragment), follow(t, small, content.KindFragment)
		for i := range 12 { // the other feed's reader keeps up, and shows that all of it is there
			write(t, in, fmt.Sprint(i), "text")
			if got := next(t, watch); got.ID != fmt.Sprint(i) {
				t.Fatalf("the quick reader got %+v, want %d", got, i)
			}
		}
		time.Sleep(100 * time.Millisecond)
		lost := false
		for n := 0; ; n++ {
			got := next(t, feed)
			lost = lost || got.Lost
			if got.ID == "11" {
				break
			}
			if n > 4 {
				t.Fatal("more is waiting than the buffer holds")
			}
		}
		if !lost {
			t.Error("the slow reader was not told that changes were lost")
		}
	})
}

func TestFeedEndsWhenClosed(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		feed, err := s.Follow(t.Context(), content.Kinds())
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() {
			_, err := feed.Next(context.Background())
			ended <- err
		}()
		feed.Close()
		feed.Close()
		if err := <-ended; fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Next: %v", err)
		}
		other := mongotest.Beside(t, s, nil)
		feed = follow(t, other, content.Kinds()...)
		if err := other.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := feed.Next(t.Context()); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Next after the store was closed: %v", err)
		}
		if _, err := other.Follow(t.Context(), content.Kinds()); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Follow after the store was closed: %v", err)
		}
		if _, err := notesIn(other).Read(t.Context(), []string{"a"}); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Read after the store was closed: %v", err)
		}
	})
}

// Whoever waits for a moment goes on when every change from before it was told and done with, and no later.
func TestCatchUp(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		feed := follow(t, s, content.KindFragment, content.KindProduct)
		in := notesIn(s)
		for i := range 20 {
			write(t, in, fmt.Sprint("note ", i), "text")
			caught := make(chan error, 1)
			go func() { caught <- feed.CatchUp(t.Context(), time.Now()) }()
			got := next(t, feed)
			if got.ID != fmt.Sprint("note ", i) {
				t.Fatalf("got %+v", got)
			}
			select {
			case err := <-caught:
				t.Fatalf("it went on before the change was done with: %v", err)
			case <-time.After(20 * time.Millisecond):
			}
			asking, stop := context.WithCancel(t.Context())
			asked := make(chan struct{})
			go func() {
				_, _ = feed.Next(asking)
				close(asked)
			}()
			select {
			case err := <-caught:
				if err != nil {
					t.Fatal(err)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it does not go on")
			}
			stop()
			<-asked
		}
		hurried, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if s.HasChangeStreams() {
			if err := feed.CatchUp(hurried, time.Now().Add(time.Hour)); fault.KindOf(err) != fault.Timeout {
				t.Errorf("what is not heard of yet: %v", err)
			}
		}
		feed.Close()
		if err := feed.CatchUp(t.Context(), time.Now().Add(time.Hour)); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("once it is closed: %v", err)
		}
	})
}

// What is written while a stream is interrupted is told, or that something was lost: at its beginning too, when nothing was told yet by which the driver could take it up.
func TestWhatAnInterruptedStreamMissesIsTold(t *testing.T) {
	direct := mongotest.Java(t)
	for _, told := range []bool{false, true} {
		far, line := mongotest.Far(t, direct, func(c *store.Config) { c.Logger = quiet })
		feed, in := follow(t, far, content.KindFragment), notesIn(direct)
		if told {
			write(t, in, "first", fmt.Sprint(time.Now()))
			if got := next(t, feed); got.ID != "first" {
				t.Fatalf("told %+v", got)
			}
		}
		for round := range 3 {
			line.Cut(true)
			write(t, in, "missed", fmt.Sprint(told, round))
			line.Cut(false)
			if got := next(t, feed); !got.Lost && got.ID != "missed" {
				t.Errorf("told %+v", got)
			}
		}
	}
}

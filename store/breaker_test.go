package store

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unisono/fault"
)

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down, asked := atomic.Bool{}, atomic.Int32{}
		b := newBreaker(func(ctx context.Context) error {
			asked.Add(1)
			if !down.Load() {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}, slog.New(slog.DiscardHandler))
		fails := func(times int, err error) {
			for range times {
				b.tell(t.Context(), err)
			}
			synctest.Wait()
		}
		refuses := func(what string, want bool) {
			t.Helper()
			if _, err := b.admit("read"); (fault.KindOf(err) == fault.Unavailable) != want || (err != nil) != want {
				t.Errorf("%s: %v", what, err)
			}
			if (&Store{breaker: b}).Answers() == want {
				t.Errorf("%s: the store says that the database answers: %v", what, !want)
			}
		}
		failed, refused := fault.New(fault.Timeout, "too slow"), fault.New(fault.Conflict, "another was first")

		fails(10, refused)
		fails(2, failed)
		fails(1, nil)
		fails(2, failed)
		refuses("failures that are not in a row", false)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 5 {
			b.tell(gone, failed)
		}
		if asked.Load() != 0 {
			t.Error("callers who went away count")
		}
		fails(1, failed)
		refuses("failures of a database that answers", false)
		if asked.Load() != 1 {
			t.Errorf("it was asked %d times", asked.Load())
		}

		down.Store(true)
		fails(3, failed)
		refuses("while it is asked", false)
		time.Sleep(askTime)
		synctest.Wait()
		refuses("once it did not answer", true)
		time.Sleep(10 * time.Second)
		refuses("as long as it does not", true)
		fails(50, failed)
		down.Store(false)
		time.Sleep(askTime + 2*askAgain)
		synctest.Wait()
		refuses("once it answers again", false)
		down.Store(true)
		b.suspect()
		b.suspect()
		time.Sleep(askTime)
		synctest.Wait()
		refuses("a suspicion that is right", true)
		down.Store(false)
		time.Sleep(askTime + 2*askAgain)
		b.suspect()
		synctest.Wait()
		refuses("one that is not", false)

		down.Store(true)
		waiting := make(chan error)
		go func() {
			waiting <- b.call(t.Context(), "read", func(ctx context.Context) error {
				<-ctx.Done()
				return ctx.Err()
			})
		}()
		synctest.Wait()
		b.suspect()
		began := time.Now()
		if err := <-waiting; fault.KindOf(err) != fault.Unavailable || time.Since(began) > askTime {
			t.Errorf("a call that waits: after %s %v", time.Since(began), err)
		}
		time.Sleep(askTime / 2)
		b.answered()
		refuses("something else was answered", false)
		time.Sleep(askTime / 2)
		synctest.Wait()
		refuses("a question from before that is not", false)
		time.Sleep(askTime + 2*askAgain)
		synctest.Wait()
		refuses("one from after that", true)
		down.Store(false)
		time.Sleep(askTime + 2*askAgain)
		synctest.Wait()
		before := asked.Load()
		time.Sleep(time.Minute)
		if asked.Load() != before {
			t.Error("it is asked for no reason")
		}
		fails(2, failed)
		refuses("it counts anew", false)
		b.close()
	})
}

// Closing ends what asks, and lets nothing begin to.
func TestBreakerCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBreaker(func(context.Context) error { return errors.New("down") }, slog.New(slog.DiscardHandler))
		failed := fault.New(fault.Unavailable, "down")
		for range 5 {
			b.tell(t.Context(), failed)
		}
		time.Sleep(time.Second)
		b.close()
		if _, err := b.admit("read"); err == nil {
			t.Error("it admits calls of a database that is down")
		}
		for range 5 {
			b.tell(t.Context(), failed)
		}
	})
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"unisono/bench/catalogue"
)

// writing is what changes products while others read.
type writing struct {
	cancel  context.CancelFunc
	began   time.Time
	running sync.WaitGroup
	written atomic.Int64
	mu      sync.Mutex
	err     error // the first
}

// writers are how many changes may be under way at once: where the database is slow, changes come later than they are due, and fewer are made.
const writers = 32

// startWriting changes products at the rate of a unit until it is stopped. Without a rate it does nothing.
func startWriting(ctx context.Context, u *unit, products int) *writing {
	ctx, cancel := context.WithCancel(ctx)
	w := &writing{cancel: cancel, began: time.Now()}
	if u.writes == 0 {
		return w
	}
	due := make(chan struct{}, writers)
	w.running.Go(func() {
		defer close(due)
		ticker := time.NewTicker(time.Duration(float64(time.Second) / u.writes))
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			select {
			case due <- struct{}{}:
			default: // all are busy
			}
		}
	})
	for range writers {
		w.running.Go(func() {
			for range due {
				w.note(write(context.WithoutCancel(ctx), u.server, rand.IntN(products)))
			}
		})
	}
	return w
}

func (w *writing) note(err error) {
	if err == nil {
		w.written.Add(1)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = cmp.Or(w.err, err)
}

// stop waits for the changes under way. It gives how many were made in a second.
func (w *writing) stop() (perSecond float64, err error) {
	w.cancel()
	w.running.Wait()
	return float64(w.written.Load()) / time.Since(w.began).Seconds(), w.err
}

// write changes one product.
func write(ctx context.Context, to *process, number int) error {
	made, err := to.ask(ctx, catalogue.ChangeOf(number, rand.IntN(1e8)), adminKey)
	if err == nil && !bytes.Contains(made.Body, []byte(`"userErrors":[]`)) {
		err = fmt.Errorf("a change is refused: %.500s", made.Body)
	}
	return err
}

package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"unisono/fault"
)

// breaker lets calls fail at once while the database does not answer, so that nobody waits for it and it is not overrun when it comes back. It is the circuit breaker of
// Nygard (Release It!, 2007), but that no caller's request is the probe: it asks the database itself, before it opens and until it closes.
type breaker struct {
	ask    func(ctx context.Context) error // whether the database answers
	logger *slog.Logger

	within  context.Context //nolint:containedctx // ends what asks, when the store is closed
	stop    context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	failures int  // calls in a row that the database did not answer
	isAsking bool // one goroutine asks, from the last of too many failures until an answer
	isOpen   bool // calls fail at once
	isClosed bool // the store is
}

const (
	mostFailures = 3                      // in a row; then the database is asked whether it is there at all
	askTime      = 500 * time.Millisecond // how long it may take for that
	askAgain     = 100 * time.Millisecond
)

func newBreaker(ask func(ctx context.Context) error, logger *slog.Logger) *breaker {
	b := &breaker{ask: ask, logger: logger}
	b.within, b.stop = context.WithCancel(context.Background())
	return b
}

// admit gives the fault of a call that is not worth making.
func (b *breaker) admit(doing string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isOpen {
		return fault.New(fault.Unavailable, "The database does not answer; could not %s.", doing)
	}
	return nil
}

// tell takes what became of a call that was admitted. A caller who went away says nothing of the database.
func (b *breaker) tell(ctx context.Context, err error) {
	kind := fault.KindOf(err)
	isFailure := err != nil && (kind == fault.Unavailable || kind == fault.Timeout)
	if isFailure && ctx.Err() != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !isFailure {
		b.failures = 0
		return
	}
	if b.failures++; b.failures >= mostFailures && !b.isAsking && !b.isClosed {
		b.isAsking = true
		b.running.Go(b.watch)
	}
}

// watch asks the database until it answers. Only a database that does not answer this either opens the breaker: calls can fail for reasons of their own.
func (b *breaker) watch() {
	for {
		ctx, cancel := context.WithTimeout(b.within, askTime)
		err := b.ask(ctx)
		cancel()
		if b.note(err) || !sleep(b.within, askAgain) {
			return
		}
	}
}

// note takes an answer of the database, or that there was none, and says whether that was the last question.
func (b *breaker) note(err error) (last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.within.Err() != nil:
		b.isAsking = false
		return true
	case err == nil && b.isOpen:
		b.logger.Info("the database answers again")
	case err != nil && !b.isOpen:
		b.logger.Warn("the database does not answer: calls fail at once until it does", "error", err)
	}
	b.isOpen = err != nil
	b.isAsking = b.isOpen
	if !b.isOpen {
		b.failures = 0
	}
	return !b.isOpen
}

// close ends what asks. Calls are admitted as the breaker was left.
func (b *breaker) close() {
	b.mu.Lock()
	b.isClosed = true
	b.mu.Unlock()
	b.stop()
	b.running.Wait()
}

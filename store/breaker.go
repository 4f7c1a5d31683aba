package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"unisono/fault"
)

// breaker lets calls fail at once while the database does not answer, so that nobody waits for it and it is not overrun when it comes back. It is the circuit breaker of
// Nygard (Release It!, 2007), but that no caller's request is the probe: it asks the database itself, before it opens and until it closes.
type breaker struct {
	ask    func(ctx context.Context) error // whether the database answers, soon
	logger *slog.Logger

	within  context.Context //nolint:containedctx // ends what asks, when the store is closed
	stop    context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	failures int  // calls in a row that the database did not answer
	isAsking bool // one goroutine asks, from the last of too many failures until an answer
	isOpen   bool // calls fail at once
	isClosed bool // the store is
	answers  int  // how often others than who asks have found it to answer

	up   context.Context //nolint:containedctx // ends what waits for an answer, when the breaker opens
	open context.CancelFunc
}

const (
	mostFailures = 3                      // in a row; then the database is asked whether it is there at all
	askTime      = 500 * time.Millisecond // how long it may take for that
	askAgain     = 100 * time.Millisecond
)

func newBreaker(ask func(ctx context.Context) error, logger *slog.Logger) *breaker {
	b := &breaker{ask: ask, logger: logger}
	b.within, b.stop = context.WithCancel(context.Background())
	b.up, b.open = context.WithCancel(b.within)
	return b
}

// errDown ends calls that wait for a database that turns out to be down.
var errDown = errors.New("the database does not answer")

// call makes a call, unless it is not worth making, and ends it when it turns out not to be. The error is that of do, translated.
func (b *breaker) call(ctx context.Context, doing string, do func(ctx context.Context) error) error {
	up, err := b.admit(doing)
	if err != nil {
		return err
	}
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(up, func() { cancel(errDown) })() //nolint:contextcheck // up is the database's, not the caller's
	err = do(within)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(within), errDown) {
		return fault.Wrap(fault.Unavailable, err, "The database does not answer; could not %s.", doing)
	}
	err = translate(err, doing)
	b.tell(ctx, err)
	return err
}

// admit gives the fault of a call that is not worth making, or what ends when it is not any more.
func (b *breaker) admit(doing string) (up context.Context, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isOpen {
		return nil, fault.New(fault.Unavailable, "The database does not answer; could not %s.", doing)
	}
	return b.up, nil
}

// admits says that calls are made: the database answers, or was not found yet not to.
func (b *breaker) admits() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.isOpen
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
	if b.failures++; b.failures >= mostFailures {
		b.begin()
	}
}

// suspect asks the database whether it is there, for something else than a call has reason to doubt it.
func (b *breaker) suspect() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begin()
}

// begin begins to ask. The caller holds the mutex.
func (b *breaker) begin() {
	if !b.isAsking && !b.isClosed {
		b.isAsking = true
		b.running.Go(b.watch)
	}
}

// watch asks the database until it answers. Only a database that does not answer this either opens the breaker: calls can fail for reasons of their own.
func (b *breaker) watch() {
	for {
		b.mu.Lock()
		before := b.answers
		b.mu.Unlock()
		if err := unhurried(b.within, askTime, b.ask); b.note(err, before) || !sleep(b.within, askAgain) {
			return
		}
	}
}

// note takes an answer of the database, or that there was none, and says whether that was the last question.
func (b *breaker) note(err error, before int) (last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.within.Err() != nil:
		b.isAsking = false
		return true
	case err == nil:
		b.shut()
		b.isAsking = false
		return true
	case !b.isOpen && b.answers == before:
		b.logger.Warn("the database does not answer: calls fail at once until it does", "error", err)
		b.isOpen = true
		b.open()
	}
	return false
}

// answered says that the database answered something else than a call.
func (b *breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answers++
	b.shut()
}

// shut lets calls be made again. The caller holds the mutex.
func (b *breaker) shut() {
	b.failures = 0
	if b.isOpen {
		b.logger.Info("the database answers again")
		b.isOpen = false
		b.up, b.open = context.WithCancel(b.within)
	}
}

// close ends what asks. Calls are admitted as the breaker was left.
func (b *breaker) close() {
	b.mu.Lock()
	b.isClosed = true
	b.mu.Unlock()
	b.stop()
	b.running.Wait()
}

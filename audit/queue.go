package audit

import (
	"context"
	"slices"
	"sync"
	"time"

	"unisono/fault"
)

const (
	appendLimit = 5 * time.Second // to keep what is kept together
	waitLimit   = 2 * appendLimit // for what is under way, and then for what is kept together with one's own
	mostAtOnce  = 1000            // entries that are kept together; they fill ten pages
)

// queue lets entries that come at the same time be kept together: while one append is under way all others wait, and the next takes what waits
// then. So a hundred mutations need a few updates of a page, not a hundred that overtake each other. It has no goroutine: whoever
// of those who wait gets the turn appends for the others.
type queue struct {
	keep func(ctx context.Context, entries []string) (kept int, err error)
	turn chan struct{} // holds a token while no append is under way

	mu      sync.Mutex
	waiting []*batch // first come, first kept
}

// batch is what one caller waits for.
type batch struct {
	entries []string      // at most mostAtOnce
	done    chan struct{} // closed when err is set
	err     error
}

func newQueue(keep func(context.Context, []string) (int, error)) *queue {
	q := &queue{keep: keep, turn: make(chan struct{}, 1)}
	q.turn <- struct{}{}
	return q
}

// put returns when the entries are kept, or with the error of what could not be.
func (q *queue) put(ctx context.Context, entries []string) error {
	for some := range slices.Chunk(entries, mostAtOnce) {
		if err := q.wait(ctx, q.add(some)); err != nil {
			return err
		}
	}
	return nil
}

func (q *queue) add(entries []string) *batch {
	b := &batch{entries: entries, done: make(chan struct{})}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, b)
	return b
}

// wait waits for a batch, and appends when it is its turn.
func (q *queue) wait(ctx context.Context, b *batch) error {
	patience := time.NewTimer(waitLimit)
	defer patience.Stop()
	for {
		select {
		case <-b.done:
			return b.err
		case <-q.turn:
			q.lead(ctx, b)
		case <-patience.C:
			return q.withdraw(b, fault.New(fault.Timeout, "The audit log was busy for %s.", waitLimit))
		case <-ctx.Done():
			return q.withdraw(b, ctx.Err())
		}
	}
}

// lead appends what waits, unless the batch of whoever has the turn is done already, and passes the turn on.
func (q *queue) lead(ctx context.Context, own *batch) {
	defer func() { q.turn <- struct{}{} }()
	select {
	case <-own.done:
		return
	default:
	}
	batches, entries := q.take()
	ctx, cancel := context.WithTimeout(ctx, appendLimit)
	defer cancel()
	kept, err := q.keep(ctx, entries)
	for _, b := range batches {
		if kept -= len(b.entries); kept < 0 {
			b.err = err
		}
		close(b.done)
	}
}

// take takes the batches that are kept together next, and their entries.
func (q *queue) take() ([]*batch, []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var entries []string
	n := 0
	for ; n < len(q.waiting) && len(entries)+len(q.waiting[n].entries) <= mostAtOnce; n++ {
		entries = append(entries, q.waiting[n].entries...)
	}
	taken := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return taken, entries
}

// withdraw takes back a batch that still waits, and gives why; or what became of the batch, if that is known by now. A batch that was taken may be
// kept yet.
func (q *queue) withdraw(b *batch, why error) error {
	q.mu.Lock()
	q.waiting = slices.DeleteFunc(q.waiting, func(other *batch) bool { return other == b })
	q.mu.Unlock()
	select {
	case <-b.done:
		return b.err
	default:
		return why
	}
}

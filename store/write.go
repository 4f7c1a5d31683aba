package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/fault"
)

// tries bounds how often a write starts again because another gateway's came first.
const tries = 12

// largest is the most bytes that a MongoDB takes as one document. Other engines are held to it, so that content can move.
const largest = 16 << 20

// errOvertaken says that another write came between reading and writing.
var errOvertaken = errors.New("another write came first")

// Result says what an Update did.
type Result[T any] struct {
	Doc      *T   // the document as it is now; nil where there is none
	Revision int  // of Doc; 0 where there is none, or where only other programs wrote it
	Written  bool // false: nothing differed, or change wanted nothing
	Created  bool // there was none before
}

// Update changes one document, or creates it. It reads the document and calls change with it, or with nil where it is
// absent or deleted; change may alter and return it, or return another with the same id. Where change returns nil, or
// what says the same as current, nothing is written. Else the fields that differ are written with the next revision, if
// the revision is still the one that was read; if not, all starts again, so change may be called several times, and must
// not write by the store: it would wait for a lock that it holds, or that waits for it. Fields that T does not know, left by a newer program, stay as they are.
//
// Errors: change's own, unchanged; Conflict when other writes came first too often; Internal when the document there
// cannot be decoded, in which case nothing is overwritten; LimitExceeded above 16 MiB; BadUserInput for content that this
// engine cannot hold; Timeout and Unavailable, after which the write may have happened.
func (c Collection[T, PT]) Update(ctx context.Context, id string, change func(current *T) (next *T, err error)) (Result[T], error) {
	var result Result[T]
	err := c.store.write(ctx, c.kind, id, func(asRead bson.Raw) error {
		var err error
		result, err = c.update(ctx, id, asRead, change)
		return err
	})
	if err != nil {
		return Result[T]{}, err
	}
	return result, nil
}

// update is one try of Update on a document as it was read, nil where it never was.
func (c Collection[T, PT]) update(ctx context.Context, id string, asRead bson.Raw, change func(*T) (*T, error)) (Result[T], error) {
	current, before, err := c.current(id, asRead)
	if err != nil {
		return Result[T]{}, err
	}
	next, err := change(current)
	if err != nil {
		return Result[T]{}, err
	}
	if next == nil {
		return c.unchanged(id, asRead)
	}
	write := *next
	*PT(&write).Metadata() = nextMeta(asRead, c.store.now())
	after, err := encode(c.store.registry, &write)
	if err != nil {
		return Result[T]{}, fault.Wrap(fault.Internal, err, "The %s could not be encoded.", place(c.kind, id))
	}
	if len(after) > largest {
		return Result[T]{}, fault.New(fault.LimitExceeded, "The %s would be larger than the %d MiB that the database takes.", place(c.kind, id), largest>>20)
	}
	if got := idOf(after); got != id {
		return Result[T]{}, fault.New(fault.Internal, "A write of the %s was given the %s.", place(c.kind, id), place(c.kind, got))
	}
	if before != nil {
		set, unset, err := difference(before, after)
		if err != nil {
			return Result[T]{}, fault.Wrap(fault.Internal, err, "The %s could not be compared.", place(c.kind, id))
		}
		if len(set)+len(unset) == 0 {
			return c.unchanged(id, asRead)
		}
		err = c.store.amend(ctx, c.kind, id, asRead, set, unset, *PT(&write).Metadata())
		if err != nil {
			return Result[T]{}, err
		}
	} else if err := c.store.create(ctx, c.kind, id, asRead, after); err != nil {
		return Result[T]{}, err
	}
	written, err := c.decode(after)
	if err != nil {
		return Result[T]{}, fault.Wrap(fault.Internal, err, "The %s was written and cannot be read.", place(c.kind, id))
	}
	return Result[T]{Doc: written, Revision: PT(written).Metadata().Revision, Written: true, Created: before == nil}, nil
}

// current decodes a document as it was read, and encodes it again to compare with: change may alter the document that
// it is given. Both are nil where there is none.
func (c Collection[T, PT]) current(id string, asRead bson.Raw) (*T, bson.Raw, error) {
	if asRead == nil || isTombstone(asRead) {
		return nil, nil, nil
	}
	current, err := c.decode(asRead)
	if err != nil {
		c.store.problems.report(c.kind, id, err, c.store.now())
		return nil, nil, fault.Wrap(fault.Internal, err, "The %s in the database is not one that this program can read, and is not overwritten.", place(c.kind, id))
	}
	before, err := encode(c.store.registry, current)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, err, "The %s could not be encoded.", place(c.kind, id))
	}
	return current, before, nil
}

// unchanged is the result of an Update that wrote nothing.
func (c Collection[T, PT]) unchanged(id string, asRead bson.Raw) (Result[T], error) {
	current, _, err := c.current(id, asRead)
	if err != nil || current == nil {
		return Result[T]{}, err
	}
	return Result[T]{Doc: current, Revision: PT(current).Metadata().Revision}, nil
}

// Delete removes a document, leaving its revision so that recreation counts on. Check, unless nil, is called with the
// document, maybe several times, and its error stops the deletion. Where there is no document nothing happens: deleted
// is false, and check is not called. Errors are those of Update.
func (c Collection[T, PT]) Delete(ctx context.Context, id string, check func(current *T) error) (deleted bool, err error) {
	err = c.store.write(ctx, c.kind, id, func(asRead bson.Raw) error {
		deleted = false
		current, _, err := c.current(id, asRead)
		if err != nil || current == nil {
			return err
		}
		if check != nil {
			if err := check(current); err != nil {
				return err
			}
		}
		meta := nextMeta(asRead, c.store.now())
		err = c.store.replace(ctx, c.kind, id, asRead, tombstone(id, meta))
		deleted = err == nil
		return err
	})
	return deleted, err
}

// pause waits a little, and longer with every try, so that writers who met do not meet again.
func pause(ctx context.Context, try int) error {
	wait := time.Millisecond << min(try, 6)
	timer := time.NewTimer(rand.N(wait) + wait/2)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isOvertaken says that this write failed because another came first. A fault is final, whatever its cause: it comes
// from the caller's own functions.
func isOvertaken(err error) bool {
	var final *fault.Error
	return errors.Is(err, errOvertaken) && !errors.As(err, &final)
}

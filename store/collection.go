package store

import (
	"context"
	"errors"
	"iter"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"unisono/content"
)

// Document is a pointer to a document's type, which embeds content.Meta and has a string field with the bson tag "_id".
type Document[T any] interface {
	*T
	Metadata() *content.Meta
}

// Collection is the typed face of one kind of document. It is a small value, safe for concurrent use.
type Collection[T any, PT Document[T]] struct {
	store *Store
	kind  content.Kind
	in    *mongo.Collection
}

// In gives the collection of a kind: store.In[content.Product](s, content.KindProduct).
func In[T any, PT Document[T]](s *Store, kind content.Kind) Collection[T, PT] {
	if kind == content.KindClient { // no feed tells of them, so nothing says what a member must have that lags
		return Collection[T, PT]{store: s, kind: kind, in: s.primary(kind)}
	}
	return Collection[T, PT]{store: s, kind: kind, in: s.collection(kind)}
}

// Read reads documents by id in one round trip. Ids may repeat. What is absent, deleted or cannot be decoded is absent
// from the map; the last is listed by [Store.Problems]. The documents are the caller's own.
func (c Collection[T, PT]) Read(ctx context.Context, ids []string) (map[string]*T, error) {
	if len(ids) == 0 {
		return map[string]*T{}, nil
	}
	once := slices.Compact(slices.Sorted(slices.Values(ids)))
	var found []bson.Raw
	err := c.store.call(ctx, "read documents", func(ctx context.Context) error {
		var err error
		found, err = c.store.engine.readMany(ctx, c.in, once)
		return err
	})
	if err != nil {
		return nil, err
	}
	documents := make(map[string]*T, len(found))
	for _, raw := range found {
		if document := c.readable(raw); document != nil {
			documents[idOf(raw)] = document
		}
	}
	return documents, nil
}

// batch is how many documents one round trip of All brings.
const batch = 500

// All streams the whole kind, in no order. What was deleted or cannot be decoded is left out, the latter listed by
// [Store.Problems]. Each batch has the time limit of a call, the whole has only that of ctx. An error ends the stream:
// it comes once, last, with a nil document. A document that is written meanwhile may be met as it was, as it is, or both.
func (c Collection[T, PT]) All(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for raw, err := range c.store.scan(ctx, c.in, bson.D{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			document := c.readable(raw)
			if document != nil && !yield(document, nil) {
				return
			}
		}
	}
}

// scan streams raw documents, valid until the next one. An error comes once, last.
func (s *Store) scan(ctx context.Context, from *mongo.Collection, filter bson.D) iter.Seq2[bson.Raw, error] {
	return func(yield func(bson.Raw, error) bool) {
		var cursor *mongo.Cursor
		ctx, end, err := s.within(ctx)
		defer end()
		if err == nil {
			err = s.step(ctx, func(ctx context.Context) (err error) {
				cursor, err = from.Find(ctx, filter, options.Find().SetBatchSize(batch))
				return err
			})
		}
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.Timeout)
			defer cancel()
			_ = cursor.Close(ctx) // the server ends a cursor that was left open by itself
		}()
		for more := true; more; {
			if more, err = s.advance(ctx, cursor); err != nil {
				yield(nil, err)
				return
			}
			if more && !yield(cursor.Current, nil) {
				return
			}
		}
	}
}

// advance moves a cursor on; more is false at its end.
func (s *Store) advance(ctx context.Context, cursor *mongo.Cursor) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, translate(err, readingAll)
	}
	if cursor.RemainingBatchLength() > 0 {
		return cursor.Next(ctx), translate(cursor.Err(), readingAll)
	}
	if cursor.ID() == 0 {
		return false, nil
	}
	err = s.step(ctx, func(ctx context.Context) error {
		more = cursor.Next(ctx)
		return cursor.Err()
	})
	return more, err
}

// step makes one counted round trip of a stream.
func (s *Store) step(ctx context.Context, do func(context.Context) error) error {
	return s.breaker.call(ctx, readingAll, func(ctx context.Context) error {
		s.calls.Add(1)
		return unhurried(ctx, s.config.Timeout, do)
	})
}

const readingAll = "read all documents"

// readable decodes a document that was read. It is nil for a tombstone and for what cannot be decoded.
func (c Collection[T, PT]) readable(raw bson.Raw) *T {
	if isTombstone(raw) {
		return nil
	}
	document, err := c.decode(raw)
	if err != nil {
		c.store.problems.report(c.kind, idOf(raw), err, c.store.now())
		return nil
	}
	c.store.problems.settle(c.kind, idOf(raw))
	return document
}

func (c Collection[T, PT]) decode(raw bson.Raw) (*T, error) {
	if _, ok := raw.Lookup(fieldID).StringValueOK(); !ok {
		return nil, errors.New("the _id is not a string")
	}
	document := new(T)
	if err := decode(c.store.registry, raw, document); err != nil {
		return nil, err
	}
	return document, nil
}

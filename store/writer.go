package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"unisono/content"
	"unisono/fault"
)

// write reads a document under its lock and calls attempt with it, nil where it never was, until no other write comes
// in between. The lock keeps writers of this process from each other: on an engine without atomic updates it is what
// makes a write atomic, on the others it saves retries.
func (s *Store) write(ctx context.Context, kind content.Kind, id string, attempt func(asRead bson.Raw) error) error {
	doing := "write the " + place(kind, id)
	waiting, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	unlock, err := s.locks.lock(waiting, string(kind)+"/"+id)
	if err != nil {
		return translate(err, doing)
	}
	defer unlock()
	for try := range tries {
		asRead, err := s.readOne(ctx, kind, id)
		if err != nil {
			return err
		}
		if err = attempt(asRead); !isOvertaken(err) {
			return err
		}
		if err = pause(ctx, try); err != nil {
			return translate(err, doing)
		}
	}
	return fault.Wrap(fault.Conflict, errOvertaken, "Other writes of the %s came first, %d times in a row: try again.", place(kind, id), tries)
}

func (s *Store) readOne(ctx context.Context, kind content.Kind, id string) (bson.Raw, error) {
	var raw bson.Raw
	err := s.call(ctx, "read the "+place(kind, id), func(ctx context.Context) error {
		var err error
		raw, err = s.primary(kind).FindOne(ctx, bson.D{{Key: fieldID, Value: id}}).Raw()
		return absentIsNone(err)
	})
	return raw, err
}

// absentIsNone takes it for no error that a document is not there.
func absentIsNone(err error) error {
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil
	}
	return err
}

// create writes a document where there was none, or only its tombstone.
func (s *Store) create(ctx context.Context, kind content.Kind, id string, asRead, document bson.Raw) error {
	if asRead != nil {
		return s.replace(ctx, kind, id, asRead, document)
	}
	return s.change(ctx, kind, id, func(ctx context.Context, in *mongo.Collection) (int64, error) {
		_, err := in.InsertOne(ctx, document)
		return 1, err
	})
}

// replace writes a whole document, or its tombstone, over what was read.
func (s *Store) replace(ctx context.Context, kind content.Kind, id string, asRead bson.Raw, document any) error {
	return s.change(ctx, kind, id, func(ctx context.Context, in *mongo.Collection) (int64, error) {
		done, err := in.ReplaceOne(ctx, s.engine.condition(id, asRead), document)
		if err != nil {
			return 0, err
		}
		return done.MatchedCount, nil
	})
}

// amend writes some fields of a document, and its Meta, over what was read.
func (s *Store) amend(ctx context.Context, kind content.Kind, id string, asRead bson.Raw, set, unset bson.D, meta content.Meta) error {
	set = append(set,
		bson.E{Key: fieldRevision, Value: meta.Revision},
		bson.E{Key: fieldUpdatedAt, Value: meta.UpdatedAt},
		bson.E{Key: fieldSchemaVersion, Value: meta.SchemaVersion})
	update := bson.D{{Key: "$set", Value: set}}
	if len(unset) > 0 {
		update = append(update, bson.E{Key: "$unset", Value: unset})
	}
	return s.change(ctx, kind, id, func(ctx context.Context, in *mongo.Collection) (int64, error) {
		done, err := in.UpdateOne(ctx, s.engine.condition(id, asRead), update)
		if err != nil {
			return 0, err
		}
		return done.MatchedCount, nil
	})
}

// change makes one write and tells the feeds. A write that matched nothing, or met a document of the same id, was
// overtaken. One whose outcome is unknown is told too: too many changes do no harm, a missing one does.
func (s *Store) change(ctx context.Context, kind content.Kind, id string, do func(context.Context, *mongo.Collection) (int64, error)) error {
	doing := "write the " + place(kind, id)
	if err := ctx.Err(); err != nil {
		return translate(err, doing)
	}
	if _, err := s.breaker.admit(doing); err != nil { // what was begun is not ended: its outcome would not be known
		return err
	}
	s.calls.Add(1)
	if !s.streams {
		ctx = context.WithoutCancel(ctx) // nobody would tell of a write that was given up and made all the same
	}
	within, cancel := s.engine.write(ctx, s.config.Timeout)
	defer cancel()
	matched := int64(0)
	at, err := s.inSession(within, func(ctx context.Context) (err error) {
		matched, err = do(ctx, s.collection(kind))
		return err
	})
	s.marks.wrote(at, slices.Contains(content.Kinds(), kind))
	if mongo.IsDuplicateKeyError(err) || err == nil && matched == 0 {
		s.breaker.tell(ctx, nil)
		return errOvertaken
	}
	s.breaker.tell(ctx, translate(err, doing))
	if !s.streams {
		told := Change{Kind: kind, ID: id}
		s.feeds.tell(told)
		if mongo.IsTimeout(err) || mongo.IsNetworkError(err) { // it may be made later
			time.AfterFunc(s.config.Timeout, func() { s.feeds.tell(told) })
		}
	}
	return translate(err, doing)
}

// tombstoneAge is how long a deleted document's revision is remembered. An editor whose page is older than that is told
// of a conflict only if the revision happens to differ.
const tombstoneAge = 30 * 24 * time.Hour

// Sweep removes the tombstones that are older than 30 days, of every kind that has any, and says how many. It reads each kind once;
// call it at the start and once a day. It stops at the first error.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	swept := 0
	for _, kind := range kinds() {
		if kind == content.KindAudit {
			continue // its pages are large, and none is ever deleted
		}
		old, err := s.oldTombstones(ctx, kind)
		if err != nil {
			return swept, err
		}
		for _, id := range old {
			err := s.write(ctx, kind, id, func(asRead bson.Raw) error {
				if !s.isOld(asRead) {
					return nil
				}
				swept++
				return s.remove(ctx, kind, id, asRead)
			})
			if err != nil {
				return swept, err
			}
		}
	}
	if !s.server.replicated() {
		return swept, nil
	}
	return swept, s.sweepBeats(ctx)
}

func (s *Store) oldTombstones(ctx context.Context, kind content.Kind) ([]string, error) {
	var old []string
	for raw, err := range s.scan(ctx, s.collection(kind), bson.D{{Key: fieldDeleted, Value: true}}) {
		if err != nil {
			return nil, err
		}
		if id, ok := raw.Lookup(fieldID).StringValueOK(); ok && s.isOld(raw) {
			old = append(old, id)
		}
	}
	return old, nil
}

// isOld says that a document is a tombstone that need not be remembered any longer.
func (s *Store) isOld(raw bson.Raw) bool {
	if !isTombstone(raw) {
		return false
	}
	written, ok := raw.Lookup(fieldUpdatedAt).TimeOK()
	return ok && s.now().Sub(written) > tombstoneAge
}

// remove takes a tombstone away. No feed is told: absent it was before.
func (s *Store) remove(ctx context.Context, kind content.Kind, id string, asRead bson.Raw) error {
	return s.call(ctx, "sweep the "+place(kind, id), func(ctx context.Context) error {
		within, cancel := s.engine.write(ctx, s.config.Timeout)
		defer cancel()
		_, err := s.collection(kind).DeleteOne(within, s.engine.condition(id, asRead))
		return err
	})
}

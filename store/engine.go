package store

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"
)

// Engine is a database inside the process, as package embedded makes it.
type Engine interface {
	// URI is where the driver reaches the engine.
	URI() string
	// Prepare makes look-ups by key fast in every collection that a database has now. It may be called again.
	Prepare(ctx context.Context, database string) error
}

// engine is what differs between databases. All else is the same for all of them.
type engine interface {
	// readMany reads the documents of some ids, each given once; absent ones are left out. It counts as one round trip.
	readMany(ctx context.Context, from *mongo.Collection, ids []string) ([]bson.Raw, error)
	// condition selects one document for a write, if it is still as it was read.
	condition(id string, asRead bson.Raw) bson.D
	// write gives the context in which a write runs.
	write(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc)
}

// mongoEngine is any MongoDB: a filter decides atomically, so gateways beside each other need no lock.
type mongoEngine struct{}

func (mongoEngine) readMany(ctx context.Context, from *mongo.Collection, ids []string) ([]bson.Raw, error) {
	// One id more than asked for lets the server end the cursor in its first answer.
	find := options.Find().SetBatchSize(int32(len(ids) + 1))
	cursor, err := from.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, find)
	if err != nil {
		return nil, err
	}
	found := make([]bson.Raw, 0, len(ids))
	err = cursor.All(ctx, &found)
	return found, err
}

func (mongoEngine) condition(id string, asRead bson.Raw) bson.D {
	condition := bson.D{{Key: "_id", Value: id}, {Key: fieldRevision, Value: nil}} // null: there is none
	if revision, err := asRead.LookupErr(fieldRevision); err == nil {
		condition[1].Value = revision
	}
	return condition
}

func (mongoEngine) write(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, limit)
}

// embeddedEngine is FerretDB on SQLite. It scans for every filter but a lone _id, and none of its updates is atomic. So
// it looks ids up one by one, side by side, and relies on the lock that each writer of a document holds: nobody else
// has the database open.
type embeddedEngine struct{}

// lookups is how many look-ups run side by side for one read.
const lookups = 16

// patience is the least time that an engine inside the process gets for a write.
const patience = 30 * time.Second

func (embeddedEngine) readMany(ctx context.Context, from *mongo.Collection, ids []string) ([]bson.Raw, error) {
	found := make([]bson.Raw, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookups)
	for i, id := range ids {
		group.Go(func() error {
			raw, err := from.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Raw()
			if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
				return err
			}
			found[i] = raw
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	there := found[:0]
	for _, raw := range found {
		if raw != nil {
			there = append(there, raw)
		}
	}
	return there, nil
}

func (embeddedEngine) condition(id string, _ bson.Raw) bson.D {
	return bson.D{{Key: "_id", Value: id}}
}

// A write that was begun is waited for, whatever becomes of the caller: given up, it would go on without its lock.
func (embeddedEngine) write(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), max(limit, patience))
}

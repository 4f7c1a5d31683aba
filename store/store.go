// Package store keeps the gateway's documents in a MongoDB, or in a database inside the process that speaks its
// protocol (package embedded).
//
// It is the only package that knows MongoDB. It asks by key alone: read documents by id, write a document by id, read a
// whole kind, follow what changed. It refuses to filter, sort, join and count, which is what makes every engine behave
// alike and a miss cost the same at any size; and it refuses to judge content: what decodes is handed out, what does not
// is reported by [Store.Problems] and never overwritten.
//
// Errors are *fault.Error, with the driver's error as their cause.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"

	"unisono/content"
	"unisono/fault"
)

// Config says which database to use and how. The zero value of a field means its default; only URI or Engine is needed.
type Config struct {
	URI      string        // mongodb:// or mongodb+srv://; not with Engine
	Engine   Engine        // a database inside the process; the caller closes it after the Store. Not with URI
	Database string        // default "unisono"
	Timeout  time.Duration // limit of one round trip, default 5 s; a context's earlier deadline wins

	Logger *slog.Logger     // default: slog.Default()
	Now    func() time.Time // the clock that dates writes; default: time.Now

	// What the URI says of these wins.
	MaxPoolSize            uint64        // connections to one server, default 32: some 16 to a core
	MinPoolSize            uint64        // connections kept ready, default 4
	MaxConnecting          uint64        // connections made at the same time, default 2
	ServerSelectionTimeout time.Duration // how long to look for a server that answers, default 3 s
	MaxConnIdleTime        time.Duration // an idle connection is closed after it, default 5 min

	Dialer options.ContextDialer // makes connections to a MongoDB; default: the driver's own

	FeedBuffer int // changes that wait for one slow reader of a Feed, default 4096; above, it gets Lost
}

func (c *Config) setDefaults() {
	setDefault(&c.Database, "unisono")
	setDefault(&c.Timeout, 5*time.Second)
	setDefault(&c.Logger, slog.Default())
	if c.Now == nil {
		c.Now = time.Now
	}
	setDefault(&c.MaxPoolSize, 32)
	setDefault(&c.MinPoolSize, min(4, c.MaxPoolSize))
	setDefault(&c.MaxConnecting, 2)
	setDefault(&c.ServerSelectionTimeout, 3*time.Second)
	setDefault(&c.MaxConnIdleTime, 5*time.Minute)
	setDefault(&c.FeedBuffer, 4096)
}

func setDefault[V comparable](field *V, value V) {
	var zero V
	if *field == zero {
		*field = value
	}
}

// Store is one database. It is safe for concurrent use. Its users get typed collections by [In].
type Store struct {
	config   Config
	client   *mongo.Client
	database *mongo.Database
	registry *bson.Registry
	server   server // what the server said it is
	engine   engine
	streams  bool // the database has change streams

	breaker  *breaker
	locks    keyLocks
	calls    atomic.Int64
	problems problemList
	feeds    feedSet
	marks    marks
}

// Open connects to a database and checks that it can serve. An [Engine] is migrated on the way, because its look-ups
// scan before that; a MongoDB is not, see [Store.Migrate]. The fault is Unavailable where the server is absent, refuses
// the login or is too old, BadUserInput where the URI is malformed; its message says what to do and holds no password.
func Open(ctx context.Context, config Config) (*Store, error) {
	config.setDefaults()
	if (config.URI == "") == (config.Engine == nil) {
		return nil, fault.New(fault.BadUserInput, "Give either the URI of a MongoDB or a database inside the process.")
	}
	s := &Store{config: config, registry: newRegistry()}
	s.breaker = newBreaker(func(ctx context.Context) error { return s.client.Ping(ctx, nil) }, config.Logger)
	s.feeds.limit = config.FeedBuffer
	s.problems.logger = config.Logger
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// settle finds out what the connected server can do, and prepares an engine inside the process.
func (s *Store) settle(ctx context.Context) error {
	if s.config.Engine != nil {
		s.engine = embeddedEngine{}
		_, err := s.Migrate(ctx)
		return err
	}
	s.engine = mongoEngine{}
	var err error
	s.streams, err = s.probeStreams(ctx)
	return err
}

// Close ends every feed, waits for the store's goroutines and closes the connections. Calls that are under way fail, and
// later ones are Unavailable.
func (s *Store) Close(ctx context.Context) error {
	s.feeds.closeAll()
	s.breaker.close()
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	if err := s.client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return translate(err, "close the connection to the database")
	}
	return nil
}

// Calls counts the round trips so far. Look-ups that are made side by side count as one. Feeds are not counted.
func (s *Store) Calls() int64 { return s.calls.Load() }

// Ping asks whether the database answers, whatever came of calls before. The fault is Unavailable or Timeout.
func (s *Store) Ping(ctx context.Context) error {
	s.calls.Add(1)
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	return translate(s.client.Ping(ctx, nil), "ping the database")
}

// Answers says whether calls are made. It is false from when the database was found not to answer until it does again; calls fail at once meanwhile.
func (s *Store) Answers() bool { return s.breaker.admits() }

// HasChangeStreams says whether [Store.Follow] sees what other programs write. Without, it sees only what this Store
// writes, and several gateways on the database would answer with old content.
func (s *Store) HasChangeStreams() bool { return s.streams }

// call makes one counted round trip within the time limit and translates its error. It is not made while the database does not answer.
func (s *Store) call(ctx context.Context, doing string, do func(context.Context) error) error {
	return s.callAlone(ctx, doing, func(ctx context.Context) error { return s.inOrder(ctx, do) })
}

// callAlone is call for what needs no order: it is in no session.
func (s *Store) callAlone(ctx context.Context, doing string, do func(context.Context) error) error {
	return s.breaker.call(ctx, doing, func(ctx context.Context) error {
		s.calls.Add(1)
		ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
		defer cancel()
		return do(ctx)
	})
}

// now is the clock as the database keeps it: UTC, in milliseconds.
func (s *Store) now() time.Time { return s.config.Now().UTC().Truncate(time.Millisecond) }

// collection is the driver's face of the collection of a kind.
func (s *Store) collection(kind content.Kind) *mongo.Collection {
	return s.database.Collection(kind.Collection())
}

// primary is the collection of a kind as the primary has it, whatever the URI says of others.
func (s *Store) primary(kind content.Kind) *mongo.Collection {
	return s.database.Collection(kind.Collection(), options.Collection().SetReadPreference(readpref.Primary()))
}

// linearizable is the collection of a kind as a majority is known to have it at the time of reading.
func (s *Store) linearizable(kind content.Kind) *mongo.Collection {
	return s.database.Collection(kind.Collection(), options.Collection().SetReadPreference(readpref.Primary()).SetReadConcern(readconcern.Linearizable()))
}

// kinds lists every kind that has a collection.
func kinds() []content.Kind {
	return append(content.Kinds(), content.KindClient, content.KindAudit)
}

// place names a document in errors.
func place(kind content.Kind, id string) string { return fmt.Sprintf("%s %q", kind, id) }

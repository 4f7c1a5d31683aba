package store

import (
	"context"
	"errors"
	"net"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"unisono/fault"
)

// oldestWireVersion is that of MongoDB 6.0.
const oldestWireVersion = 17

// server is what a server says about itself when greeted.
type server struct {
	MaxWireVersion int    `bson:"maxWireVersion"`
	SetName        string `bson:"setName"` // of a replica set's member
	Message        string `bson:"msg"`     // "isdbgrid": a sharded cluster's router
}

// sharded says that the server is the router of a sharded cluster.
func (s server) sharded() bool { return s.Message == "isdbgrid" }

// replicated says that a majority has a meaning: there are members that can lag.
func (s server) replicated() bool { return s.SetName != "" || s.sharded() }

// connect makes the client, greets the server and checks its version.
func (s *Store) connect(ctx context.Context) error {
	client, hosts, err := s.newClient()
	if err != nil {
		return err
	}
	s.client = client
	err = s.greet(ctx)
	if err == nil && s.server.MaxWireVersion < oldestWireVersion {
		err = tooOld(nil)
	}
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.Timeout)
		defer cancel()
		return errors.Join(cannotOpen(err, hosts), client.Disconnect(ctx))
	}
	of := options.Database().SetRegistry(s.registry)
	if s.server.replicated() {
		of.SetReadConcern(readconcern.Majority()).SetWriteConcern(writeconcern.Majority())
	} else {
		of.SetReadPreference(readpref.Primary()) // without a clock that members share, one that lags would give what was before a change that was told
	}
	s.database = client.Database(s.config.Database, of)
	return nil
}

// newClient makes a client that has no time limit of its own: every call brings one, and the feed's waits must not end.
func (s *Store) newClient() (*mongo.Client, []string, error) {
	uri := s.config.URI
	if s.config.Engine != nil {
		uri = s.config.Engine.URI()
	}
	of := options.Client().ApplyURI(uri)
	if err := of.Validate(); err != nil {
		return nil, nil, malformed(uri, err)
	}
	of.Timeout = nil
	setUnsaid(&of.MaxPoolSize, s.config.MaxPoolSize)
	setUnsaid(&of.MinPoolSize, s.config.MinPoolSize)
	if most := *of.MaxPoolSize; most > 0 && *of.MinPoolSize > most {
		of.SetMinPoolSize(most)
	}
	setUnsaid(&of.MaxConnecting, s.config.MaxConnecting)
	setUnsaid(&of.MaxConnIdleTime, s.config.MaxConnIdleTime)
	setUnsaid(&of.ServerSelectionTimeout, s.config.ServerSelectionTimeout)
	setUnsaid(&of.ConnectTimeout, s.config.ServerSelectionTimeout) // the driver's own, 30 s, is as long as it would take to see that a silent server is back
	setUnsaid(&of.AppName, "unisono")
	if s.config.Dialer != nil {
		of.SetDialer(s.config.Dialer)
	}
	client, err := mongo.Connect(of)
	if err != nil {
		return nil, nil, malformed(uri, err)
	}
	return client, of.Hosts, nil
}

// setUnsaid sets an option that the URI does not give.
func setUnsaid[V any](option **V, value V) {
	if *option == nil {
		*option = &value
	}
}

func (s *Store) greet(ctx context.Context) error {
	s.calls.Add(1)
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	admin := s.client.Database("admin")
	err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&s.server)
	if hasCode(err, codeNoCommand) {
		err = admin.RunCommand(ctx, bson.D{{Key: "isMaster", Value: 1}}).Decode(&s.server) // its name of old
	}
	return err
}

// malformed explains a URI that the driver refuses. The driver's words can quote the URI, and so its password; they are
// kept only where there is none.
func malformed(uri string, cause error) error {
	const advice = "The URI of the MongoDB (--mongo-uri) is not right: it reads mongodb://USER:PASSWORD@HOST:PORT/ or " +
		"mongodb+srv://USER:PASSWORD@HOST/, with every special character in USER and PASSWORD percent-encoded."
	var dns *net.DNSError
	if errors.As(cause, &dns) {
		return fault.Wrap(fault.Unavailable, dns, "The host in the URI of the MongoDB (--mongo-uri) is not known: check its name and this machine's DNS.")
	}
	if strings.Contains(uri, "@") {
		return fault.New(fault.BadUserInput, advice)
	}
	return fault.Wrap(fault.BadUserInput, cause, advice)
}

// cannotOpen explains why a server that was greeted does not serve.
func cannotOpen(err error, hosts []string) error {
	var known *fault.Error
	at := strings.Join(hosts, ", ")
	switch {
	case errors.As(err, &known):
		return err
	case isVersionRefusal(err):
		return tooOld(err)
	case isLoginRefusal(err):
		return fault.Wrap(fault.Unavailable, err, "The MongoDB at %s refuses the login: check user, password and authSource in the URI (--mongo-uri).", at)
	case errors.Is(err, context.Canceled):
		return translate(err, "open the database")
	default:
		return fault.Wrap(fault.Unavailable, err, "No MongoDB answers at %s: check that it runs, that this machine may reach it, and the URI (--mongo-uri).", at)
	}
}

func tooOld(cause error) error {
	const advice = "The MongoDB is too old: version 6.0 or later is needed. Upgrade it, or use a database in a directory (--data-dir)."
	return fault.Wrap(fault.Unavailable, cause, advice)
}

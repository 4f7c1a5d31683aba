package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
)

// Migration says what Migrate did and what remains to be done by hand. Names are those of collections, sorted by kind.
type Migration struct {
	Created []string // collections that were not there
	Checked []string // collections whose documents the database now checks
	Sharded []string // collections that are spread over a cluster by their key
	Lacks   []string // what this database cannot do; the gateway does without
	Hints   []string // commands for the shell that spread the collections, should this become a cluster
}

// Migrate brings the database into shape: the collections, the checks of what every document has, and on a cluster their
// spreading by hashed key. The checks warn and refuse nothing, so that other programs are not stopped. It may be run
// again and beside running gateways. What the database cannot do is logged and no error.
func (s *Store) Migrate(ctx context.Context) (Migration, error) {
	var done Migration
	there, err := s.collections(ctx)
	if err != nil {
		return done, err
	}
	for _, kind := range kinds() {
		if !there[kind.Collection()] {
			if err := s.createCollection(ctx, kind, &done); err != nil {
				return done, err
			}
		}
		if s.config.Engine == nil {
			s.check(ctx, kind, &done)
		}
	}
	if engine := s.config.Engine; engine != nil {
		if err := engine.Prepare(ctx, s.config.Database); err != nil {
			return done, err
		}
		return done, nil // what an engine lacks is known and documented
	}
	s.spread(ctx, &done)
	if len(done.Lacks) > 0 {
		s.config.Logger.Info("the database lacks what the gateway does without", "lacks", strings.Join(done.Lacks, "; "))
	}
	return done, ctx.Err()
}

func (s *Store) collections(ctx context.Context) (map[string]bool, error) {
	there := map[string]bool{}
	err := s.call(ctx, "list the collections", func(ctx context.Context) error {
		names, err := s.database.ListCollectionNames(ctx, bson.D{})
		for _, name := range names {
			there[name] = true
		}
		return err
	})
	return there, err
}

func (s *Store) createCollection(ctx context.Context, kind content.Kind, done *Migration) error {
	name := kind.Collection()
	err := s.call(ctx, "create the collection "+name, func(ctx context.Context) error {
		err := s.database.CreateCollection(ctx, name)
		if hasCode(err, codeNamespaceExists) {
			return nil // another gateway was faster
		}
		return err
	})
	if err == nil {
		done.Created = append(done.Created, name)
	}
	return err
}

// check gives a collection a validator that warns in the database's log of what the gateway could not work with.
func (s *Store) check(ctx context.Context, kind content.Kind, done *Migration) {
	name := kind.Collection()
	number := bson.A{"int", "long", "double"}
	schema := bson.D{
		{Key: "bsonType", Value: "object"},
		{Key: "properties", Value: bson.D{
			{Key: fieldID, Value: bson.D{{Key: "bsonType", Value: "string"}}},
			{Key: fieldRevision, Value: bson.D{{Key: "bsonType", Value: number}}},
			{Key: fieldSchemaVersion, Value: bson.D{{Key: "bsonType", Value: number}}},
			{Key: fieldUpdatedAt, Value: bson.D{{Key: "bsonType", Value: "date"}}},
		}},
	}
	s.command(ctx, "checks of documents", s.config.Database, bson.D{
		{Key: "collMod", Value: name},
		{Key: "validator", Value: bson.D{{Key: "$jsonSchema", Value: schema}}},
		{Key: "validationLevel", Value: "moderate"},
		{Key: "validationAction", Value: "warn"},
	}, &done.Checked, name, done)
}

// spread shards the collections of a cluster by hashed key, or says how to.
func (s *Store) spread(ctx context.Context, done *Migration) {
	database := s.config.Database
	for _, kind := range kinds() {
		name := kind.Collection()
		if !s.server.sharded() {
			done.Hints = append(done.Hints, fmt.Sprintf(`sh.shardCollection("%s.%s", {_id: "hashed"})`, database, name))
			continue
		}
		s.command(ctx, "spreading over shards", "admin", bson.D{
			{Key: "shardCollection", Value: database + "." + name},
			{Key: "key", Value: bson.D{{Key: fieldID, Value: "hashed"}}},
		}, &done.Sharded, name, done)
	}
}

// command runs what not every database can do.
func (s *Store) command(ctx context.Context, what, database string, command bson.D, list *[]string, name string, done *Migration) {
	err := s.call(ctx, "set up the "+what+" of "+name, func(ctx context.Context) error {
		return s.client.Database(database).RunCommand(ctx, command).Err()
	})
	if err == nil {
		*list = append(*list, name)
		return
	}
	if !slices.Contains(done.Lacks, what) {
		done.Lacks = append(done.Lacks, what)
	}
	s.config.Logger.Debug("the database refuses a setting", "what", what, "collection", name, "error", err)
}

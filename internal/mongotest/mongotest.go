// Package mongotest gives tests a database of their own on every engine that the store supports.
//
// It refuses to fake the store: what a test gets is a real one, over a real connection. The embedded engine is always
// there. A MongoDB double with change streams, mongo-java-server, is there where Java and Maven are; with CI=true their
// absence fails the test. UNISONO_TEST_MONGO_URI names a server to test besides.
package mongotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"unisono/store"
	"unisono/store/embedded"
)

// databases counts the databases that this process gave to tests.
var databases atomic.Int64

// configs remembers how each store was opened, by *store.Store.
var configs sync.Map

// Each runs a test on every engine that is there.
func Each(t *testing.T, run func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { run(t, Embedded(t)) })
	t.Run("java", func(t *testing.T) { run(t, Java(t)) })
	if os.Getenv(uriVariable) != "" {
		t.Run("uri", func(t *testing.T) { run(t, URI(t)) })
	}
}

// engine is the embedded engine of this process, shared by its tests. It lasts as long as the process, so its directory
// is removed by a later one.
var engine = sync.OnceValues(func() (*embedded.Engine, error) {
	removeLeftOvers()
	dir, err := os.MkdirTemp("", dirPrefix)
	if err != nil {
		return nil, err
	}
	return embedded.Open(context.Background(), embedded.Config{Dir: dir})
})

const dirPrefix = "unisono-test-"

// removeLeftOvers removes the directories of test processes that are gone: nobody holds their lock. Those that were made
// just now may not be locked yet.
func removeLeftOvers() {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), dirPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		made, err := os.Stat(dir)
		if err != nil || time.Since(made.ModTime()) < time.Minute {
			continue
		}
		left, err := embedded.Open(context.Background(), embedded.Config{Dir: dir}) // removes its socket, too
		if err != nil {
			continue
		}
		_ = left.Close(context.Background())
		_ = os.RemoveAll(dir)
	}
}

// Embedded gives a store on an empty database of the embedded engine, migrated. It is closed when the test ends.
func Embedded(t testing.TB) *store.Store {
	t.Helper()
	running, err := engine()
	if err != nil {
		t.Fatalf("start the embedded database: %v", err)
	}
	return Open(t, store.Config{Engine: running, Database: newDatabase()})
}

// Java gives a store on an empty database of a mongo-java-server, which has change streams. It is closed when the test
// ends. Without Java or Maven the test is skipped, with CI=true it fails.
func Java(t testing.TB) *store.Store {
	t.Helper()
	uri, err := javaServer()
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatalf("start mongo-java-server: %v", err)
	case err != nil:
		t.Skipf("no mongo-java-server: %v", err)
	}
	return Open(t, store.Config{URI: uri, Database: newDatabase()})
}

const uriVariable = "UNISONO_TEST_MONGO_URI"

// URI gives a store on an empty database of the server that UNISONO_TEST_MONGO_URI names; the database is dropped when
// the test ends. Without the variable the test is skipped.
func URI(t testing.TB) *store.Store {
	t.Helper()
	uri := os.Getenv(uriVariable)
	if uri == "" {
		t.Skip("no " + uriVariable)
	}
	s := Open(t, store.Config{URI: uri, Database: newDatabase()})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	database := Database(t, s)
	t.Cleanup(func() { _ = database.Drop(context.Background()) })
	return s
}

// Open gives a store that is closed when the test ends.
func Open(t testing.TB, config store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), config)
	if err != nil {
		t.Fatalf("open a store: %v", err)
	}
	configs.Store(s, config)
	t.Cleanup(func() {
		configs.Delete(s)
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Beside gives a second store on the same database, as another gateway would have. Change may adapt its configuration.
// Never use it on an embedded engine to write at the same time: one store owns such a database.
func Beside(t testing.TB, s *store.Store, change func(*store.Config)) *store.Store {
	t.Helper()
	config := configOf(t, s)
	if change != nil {
		change(&config)
	}
	return Open(t, config)
}

// Database gives the driver's face of a store's database, as another program has it.
func Database(t testing.TB, s *store.Store) *mongo.Database {
	t.Helper()
	config := configOf(t, s)
	uri := config.URI
	if config.Engine != nil {
		uri = config.Engine.URI()
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetTimeout(10 * time.Second))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client.Database(config.Database)
}

func configOf(t testing.TB, s *store.Store) store.Config {
	t.Helper()
	config, ok := configs.Load(s)
	if !ok {
		t.Fatal("this store is not one that mongotest opened")
	}
	return config.(store.Config)
}

func newDatabase() string {
	return fmt.Sprintf("test_%d_%d", os.Getpid(), databases.Add(1))
}

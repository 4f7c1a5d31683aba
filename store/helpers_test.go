package store_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"unisono/store"
)

// quiet is for tests that provoke warnings.
var quiet = slog.New(slog.DiscardHandler)

func mustFind(t *testing.T, in *mongo.Collection, id string) bson.Raw {
	t.Helper()
	raw, err := in.FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Raw()
	if err != nil {
		t.Fatalf("find %s: %v", id, err)
	}
	return raw
}

// next gives a feed's next change, or fails the test after a while.
func next(t *testing.T, feed *store.Feed) store.Change {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	change, err := feed.Next(ctx)
	if err != nil {
		t.Fatalf("wait for a change: %v", err)
	}
	return change
}

package mongotest

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/store"
)

// Write puts documents into a collection as another program would, each in MongoDB's Extended JSON. No feed of an embedded engine sees it.
func Write(t testing.TB, s *store.Store, collection string, documents ...string) {
	t.Helper()
	database := Database(t, s)
	for _, text := range documents {
		document := bson.D{}
		if err := bson.UnmarshalExtJSON([]byte(text), false, &document); err != nil {
			t.Fatalf("%.100s: %v", text, err)
		}
		if _, err := database.Collection(collection).InsertOne(t.Context(), document); err != nil {
			t.Fatalf("insert %.100s: %v", text, err)
		}
	}
}

// Raw gives a document as it stands in its collection, in MongoDB's Extended JSON.
func Raw(t testing.TB, s *store.Store, collection, id string) string {
	t.Helper()
	document := bson.D{}
	if err := Database(t, s).Collection(collection).FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Decode(&document); err != nil {
		t.Fatalf("%s %s: %v", collection, id, err)
	}
	text, err := bson.MarshalExtJSON(document, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

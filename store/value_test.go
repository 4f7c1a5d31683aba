package store_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

func TestValuesOfOtherPrograms(t *testing.T) {
	decimal, err := bson.ParseDecimal128("12.50")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name     string
		kept     any
		want     any
		broken   bool
		embedded bool // the embedded engine keeps this type too
	}{
		{name: "text", kept: "é", want: "é", embedded: true},
		{name: "null", kept: nil, want: nil, embedded: true},
		{name: "yes", kept: true, want: true, embedded: true},
		{name: "int32", kept: int32(7), want: 7.0, embedded: true},
		{name: "int64", kept: int64(7), want: 7.0, embedded: true},
		{name: "int64 that no double holds", kept: int64(1<<53 + 1), broken: true, embedded: true},
		{name: "double", kept: 1.25, want: 1.25, embedded: true},
		{name: "time", kept: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), want: "2026-01-02T03:04:05Z", embedded: true},
		{name: "decimal", kept: decimal, want: "12.50"},
		{name: "list", kept: bson.A{int32(1), "x", bson.A{}}, want: []any{1.0, "x", []any{}}},
		{name: "document", kept: bson.D{{Key: "b", Value: int32(1)}, {Key: "a", Value: bson.A{nil}}}, want: map[string]any{"a": []any{nil}, "b": 1.0}, embedded: true},
		{name: "binary", kept: []byte("x"), broken: true, embedded: true},
	}
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in, raw := notesIn(s), mongotest.Database(t, s).Collection(content.KindFragment.Collection())
		quietly := notesIn(mongotest.Beside(t, s, func(c *store.Config) { c.Logger = quiet }))
		for _, c := range cases {
			if !c.embedded && !s.HasChangeStreams() {
				continue
			}
			if _, err := raw.InsertOne(t.Context(), bson.D{{Key: "_id", Value: c.name}, {Key: "value", Value: c.kept}}); err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if c.broken {
				in = quietly
			}
			got := read(t, in, c.name)
			switch {
			case c.broken && got != nil:
				t.Errorf("%s: got %+v, want a problem", c.name, got)
			case !c.broken && (got == nil || !reflect.DeepEqual(got.Value.Any(), c.want)):
				t.Errorf("%s: got %+v, want %#v", c.name, got, c.want)
			}
		}
	})
}

func TestContentThatTheEngineRefuses(t *testing.T) {
	in := notesIn(mongotest.Embedded(t))
	for _, of := range []any{[]any{[]any{"x"}}, map[string]any{"a.b": 1}, map[string]any{"$a": 1}} {
		value, err := content.NewValue(of)
		if err != nil {
			t.Fatal(err)
		}
		_, err = in.Update(t.Context(), "a", func(*note) (*note, error) { return &note{Key: "a", Value: value}, nil })
		if fault.KindOf(err) != fault.BadUserInput {
			t.Errorf("%v: got %v", of, err)
		}
	}
	_, err := in.Update(t.Context(), "a", func(*note) (*note, error) {
		return &note{Key: "a", Text: strings.Repeat("x", 17<<20)}, nil
	})
	if fault.KindOf(err) != fault.LimitExceeded {
		t.Errorf("17 MiB: got %.300v", err)
	}
	write(t, in, "a", "works still")
}

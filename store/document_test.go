package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// note is a document of these tests. It lives in the collection of fragments.
type note struct {
	Key          string `bson:"_id"`
	content.Meta `bson:",inline"`

	Text  string            `bson:"text,omitempty"`
	Count int               `bson:"count,omitempty"`
	Names map[string]string `bson:"names,omitempty"`
	Value content.Value     `bson:"value"`
	Until *time.Time        `bson:"until,omitempty"`
}

type notes = store.Collection[note, *note]

func notesIn(s *store.Store) notes { return store.In[note](s, content.KindFragment) }

// write sets a note's text, whatever is there.
func write(t *testing.T, in notes, id, text string) store.Result[note] {
	t.Helper()
	result, err := in.Update(t.Context(), id, func(*note) (*note, error) { return &note{Key: id, Text: text}, nil })
	if err != nil {
		t.Fatalf("write %s: %v", id, err)
	}
	return result
}

func read(t *testing.T, in notes, id string) *note {
	t.Helper()
	found, err := in.Read(t.Context(), []string{id})
	if err != nil {
		t.Fatalf("read %s: %v", id, err)
	}
	return found[id]
}

func TestReadLeavesOutWhatIsAbsent(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		var ids []string
		for i := range 40 {
			id := fmt.Sprintf("n%02d", i)
			write(t, in, id, "text of "+id)
			ids = append(ids, id, "no "+id, id)
		}
		before := s.Calls()
		found, err := in.Read(t.Context(), ids)
		if err != nil || len(found) != 40 {
			t.Fatalf("got %d documents, %v; want 40", len(found), err)
		}
		if calls := s.Calls() - before; calls != 1 {
			t.Errorf("%d round trips, want 1", calls)
		}
		for id, got := range found {
			if got.Key != id || got.Text != "text of "+id || got.Revision != 1 {
				t.Errorf("%s: got %+v", id, got)
			}
		}
		if none, err := in.Read(t.Context(), nil); err != nil || len(none) != 0 || s.Calls()-before != 1 {
			t.Errorf("reading no ids: %v, %v, or a round trip", none, err)
		}
	})
}

func TestUpdateCountsRevisions(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		start := time.Now().Add(-time.Second)
		created := write(t, in, "a", "one")
		if !created.Written || !created.Created || created.Revision != 1 || created.Doc.UpdatedAt.Before(start) {
			t.Errorf("creation: %+v %+v", created, created.Doc)
		}
		if same := write(t, in, "a", "one"); same.Written || same.Created || same.Revision != 1 || same.Doc.Text != "one" {
			t.Errorf("no change: %+v", same)
		}
		changed := write(t, in, "a", "two")
		if !changed.Written || changed.Created || changed.Revision != 2 {
			t.Errorf("change: %+v", changed)
		}
		got := read(t, in, "a")
		if got.Text != "two" || got.Revision != 2 || got.SchemaVersion != content.SchemaVersion ||
			!got.UpdatedAt.Equal(changed.Doc.UpdatedAt) || got.UpdatedAt.Location() != time.UTC {
			t.Errorf("read %+v, the write said %+v", got, changed.Doc)
		}
		none, err := in.Update(t.Context(), "b", func(*note) (*note, error) { return nil, nil })
		if err != nil || none.Written || none.Doc != nil || read(t, in, "b") != nil {
			t.Errorf("a change that wants nothing: %+v, %v", none, err)
		}
		refusal := errors.New("no")
		if _, err = in.Update(t.Context(), "a", func(*note) (*note, error) { return nil, refusal }); !errors.Is(err, refusal) {
			t.Errorf("change's error: got %v", err)
		}
		_, err = in.Update(t.Context(), "a", func(*note) (*note, error) { return &note{Key: "other"}, nil })
		if fault.KindOf(err) != fault.Internal {
			t.Errorf("another id: got %v", err)
		}
	})
}

func TestUpdateComparesContentOnly(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		names := map[string]string{}
		for i := range 30 {
			names[fmt.Sprint("name ", i)] = fmt.Sprint(i)
		}
		value, err := content.NewValue(map[string]any{
			"amount": 2.5, "whole": 3, "yes": true, "none": nil, "text": "é", "list": []any{"x", 1, map[string]any{"in": "side"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		until := time.Date(2030, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
		for i := range 5 {
			result, err := in.Update(t.Context(), "a", func(current *note) (*note, error) {
				if current == nil {
					current = &note{Key: "a"}
				}
				current.Names, current.Value, current.Until = names, value, &until // altered in place
				return current, nil
			})
			if err != nil || result.Written != (i == 0) {
				t.Fatalf("try %d: %+v, %v", i, result, err)
			}
		}
		got := read(t, in, "a")
		if !got.Value.Equal(value) || !got.Until.Equal(until) || len(got.Names) != 30 {
			t.Errorf("read %+v", got)
		}
		names["name 7"] = "changed"
		if _, err = in.Update(t.Context(), "a", func(current *note) (*note, error) {
			current.Names, current.Until = names, nil
			return current, nil
		}); err != nil {
			t.Fatal(err)
		}
		if got = read(t, in, "a"); got.Names["name 7"] != "changed" || got.Until != nil || !got.Value.Equal(value) {
			t.Errorf("read %+v", got)
		}
	})
}

func TestUnknownFieldsSurvive(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in, raw := notesIn(s), mongotest.Database(t, s).Collection(content.KindFragment.Collection())
		_, err := raw.InsertOne(t.Context(), bson.D{
			{Key: "_id", Value: "a"},
			{Key: "schemaVersion", Value: 99},
			{Key: "text", Value: "one"},
			{Key: "count", Value: int64(4)},
			{Key: "novelty", Value: bson.D{{Key: "deep", Value: bson.A{"x"}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, in, "a"); got == nil || got.Revision != 0 || got.Count != 4 {
			t.Fatalf("a document of another program: %+v", got)
		}
		if result := write(t, in, "a", "two"); result.Revision != 1 {
			t.Errorf("first write of ours: %+v", result)
		}
		var got bson.M
		if err := raw.FindOne(t.Context(), bson.D{{Key: "_id", Value: "a"}}).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got["novelty"]) != fmt.Sprint(bson.D{{Key: "deep", Value: bson.A{"x"}}}) || fmt.Sprint(got["schemaVersion"]) != "99" {
			t.Errorf("the newer program's part is gone: %v", got)
		}
		if _, there := got["count"]; there || got["text"] != "two" {
			t.Errorf("our part is not as written: %v", got)
		}
	})
}

func TestBrokenDocumentsAreReportedAndKept(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in, raw := notesIn(s), mongotest.Database(t, s).Collection(content.KindFragment.Collection())
		write(t, in, "good", "fine")
		if _, err := raw.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "bad"}, {Key: "text", Value: 7}}); err != nil {
			t.Fatal(err)
		}
		if _, err := raw.InsertOne(t.Context(), bson.D{{Key: "_id", Value: 12}, {Key: "text", Value: "numbered"}}); err != nil {
			t.Fatal(err)
		}
		found, err := in.Read(t.Context(), []string{"good", "bad"})
		if err != nil || len(found) != 1 {
			t.Fatalf("read %v, %v", found, err)
		}
		count := 0
		for _, err := range in.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			count++
		}
		if count != 1 {
			t.Errorf("All gave %d documents, want 1", count)
		}
		problems := s.Problems()
		if len(problems) != 2 || s.ProblemsMet() != 3 || problems[0].ID != "bad" || problems[0].Count != 2 {
			t.Errorf("problems: %+v, met %d times", problems, s.ProblemsMet())
		}
		_, err = in.Update(t.Context(), "bad", func(*note) (*note, error) { return &note{Key: "bad", Text: "over"}, nil })
		if fault.KindOf(err) != fault.Internal {
			t.Errorf("writing over it: %v", err)
		}
		if deleted, err := in.Delete(t.Context(), "bad", nil); deleted || err == nil {
			t.Errorf("deleting it: %v, %v", deleted, err)
		}
		if number, ok := mustFind(t, raw, "bad").Lookup("text").AsInt64OK(); !ok || number != 7 {
			t.Error("it was overwritten")
		}
		if _, err := raw.ReplaceOne(t.Context(), bson.D{{Key: "_id", Value: "bad"}}, bson.D{{Key: "text", Value: "mended"}}); err != nil {
			t.Fatal(err)
		}
		if got := read(t, in, "bad"); got == nil || got.Text != "mended" || len(s.Problems()) != 1 {
			t.Errorf("mended: %+v, problems %+v", got, s.Problems())
		}
	})
}

func TestDeletionIsCountedOn(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		if deleted, err := in.Delete(t.Context(), "a", nil); deleted || err != nil {
			t.Errorf("nothing there: %v, %v", deleted, err)
		}
		write(t, in, "a", "one")
		refusal := errors.New("no")
		if deleted, err := in.Delete(t.Context(), "a", func(*note) error { return refusal }); deleted || !errors.Is(err, refusal) {
			t.Errorf("refused: %v, %v", deleted, err)
		}
		if deleted, err := in.Delete(t.Context(), "a", func(n *note) error {
			if n.Text != "one" || n.Revision != 1 {
				t.Errorf("check got %+v", n)
			}
			return nil
		}); !deleted || err != nil {
			t.Errorf("delete: %v, %v", deleted, err)
		}
		if got := read(t, in, "a"); got != nil {
			t.Errorf("read %+v", got)
		}
		for got, err := range in.All(t.Context()) {
			t.Errorf("All gave %+v, %v", got, err)
		}
		if deleted, err := in.Delete(t.Context(), "a", nil); deleted || err != nil {
			t.Errorf("again: %v, %v", deleted, err)
		}
		if again := write(t, in, "a", "two"); again.Revision != 3 || !again.Created {
			t.Errorf("recreated: %+v", again)
		}
		if got := read(t, in, "a"); got == nil || got.Text != "two" || got.Revision != 3 {
			t.Errorf("recreated: %+v", got)
		}
	})
}

func TestSweepForgetsOldTombstones(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		in := notesIn(s)
		for _, id := range []string{"a", "b", "c"} {
			write(t, in, id, "text")
		}
		for _, id := range []string{"a", "b"} {
			if _, err := in.Delete(t.Context(), id, nil); err != nil {
				t.Fatal(err)
			}
		}
		if swept, err := s.Sweep(t.Context()); swept != 0 || err != nil {
			t.Errorf("fresh ones: swept %d, %v", swept, err)
		}
		later := mongotest.Beside(t, s, func(c *store.Config) {
			c.Now = func() time.Time { return time.Now().AddDate(0, 0, 31) }
		})
		if swept, err := later.Sweep(t.Context()); swept != 2 || err != nil {
			t.Errorf("old ones: swept %d, %v", swept, err)
		}
		if got := read(t, in, "c"); got == nil {
			t.Error("a document was swept away")
		}
		if again := write(t, in, "a", "anew"); again.Revision != 1 {
			t.Errorf("after sweeping: %+v", again)
		}
	})
}

package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
)

func TestKeyLocksExcludeAndForget(t *testing.T) {
	var locks keyLocks
	counts := [3]int{} // guarded by the locks alone: the race detector watches
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			for range 50 {
				unlock, err := locks.lock(t.Context(), fmt.Sprint(i%3))
				if err != nil {
					t.Error(err)
					return
				}
				counts[i%3]++
				unlock()
			}
		})
	}
	all.Wait()
	if counts != [3]int{500, 500, 500} || len(locks.held) != 0 {
		t.Errorf("counted %v, %d locks kept", counts, len(locks.held))
	}
}

// Two shards can each make a change at one moment of their cluster's clock. Who has been told of one waits for the other.
func TestAMomentOfShardsIsPassedByALaterOne(t *testing.T) {
	for _, sharded := range []bool{false, true} {
		set := feedSet{limit: 10}
		feed, err := set.add([]content.Kind{content.KindProduct}, func() {}, func(*Feed) {})
		if err != nil {
			t.Fatal(err)
		}
		feed.sharded = sharded
		passes := func(mark Mark) bool {
			over, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			return feed.Pass(over, mark) == nil
		}
		feed.pass(bson.Timestamp{T: 7, I: 1})
		if got := passes(Mark{bson.Timestamp{T: 7, I: 1}}); got == sharded {
			t.Errorf("sharded %t: the moment of the last change is passed: %t", sharded, got)
		}
		feed.pass(bson.Timestamp{T: 7, I: 2})
		if !passes(Mark{bson.Timestamp{T: 7, I: 1}}) || !passes(Mark{}) {
			t.Errorf("sharded %t: what is long ago is not passed", sharded)
		}
		feed.Close()
	}
}

func TestProblemListIsBounded(t *testing.T) {
	s := &Store{}
	s.problems.logger = slog.New(slog.DiscardHandler)
	for i := range problemsKept + 50 {
		s.problems.report(content.KindProduct, fmt.Sprint(i), errors.New("broken"), time.Now())
	}
	if list := s.Problems(); len(list) != problemsKept || s.ProblemsMet() != problemsKept+50 {
		t.Errorf("%d kept, %d met", len(list), s.ProblemsMet())
	}
}

func TestDifference(t *testing.T) {
	raw := func(of bson.D) bson.Raw {
		t.Helper()
		raw, err := encode(newRegistry(), of)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	current := raw(bson.D{
		{Key: "_id", Value: "a"},
		{Key: "revision", Value: 1},
		{Key: "same", Value: bson.D{{Key: "x", Value: 1}, {Key: "y", Value: bson.A{1, 2}}}},
		{Key: "list", Value: bson.A{1, 2}},
		{Key: "gone", Value: "x"},
		{Key: "kind", Value: 1},
	})
	next := raw(bson.D{
		{Key: "_id", Value: "a"},
		{Key: "revision", Value: 2},
		{Key: "same", Value: bson.D{{Key: "y", Value: bson.A{1, 2}}, {Key: "x", Value: 1}}},
		{Key: "list", Value: bson.A{2, 1}},
		{Key: "new", Value: nil},
		{Key: "kind", Value: "1"},
	})
	set, unset, err := difference(current, next)
	names := ""
	for _, field := range set {
		names += " +" + field.Key
	}
	for _, field := range unset {
		names += " -" + field.Key
	}
	if err != nil || names != " +list +new +kind -gone" {
		t.Errorf("got%s, %v", names, err)
	}
}

package store_test

import (
	"fmt"
	"testing"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

func TestFeedOutlivesAnOutage(t *testing.T) {
	direct := mongotest.Java(t)
	far, wire := mongotest.Far(t, direct, func(c *store.Config) { c.Logger, c.ServerSelectionTimeout = quiet, 500*time.Millisecond })
	feed := follow(t, far, content.KindFragment)
	write(t, notesIn(direct), "before", "text")
	if got := next(t, feed); got.ID != "before" {
		t.Fatalf("got %+v", got)
	}
	wire.Cut(true)
	if _, err := notesIn(far).Read(t.Context(), []string{"before"}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Read during the outage: %v", err)
	}
	if _, err := count(t.Context(), notesIn(far), "far"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Update during the outage: %v", err)
	}
	for i := range 5 {
		write(t, notesIn(direct), fmt.Sprint("during ", i), "text")
	}
	heard := feed.Heard()
	if silent := time.Since(heard); silent < 300*time.Millisecond {
		t.Errorf("during the outage the feed heard of the database %v ago", silent)
	}
	wire.Cut(false)
	for i := range 5 {
		if got := next(t, feed); got.ID != fmt.Sprint("during ", i) {
			t.Errorf("change %d of the outage: got %+v", i, got)
		}
	}
	write(t, notesIn(direct), "after", "text")
	if got := next(t, feed); got.ID != "after" {
		t.Errorf("got %+v", got)
	}
	if got := read(t, notesIn(far), "after"); got == nil {
		t.Error("after the outage a document is not there")
	}
	for deadline := time.Now().Add(3 * time.Second); !feed.Heard().After(heard); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the feed does not hear of the database again")
		}
	}
}

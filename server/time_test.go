package server_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"unisono/fault"
	"unisono/server"
)

// A write says when it was made, and who bears that is answered with what was written, or not at all.
func TestReadingWhatWasWrittenElsewhere(t *testing.T) {
	var waited atomic.Int32
	var failure atomic.Pointer[fault.Error]
	var lag atomic.Int64
	h := open(t, func(c *server.Config) {
		c.Lag = func() time.Duration { return time.Duration(lag.Load()) }
		c.CatchUp = func(_ context.Context, at time.Time) error {
			if since := time.Since(at); since < 0 || since > 10*time.Second {
				t.Errorf("it waits for %s", at)
			}
			waited.Add(1)
			if failed := failure.Load(); failed != nil {
				return failed
			}
			return nil
		}
	})
	const question = `{ fragment(key: "hello") { title } }`
	stamp := func(name string, got answer) string {
		t.Helper()
		stamp := got.header.Get("Unisono-Time")
		if !regexp.MustCompile(`^[A-Z2-7]{26}-\d{13}$`).MatchString(stamp) {
			t.Errorf("%s has the time %q", name, stamp)
		}
		return stamp
	}
	own := stamp("a mutation", h.query(t, `mutation { upsertProducts(products: []) { written } }`, "Authorization", "Bearer "+adminKey))
	stamp("an import", h.send(t, http.MethodPost, "/content/import", `{"kind": "product", "items": []}`, "Authorization", "Bearer "+adminKey))
	if got := h.query(t, question); got.header.Get("Unisono-Time") != "" {
		t.Errorf("a query has the time %q", got.header.Get("Unisono-Time"))
	}

	theirs := func(ago time.Duration) string {
		return fmt.Sprintf("ABCDEFGHIJKLMNOPQRSTUVWXYZ-%d", time.Now().Add(-ago).UnixMilli())
	}
	for _, test := range []struct {
		name, bears string
		lag         time.Duration
		waits       int32
	}{
		{"nothing", "", 0, 0},
		{"its own", own, 0, 0},
		{"another's", theirs(0), 0, 1},
		{"one that is to come by another's clock", theirs(-5 * time.Second), 0, 1},
		{"one of long ago", theirs(time.Minute), 0, 0},
		{"one of long ago, and little heard since", theirs(time.Minute), 55 * time.Second, 1},
	} {
		lag.Store(int64(test.lag))
		before := waited.Load()
		got := h.query(t, question, "Unisono-Time", test.bears)
		if got.status != http.StatusOK || len(got.failures(t)) > 0 || waited.Load()-before != test.waits {
			t.Errorf("%s: it waits %d times: %s", test.name, waited.Load()-before, got.body)
		}
	}
	lag.Store(0)
	for _, wrong := range []string{"now", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-1-1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-999999999999999"} {
		h.query(t, question, "Unisono-Time", wrong).refused(t, http.StatusOK, fault.BadUserInput, "Unisono-Time is not right")
	}
	failure.Store(fault.New(fault.Timeout, "too slow"))
	h.query(t, question, "Unisono-Time", theirs(0)).refused(t, http.StatusOK, fault.Unavailable, "ask again")
}

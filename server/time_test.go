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

// beside are the gateways beside the one that is tested.
type beside struct {
	lag     func() time.Duration
	catchUp func(at time.Time) error
	written string
	pass    func(moment string) error
}

func (b beside) Lag() time.Duration                            { return b.lag() }
func (b beside) CatchUp(_ context.Context, at time.Time) error { return b.catchUp(at) }
func (b beside) Written() string                               { return b.written }
func (b beside) Pass(_ context.Context, moment string) error   { return b.pass(moment) }

// A write says when it was made, and who bears that is answered with what was written, or not at all.
func TestReadingWhatWasWrittenElsewhere(t *testing.T) {
	var waited atomic.Int32
	var failure atomic.Pointer[fault.Error]
	var lag atomic.Int64
	h := open(t, func(c *server.Config) {
		c.Others = beside{
			lag: func() time.Duration { return time.Duration(lag.Load()) },
			catchUp: func(at time.Time) error {
				if since := time.Since(at); since < 0 || since > 10*time.Second {
					t.Errorf("it waits for %s", at)
				}
				waited.Add(1)
				if failed := failure.Load(); failed != nil {
					return failed
				}
				return nil
			},
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
	before := waited.Load()
	for path, body := range map[string]string{"/content/import": `{"kind": "product", "items": []}`, "/content/export": ""} {
		method := http.MethodPost
		if body == "" {
			method = http.MethodGet
		}
		if got := h.send(t, method, path, body, "Authorization", "Bearer "+adminKey, "Unisono-Time", theirs(0)); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		if got := h.send(t, method, path, body, "Authorization", "Bearer "+adminKey, "Unisono-Time", "now"); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if waits := waited.Load() - before; waits != 2 {
		t.Errorf("an import and an export that bear another's wait %d times", waits)
	}
	for _, wrong := range []string{"now", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-1-one", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-999999999999999"} {
		h.query(t, question, "Unisono-Time", wrong).refused(t, http.StatusOK, fault.BadUserInput, "Unisono-Time is not right")
	}
	failure.Store(fault.New(fault.Timeout, "too slow"))
	h.query(t, question, "Unisono-Time", theirs(0)).refused(t, http.StatusOK, fault.Unavailable, "ask again")
}

// Where the database has a clock of its own, moments are told by that, and those of machines do not matter.
func TestMomentsOfTheDatabase(t *testing.T) {
	passed := make(chan string, 1)
	h := open(t, func(c *server.Config) {
		c.Others = beside{lag: func() time.Duration { return 0 }, written: "1764087600.3", pass: func(moment string) error {
			if moment == "0.0.0" {
				return fault.New(fault.BadUserInput, "that is no moment")
			}
			passed <- moment
			return nil
		}}
	})
	got := h.query(t, `mutation { upsertProducts(products: []) { written } }`, "Authorization", "Bearer "+adminKey)
	own := got.header.Get("Unisono-Time")
	if !regexp.MustCompile(`^[A-Z2-7]{26}-\d{13}-1764087600\.3$`).MatchString(own) {
		t.Errorf("a mutation has the time %q", own)
	}
	const question = `{ fragment(key: "hello") { title } }`
	for _, ago := range []time.Duration{0, time.Hour, -time.Hour} {
		theirs := fmt.Sprintf("ABCDEFGHIJKLMNOPQRSTUVWXYZ-%d-12.34", time.Now().Add(-ago).UnixMilli())
		if got := h.query(t, question, "Unisono-Time", theirs); len(got.failures(t)) > 0 || <-passed != "12.34" {
			t.Errorf("%s ago: %s", ago, got.body)
		}
	}
	h.query(t, question, "Unisono-Time", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-1-0.0.0").refused(t, http.StatusOK, fault.BadUserInput, "no moment")
	if got := h.query(t, question, "Unisono-Time", own); len(got.failures(t)) > 0 || len(passed) > 0 {
		t.Errorf("its own: %s", got.body)
	}
}

package server_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unisono/fault"
	"unisono/server"
)

// While nothing is heard of changes, answers say so, and after a while there are none.
func TestAnswersSayThatTheyMayBeOld(t *testing.T) {
	var lag atomic.Int64
	var down atomic.Bool
	h := open(t, func(c *server.Config) {
		c.Others = beside{lag: func() time.Duration { return time.Duration(lag.Load()) }}
		c.Limits.Stale = time.Minute
		c.Ping = func(context.Context) error {
			if down.Load() {
				return fault.Wrap(fault.Unavailable, errSecret, "The database does not answer.")
			}
			return nil
		}
	})
	const question = `{ fragment(key: "hello") { title } }`
	for _, test := range []struct {
		lag    time.Duration
		down   bool
		age    string // "": the answer is not marked; "none": there is none
		status int
		ready  string
	}{
		{0, false, "", http.StatusOK, `"ready"`},
		{time.Second, false, "", http.StatusOK, `"ready"`},
		{time.Second + 1, false, "2", http.StatusOK, `"degraded"`},
		{500 * time.Millisecond, true, "", http.StatusOK, `"degraded"`},
		{59 * time.Second, true, "59", http.StatusOK, `"degraded"`},
		{time.Minute, true, "60", http.StatusOK, `"degraded"`},
		{time.Minute + 1, true, "none", http.StatusServiceUnavailable, `"unavailable"`},
		{time.Hour, false, "none", http.StatusServiceUnavailable, `"unavailable"`},
		{0, false, "", http.StatusOK, `"ready"`},
	} {
		lag.Store(int64(test.lag))
		down.Store(test.down)
		got := h.query(t, question)
		marked := strings.Contains(got.body, `"extensions":{"stale":{"age":`+test.age+`}}`)
		switch {
		case test.age == "none":
			got.refused(t, http.StatusOK, fault.Unavailable, "too old to be shown")
		case !strings.Contains(got.body, `"title":"Hello"`) || marked != (test.age != "") || got.header.Get("Age") != test.age || (got.header.Get("Cache-Control") == "no-store") != marked:
			t.Errorf("%s: %s %v", test.lag, got.body, got.header)
		}
		if got := h.send(t, http.MethodGet, "/readyz", ""); got.status != test.status || !strings.Contains(got.body, test.ready) || strings.Contains(got.body, "10.0.0.7") {
			t.Errorf("%s: /readyz: %d %s", test.lag, got.status, got.body)
		}
	}
}

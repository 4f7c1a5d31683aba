package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// A server that takes the connection and is silent then costs one time limit, and is told as such.
func TestSilentServer(t *testing.T) {
	direct := mongotest.Java(t)
	var wire *line
	far := mongotest.Beside(t, direct, func(c *store.Config) {
		wire = newLine(t, strings.TrimSuffix(strings.TrimPrefix(c.URI, "mongodb://"), "/"))
		c.URI, c.Timeout = "mongodb://"+wire.listener.Addr().String()+"/", 300*time.Millisecond
	})
	in := notesIn(far)
	write(t, in, "a", "text")
	wire.hold(true)
	defer wire.hold(false)
	calls := map[string]func() error{
		"Read":   func() error { _, err := in.Read(t.Context(), []string{"a"}); return err },
		"Update": func() error { _, err := count(t.Context(), in, "a"); return err },
		"Delete": func() error { _, err := in.Delete(t.Context(), "a", nil); return err },
		"All": func() (err error) {
			for _, err = range in.All(t.Context()) {
			}
			return err
		},
	}
	for name, call := range calls {
		start := time.Now()
		err := call()
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if kind := fault.KindOf(err); kind != fault.Timeout && kind != fault.Unavailable || errors.Is(err, context.Canceled) && kind != fault.Timeout {
			t.Errorf("%s: %v", name, err)
		}
	}
}

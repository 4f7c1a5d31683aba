package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// A server that takes the connection and is silent then costs one time limit, and is told as such.
func TestSilentServer(t *testing.T) {
	direct := mongotest.Java(t)
	far, wire := mongotest.Far(t, direct, func(c *store.Config) { c.Timeout = 300 * time.Millisecond })
	in := notesIn(far)
	write(t, in, "a", "text")
	wire.Hold(true)
	defer wire.Hold(false)
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

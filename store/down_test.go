package store_test

import (
	"testing"
	"time"

	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// A database that refuses, or takes what is sent and is silent, costs a few callers their time. Then calls fail at once, and within a second of its return they do not.
func TestCallsFailAtOnceWhileTheDatabaseIsDown(t *testing.T) {
	for name, interrupt := range map[string]func(*mongotest.Line, bool){"refusing": (*mongotest.Line).Cut, "silent": (*mongotest.Line).Hold} {
		t.Run(name, func(t *testing.T) {
			direct := mongotest.Java(t)
			far, wire := mongotest.Far(t, direct, func(c *store.Config) {
				c.Logger, c.Timeout, c.ServerSelectionTimeout = quiet, 300*time.Millisecond, 300*time.Millisecond
			})
			in := notesIn(far)
			write(t, in, "a", "text")
			interrupt(wire, true)
			read := func() (time.Duration, error) {
				began := time.Now()
				_, err := in.Read(t.Context(), []string{"a"})
				return time.Since(began), err
			}
			isDown := func() bool {
				took, err := read()
				return fault.KindOf(err) == fault.Unavailable && took < 20*time.Millisecond
			}
			eventually(t, "calls fail at once", 10*time.Second, isDown)
			calls := far.Calls()
			for range 1000 {
				if took, err := read(); fault.KindOf(err) != fault.Unavailable || took > time.Second {
					t.Fatalf("after %s: %v", took, err)
				}
			}
			if _, err := count(t.Context(), in, "a"); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("a write: %v", err)
			}
			if more := far.Calls() - calls; more > 0 {
				t.Errorf("%d calls are made of a database that is down", more)
			}
			interrupt(wire, false)
			back := time.Now()
			eventually(t, "calls are answered again", 5*time.Second, func() bool { _, err := read(); return err == nil })
			t.Logf("it is back after %s", time.Since(back))
		})
	}
}

func eventually(t *testing.T, what string, within time.Duration, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

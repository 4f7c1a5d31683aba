package main

import (
	"context"
	"math"
	"runtime/debug"
	"testing"
)

// Memory may hold what lives beside what is kept, what may be kept and some more, and never what the system does not allow.
func TestMemoryIsLimited(t *testing.T) {
	const mb = 1 << 20
	for name, test := range map[string]struct {
		lives, most, are int64
		group            uint64
		want             int64
	}{
		"nothing is kept yet":              {60 * mb, 256 * mb, 0, math.MaxInt64, (60+150)*mb + 256*mb*13/10},
		"all that may be":                  {316 * mb, 256 * mb, 256 * mb, math.MaxInt64, (60+150)*mb + 256*mb*13/10},
		"more is kept than lives, it says": {10 * mb, 256 * mb, 20 * mb, math.MaxInt64, 150*mb + 256*mb*13/10},
		"nothing may be kept":              {60 * mb, 0, 0, math.MaxInt64, 210 * mb},
		"the system allows less":           {60 * mb, 256 * mb, 0, 384 * mb, 384 * mb * 9 / 10},
	} {
		got := memoryLimit(test.lives, func() (int64, int64) { return test.most, test.are }, test.group)
		if got-test.want > 1 || test.want-got > 1 {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

// While a gateway serves, its limits hold; what an operator says is not touched, and afterwards all is as it was.
func TestMemoryIsGovernedWhileItServes(t *testing.T) {
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(-1)
	debug.SetGCPercent(percent)
	govern := func() (percent int) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		asked, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			governMemory(ctx, func() (int64, int64) {
				close(asked)
				<-ctx.Done()
				return 1 << 30, 0
			})
		}()
		defer func() { cancel(); <-done }()
		select {
		case <-asked:
		case <-done:
			t.Fatal("it ends")
		}
		percent = debug.SetGCPercent(garbage)
		debug.SetGCPercent(percent)
		return percent
	}
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	if percent := govern(); percent != garbage {
		t.Errorf("garbage is collected at %d %%", percent)
	}
	t.Setenv("GOGC", "77")
	if got := govern(); got != percent {
		t.Errorf("GOGC is set, and garbage is collected at %d %%", got)
	}
	if got := debug.SetMemoryLimit(-1); got != limit {
		t.Errorf("the limit stays at %d", got)
	}
}

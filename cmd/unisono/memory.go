package main

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// A gateway's heap is mostly what is kept and the catalogue's index, which live long: to look through all of it for each doubling costs much and finds little, and requests wait for it. So memory fills with garbage up to a
// limit before it is collected. What an operator says in GOGC and GOMEMLIMIT stays as it is.
const (
	garbage      = 800                   // per cent of what lives: with a cache of the usual size the limit comes first
	spareFactor  = 1.3                   // of what may be kept
	spare        = 150 << 20             // bytes for requests, garbage, and the program itself
	partOfGroup  = 0.9                   // of the memory that the system allows the process
	lookedAtEach = 10 * time.Second      // how often it is reckoned anew, for the index grows
	live         = "/gc/heap/live:bytes" // as runtime/metrics calls what the last collection found to live
)

// ownsProcess marks the context of a program that has the process to itself: what is set for all of it is the program's to set. Tests, which run several programs in one process, do not say so.
type ownsProcess struct{}

// governMemory sets limits for the garbage collector, and adapts them, until ctx ends. Kept gives how many bytes may be kept, and how many are.
func governMemory(ctx context.Context, kept func() (most, are int64)) {
	if os.Getenv("GOGC") == "" {
		before := debug.SetGCPercent(garbage)
		defer func() { debug.SetGCPercent(before) }()
	}
	if os.Getenv("GOMEMLIMIT") != "" {
		<-ctx.Done()
		return
	}
	before := debug.SetMemoryLimit(-1)
	defer func() { debug.SetMemoryLimit(before) }()
	group, err := memlimit.FromCgroup()
	if err != nil {
		group = math.MaxInt64 // the system limits nothing
	}
	runtime.GC() // so that it is known what lives
	ticker := time.NewTicker(lookedAtEach)
	defer ticker.Stop()
	for {
		debug.SetMemoryLimit(memoryLimit(liveBytes(), kept, group))
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// memoryLimit is up to where memory may grow: what lives beside what is kept, what may be kept and its share of garbage, and some for requests; but no more than the system allows.
func memoryLimit(lives int64, kept func() (most, are int64), group uint64) int64 {
	most, are := kept()
	limit := max(lives-are, 0) + int64(spareFactor*float64(most)) + spare
	if allowed := partOfGroup * float64(group); float64(limit) > allowed {
		return int64(allowed)
	}
	return limit
}

func liveBytes() int64 {
	sample := []metrics.Sample{{Name: live}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64()) //nolint:gosec // no memory has so many
}

package catalog

import (
	"flag"
	"os"
	"testing"
	"time"
)

// Tests have few products: what is done once for so many is done for a few of them, or it would never be tried. Benchmarks measure what runs.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		candidatesFew, dearer, maxFew, leastLate, leastDead, fewAmong, fewSpans = 2, 1, 2, 3, 5, 2, 2
	}
	os.Exit(m.Run())
}

// Sweep makes a snapshot without the dead, as is done once for so many changes, and says how long that took.
func (x *Index) Sweep() time.Duration {
	next := x.current.Load().copy()
	started := time.Now()
	next.sweep(x)
	return time.Since(started)
}

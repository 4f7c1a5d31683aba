package load

import (
	"math/bits"
	"time"
)

// Histogram counts lengths of time in steps of a sixty-fourth of themselves, up to hours. The zero value is ready. It is not safe for concurrent use.
type Histogram struct {
	counts [64 << stepBits]int64
	total  int64
}

// Up to twice as many steps as this stand between a power of two and the next one.
const stepBits = 6

// Add counts a length of time.
func (h *Histogram) Add(took time.Duration) {
	h.counts[step(took)]++
	h.total++
}

// Merge counts all that another counted.
func (h *Histogram) Merge(other *Histogram) {
	for i, count := range other.counts {
		h.counts[i] += count
	}
	h.total += other.total
}

// Count is how many were counted.
func (h *Histogram) Count() int64 { return h.total }

// Quantile is the least length of time that the given part of all (0 to 1) did not exceed, to a sixty-fourth; 0 where nothing was counted.
func (h *Histogram) Quantile(part float64) time.Duration {
	rank, seen := int64(part*float64(h.total)), int64(0)
	if float64(rank) < part*float64(h.total) || rank == 0 {
		rank++
	}
	for i, count := range h.counts {
		if seen += count; count > 0 && seen >= rank {
			return longest(i)
		}
	}
	return 0
}

// step is where a length of time is counted: exactly below 128 ns, else by its first seven binary digits.
func step(took time.Duration) int {
	value := uint64(max(took, 0))
	shift := max(bits.Len64(value)-stepBits-1, 0)
	return shift<<stepBits + int(value>>shift)
}

// longest is the longest time that is counted at a step.
func longest(step int) time.Duration {
	shift := max(step>>stepBits-1, 0)
	return time.Duration((step-shift<<stepBits+1)<<shift - 1)
}

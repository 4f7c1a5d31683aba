package load

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestQuantilesAreThoseOfTheValuesToASixtyFourth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, int64(10*time.Hour)), 1, 200).Draw(t, "values")
		both, other := Histogram{}, Histogram{}
		for i, value := range values {
			if i%2 == 0 {
				both.Add(time.Duration(value))
			} else {
				other.Add(time.Duration(value))
			}
		}
		both.Merge(&other)
		slices.Sort(values)
		for _, percent := range []int{0, 1, 50, 90, 99, 100} {
			rank := max(1, (percent*len(values)+99)/100)
			exact, got := values[rank-1], int64(both.Quantile(float64(percent)/100))
			if got < exact || got > exact+exact/64 {
				t.Fatalf("p%d of %v is %d; exactly it is %d", percent, values, got, exact)
			}
		}
	})
}

func TestAHistogramOfNothingHasNoLength(t *testing.T) {
	if h := (Histogram{}); h.Quantile(0.5) != 0 || h.Count() != 0 {
		t.Error("it has")
	}
}

func TestTimesBelowNothingCountAsNothing(t *testing.T) {
	h := Histogram{}
	h.Add(-time.Second)
	if h.Quantile(1) != 0 || h.Count() != 1 {
		t.Errorf("%s of %d", h.Quantile(1), h.Count())
	}
}

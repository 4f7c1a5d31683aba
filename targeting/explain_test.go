package targeting_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/content"
	"unisono/targeting"
)

func TestWhyAVariantWonOrLost(t *testing.T) {
	c := reader("web", "de-AT de en", "")
	c = c.With(func(s *targeting.Situation) { s.Market = "DE" })
	variants := append(setA(),
		content.Variant{ID: "b1", Title: "x", When: &content.Condition{Rule: `traits.age > 3`}},
		content.Variant{ID: "b2", Title: "x", When: &content.Condition{Rule: `false`}},
		content.Variant{ID: "b3"},
		content.Variant{ID: "b4", Title: "x", Locale: "fr"},
	)
	reasons := map[string]string{}
	accepted := []string{}
	for _, candidate := range targeting.Explain(variants, c) {
		reasons[candidate.Variant] = candidate.Reason
		if candidate.Accepted {
			accepted = append(accepted, candidate.Variant)
		}
	}
	diff(t, "accepted", accepted, []string{"a9"})
	for id, says := range map[string]string{
		"a9": "it insists on locale; de-AT is language 1", "a3": "language that is tried earlier", "a1": "language that is tried earlier",
		"a4": "device PHONE, and the reader has none", "a5": "valid only from", "a8": "channel email, not for web",
		"b1": `the fact "age" is not known`, "b2": "does not match: false", "b3": "nothing to show", "b4": "fr, which is not among",
	} {
		if !strings.Contains(reasons[id], says) {
			t.Errorf("%s: %q does not say %q", id, reasons[id], says)
		}
	}
}

// TestUntilIsRight: the answer stays the same until then, and changes then.
func TestUntilIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		variants, c := anyVariants().Draw(t, "variants"), anyReader().Draw(t, "reader")
		before := chosen(variants, c)
		until := targeting.Until(variants, c)
		answer := func(when time.Time) string {
			return chosen(variants, c.With(func(s *targeting.Situation) { s.At = when }))
		}
		last := c.At().Add(1000 * time.Hour)
		if until != nil {
			if !until.After(c.At()) {
				t.Fatalf("until %v is not after %v", until, c.At())
			}
			if answer(*until) == before {
				t.Fatalf("at %v it is still %q", until, before)
			}
			last = until.Add(-time.Millisecond)
		}
		for range 5 {
			between := c.At().Add(time.Duration(rapid.Int64Range(0, int64(last.Sub(c.At()))).Draw(t, "later")))
			if got := answer(between); got != before {
				t.Fatalf("at %v, before %v, it is %q and not %q", between, until, got, before)
			}
		}
	})
}

package view_test

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/targeting"
)

// Adaptive vary: what one reader sees is what every other sees who agrees on what was read of the first one's context, until the moment that the record names.
func TestReadersWhoAgreeOnWhatWasReadSeeTheSame(t *testing.T) {
	tried, agreed, later := 0, 0, 0
	always(t, func(t *rapid.T) {
		w := anyWorld(t)
		one := w.reader(t)
		record := &targeting.Record{}
		one.Context = one.Recorded(record)
		sku := rapid.SampledFrom(worldSKUs).Draw(t, "sku")
		before := w.rendering(t, one, sku)
		first := one.Situation()
		if !record.IsShareable() || !record.Until().IsZero() && !record.Until().After(first.At.Add(-time.Millisecond)) {
			t.Fatalf("it is not shareable, or until %s", record.Until())
		}

		w.asked.Directive = oneThingElse(t, w.asked.Directive, anyAsk(t))
		other := w.reader(t)
		tried++
		if bytes.Equal(record.AppendKey(nil, one.Context), record.AppendKey(nil, other.Context)) {
			agreed++
			mustBeSame(t, "another reader, who agrees", w.rendering(t, other, sku), before)
		}

		end := record.Until().Add(-time.Millisecond)
		if record.Until().IsZero() {
			end = first.At.Add(10_000 * time.Hour)
		}
		if end.After(first.At) {
			later++
			one.Context = one.With(func(s *targeting.Situation) { s.At = end })
			mustBeSame(t, "the same reader, later", w.rendering(t, one, sku), before)
		}
	})
	if agreed*10 < tried || later*2 < tried {
		t.Errorf("of %d pairs %d agreed, and %d were asked later: too few to mean much", tried, agreed, later)
	}
}

// oneThingElse is an ask that differs from one in a single dimension, or two.
func oneThingElse(t *rapid.T, one, other targeting.Ask) targeting.Ask {
	switch rapid.IntRange(0, 6).Draw(t, "what else") {
	case 0:
		one.Channel = other.Channel
	case 1:
		one.Audience = other.Audience
	case 2:
		one.Locale = other.Locale
	case 3:
		one.Market = other.Market
	case 4:
		one.Moment, one.Device = other.Moment, other.Device
	case 5:
		one.Medium, one.Format, one.Publication = other.Medium, other.Format, other.Publication
	default:
		one.Traits = other.Traits
	}
	return one
}

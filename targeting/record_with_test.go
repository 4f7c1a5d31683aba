package targeting_test

import (
	"testing"
	"time"

	"unisono/targeting"
)

// What two records have read together is right no longer than what either has, though neither has read a part that the other has not.
func TestRecordsTogetherEndWithTheFirst(t *testing.T) {
	t.Parallel()
	at := reader("web", "en", "")
	reading := func(after time.Duration) *targeting.Record {
		record := &targeting.Record{}
		if after > 0 {
			moment, _ := at.Instant()
			at.Recorded(record).Await(moment.Add(after))
		}
		return record
	}
	for _, test := range []struct{ one, other, want time.Duration }{
		{0, 0, 0}, {0, time.Hour, time.Hour}, {time.Hour, 0, time.Hour}, {time.Hour, time.Minute, time.Minute}, {time.Minute, time.Hour, time.Minute}, {time.Hour, time.Hour, time.Hour},
	} {
		one := reading(test.one)
		all, want := one.With(reading(test.other)), reading(test.want)
		if !all.Until().Equal(want.Until()) {
			t.Errorf("%s with %s: until %s, want %s", test.one, test.other, all.Until(), want.Until())
		}
		if isMore := all != one; isMore != (test.want != test.one) {
			t.Errorf("%s with %s: it is more: %t", test.one, test.other, isMore)
		}
	}
}

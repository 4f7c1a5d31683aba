package catalog_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"unisono/catalog"
	"unisono/content"
)

func TestNoteIsReadWithoutAnybodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		x := index(t, s)
		x.Note(time.Now(), s.put(named("b"), named("c"))...)
		x.Note(time.Now())
		synctest.Wait()
		diff(t, "noted", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "a b c")

		s.remove(catalog.Ref{Kind: content.KindProduct, Key: "a"})
		x.NoteAll(time.Now())
		synctest.Wait()
		diff(t, "all noted", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "b c")

		s.fail(errDown)
		x.Note(time.Now(), s.put(named("d"))...)
		x.NoteAll(time.Now())
		synctest.Wait()
		s.fail(nil)
		time.Sleep(time.Second)
		synctest.Wait()
		diff(t, "tried again", list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")), "b c d")
	})
}

func TestHowManyAreReadByKey(t *testing.T) {
	for name, test := range map[string]struct{ noted, reads, wholes int }{
		"a thousand at once":                  {1000, 1, 0},
		"more in several reads":               {2001, 3, 0},
		"at most fifty thousand":              {50_000, 50, 0},
		"of more than that everything is":     {50_001, 0, 1},
		"however many there are":              {60_000, 0, 1},
		"none where nothing is said to be so": {0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := holding(named("P00001"))
				x := index(t, s)
				refs := make([]catalog.Ref, test.noted)
				for i := range refs {
					refs[i] = catalog.Ref{Kind: content.KindProduct, Key: fmt.Sprintf("P%05d", i)}
				}
				s.put(named("P00000", "new"))
				if err := x.Refresh(t.Context(), refs...); err != nil {
					t.Fatal(err)
				}
				if s.reads != test.reads || s.wholes != test.wholes+1 { // one at the start
					t.Errorf("it cost %d reads by key and %d of everything", s.reads, s.wholes-1)
				}
				if got := list(t, x.Snapshot(), catalog.ProductQuery{Order: catalog.BySKU}, reader("en")); test.noted > 0 && got != "P00000 P00001" {
					t.Errorf("it shows %s", got)
				}
			})
		})
	}
}

func TestAnIndexSaysSinceWhenItIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		x := index(t, s)
		behind := func(want time.Duration) {
			t.Helper()
			synctest.Wait()
			switch since := x.Behind(); {
			case want < 0 && !since.IsZero(), want >= 0 && (since.IsZero() || time.Since(since) != want):
				t.Errorf("it is behind since %v, want %v ago", since, want)
			}
		}
		behind(-1)
		s.fail(errDown)
		x.Note(time.Now(), s.put(named("b"))...)
		behind(0)
		time.Sleep(4 * time.Second)
		x.NoteAll(time.Now())
		behind(4 * time.Second)
		s.fail(nil)
		time.Sleep(time.Second)
		behind(-1)

		s.reading = func(int) { time.Sleep(3 * time.Second) }
		x.Note(time.Now(), s.put(named("b"))...)
		time.Sleep(time.Second)
		x.Note(time.Now(), s.put(named("a"))...)
		behind(time.Second)
		time.Sleep(3 * time.Second)
		behind(3 * time.Second)
		time.Sleep(3 * time.Second)
		behind(-1)

		s.reading = nil // a change of before is told late
		x.NoteAll(time.Now())
		synctest.Wait()
		s.reading = func(int) { time.Sleep(time.Second) }
		x.Note(time.Now(), s.put(named("b"))...)
		x.Note(time.Now().Add(-5*time.Second), s.put(named("a"))...)
		behind(5 * time.Second)
		time.Sleep(2 * time.Second)
		behind(-1)
	})
}

// Gateways that lose the same history at the same moment do not all read everything at the same moment; but nobody who waits is kept waiting for that, and what could change meanwhile is said to be behind.
func TestReadingEverythingIsPutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, most := map[time.Duration]bool{}, time.Duration(0)
		for range 20 {
			s := holding(named("a"))
			s.slow = time.Second // 8 s in all
			x := index(t, s)
			lost := time.Now()
			x.NoteAll(lost)
			for s.slow = 0; s.begun() < 2; time.Sleep(time.Millisecond) {
				if time.Since(lost) > 4*time.Second {
					t.Fatal("it is put off for more than half the time that it took")
				}
				if x.Behind() != lost {
					t.Fatalf("put off, it is behind since %s", x.Behind())
				}
			}
			waited := time.Since(lost)
			began[waited], most = true, max(most, waited)
		}
		if len(began) < 10 || most < time.Second {
			t.Errorf("twenty gateways begin at %d moments, the last after %s", len(began), most)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		s.slow = time.Minute
		x := index(t, s)
		s.slow = 0
		asked := time.Now()
		x.NoteAll(asked)
		if err := x.Refresh(t.Context(), s.put(named("b"))...); err != nil || time.Since(asked) != 0 {
			t.Errorf("whoever writes waits for %s: %v", time.Since(asked), err)
		}
		x.NoteAll(time.Now())
		synctest.Wait()
		if since := x.Behind(); !since.IsZero() {
			t.Errorf("what takes no time is put off: since %s", since)
		}
	})
}

// Whoever waits for what was told goes on when the snapshots show it, what is being read at the moment included.
func TestSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := holding(named("a"))
		x := index(t, s)
		if err := x.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"b", "c", "d"} {
			x.Note(time.Now(), s.put(named(key))...)
			if err := x.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if x.Snapshot().ProductThere(key, reader("en")) != true || !x.Behind().IsZero() {
				t.Errorf("%s is not shown", key)
			}
		}
		s.fail(errDown)
		x.Note(time.Now(), s.put(named("e"))...)
		if err := x.Settle(t.Context()); err == nil {
			t.Error("what cannot be read is settled")
		}
		s.fail(nil)
		time.Sleep(time.Second)
		synctest.Wait()
		if err := x.Settle(t.Context()); err != nil || !x.Snapshot().ProductThere("e", reader("en")) {
			t.Errorf("then: %v", err)
		}
	})
}

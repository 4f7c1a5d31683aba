package audit_test

import (
	"context"
	"encoding/base64"
	"math"
	"testing"

	"unisono/audit"
	"unisono/content"
	"unisono/fault"
)

func TestACursorStaysWhereItIs(t *testing.T) {
	log := audit.NewSmall(&shelf{}, quiet, atNoon, 3, 4)
	record(t, log, changes(1, 11)...)
	all := page(t, log, 100, "").Entries
	wantRevisions(t, "all", all, down(10, 1))
	record(t, log, change(11))
	for i, one := range all {
		p := page(t, log, 2, one.ID)
		wantRevisions(t, "behind "+one.Key, p.Entries, revisions(all[i+1:min(i+3, len(all))]))
		if p.Next != (i+3 < len(all)) {
			t.Errorf("behind %s there is more: %t", one.Key, p.Next)
		}
	}
	if p := page(t, log, 0, ""); len(p.Entries) != 0 || !p.Next {
		t.Errorf("none of eleven are %+v", p)
	}
}

func TestBehindAnEntryThatIsOverwrittenNothingIsLeft(t *testing.T) {
	documents := &shelf{}
	log := audit.NewSmall(documents, quiet, atNoon, 3, 4)
	record(t, log, changes(1, 13)...)
	all := page(t, log, 100, "").Entries
	record(t, log, change(13)) // over the page of 1 to 4
	for name, reader := range map[string]*audit.Log{"the same": log, "another": audit.NewSmall(documents, quiet, atNoon, 3, 4)} {
		for _, one := range all[8:] {
			if p := page(t, reader, 5, one.ID); len(p.Entries) != 0 || p.Next {
				t.Errorf("%s: behind %s there is %+v", name, one.Key, p)
			}
		}
		wantRevisions(t, "behind what is there", page(t, reader, 100, all[5].ID).Entries, []int{6, 5})
	}
}

func TestRoundTrips(t *testing.T) {
	documents := &shelf{}
	writer := audit.New(documents, quiet, atNoon)
	trips := func(what string, want int, do func()) {
		t.Helper()
		reads, writes := documents.reads, documents.writes
		do()
		if got := documents.reads - reads + documents.writes - writes; got != want {
			t.Errorf("%s takes %d round trips that read or write, want %d", what, got, want)
		}
	}
	trips("the first entry of all", 3, func() { record(t, writer, change(1)) }) // where is the head, a page, the head
	trips("another", 1, func() { record(t, writer, change(2)) })
	trips("a batch that fits", 1, func() { record(t, writer, changes(3, 51)...) })
	trips("a thousand", 12, func() { record(t, writer, changes(51, 1051)...) }) // eleven pages and the head
	reader := audit.New(documents, quiet, atNoon)
	var p *audit.Page
	trips("the first look", 2, func() { p = page(t, reader, 100, "") })
	trips("the next page", 1, func() { page(t, reader, 100, p.Entries[99].ID) })
	trips("the newest", 1, func() { page(t, reader, 100, "") })
}

func TestRoundTripsWhereMuchIsToBeSkipped(t *testing.T) {
	documents := &shelf{}
	record(t, audit.NewSmall(documents, quiet, atNoon, 200, 2), changes(1, 1000)...) // pages 301 to 500 are there
	reader := audit.NewSmall(documents, quiet, atNoon, 200, 2)
	oldest := walk(t, reader, 100)[397].ID
	reads := documents.reads
	if p := page(t, reader, 100, oldest); len(p.Entries) != 1 || p.Next || documents.reads != reads+1 {
		t.Errorf("the end took %d round trips: %+v", documents.reads-reads, p)
	}
	documents.documents["head"].Number = 400
	reads = documents.reads
	page(t, audit.NewSmall(documents, quiet, atNoon, 200, 2), 2, "")
	if reads = documents.reads - reads; reads > 10 {
		t.Errorf("a head that is a hundred pages behind took %d round trips", reads)
	}
}

// A gateway stopped, or failed to raise the head, after it had opened pages.
func TestAHeadThatIsBehind(t *testing.T) {
	for _, there := range []int{0, 1, 2, 5, 9} {
		documents := &shelf{}
		record(t, audit.NewSmall(documents, quiet, atNoon, 20, 4), changes(1, 39)...) // ten pages
		if documents.documents["head"].Number != 10 {
			t.Fatalf("the head is at %d", documents.documents["head"].Number)
		}
		documents.documents["head"].Number = there
		if there == 0 {
			delete(documents.documents, "head")
		}
		wantRevisions(t, "a reader", page(t, audit.NewSmall(documents, quiet, atNoon, 20, 4), 5, "").Entries, down(38, 34))
		writer := audit.NewSmall(documents, quiet, atNoon, 20, 4)
		record(t, writer, changes(39, 42)...)
		wantRevisions(t, "after a writer", walk(t, writer, 7), down(41, 1))
		if documents.documents["head"].Number != 11 {
			t.Errorf("the writer leaves the head at %d", documents.documents["head"].Number)
		}
	}
}

// Another gateway opened more pages between this one's page and its head.
func TestTheHeadIsNeverLowered(t *testing.T) {
	documents := &shelf{}
	log := audit.NewSmall(documents, quiet, atNoon, 20, 4)
	record(t, log, change(1))
	documents.onUpdate = func(_ context.Context, id string) error {
		if id == "head" {
			documents.documents[id].Number = 7
		}
		return nil
	}
	record(t, log, changes(2, 10)...)
	if at := documents.documents["head"].Number; at != 7 {
		t.Errorf("the head is at %d", at)
	}
}

// The head is gone, and page 1 long since overwritten.
func TestAHeadThatIsGoneFromAFullRing(t *testing.T) {
	documents := &shelf{}
	record(t, audit.NewSmall(documents, quiet, atNoon, 3, 4), changes(1, 39)...)
	delete(documents.documents, "head")
	wantRevisions(t, "a reader", page(t, audit.NewSmall(documents, quiet, atNoon, 3, 4), 5, "").Entries, down(38, 34))
	writer := audit.NewSmall(documents, quiet, atNoon, 3, 4)
	record(t, writer, changes(39, 42)...)
	wantRevisions(t, "after a writer", walk(t, writer, 7), down(41, 33))
}

// A gateway that was idle finds its page overwritten by others.
func TestAWriterThatIsARoundBehind(t *testing.T) {
	documents := &shelf{}
	idle, busy := audit.NewSmall(documents, quiet, atNoon, 3, 4), audit.NewSmall(documents, quiet, atNoon, 3, 4)
	for round, n := 0, 1; round < 9; round++ {
		record(t, idle, change(n))
		record(t, busy, changes(n+1, n+1+round*3)...)
		n += 1 + round*3
		record(t, idle, change(n))
		n++
		wantRevisions(t, "the newest", page(t, busy, 2, "").Entries, down(n-1, max(1, n-2)))
	}
}

// A page that another program spoilt is as one that is not there; what is older can still be read.
func TestAPageThatIsNotThere(t *testing.T) {
	documents := &shelf{}
	log := audit.NewSmall(documents, quiet, atNoon, 5, 4)
	record(t, log, changes(1, 19)...)
	delete(documents.documents, "0003")
	delete(documents.documents, "0002")
	wantRevisions(t, "without 5 to 12", walk(t, log, 3), append(down(18, 13), down(4, 1)...))
	documents.documents["0004"].Entries[1] = "{"
	wantRevisions(t, "nor an entry that is none", walk(t, log, 3), append(append(down(18, 15), 13), down(4, 1)...))
}

func TestWhatIsNoCursorIsRefused(t *testing.T) {
	log := audit.New(&shelf{}, quiet, atNoon)
	record(t, log, change(1))
	of := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for _, after := range []string{" ", "x", "MS4w=", of("1"), of("1."), of(".1"), of("0.0"), of("-1.0"), of("1.-1"), of("01.0"), of("1.+1"), of("1.0.0"), of("1.0 ")} {
		_, err := log.Page(t.Context(), 3, after)
		if fault.KindOf(err) != fault.BadUserInput {
			t.Errorf("%q gave %v", after, err)
		}
	}
	_, err := log.Page(t.Context(), 3, "nonsense")
	if want := `after: "nonsense" is no cursor; one from pageInfo.endCursor or edges.cursor is expected`; fault.Public(err) != want {
		t.Errorf("it says %s", fault.Public(err))
	}
	for _, after := range []string{of("1.1"), of("2.0"), of("9223372036854775807.0"), of("1.9223372036854775807")} {
		if p := page(t, log, 3, after); len(p.Entries) != 0 || p.Next {
			t.Errorf("behind %q, where nothing is, there is %+v", after, p)
		}
	}
	for _, first := range []int{-1, audit.MaxFirst + 1, math.MaxInt} {
		if _, err := log.Page(t.Context(), first, ""); fault.KindOf(err) != fault.BadUserInput {
			t.Errorf("first: %d gave %v", first, err)
		}
	}
}

func TestWhatCannotBeReadIsAFault(t *testing.T) {
	documents := &shelf{}
	log := audit.New(documents, quiet, atNoon)
	record(t, log, change(1))
	cursor := page(t, log, 1, "").Entries[0].ID
	documents.onRead = func(context.Context) error { return fault.New(fault.Unavailable, "down") }
	for _, after := range []string{"", cursor} {
		if _, err := log.Page(t.Context(), 3, after); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("after %q: %v", after, err)
		}
	}
}

// FuzzCursor: a cursor from a stranger makes nothing panic, and gives a page or a refusal.
func FuzzCursor(f *testing.F) {
	documents := &shelf{}
	log := audit.NewSmall(documents, quiet, atNoon, 3, 4)
	record(f, log, changes(1, 20)...)
	for _, one := range page(f, log, 3, "").Entries {
		f.Add(one.ID)
	}
	for _, text := range []string{"1.0", "4.4", "9223372036854775807.9223372036854775807", "9223372036854775808.0", "0.0", "-5.2", "1.1.1"} {
		f.Add(base64.RawURLEncoding.EncodeToString([]byte(text)))
	}
	f.Fuzz(func(t *testing.T, after string) {
		p, err := log.Page(context.Background(), 5, after)
		if err == nil && len(p.Entries) > 5 || err != nil && fault.KindOf(err) != fault.BadUserInput {
			t.Errorf("%q gave %+v, %v", after, p, err)
		}
		if len(documents.documents) != 4 || documents.documents["head"].Number != 5 || content.KindAudit.Collection() != "audit" {
			t.Error("it wrote")
		}
	})
}

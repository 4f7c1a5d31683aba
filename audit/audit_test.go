package audit_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/audit"
	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

func TestWhatIsRecordedIsListedNewestFirst(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		log := audit.New(inStore(s), quiet, atNoon)
		if p := page(t, log, 10, ""); len(p.Entries) != 0 || p.Next {
			t.Errorf("before anything was done the record says %+v", p)
		}
		first := audit.Entry{
			At: noon.Add(-time.Hour), Client: "Zoë", ClientID: "0123456789ab", Request: "r1", Action: audit.Created, Kind: "product", Key: "stól/\x00", Revision: 1,
		}
		second := audit.Entry{Client: "admin", Action: audit.KeyRevoked, Kind: "client", Key: "ba9876543210"}
		record(t, log, first)
		record(t, log, second)
		got := page(t, log, 10, "")
		second.At = noon
		if len(got.Entries) == 2 {
			second.ID, first.ID = got.Entries[0].ID, got.Entries[1].ID
		}
		if difference := cmp.Diff(&audit.Page{Entries: []audit.Entry{second, first}}, got); difference != "" {
			t.Errorf("the record (-want +got):\n%s", difference)
		}
		wantUnique(t, got.Entries)
	})
}

func TestPagingThrough250Entries(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		log := audit.New(inStore(s), quiet, atNoon)
		record(t, log, changes(1, 31)...)
		for n := 31; n <= 40; n++ {
			record(t, log, change(n))
		}
		record(t, log, changes(41, 251)...)
		for _, first := range []int{1, 7, 50, 99, 100} {
			got := walk(t, log, first)
			wantRevisions(t, fmt.Sprint("by ", first), got, down(250, 1))
			wantUnique(t, got)
		}
		// Another gateway begins where this one is.
		other := audit.New(inStore(s), quiet, atNoon)
		record(t, other, change(251))
		record(t, log, change(252))
		wantRevisions(t, "after another gateway", page(t, audit.New(inStore(s), quiet, atNoon), 3, "").Entries, []int{252, 251, 250})
	})
}

func TestTheOldestArePushedOut(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		log := audit.NewSmall(inStore(s), quiet, atNoon, 3, 4)
		record(t, log, changes(1, 24)...)
		// Pages 1 to 5 are full, the sixth holds three: 4, 5 and 6 are there.
		wantRevisions(t, "by 5", walk(t, log, 5), down(23, 13))
		record(t, log, change(24))
		wantRevisions(t, "full", walk(t, log, 100), down(24, 13))
		record(t, log, change(25))
		wantRevisions(t, "with a new page", walk(t, log, 2), down(25, 17))
		documents := 0
		for document, err := range store.In[content.AuditPage](s, content.KindAudit).All(t.Context()) {
			if err != nil || len(document.Entries) > 4 {
				t.Fatalf("%+v, %v", document, err)
			}
			documents++
		}
		if documents != 4 {
			t.Errorf("%d documents, want three pages and the head", documents)
		}
	})
}

// Two gateways, and many requests at each of them.
func TestNothingIsLostOrKeptTwice(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		second := s
		if strings.HasSuffix(t.Name(), "java") {
			second = mongotest.Beside(t, s, nil) // with locks of its own
		}
		logs := []*audit.Log{audit.New(inStore(s), quiet, atNoon), audit.New(inStore(second), quiet, atNoon)}
		const writers, each = 8, 100
		recordAtOnce(t, logs, writers, each)
		got := walk(t, logs[0], 100)
		wantUnique(t, got)
		wantEach(t, got, writers, each)
	})
}

// As above, in a ring that is written over meanwhile: what is there is the newest of each writer, without a gap.
func TestNothingIsLostWhereTheRingTurns(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		logs := []*audit.Log{audit.NewSmall(inStore(s), quiet, atNoon, 3, 4), audit.NewSmall(inStore(s), quiet, atNoon, 3, 4)}
		const writers, each = 4, 40
		recordAtOnce(t, logs, writers, each)
		got := walk(t, logs[1], 5)
		if len(got) != 12 { // 160 entries fill pages of 4
			t.Errorf("%d entries are there", len(got))
		}
		wantUnique(t, got)
		wantNewest(t, got, each)
	})
}

// recordAtOnce lets writers record their entries, revisions 1 to each, one at a time; and reads meanwhile.
func recordAtOnce(t *testing.T, logs []*audit.Log, writers, each int) {
	t.Helper()
	var all sync.WaitGroup
	for writer := range writers {
		log := logs[writer%len(logs)]
		all.Go(func() {
			for n := 1; n <= each; n++ {
				entry := change(n)
				entry.Client = fmt.Sprint("writer ", writer)
				if err := log.Record(t.Context(), entry); err != nil {
					t.Errorf("record: %v", err)
				}
				if n%10 == 0 {
					if _, err := log.Page(t.Context(), 20, ""); err != nil {
						t.Errorf("page: %v", err)
					}
				}
			}
		})
	}
	all.Wait()
}

// wantEach checks that every entry of every writer is there, each writer's in their order.
func wantEach(t *testing.T, entries []audit.Entry, writers, each int) {
	t.Helper()
	of := wantNewest(t, entries, each)
	for client, count := range of {
		if count != each {
			t.Errorf("of %s there are %d entries", client, count)
		}
	}
	if len(of) != writers {
		t.Errorf("there are %d writers", len(of))
	}
}

// wantNewest checks that each writer's entries are its last ones, newest first, and counts them.
func wantNewest(t *testing.T, entries []audit.Entry, each int) map[string]int {
	t.Helper()
	of := map[string]int{}
	for _, one := range entries {
		if want := each - of[one.Client]; one.Revision != want {
			t.Errorf("%s has revision %d where %d is next", one.Client, one.Revision, want)
		}
		of[one.Client]++
	}
	return of
}

func TestEveryEntryIsALine(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	log := audit.New(&shelf{}, logger, atNoon)
	record(t, log, change(1), change(2))
	record(t, log)
	want := `level=INFO msg=audit action=CHANGED kind=product key=chair-1 revision=1 client=editor clientId=0123456789ab request=r1
level=INFO msg=audit action=CHANGED kind=product key=chair-2 revision=2 client=editor clientId=0123456789ab request=r2
`
	if out.String() != want {
		t.Errorf("the log says\n%s", out.String())
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	shelf := &shelf{}
	log := audit.New(shelf, quiet, func() time.Time { return noon.Add(1234567 * time.Nanosecond).In(time.FixedZone("", 3600)) })
	long := strings.Repeat("ø", 2000)
	record(t, log, audit.Entry{Client: long, ClientID: long, Request: long, Action: audit.Action(long), Kind: long, Key: "\xff" + long})
	got := page(t, log, 1, "").Entries
	short := strings.Repeat("ø", 100)
	want := []audit.Entry{{
		ID: got[0].ID, At: noon.Add(time.Millisecond), Client: short, ClientID: short, Request: short, Action: audit.Action(short), Kind: short,
		Key: "\uFFFD" + strings.Repeat("ø", 511),
	}}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("what is kept (-want +got):\n%s", difference)
	}
	// That is as large as they come. The usual is far smaller.
	record(t, log, change(1))
	kept := shelf.documents["0001"].Entries
	if len(kept[0]) > 3000 || len(kept[1]) > 200 {
		t.Errorf("entries take %d and %d bytes", len(kept[0]), len(kept[1]))
	}
}

// No clock gives it, but nothing else makes an entry that JSON cannot say.
func TestAnEntryThatCannotBeWritten(t *testing.T) {
	shelf := &shelf{}
	log := audit.New(shelf, quiet, atNoon)
	entry := change(1)
	entry.At = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := log.Record(t.Context(), entry); fault.KindOf(err) != fault.Internal || len(shelf.documents) != 0 {
		t.Errorf("it gave %v", err)
	}
}

// The gateway's bound is a hundred thousand entries. Their documents are small.
func TestAFullRecord(t *testing.T) {
	shelf := &shelf{}
	log := audit.New(shelf, quiet, atNoon)
	for n := 0; n < 101_000; n += 1000 {
		record(t, log, changes(n, n+1000)...)
	}
	if len(shelf.documents) != 1001 {
		t.Errorf("%d documents", len(shelf.documents))
	}
	wantRevisions(t, "all", walk(t, log, 100), down(100_999, 1000))
}

package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unisono/audit"
	"unisono/fault"
)

// While one append is under way, all that comes gathers, and is kept by the next.
func TestWhatComesAtOnceIsKeptTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		documents := &shelf{}
		log := audit.New(documents, quiet, time.Now)
		record(t, log, change(1))
		documents.onUpdate = func(context.Context, string) error {
			time.Sleep(time.Second)
			return nil
		}
		writes, began := documents.writes, time.Now()
		var all sync.WaitGroup
		for n := range 60 {
			all.Go(func() { record(t, log, change(n+2)) })
		}
		all.Wait()
		if writes = documents.writes - writes; writes != 2 || time.Since(began) != 2*time.Second {
			t.Errorf("60 entries took %d updates and %s", writes, time.Since(began))
		}
		got := walk(t, log, 100)
		wantUnique(t, got)
		if len(got) != 61 {
			t.Errorf("%d entries are there", len(got))
		}
	})
}

func TestLargeBatchesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		documents := &shelf{}
		log := audit.New(documents, quiet, time.Now)
		documents.onUpdate = func(context.Context, string) error {
			time.Sleep(time.Millisecond)
			return nil
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { record(t, log, changes(0, 2500)...) })
		}
		all.Wait()
		got := walk(t, log, 100)
		wantUnique(t, got)
		if len(got) != 12_500 {
			t.Errorf("%d entries are there", len(got))
		}
	})
}

func TestAClientThatWentAwayIsRecorded(t *testing.T) {
	documents := &shelf{onUpdate: func(ctx context.Context, _ string) error { return ctx.Err() }}
	log := audit.New(documents, quiet, atNoon)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := log.Record(gone, change(1)); err != nil {
		t.Fatal(err)
	}
	wantRevisions(t, "all", walk(t, log, 5), []int{1})
}

func TestWhatCannotBeKeptIsAnErrorAndLogged(t *testing.T) {
	var out bytes.Buffer
	documents := &shelf{}
	log := audit.New(documents, slog.New(slog.NewTextHandler(&out, nil)), atNoon)
	documents.onUpdate = func(context.Context, string) error { return fault.New(fault.Unavailable, "the database is down") }
	err := log.Record(t.Context(), change(1), change(2))
	if fault.KindOf(err) != fault.Unavailable || fault.Public(err) != "The change was made, but could not be kept in the audit log." {
		t.Errorf("the error is %v", err)
	}
	for _, want := range []string{"key=chair-1 ", "key=chair-2 ", `level=ERROR msg="the audit log could not keep what changed" entries=2 error="the database is down"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, out.String())
		}
	}
	documents.onUpdate = nil
	documents.onRead = func(context.Context) error { return fault.New(fault.Timeout, "slow") }
	if err := log.Record(t.Context(), change(3)); fault.KindOf(err) != fault.Timeout {
		t.Errorf("where the head cannot be read: %v", err)
	}
	documents.onRead = nil
	record(t, log, change(4))
	wantRevisions(t, "what came after", walk(t, log, 5), []int{4})
}

// Only those learn of a failure whose entries it concerns.
func TestWhatWasKeptBeforeAFailureIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		documents := &shelf{}
		log := audit.NewSmall(documents, quiet, time.Now, 10, 4)
		record(t, log, change(0))
		documents.onUpdate = func(_ context.Context, id string) error {
			time.Sleep(time.Second)
			if id == "0002" {
				return fault.New(fault.Unavailable, "down")
			}
			return nil
		}
		errs := make([]error, 6)
		var all sync.WaitGroup
		for n := range errs {
			all.Go(func() {
				time.Sleep(time.Duration(n) * time.Millisecond) // in this order
				errs[n] = log.Record(t.Context(), change(n+1))
			})
		}
		all.Wait()
		for n, err := range errs {
			if (err == nil) != (n < 3) {
				t.Errorf("revision %d: %v", n+1, err)
			}
		}
		documents.onUpdate = nil
		wantRevisions(t, "all", walk(t, log, 5), down(3, 0))
	})
}

func TestOthersThatComeFirstAreNoError(t *testing.T) {
	conflicts := 0
	documents := &shelf{onUpdate: func(context.Context, string) error {
		if conflicts++; conflicts%3 != 0 {
			return fault.New(fault.Conflict, "others came first")
		}
		return nil
	}}
	log := audit.NewSmall(documents, quiet, atNoon, 3, 4)
	record(t, log, changes(1, 11)...)
	wantRevisions(t, "all", walk(t, log, 5), down(10, 1))
	// It does not go on for ever.
	synctest.Test(t, func(t *testing.T) {
		documents := &shelf{onUpdate: func(context.Context, string) error {
			time.Sleep(time.Second)
			return fault.New(fault.Conflict, "others came first")
		}}
		began := time.Now()
		err := audit.New(documents, quiet, atNoon).Record(t.Context(), change(1))
		if took := time.Since(began); fault.KindOf(err) != fault.Conflict || took > 6*time.Second {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

// A database that hangs holds nobody for long, and what was not begun is not kept later.
func TestADatabaseThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		documents := &shelf{}
		log := audit.New(documents, quiet, time.Now)
		record(t, log, change(1))
		wake := make(chan struct{})
		documents.onUpdate = func(context.Context, string) error { // it does not even heed the context
			<-wake
			return nil
		}
		var all sync.WaitGroup
		all.Go(func() { record(t, log, change(2)) })
		synctest.Wait()
		for n := range 10 {
			all.Go(func() {
				began := time.Now()
				err := log.Record(t.Context(), change(n+3))
				if took := time.Since(began); fault.KindOf(err) != fault.Timeout || took != 10*time.Second {
					t.Errorf("after %s: %v", took, err)
				}
			})
		}
		time.Sleep(time.Minute)
		close(wake)
		all.Wait()
		record(t, log, change(20))
		wantRevisions(t, "all", walk(t, log, 5), []int{20, 2, 1})
	})
}

// An append has its whole time, however long it had to wait for its turn.
func TestTheLimitOfAnAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		documents := &shelf{}
		log := audit.New(documents, quiet, time.Now)
		record(t, log, change(1))
		documents.onUpdate = func(ctx context.Context, _ string) error {
			select {
			case <-time.After(4 * time.Second):
				return nil
			case <-ctx.Done():
				return fault.Wrap(fault.Timeout, ctx.Err(), "slow")
			}
		}
		var all sync.WaitGroup
		for n := range 3 {
			all.Go(func() {
				time.Sleep(time.Duration(n) * time.Second)
				record(t, log, change(n+2))
			})
		}
		all.Wait()
		documents.onUpdate = nil
		wantRevisions(t, "all", walk(t, log, 5), down(4, 1))
	})
}

func ExampleLog() {
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }
	log := audit.New(&shelf{}, slog.New(slog.DiscardHandler), now) // the gateway gives it store.In[content.AuditPage](s, content.KindAudit)

	for revision, action := range []audit.Action{audit.Created, audit.Changed, audit.Deleted} {
		err := log.Record(ctx, audit.Entry{
			Client: "editors", ClientID: "5e884898da28", Request: "Q3F", Action: action, Kind: "product", Key: "chair-1", Revision: revision + 1,
		})
		if err != nil {
			fmt.Println(err)
		}
	}
	for after, more := "", true; more; {
		page, err := log.Page(ctx, 2, after)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, one := range page.Entries {
			fmt.Println(one.At.Format(time.Kitchen), one.Client, one.Action, one.Kind, one.Key, one.Revision)
			after = one.ID
		}
		more = page.Next
	}
	// Output:
	// 12:00PM editors DELETED product chair-1 3
	// 12:00PM editors CHANGED product chair-1 2
	// 12:00PM editors CREATED product chair-1 1
}

package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"unisono/audit"
	"unisono/content"
	"unisono/fault"
	"unisono/store"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// quiet is for tests that are not about the lines.
var quiet = slog.New(slog.DiscardHandler)

// inStore is how the gateway keeps its record.
func inStore(s *store.Store) audit.Documents[store.Result[content.AuditPage]] {
	return store.In[content.AuditPage](s, content.KindAudit)
}

// shelf keeps documents in memory, as a store does. Its hooks, unless nil, are asked before anything is done, and their fault is given.
type shelf struct {
	mu        sync.Mutex
	documents map[string]*content.AuditPage
	reads     int // round trips
	writes    int // updates that wrote
	onRead    func(ctx context.Context) error
	onUpdate  func(ctx context.Context, id string) error
}

func (s *shelf) Read(ctx context.Context, ids []string) (map[string]*content.AuditPage, error) {
	if s.onRead != nil {
		if err := s.onRead(ctx); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	found := map[string]*content.AuditPage{}
	for _, id := range ids {
		if page := s.documents[id]; page != nil {
			found[id] = clone(page)
		}
	}
	return found, nil
}

// Update calls change twice, as one that was overtaken does.
func (s *shelf) Update(ctx context.Context, id string, change func(*content.AuditPage) (*content.AuditPage, error)) (struct{}, error) {
	if s.onUpdate != nil {
		if err := s.onUpdate(ctx, id); err != nil {
			return struct{}{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := change(&content.AuditPage{ID: id, Number: 1 << 30}); err != nil {
		return struct{}{}, err
	}
	next, err := change(clone(s.documents[id]))
	if err != nil || next == nil {
		return struct{}{}, err
	}
	if next.ID != id {
		return struct{}{}, fault.New(fault.Internal, "the document %q was written as %q", id, next.ID)
	}
	if s.documents == nil {
		s.documents = map[string]*content.AuditPage{}
	}
	s.documents[id] = clone(next)
	s.writes++
	return struct{}{}, nil
}

func clone(page *content.AuditPage) *content.AuditPage {
	if page == nil {
		return nil
	}
	copied := *page
	copied.Entries = slices.Clone(page.Entries)
	return &copied
}

// change is the n-th entry of a test.
func change(n int) audit.Entry {
	return audit.Entry{
		Client: "editor", ClientID: "0123456789ab", Request: fmt.Sprintf("r%d", n), Action: audit.Changed,
		Kind: string(content.KindProduct), Key: fmt.Sprintf("chair-%d", n), Revision: n,
	}
}

// changes are entries from one up to, not including, another.
func changes(from, to int) []audit.Entry {
	var entries []audit.Entry
	for n := from; n < to; n++ {
		entries = append(entries, change(n))
	}
	return entries
}

func record(t testing.TB, log *audit.Log, entries ...audit.Entry) {
	t.Helper()
	if err := log.Record(t.Context(), entries...); err != nil {
		t.Fatalf("record: %v", err)
	}
}

func page(t testing.TB, log *audit.Log, first int, after string) *audit.Page {
	t.Helper()
	p, err := log.Page(t.Context(), first, after)
	if err != nil {
		t.Fatalf("page: %v", err)
	}
	return p
}

// walk gives all entries, by pages of a size.
func walk(t testing.TB, log *audit.Log, first int) []audit.Entry {
	t.Helper()
	var entries []audit.Entry
	for after := ""; ; {
		p := page(t, log, first, after)
		entries = append(entries, p.Entries...)
		if !p.Next {
			return entries
		}
		if len(p.Entries) != first {
			t.Fatalf("a page of %d that is not the last holds %d entries", first, len(p.Entries))
		}
		after = p.Entries[first-1].ID
	}
}

// revisions name entries in short.
func revisions(entries []audit.Entry) []int {
	numbers := []int{}
	for _, one := range entries {
		numbers = append(numbers, one.Revision)
	}
	return numbers
}

// down are the numbers from one down to another.
func down(from, to int) []int {
	numbers := []int{}
	for n := from; n >= to; n-- {
		numbers = append(numbers, n)
	}
	return numbers
}

func wantRevisions(t testing.TB, what string, got []audit.Entry, want []int) {
	t.Helper()
	if !slices.Equal(revisions(got), want) {
		t.Errorf("%s: the revisions are %v, want %v", what, revisions(got), want)
	}
}

// wantUnique checks that no two entries have the same id.
func wantUnique(t testing.TB, entries []audit.Entry) {
	t.Helper()
	ids := map[string]bool{}
	for _, one := range entries {
		ids[one.ID] = true
	}
	if len(ids) != len(entries) {
		t.Errorf("%d entries have %d ids: %v", len(entries), len(ids), slices.Sorted(maps.Keys(ids)))
	}
}

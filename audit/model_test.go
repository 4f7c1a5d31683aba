package audit_test

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"unisono/audit"
	"unisono/fault"
)

// model is the record as a list of all that ever happened, of which the ring holds the end.
type model struct {
	pages, size int
	all         []int // revisions
}

// kept are the revisions that are there, newest first: those on the newest pages.
func (m *model) kept() []int {
	newest := (len(m.all) + m.size - 1) / m.size
	kept := slices.Clone(m.all[max(0, newest-m.pages)*m.size:])
	slices.Reverse(kept)
	return kept
}

// behind is what stands behind a revision; 0 stands before all.
func (m *model) behind(revision int) []int {
	kept := m.kept()
	if revision == 0 {
		return kept
	}
	at := slices.Index(kept, revision)
	if at < 0 {
		return []int{}
	}
	return kept[at+1:]
}

// Whoever of several gateways appends and reads, the record is the end of the list, and every cursor ever given stays right.
func TestTheRecordIsTheEndOfAList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{pages: rapid.IntRange(1, 5).Draw(rt, "pages"), size: rapid.IntRange(1, 5).Draw(rt, "size")}
		documents := &shelf{}
		logs := make([]*audit.Log, 3)
		for i := range logs {
			logs[i] = audit.NewSmall(documents, quiet, atNoon, m.pages, m.size)
		}
		cursors := map[int]string{0: ""}
		gateway := rapid.SampledFrom(logs)
		rt.Repeat(map[string]func(*rapid.T){
			"record": func(rt *rapid.T) {
				from := len(m.all) + 1
				to := from + rapid.IntRange(0, 12).Draw(rt, "entries")
				if err := gateway.Draw(rt, "gateway").Record(context.Background(), changes(from, to)...); err != nil {
					rt.Fatal(err)
				}
				for n := from; n < to; n++ {
					m.all = append(m.all, n)
				}
			},
			"fail to raise the head": func(rt *rapid.T) {
				documents.onUpdate = func(_ context.Context, id string) error {
					if id == "head" {
						return fault.New(fault.Unavailable, "down")
					}
					return nil
				}
				defer func() { documents.onUpdate = nil }()
				n := len(m.all) + 1
				if err := gateway.Draw(rt, "gateway").Record(context.Background(), change(n)); err != nil {
					rt.Fatal(err)
				}
				m.all = append(m.all, n)
			},
			"start anew": func(rt *rapid.T) {
				logs[rapid.IntRange(0, len(logs)-1).Draw(rt, "gateway")] = audit.NewSmall(documents, quiet, atNoon, m.pages, m.size)
			},
			"page": func(rt *rapid.T) {
				revision := rapid.SampledFrom(sortedKeys(cursors)).Draw(rt, "after")
				first := rapid.IntRange(0, 12).Draw(rt, "first")
				p, err := gateway.Draw(rt, "gateway").Page(context.Background(), first, cursors[revision])
				if err != nil {
					rt.Fatal(err)
				}
				want := m.behind(revision)
				shown := want[:min(first, len(want))]
				if !slices.Equal(revisions(p.Entries), shown) || p.Next != (len(shown) < len(want)) {
					rt.Fatalf("%d behind %d are %v, more: %t; want the first of %v", first, revision, revisions(p.Entries), p.Next, want)
				}
				for _, one := range p.Entries {
					if known := cmp.Or(cursors[one.Revision], one.ID); known != one.ID {
						rt.Fatalf("revision %d had the cursor %s and has %s", one.Revision, known, one.ID)
					}
					cursors[one.Revision] = one.ID
				}
			},
		})
	})
}

func sortedKeys(of map[int]string) []int {
	keys := []int{}
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

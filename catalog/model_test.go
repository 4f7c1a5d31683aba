package catalog_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
)

// model answers from all documents, slowly and plainly.
type model map[string]*content.Product

func (m model) there(p *content.Product, steps int) bool {
	if p == nil || p.State != content.Published {
		return false
	}
	return p.Parent == "" || steps < content.MaxParents && m.there(m[p.Parent], steps+1)
}

// name is the product's, or the nearest that a parent has.
func (m model) name(p *content.Product) string {
	for ; p != nil; p = m[p.Parent] {
		if len(p.Attributes) > 0 {
			text, _ := p.Attributes[0].Value.Text()
			return text
		}
	}
	return ""
}

// answers are what an index says of its documents: a list, how many there are, and what has which names.
func (m model) answers() string {
	listed := slices.Collect(maps.Keys(m))
	listed = slices.DeleteFunc(listed, func(sku string) bool { return !m.there(m[sku], 0) })
	slices.SortFunc(listed, func(a, b string) int {
		first, second := m.name(m[a]), m.name(m[b])
		return cmp.Or(cmp.Compare(min(len(second), 1), min(len(first), 1)), cmp.Compare(first, second), cmp.Compare(a, b))
	})
	answers := fmt.Sprintf("%s of %d", strings.Join(listed, " "), len(m))
	for _, name := range []string{"p0", "p1", "p2"} {
		by := func(of func(*content.Product) string) []string {
			skus := slices.Sorted(maps.Keys(m))
			return slices.DeleteFunc(skus, func(sku string) bool { return of(m[sku]) != name })
		}
		smallest := func(skus []string) string { return append(skus, "")[0] }
		answers += fmt.Sprintf(" | %v %s %s", by(func(p *content.Product) string { return p.Parent }),
			smallest(by(func(p *content.Product) string { return p.Slug })), smallest(by(func(p *content.Product) string { return p.GTIN })))
	}
	return answers
}

func answers(t testing.TB, s *catalog.Snapshot) string {
	products, _ := s.Size()
	text := fmt.Sprintf("%s of %d", list(t, s, catalog.ProductQuery{Order: catalog.ByName}, reader("en")), products)
	for _, name := range []string{"p0", "p1", "p2"} {
		children := s.Children(name)
		if children == nil {
			children = []string{}
		}
		smallest := func(skus []string) string { return append(skus, "")[0] }
		slug, gtin := smallest(s.BySlug(name)), smallest(s.ByGTIN(name))
		text += fmt.Sprintf(" | %v %s %s", children, slug, gtin)
	}
	return text
}

func TestASnapshotSaysWhatItsDocumentsSayAndNeverChanges(t *testing.T) {
	skus := []string{"p0", "p1", "p2", "p3", "p4", "p5"}
	name := rapid.SampledFrom([]string{"", "p0", "p1", "p2"})
	rapid.Check(t, func(rt *rapid.T) {
		s, m := &shelf{}, model{}
		x, err := catalog.Open(context.Background(), catalog.Config{Source: s, Cache: sharedCache(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			rt.Fatal(err)
		}
		defer x.Close()
		snapshots, said := []*catalog.Snapshot{x.Snapshot()}, []string{m.answers()}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			refs := []catalog.Ref{}
			for range rapid.IntRange(1, 4).Draw(rt, "changes") {
				sku := rapid.SampledFrom(skus).Draw(rt, "sku")
				if rapid.IntRange(0, 4).Draw(rt, "delete") == 0 {
					delete(m, sku)
					refs = append(refs, s.remove(catalog.Ref{Kind: content.KindProduct, Key: sku})...)
					continue
				}
				p := named(sku)
				if text := rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "name"); text != "" {
					p = named(sku, text)
				}
				p.Parent, p.Slug, p.GTIN = name.Draw(rt, "parent"), name.Draw(rt, "slug"), name.Draw(rt, "gtin")
				p.State = rapid.SampledFrom([]content.WorkflowState{content.Published, content.Published, content.Draft}).Draw(rt, "state")
				m[sku] = p
				refs = append(refs, s.put(p)...)
			}
			if err := x.Refresh(context.Background(), refs...); err != nil {
				rt.Fatal(err)
			}
			snapshots, said = append(snapshots, x.Snapshot()), append(said, m.answers())
			for i, snapshot := range snapshots {
				if got := answers(t, snapshot); got != said[i] {
					rt.Fatalf("after %d steps snapshot %d says\n%s\nand not\n%s", len(snapshots)-1, i, got, said[i])
				}
			}
		}
		if err := x.Rebuild(context.Background()); err != nil {
			rt.Fatal(err)
		}
		if got := answers(t, x.Snapshot()); got != said[len(said)-1] {
			rt.Fatalf("built anew it says\n%s\nand not\n%s", got, said[len(said)-1])
		}
	})
}

// Readers go on asking old and new snapshots while new ones are made; the race detector watches.
func TestReadersAndWritersAtOnce(t *testing.T) {
	s := thirty()
	x := index(t, s)
	first := x.Snapshot()
	want := answers(t, first)
	done := make(chan struct{})
	readers, writers := sync.WaitGroup{}, sync.WaitGroup{}
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if got := answers(t, first); got != want {
					t.Error("the old snapshot changed")
				}
				answers(t, x.Snapshot())
				if _, err := x.Snapshot().Fragments(catalog.FragmentQuery{Part: catalog.Part{First: 100}}, reader("en")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 4 {
		writers.Go(func() {
			for j := range 20 {
				sku := fmt.Sprintf("N%d-%02d", i, j)
				refs := s.put(with(named(sku, "Neu"), func(p *content.Product) { p.Parent, p.Slug = "P00", "s"+sku }), &content.Category{Key: sku, Parent: "c"},
					&content.Fragment{Key: sku, Type: "NOTE", State: content.Published, Variants: []content.Variant{{ID: "1", Title: "T"}}})
				if err := x.Refresh(context.Background(), refs...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if got := len(x.Snapshot().Children("P00")); got != 80 {
		t.Errorf("of 80 writes %d are there", got)
	}
}

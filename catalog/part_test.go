package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
	"unisono/targeting"
)

var everyOrder = []catalog.Order{catalog.ByName, catalog.ByNameDesc, catalog.Newest, catalog.BySKU}

func TestOrdersFromTheEndAndByTime(t *testing.T) {
	published := func(sku, name string, day int) *content.Product {
		return with(named(sku, name), func(p *content.Product) {
			if day > 0 {
				at := noon.AddDate(0, 0, day)
				p.FirstPublished = &at
			}
		})
	}
	old := time.Date(1965, 1, 1, 0, 0, 0, 0, time.UTC)
	s := index(t, holding(published("a", "Bed", 2), published("b", "Chair", 1), published("c", "Bed", 2), published("d", "", 3),
		with(named("e", "Table"), func(p *content.Product) { p.FirstPublished = &old }), published("f", "", 0))).Snapshot()
	for order, want := range map[catalog.Order]string{
		catalog.ByName: "a c b e d f", catalog.ByNameDesc: "e b c a d f", catalog.Newest: "d a c b e f", catalog.BySKU: "a b c d e f",
	} {
		diff(t, string(order), list(t, s, catalog.ProductQuery{Order: order}, reader("en")), want)
	}
}

func TestLevelsAreThoseThatTheReaderSees(t *testing.T) {
	s := index(t, holding(
		named("model"), with(named("variant"), func(p *content.Product) { p.Parent = "model" }), named("simple"),
		named("childless"), with(named("draft"), func(p *content.Product) { p.Parent, p.State = "childless", content.Draft }),
		with(named("middle"), func(p *content.Product) { p.Parent = "model" }), with(named("leaf"), func(p *content.Product) { p.Parent = "middle" }),
	)).Snapshot()
	for want, levels := range map[string][]catalog.Level{
		"middle model": {catalog.Model}, "leaf variant": {catalog.Variant}, "childless simple": {catalog.Simple},
		"childless middle model simple": {catalog.Model, catalog.Simple}, "": {}, "childless leaf middle model simple variant": nil,
	} {
		diff(t, fmt.Sprint(levels), list(t, s, catalog.ProductQuery{Order: catalog.BySKU, Levels: levels}, reader("en")), want)
	}
}

// drawn are products with few names and times, so that many are equal and some have none.
func drawn(t *rapid.T) []content.Document {
	documents := []content.Document{}
	for i := range rapid.IntRange(0, 12).Draw(t, "products") {
		product := named(fmt.Sprintf("P%02d", i), rapid.SampledFrom([]string{"", "A", "B", "Ab"}).Draw(t, "name"))
		if day := rapid.IntRange(0, 3).Draw(t, "day"); day > 0 {
			at := noon.AddDate(0, 0, day)
			product.FirstPublished = &at
		}
		documents = append(documents, product)
	}
	return documents
}

// Every part of a list is what the whole list has there, in either direction, whatever came and went since its cursors were made.
func TestEveryPartOfAListIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom(everyOrder).Draw(t, "order")
		first := drawn(t)
		before := snapshotOf(t, first)
		cursors := map[string]string{}
		all := partOf(t, before, order, catalog.Part{First: 100})
		for i, key := range all.Keys {
			cursors[key] = all.Cursors[i]
		}
		kept := slices.DeleteFunc(slices.Clone(first), func(content.Document) bool { return rapid.Bool().Draw(t, "goes") })
		s := snapshotOf(t, kept)
		whole := partOf(t, s, order, catalog.Part{First: 100}).Keys
		part := catalog.Part{First: rapid.IntRange(0, 5).Draw(t, "first"), Backward: rapid.Bool().Draw(t, "backward")}
		from, to := 0, len(all.Keys)
		if len(all.Keys) > 0 && rapid.Bool().Draw(t, "after something") {
			at := rapid.IntRange(0, len(all.Keys)-1).Draw(t, "after")
			part.After, from = cursors[all.Keys[at]], at+1
		}
		if len(all.Keys) > 0 && rapid.Bool().Draw(t, "before something") {
			at := rapid.IntRange(0, len(all.Keys)-1).Draw(t, "before")
			part.Before, to = cursors[all.Keys[at]], at
		}
		between := []string{} // of what there was, what there is still
		for _, key := range all.Keys[from:max(from, to)] {
			if slices.Contains(whole, key) {
				between = append(between, key)
			}
		}
		want := between[:min(part.First, len(between))]
		if part.Backward {
			want = between[max(0, len(between)-part.First):]
		}
		got := partOf(t, s, order, part)
		if !slices.Equal(got.Keys, want) || got.Total != len(whole) {
			t.Fatalf("%s of %v: %v gives %v; want %v", order, whole, part, got.Keys, want)
		}
		if len(want) > 0 && (got.Previous != (want[0] != whole[0]) || got.Next != (want[len(want)-1] != whole[len(whole)-1])) {
			t.Fatalf("%v of %v: previous %t, next %t", want, whole, got.Previous, got.Next)
		}
	})
}

func partOf(t *rapid.T, s *catalog.Snapshot, order catalog.Order, part catalog.Part) *catalog.Page {
	page, err := s.Products(catalog.ProductQuery{Order: order, Part: part}, readerOf("en"))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestCursorsBeforeWhichNothingStandsAreRefusedToo(t *testing.T) {
	s := index(t, thirty()).Snapshot()
	_, err := s.Products(catalog.ProductQuery{Order: catalog.BySKU, Part: catalog.Part{First: 1, Before: "nonsense"}}, reader("en"))
	if err == nil || !strings.HasPrefix(err.Error(), "before: ") {
		t.Errorf("it gives %v", err)
	}
}

func readerOf(chain string) *targeting.Context { return reader(tags(chain)...) }

func snapshotOf(t *rapid.T, documents []content.Document) *catalog.Snapshot {
	x, err := catalog.Open(context.Background(), catalog.Config{Source: holding(documents...), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	return x.Snapshot()
}

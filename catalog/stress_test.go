package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"unisono/catalog"
	"unisono/content"
	"unisono/locale"
)

// wild is a product of few words, in some of many scopes.
func wild(chance *rand.Rand, sku int) *content.Product {
	word := func() string { return []string{"Bed", "Ål", "Öl", "zebra", "aal"}[chance.IntN(5)] }
	p := named(fmt.Sprintf("P%02d", sku))
	p.Categories, p.Family = []string{fmt.Sprintf("c%d", chance.IntN(3))}, fmt.Sprintf("f%d", chance.IntN(3))
	if sku%3 > 0 && chance.IntN(4) > 0 {
		p.Parent = fmt.Sprintf("P%02d", sku-sku%3)
	}
	for _, tag := range tags("en da de sv fr") {
		if chance.IntN(3) == 0 {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "name", Locale: tag, Value: said(word() + " " + word())})
		}
		if chance.IntN(3) == 0 {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "colour", Locale: tag, Markets: []string{fmt.Sprint(chance.IntN(9))}, Value: said([]any{word(), word()})})
		}
	}
	p.Attributes = append(p.Attributes, content.AttributeValue{Key: "colour", Value: said(word())})
	return p
}

// everything is all that a snapshot says to a reader of a language.
func everything(t testing.TB, s *catalog.Snapshot, tag locale.Tag) string {
	said, r := strings.Builder{}, reader(tag, "en")
	for _, query := range []catalog.ProductQuery{
		{Order: catalog.ByName},
		{Order: catalog.ByNameDesc, Text: "b"},
		{Order: catalog.Newest, Levels: []catalog.Level{catalog.Variant}},
		{Order: catalog.BySKU, Categories: []string{"c1"}, Text: "öl"},
		{Order: catalog.ByName, Attributes: []catalog.AttributeFilter{{Key: "colour", In: values("Bed", "Ål")}, {Key: "name", Exists: new(true)}}},
	} {
		products, err := s.ProductList(query, r)
		if err != nil {
			t.Error(err)
			return ""
		}
		parts := sync.WaitGroup{}
		of := [4]string{}
		parts.Go(func() { of[0] = page(t, products, catalog.Part{First: 100}) })
		parts.Go(func() { of[1] = page(t, products, catalog.Part{First: 5, Backward: true}) })
		parts.Go(func() { of[2] = products.Facet("colour", 10).Digest() })
		parts.Go(func() { of[3] = products.Facet("name", 10).Digest() })
		parts.Wait()
		fmt.Fprintln(&said, of)
	}
	return said.String()
}

func page(t testing.TB, products *catalog.ProductList, part catalog.Part) string {
	page, err := products.Page(part)
	if err != nil {
		t.Error(err)
		return ""
	}
	return fmt.Sprint(page.Keys, page.Previous, page.Next)
}

// What a snapshot says it says again, to many readers at once, while others are made from it: by changes, by changes that cannot be read, by sweeps, and anew.
func TestASnapshotSaysTheSameWhileOthersAreMade(t *testing.T) {
	s, chance := holding(&content.Channel{Key: "web", DefaultLocale: "en", Locales: tags("da")}), rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		s.put(wild(chance, i))
	}
	x := index(t, s)
	done := make(chan struct{})
	readers := sync.WaitGroup{}
	for i := range 4 {
		readers.Go(func() {
			languages := tags("da sv de fr")
			for {
				snapshot, tag := x.Snapshot(), languages[i]
				first := everything(t, snapshot, tag)
				for range 4 {
					if again := everything(t, snapshot, tag); again != first {
						t.Errorf("in %s it says\n%s\nand said\n%s", tag, again, first)
						return
					}
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 150 {
		refs := []catalog.Ref{}
		for range chance.IntN(5) + 1 {
			refs = append(refs, s.put(wild(chance, chance.IntN(60)))...)
		}
		if i%7 == 0 {
			refs = append(refs, s.remove(catalog.Ref{Kind: content.KindProduct, Key: fmt.Sprintf("P%02d", chance.IntN(60))})...)
		}
		if i%11 == 0 {
			s.fail(errors.New("no answer"))
			if err := x.Refresh(t.Context(), refs...); err == nil {
				t.Error("a source that fails is no error")
			}
			s.fail(nil)
		}
		if err := x.Refresh(t.Context(), refs...); err != nil {
			t.Fatal(err)
		}
		if i%40 == 39 {
			incremental := x.Snapshot()
			if err := x.Rebuild(context.Background()); err != nil {
				t.Fatal(err)
			}
			for _, tag := range tags("da de") {
				diff(t, "built anew", everything(t, x.Snapshot(), tag), everything(t, incremental, tag))
			}
		}
	}
	close(done)
	readers.Wait()
}

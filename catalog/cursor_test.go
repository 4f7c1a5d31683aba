package catalog_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/locale"
	"unisono/targeting"
)

func tags(spelled string) []locale.Tag {
	list := []locale.Tag{}
	for tag := range strings.FieldsSeq(spelled) {
		list = append(list, locale.Tag(tag))
	}
	return list
}

// thirty are products of which some share a name and some have none.
func thirty() *shelf {
	s := &shelf{}
	for i := range 30 {
		p := named(fmt.Sprintf("P%02d", i))
		if i%4 != 0 {
			p = named(p.SKU, []string{"Bord", "Ål", "Øl", "Æble", "Stol"}[i%5])
		}
		s.put(p, &content.Fragment{Key: fmt.Sprintf("F%02d", i), Type: "NOTE", State: content.Published, Variants: []content.Variant{{ID: "1", Title: "T"}}})
	}
	return s
}

func TestP1WalkingEveryPageGivesEachItemOnce(t *testing.T) {
	s := index(t, thirty()).Snapshot()
	for _, order := range []catalog.Order{catalog.ByName, catalog.BySKU} {
		whole := products(t, s, catalog.ProductQuery{Order: order, Part: catalog.Part{First: 100}}, reader("da")).Keys
		for first := 1; first <= 11; first++ {
			keys := walk(t, first, func(after string) (*catalog.Page, error) {
				page, err := s.Products(catalog.ProductQuery{Order: order, Part: catalog.Part{First: first, After: after}}, reader("da"))
				if err == nil && page.Total != 30 {
					t.Errorf("the total is %d", page.Total)
				}
				return page, err
			})
			diff(t, fmt.Sprintf("%s by %d", order, first), keys, whole)
		}
	}
	for first := 1; first <= 11; first++ {
		keys := walk(t, first, func(after string) (*catalog.Page, error) {
			return s.Fragments(catalog.FragmentQuery{Part: catalog.Part{First: first, After: after}}, reader("da"))
		})
		if len(keys) != 30 || !slices.IsSorted(keys) || len(slices.Compact(keys)) != 30 {
			t.Errorf("by %d the fragments are %v", first, keys)
		}
	}
}

func TestP4FiftyItemsOfOneNameStandOnSeparatePages(t *testing.T) {
	s := &shelf{}
	for i := range 50 {
		s.put(named(fmt.Sprintf("P%02d", i), "Chair"))
	}
	snapshot := index(t, s).Snapshot()
	keys := walk(t, 7, func(after string) (*catalog.Page, error) {
		return snapshot.Products(catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 7, After: after}}, reader("en"))
	})
	if len(keys) != 50 || !slices.IsSorted(keys) || len(slices.Compact(keys)) != 50 {
		t.Errorf("ties repeat or vanish: %v", keys)
	}
}

func TestP6WhatIsDeletedAndInsertedBetweenPagesMovesNothingElse(t *testing.T) {
	for _, order := range []catalog.Order{catalog.ByName, catalog.BySKU} {
		t.Run(string(order), func(t *testing.T) {
			s := thirty()
			x := index(t, s)
			whole := products(t, x.Snapshot(), catalog.ProductQuery{Order: order, Part: catalog.Part{First: 100}}, reader("da")).Keys
			page := products(t, x.Snapshot(), catalog.ProductQuery{Order: order, Part: catalog.Part{First: 10}}, reader("da"))
			last := page.Keys[9]
			refresh(t, x, append(s.remove(catalog.Ref{Kind: content.KindProduct, Key: last}, catalog.Ref{Kind: content.KindProduct, Key: page.Keys[0]}), s.put(named("A", "Aa"), named("P99"))...))
			rest := walk(t, 7, func(after string) (*catalog.Page, error) {
				if after == "" {
					after = page.Cursors[9] // of what is not there any more
					p, err := x.Snapshot().Products(catalog.ProductQuery{Order: order, Part: catalog.Part{First: 7, After: after}}, reader("da"))
					if err == nil {
						p.Previous = false
					}
					return p, err
				}
				return x.Snapshot().Products(catalog.ProductQuery{Order: order, Part: catalog.Part{First: 7, After: after}}, reader("da"))
			})
			rest = slices.DeleteFunc(rest, func(sku string) bool { return sku == "A" || sku == "P99" })
			diff(t, "what follows", rest, whole[10:])
		})
	}
}

func TestPageBounds(t *testing.T) {
	s := index(t, holding(named("a"), named("b"), named("c"))).Snapshot()
	page := func(first int, after string) *catalog.Page {
		return products(t, s, catalog.ProductQuery{Order: catalog.BySKU, Part: catalog.Part{First: first, After: after}}, reader("en"))
	}
	all := page(3, "")
	for name, test := range map[string]struct {
		got  *catalog.Page
		want catalog.Page
	}{
		"first: 0":        {page(0, ""), catalog.Page{Total: 3, Next: true}},
		"all":             {all, catalog.Page{Keys: []string{"a", "b", "c"}, Cursors: all.Cursors, Total: 3}},
		"in the midst":    {page(1, all.Cursors[0]), catalog.Page{Keys: []string{"b"}, Cursors: all.Cursors[1:2], Total: 3, Next: true, Previous: true}},
		"the last":        {page(9, all.Cursors[1]), catalog.Page{Keys: []string{"c"}, Cursors: all.Cursors[2:], Total: 3, Previous: true}},
		"behind the last": {page(9, all.Cursors[2]), catalog.Page{Total: 3, Previous: true}},
		"first: 0 behind": {page(0, all.Cursors[0]), catalog.Page{Total: 3, Next: true, Previous: true}},
	} {
		t.Run(name, func(t *testing.T) { diff(t, "page", *test.got, test.want) })
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	s := index(t, thirty()).Snapshot()
	query := catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 3}}
	cursor := products(t, s, query, reader("da", "en")).Cursors[1]
	ask := func(change func(*catalog.ProductQuery, *targeting.Situation)) error {
		q := query
		q.After = cursor
		r := reader("da", "en").With(func(r *targeting.Situation) { change(&q, r) })
		_, err := s.Products(q, r)
		return err
	}
	if err := ask(func(*catalog.ProductQuery, *targeting.Situation) {}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*catalog.ProductQuery, *targeting.Situation){
		"another order":         func(q *catalog.ProductQuery, _ *targeting.Situation) { q.Order = catalog.BySKU },
		"another language":      func(_ *catalog.ProductQuery, r *targeting.Situation) { r.Locale, r.Chain = "de", tags("de en") },
		"another fallback":      func(_ *catalog.ProductQuery, r *targeting.Situation) { r.Chain = tags("da de") },
		"another channel":       func(_ *catalog.ProductQuery, r *targeting.Situation) { r.Channel = &content.Channel{Key: "app"} },
		"other SKUs":            func(q *catalog.ProductQuery, _ *targeting.Situation) { q.SKUs = []string{"P01"} },
		"no SKUs":               func(q *catalog.ProductQuery, _ *targeting.Situation) { q.SKUs = []string{} },
		"another category":      func(q *catalog.ProductQuery, _ *targeting.Situation) { q.Categories = []string{"x"} },
		"a family":              func(q *catalog.ProductQuery, _ *targeting.Situation) { q.Families = []string{"x"} },
		"the same as a family":  func(q *catalog.ProductQuery, _ *targeting.Situation) { q.Families = []string{"x", "y"} },
		"what looks like two":   func(q *catalog.ProductQuery, _ *targeting.Situation) { q.Families = []string{`x" "y`} },
		"that of the fragments": func(q *catalog.ProductQuery, _ *targeting.Situation) { q.After = fragmentCursor(t, s) },
	} {
		t.Run(name, func(t *testing.T) {
			err := ask(change)
			if fault.KindOf(err) != fault.BadUserInput || !strings.Contains(fault.Public(err), "of another list") {
				t.Errorf("it gave %v", err)
			}
		})
	}
}

func fragmentCursor(t *testing.T, s *catalog.Snapshot) string {
	t.Helper()
	page, err := s.Fragments(catalog.FragmentQuery{Part: catalog.Part{First: 1}}, reader("da"))
	if err != nil {
		t.Fatal(err)
	}
	return page.Cursors[0]
}

func TestADamagedCursorIsRefused(t *testing.T) {
	s := index(t, thirty()).Snapshot()
	cursor := products(t, s, catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 3}}, reader("da")).Cursors[1]
	for name, after := range map[string]string{
		"nonsense":              "nonsense!",
		"a SKU":                 "P01",
		"cut":                   cursor[:len(cursor)/2],
		"with padding":          cursor + "=",
		"JSON without a key":    base64.RawURLEncoding.EncodeToString([]byte(`{"d": "x"}`)),
		"JSON of another kind":  base64.RawURLEncoding.EncodeToString([]byte(`[1]`)),
		"not JSON":              base64.RawURLEncoding.EncodeToString([]byte(`{`)),
		"bytes":                 base64.RawURLEncoding.EncodeToString([]byte("\x00\xff")),
		"white space":           " ",
		"ten megabytes of text": strings.Repeat("x", 10_000_000),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Products(catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 3, After: after}}, reader("da"))
			_, too := s.Fragments(catalog.FragmentQuery{Part: catalog.Part{First: 3, After: after}}, reader("da"))
			if fault.KindOf(err) != fault.BadUserInput || fault.KindOf(too) != fault.BadUserInput || len(fault.Public(err)) > 400 {
				t.Errorf("it gave %.200v, %.200v", err, too)
			}
		})
	}
}

// FuzzCursor: a cursor from a stranger makes nothing panic, and gives a page or a refusal.
func FuzzCursor(f *testing.F) {
	s := index(f, thirty()).Snapshot()
	for _, cursor := range products(f, s, catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 3}}, reader("da")).Cursors {
		f.Add(cursor)
	}
	f.Add("e30")
	f.Fuzz(func(t *testing.T, after string) {
		page, err := s.Products(catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 7, After: after}}, reader("da"))
		if err == nil && (page.Total != 30 || len(page.Keys) > 7) || err != nil && fault.KindOf(err) != fault.BadUserInput {
			t.Errorf("%q gave %+v, %v", after, page, err)
		}
	})
}

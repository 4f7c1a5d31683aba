package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"unisono/catalog"
	"unisono/content"
)

// A list whose products stand far from where it begins is found by their places, once stepping there has taken too long.
func TestAListThatStandsFarBehindIsFound(t *testing.T) {
	s := &shelf{}
	for i := range 1000 {
		s.put(with(named(fmt.Sprintf("P%03d", i), fmt.Sprintf("Bed %03d", i)), func(p *content.Product) {
			p.Family = map[bool]string{true: "middle", false: "others"}[i/100 == 5]
		}))
	}
	snapshot := index(t, s).Snapshot()
	for _, order := range []catalog.Order{catalog.BySKU, catalog.ByName} {
		for backward, want := range map[bool]string{false: "P500 P501", true: "P598 P599"} {
			got := products(t, snapshot, catalog.ProductQuery{Families: []string{"middle"}, Order: order, Part: catalog.Part{First: 2, Backward: backward}}, reader("en"))
			diff(t, string(order), strings.Join(got.Keys, " "), want)
			if got.Next == backward || got.Previous != backward {
				t.Errorf("%s: next %t, previous %t", order, got.Next, got.Previous)
			}
		}
	}
}

// What comes last after the order was made stands at its end, from whichever end it is read.
func TestWhatComesLateAtTheEndIsFoundFromTheEnd(t *testing.T) {
	s := &shelf{}
	for i := range 9 {
		s.put(named(fmt.Sprint("P", i), fmt.Sprint("Bed ", i)))
	}
	x := index(t, s)
	for _, order := range []catalog.Order{catalog.BySKU, catalog.ByName} {
		list(t, x.Snapshot(), catalog.ProductQuery{Order: order}, reader("en"))
	}
	snapshot := refresh(t, x, s.put(named("Q1", "Chair 1"), named("Q2", "Chair 2")))
	for _, order := range []catalog.Order{catalog.BySKU, catalog.ByName} {
		page := products(t, snapshot, catalog.ProductQuery{Order: order, Part: catalog.Part{First: 1, Backward: true}}, reader("en"))
		diff(t, string(order), page.Keys, []string{"Q2"})
		page = products(t, snapshot, catalog.ProductQuery{Order: order, Part: catalog.Part{First: 2, Backward: true, Before: page.Cursors[0]}}, reader("en"))
		diff(t, string(order), page.Keys, []string{"P8", "Q1"})
	}
}

// The number of a column that was dropped is given to one other, however often columns are dropped.
func TestANumberIsGivenToOneColumn(t *testing.T) {
	s, x := swept(t)
	for range 20 {
		refresh(t, x, s.put(named("brief")))
	}
	many := named("many")
	for i := range 6 {
		many.Attributes = append(many.Attributes, content.AttributeValue{Key: fmt.Sprint("key", i), Value: said(fmt.Sprint("value", i))})
	}
	snapshot := refresh(t, x, s.put(many))
	for i := range 6 {
		query := catalog.ProductQuery{Order: catalog.BySKU, Attributes: []catalog.AttributeFilter{{Key: fmt.Sprint("key", i), Equals: new(said(fmt.Sprint("value", i)))}}}
		diff(t, fmt.Sprint("by value ", i), list(t, snapshot, query, reader("en")), "many")
	}
}

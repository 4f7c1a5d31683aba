package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
)

func sorted(words []string) string {
	slices.Sort(words)
	return strings.Join(words, " ")
}

func TestAFilterThatAsksNothingRightIsRefused(t *testing.T) {
	s := index(t, holding(
		&content.Attribute{Key: "weight", Type: content.TypeQuantity, Unit: "kg"}, &content.Attribute{Key: "price", Type: content.TypeMoney},
		&content.Attribute{Key: "size", Type: content.TypeNumber}, &content.Attribute{Key: "colour", Type: content.TypeOption},
	)).Snapshot()
	one, table := new(1.0), said([]any{map[string]any{"a": 1}})
	for want, filter := range map[string]catalog.AttributeFilter{
		`filter.attributes[1]: nothing is asked of "colour"; one of equals, in, min, max and exists is expected`:                             {Key: "colour"},
		`filter.attributes[1].unit: it is the unit of min and max, and neither is given`:                                                     {Key: "weight", Unit: "kg", Exists: new(true)},
		`filter.attributes[1].unit: "V" does not convert into kg, the unit of the attribute weight`:                                          {Key: "weight", Unit: "V", Min: one},
		`filter.attributes[1].unit: "stones" is no`:                                                                                          {Key: "weight", Unit: "stones", Min: one},
		`filter.attributes[1].unit: the attribute price is money; a currency is expected, such as EUR`:                                       {Key: "price", Max: one},
		`filter.attributes[1].unit: the attribute size is a number without a unit`:                                                           {Key: "size", Min: one, Unit: "kg"},
		`filter.attributes[1]: min and max are for numbers, quantities and money; the attribute colour is of type OPTION`:                    {Key: "colour", Min: one},
		`filter.attributes[1].equals: the list is empty; exists: false finds what has no value`:                                              {Key: "colour", Equals: new(said([]any{}))},
		`filter.attributes[1].equals: texts of up to 64 bytes can be compared; this one has 65`:                                              {Key: "colour", Equals: new(content.TextValue(strings.Repeat("x", 65)))},
		`filter.attributes[1].equals: a text, a number, true, false, a quantity {amount, unit} or an amount of money {amount, currency} is `: {Key: "other", Equals: &table},
		`filter.attributes[1].in[1]: a text, a number, true, false, a quantity {amount, unit} or an amount of money {amount, currency} is `:  {Key: "other", In: []content.Value{content.TextValue("x"), said(nil)}},
	} {
		_, err := s.ProductList(catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "size", Equals: new(said(1))}, filter}}, reader("en"))
		if fault.KindOf(err) != fault.BadUserInput || !strings.HasPrefix(fault.Public(err), want) {
			t.Errorf("want %s\ngot  %v", want, err)
		}
	}
	for want, query := range map[string]catalog.ProductQuery{
		"filter.attributes: at most 50 are expected; there are 51":                   {Attributes: slices.Repeat([]catalog.AttributeFilter{{Key: "size", Min: one}}, 51)},
		"filter.attributes[0].in: at most 100 lists of several items are expected":   {Attributes: []catalog.AttributeFilter{{Key: "colour", In: slices.Repeat([]content.Value{said([]any{"a", "b"})}, 101)}}},
		"filter.skus: at most 10000 items are expected; there are 10001":             {SKUs: make([]string, 10_001)},
		"filter.attributes[0].in: at most 10000 items are expected; there are 10001": {Attributes: []catalog.AttributeFilter{{Key: "size", In: make([]content.Value, 10_001)}}},
	} {
		if _, err := s.ProductList(query, reader("en")); fault.KindOf(err) != fault.BadUserInput || fault.Public(err) != want {
			t.Errorf("want %s\ngot  %v", want, err)
		}
	}
}

// P9: what is hidden from the reader makes no facet and no range.
func TestP9WhatIsHiddenIsNotCounted(t *testing.T) {
	cheap := with(named("cheap"), func(p *content.Product) {
		p.Channels, p.Parent = []string{"app"}, "model"
		p.Attributes = append(p.Attributes, content.AttributeValue{Key: "price", Value: said(money("1", "EUR"))})
	})
	dear := with(named("dear"), func(p *content.Product) {
		p.Parent = "model"
		p.Attributes = append(p.Attributes, content.AttributeValue{Key: "price", Value: said(money("99", "EUR"))},
			content.AttributeValue{Key: "price", Value: said(money("2", "EUR")), Audiences: []string{"dealer"}})
	})
	s := index(t, holding(named("model"), cheap, dear)).Snapshot()
	ask := func(most float64) (int, []catalog.FacetValue) {
		list, err := s.ProductList(catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "price", Max: &most, Unit: "EUR"}}}, reader("en"))
		if err != nil {
			t.Fatal(err)
		}
		return list.Total(), list.Facet("price", 10).Values
	}
	if total, values := ask(50); total != 0 || len(values) != 0 {
		t.Errorf("of what costs 50 there are %d: %v", total, values)
	}
	if total, values := ask(100); total != 1 || len(values) != 1 || values[0].Count != 1 {
		t.Errorf("of what costs 100 there are %d: %v", total, values)
	}
}

// A size that JSON cannot say to the last digit in the attribute's unit is shown in the one in which it was given.
func TestASizeBeyondWholeNumbersIsShownAsItWasGiven(t *testing.T) {
	sized := func(sku string, size any) *content.Product {
		return with(named(sku), func(p *content.Product) {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "capacity", Value: said(size)})
		})
	}
	s := index(t, holding(&content.Attribute{Key: "capacity", Type: content.TypeQuantity, Unit: "By"},
		sized("1", measure(10, "PBy")), sized("2", measure(2, "kBy")), sized("3", measure(10, "PBy")), sized("4", 7))).Snapshot()
	products, err := s.ProductList(catalog.ProductQuery{}, reader("en"))
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "sizes", products.Facet("capacity", 10).Values, []catalog.FacetValue{
		{Value: said(measure(7, "By")), Count: 1}, {Value: said(measure(2000, "By")), Count: 1}, {Value: said(measure(10, "PBy")), Count: 2},
	})
}

// L2: a value is found, counted and shown where the reader falls back to it, and not where another takes its place.
func TestL2FiltersSeeWhatFallsBack(t *testing.T) {
	say := func(sku, text, tag string) *content.Product {
		p := named(sku)
		for i, one := range strings.Fields(text) {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "finish", Value: content.TextValue(one), Locale: tags(tag)[i]})
		}
		return p
	}
	s := index(t, holding(say("1", "matt", "en"), say("2", "matt glatt", "en de"), say("3", "glatt", "de"))).Snapshot()
	for _, test := range []struct{ chain, asks, want string }{
		{"de en", "matt", "1"}, {"de en", "glatt", "2 3"}, {"en", "matt", "1 2"}, {"en", "glatt", ""}, {"fr de en", "matt", "1"}, {"de", "matt", ""},
	} {
		query := catalog.ProductQuery{Order: catalog.BySKU, Attributes: []catalog.AttributeFilter{{Key: "finish", Equals: new(content.TextValue(test.asks))}}}
		if got := list(t, s, query, readerOf(test.chain)); got != test.want {
			t.Errorf("%s finds %q by %s, want %q", test.chain, got, test.asks, test.want)
		}
	}
}

// Amounts that a float cannot tell apart are told apart among many too.
func TestManyAmountsAreEqualToTheLastDigit(t *testing.T) {
	priced := func(sku, amount string) *content.Product {
		return with(named(sku), func(p *content.Product) {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "price", Value: said(money(amount, "EUR"))})
		})
	}
	s := index(t, holding(priced("1", "9007199254740992"), priced("2", "9007199254740993"), priced("3", "9007199254740991"), priced("4", "7.50"))).Snapshot()
	in := values(money("1", "EUR"), money("9007199254740993", "EUR"), money("9007199254740992.0", "EUR"), money("7.5", "EUR"), money("7.5", "DKK"))
	diff(t, "found", list(t, s, catalog.ProductQuery{Order: catalog.BySKU, Attributes: []catalog.AttributeFilter{{Key: "price", In: in}}}, reader("en")), "1 2 4")
}

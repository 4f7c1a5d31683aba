package catalog_test

import (
	"testing"

	"unisono/catalog"
	"unisono/content"
	"unisono/targeting"
)

func TestTheOrderOfProducts(t *testing.T) {
	s := index(t, holding(
		named("9", "Østers@da", "Oyster@en"), named("8", "Ål@da", "Eel@en"), named("7", "Zebra@da", "Zebra@en"), named("6", "æble@da", "apple@en"),
		named("5", "ål@da"), named("4"), named("3", " @da"), named("2", "Ål@da"), named("10", "Abe"),
	)).Snapshot()
	for name, test := range map[string]struct {
		order catalog.Order
		chain string
		want  string
	}{
		"bytewise by SKU": {catalog.BySKU, "da", "10 2 3 4 5 6 7 8 9"},
		"in Danish, å behind z, ties by SKU, the unnamed last":       {catalog.ByName, "da", "10 7 6 9 5 2 8 3 4"},
		"in English by English names":                                {catalog.ByName, "en", "10 6 8 9 7 2 3 4 5"},
		"L2 by the name that falls back, in the order of the reader": {catalog.ByName, "en da", "10 5 2 6 8 9 7 3 4"},
	} {
		t.Run(name, func(t *testing.T) {
			r := reader(tags(test.chain)...)
			diff(t, "order", list(t, s, catalog.ProductQuery{Order: test.order}, r), test.want)
		})
	}
}

func TestWhichProductsAListHolds(t *testing.T) {
	documents := []content.Document{
		&content.Category{Key: "all"}, &content.Category{Key: "seats", Parent: "all"}, &content.Category{Key: "stools", Parent: "seats"},
		&content.Category{Key: "p", Parent: "q"}, &content.Category{Key: "q", Parent: "p"},
		with(named("model"), func(p *content.Product) { p.Family, p.Categories = "chairs", []string{"stools"} }),
		with(named("variant"), func(p *content.Product) { p.Parent = "model" }),
		with(named("other"), func(p *content.Product) {
			p.Family, p.Categories, p.Parent = "beds", []string{"undefined", "p"}, "model"
		}),
		with(named("plain"), func(p *content.Product) { p.Categories = []string{"all"} }),
		with(named("draft"), func(p *content.Product) { p.State = content.Draft }),
		with(named("below"), func(p *content.Product) { p.Parent = "draft" }),
		with(named("orphan"), func(p *content.Product) { p.Parent = "missing" }),
		with(named("app"), func(p *content.Product) { p.Channels = []string{"app"} }),
		with(named("dealer"), func(p *content.Product) { p.Audiences = []string{"dealer"} }),
		with(named("danish"), func(p *content.Product) { p.Markets = []string{"DK"} }),
		with(named("ended"), func(p *content.Product) { p.PublishUntil = &noon }),
		with(named("begun"), func(p *content.Product) { p.PublishFrom = &noon }),
	}
	s := index(t, holding(documents...)).Snapshot()
	for name, test := range map[string]struct {
		query catalog.ProductQuery
		want  string
	}{
		"S6, W8, W9 all that are there": {catalog.ProductQuery{}, "begun model other plain variant"},
		"some SKUs":                     {catalog.ProductQuery{SKUs: []string{"variant", "draft", "nobody", "plain"}}, "plain variant"},
		"no SKUs":                       {catalog.ProductQuery{SKUs: []string{}}, ""},
		"a category with what is below it, and inherited": {catalog.ProductQuery{Categories: []string{"all"}}, "model plain variant"},
		"a category further down":                         {catalog.ProductQuery{Categories: []string{"stools"}}, "model variant"},
		"any of several categories":                       {catalog.ProductQuery{Categories: []string{"stools", "undefined"}}, "model variant"},
		"categories that go round are not there":          {catalog.ProductQuery{Categories: []string{"q", "p"}}, ""},
		"no categories":                                   {catalog.ProductQuery{Categories: []string{}}, ""},
		"a family, inherited":                             {catalog.ProductQuery{Families: []string{"chairs"}}, "model variant"},
		"no families":                                     {catalog.ProductQuery{Families: []string{}}, ""},
		"of all conditions each":                          {catalog.ProductQuery{Families: []string{"chairs", "beds"}, Categories: []string{"seats"}, SKUs: []string{"variant", "other"}}, "variant"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, order := range []catalog.Order{catalog.BySKU, catalog.ByName} {
				test.query.Order = order
				diff(t, string(order), list(t, s, test.query, reader("en")), test.want)
			}
		})
	}
	r := reader("en")
	r = r.With(func(s *targeting.Situation) { s.Preview, s.Market = true, "DK" })
	diff(t, "in a preview in Denmark", list(t, s, catalog.ProductQuery{Order: catalog.BySKU}, r), "begun below danish draft model other plain variant")
	r = r.With(func(s *targeting.Situation) {
		s.Channel, s.Audience = &content.Channel{Key: "app"}, &content.Audience{Key: "dealer"}
	})
	diff(t, "for a dealer in the app", list(t, s, catalog.ProductQuery{Order: catalog.BySKU}, r), "app begun below danish dealer draft model other plain variant")
}

func TestNamesAreInheritedAndOfTheReadersChannel(t *testing.T) {
	s := index(t, holding(
		named("m", "Chair"), with(named("a"), func(p *content.Product) { p.Parent = "m" }), named("b", "Bed"),
		with(named("c", "Zebra"), func(p *content.Product) {
			p.Attributes = append(p.Attributes, content.AttributeValue{Key: "name", Channel: "web", Value: content.TextValue("Ant")})
		}),
		with(named("d"), func(p *content.Product) {
			number, err := content.NewValue(7)
			if err != nil {
				t.Fatal(err)
			}
			p.Attributes = []content.AttributeValue{{Key: "name", Value: number}}
		}),
	)).Snapshot()
	diff(t, "order", list(t, s, catalog.ProductQuery{Order: catalog.ByName}, reader("en")), "c b a m d")
}

func TestWhichFragmentsAListHolds(t *testing.T) {
	fragment := func(key, kind string, labels []string, variants ...content.Variant) *content.Fragment {
		return &content.Fragment{Key: key, Type: kind, State: content.Published, Labels: labels, Variants: variants}
	}
	title := content.Variant{ID: "1", Title: "T"}
	s := index(t, holding(
		fragment("a", "NOTE", []string{"x", "y"}, title), fragment("b", "NOTE", []string{"y"}, content.Variant{ID: "1", Body: "B", Locale: "da"}),
		fragment("c", "HOWTO", nil, content.Variant{ID: "1", Media: []content.Media{{URL: "/a.png"}}}),
		fragment("empty", "NOTE", nil, content.Variant{ID: "1", Title: " ", CallToAction: &content.CallToAction{Label: "L", URL: "/"}}),
		fragment("none", "NOTE", nil), fragment("german", "NOTE", nil, content.Variant{ID: "1", Title: "T", Locale: "de"}),
		fragment("app", "NOTE", nil, content.Variant{ID: "1", Title: "T", When: &content.Condition{Channels: []string{"app"}}}),
		fragment("ended", "NOTE", nil, content.Variant{ID: "1", Title: "T", ValidUntil: &noon}),
		&content.Fragment{Key: "draft", Type: "NOTE", State: content.Draft, Variants: []content.Variant{title}},
	)).Snapshot()
	for name, test := range map[string]struct {
		query catalog.FragmentQuery
		want  string
	}{
		"S2, W8 all that have a variant": {catalog.FragmentQuery{}, "a b c"},
		"some keys":                      {catalog.FragmentQuery{Keys: []string{"c", "draft", "a"}}, "a c"},
		"no keys":                        {catalog.FragmentQuery{Keys: []string{}}, ""},
		"a kind":                         {catalog.FragmentQuery{Kinds: []string{"HOWTO", "X"}}, "c"},
		"no kinds":                       {catalog.FragmentQuery{Kinds: []string{}}, ""},
		"any of the labels":              {catalog.FragmentQuery{Labels: []string{"y", "z"}}, "a b"},
		"no labels":                      {catalog.FragmentQuery{Labels: []string{}}, ""},
		"of all conditions each":         {catalog.FragmentQuery{Labels: []string{"y"}, Kinds: []string{"NOTE"}, Keys: []string{"b", "c"}}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			diff(t, "keys", fragments(t, s, test.query, reader("da", "en")), test.want)
		})
	}
	r := reader("de")
	r = r.With(func(s *targeting.Situation) { s.Preview = true })
	diff(t, "in a preview", fragments(t, s, catalog.FragmentQuery{}, r), "a c draft german")
}

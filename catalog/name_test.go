package catalog_test

import (
	"strings"
	"testing"

	"unisono/catalog"
	"unisono/content"
	"unisono/locale"
)

// swept opens an index of some documents in which a column has been dropped, so that its number is free.
func swept(t *testing.T, documents ...content.Document) (*shelf, *catalog.Index) {
	t.Helper()
	s := holding(documents...)
	s.put(with(named("brief"), func(p *content.Product) {
		p.Attributes = []content.AttributeValue{{Key: "colour", Value: said("red")}}
	}))
	x := index(t, s)
	for range 20 {
		refresh(t, x, s.put(named("brief")))
	}
	return s, x
}

// The number of a column is used again; that must not hide that there is a new language.
func TestALanguageIsKnownAsSoonAsANameIsInIt(t *testing.T) {
	s, x := swept(t, &content.Channel{Key: "web", DefaultLocale: "en"})
	refresh(t, x, s.put(named("1", "Öl@sv"), named("2", "Zebra@sv")))
	query, r := catalog.ProductQuery{Order: catalog.ByName}, readerOf("sv en")
	diff(t, "in the order of Swedish", list(t, x.Snapshot(), query, r), "2 1 brief")
	diff(t, "found by o", found(t, x.Snapshot(), "ol", "sv en"), "")
}

// What a channel lists is known without any name in it.
func TestALanguageIsKnownAsSoonAsAChannelListsIt(t *testing.T) {
	s := holding(&content.Channel{Key: "web", DefaultLocale: "en"}, named("1", "Öl"), named("2", "Zebra"))
	x := index(t, s)
	query, r := catalog.ProductQuery{Order: catalog.ByName}, readerOf("sv en")
	diff(t, "not yet", list(t, x.Snapshot(), query, r), "1 2")
	refresh(t, x, s.put(&content.Channel{Key: "web", DefaultLocale: "en", Locales: tags("sv")}))
	diff(t, "listed", list(t, x.Snapshot(), query, r), "2 1")
}

// When a language becomes known, lists in which nothing was changed have another order.
func TestANewLanguageTouchesEveryList(t *testing.T) {
	seat := func(sku, name string) *content.Product {
		return with(named(sku, name), func(p *content.Product) { p.Categories = []string{"seats"} })
	}
	s := holding(&content.Channel{Key: "web", DefaultLocale: "en"}, &content.Category{Key: "seats"}, seat("1", "Öl"), seat("2", "Zebra"), named("3", "Bed@en"))
	x := index(t, s)
	query, r := catalog.ProductQuery{Order: catalog.ByName, Categories: []string{"seats"}}, readerOf("sv en")
	for _, test := range []struct {
		name, want string
		touched    bool
	}{{"Bord@en", "1 2", false}, {"Säng@sv", "2 1", true}, {"Bord@sv", "2 1", false}} {
		before := x.Snapshot().Number()
		after := refresh(t, x, s.put(named("3", test.name)))
		diff(t, test.name, list(t, after, query, r), test.want)
		if touched := after.Stamp(&query) > before; touched != test.touched {
			t.Errorf("that %s touches the list is %t", test.name, touched)
		}
	}
}

// A language that nothing is in any more is forgotten with its column.
func TestALanguageIsForgottenWithItsLastName(t *testing.T) {
	s := holding(&content.Channel{Key: "web", DefaultLocale: "en"}, named("1", "Öl"), named("2", "Zebra"), named("3", "Säng@sv"))
	x := index(t, s)
	query, r := catalog.ProductQuery{Order: catalog.ByName}, readerOf("sv en")
	diff(t, "known", list(t, x.Snapshot(), query, r), "3 2 1")
	before := x.Snapshot().Number()
	for range 20 {
		refresh(t, x, s.put(named("3", "Bed")))
	}
	diff(t, "forgotten", list(t, x.Snapshot(), query, r), "3 1 2")
	if query.Categories = []string{}; x.Snapshot().Stamp(&query) <= before {
		t.Error("that it is forgotten touches no list")
	}
}

// Names that are not UTF-8, as another program may write them, are each listed once. A cursor cannot hold them as they are.
func TestNamesThatAreNotUTF8ArePagedThrough(t *testing.T) {
	bytes := strings.Repeat("\xff", 200)
	s := index(t, holding(
		named("1", "a\xff\xffb"), named("2", "a\xffb"), named("3", "ab"), named("4", "a\ufffdb"), named("5", "a\ufffd\ufffdb"), named("6", "a\xff\xff\xffc"),
		named("7", bytes+"b"), named("8", bytes+"a"), named("9", strings.Repeat("\xff", 300)), named("10", strings.Repeat("å\xff", 99)), named("11", strings.Repeat("å", 200)+"\xff"),
	)).Snapshot()
	for _, order := range []catalog.Order{catalog.ByName, catalog.ByNameDesc} {
		walked := walk(t, 1, func(after string) (*catalog.Page, error) {
			return s.Products(catalog.ProductQuery{Order: order, Part: catalog.Part{First: 1, After: after}}, reader("en"))
		})
		diff(t, string(order), strings.Join(walked, " "), list(t, s, catalog.ProductQuery{Order: order}, reader("en")))
	}
}

// What is said of a list by its index is what is said of each product once it is loaded, however long its name is.
func TestLongNamesFitAsTheyAreFound(t *testing.T) {
	blank := func(count int) string { return strings.Repeat(" ", count) }
	documents := []content.Document{
		named("1", "Bed"+blank(300)), named("2", blank(300)+"Bed"), named("3", blank(20)+strings.Repeat("bed ", 59)+"zulu zulu"), named("4", "Bed"+blank(200)+strings.Repeat("x", 100)),
		named("5", strings.Repeat("bed ", 61)+"zulu xylophone zulu"), named("6", " Bed "), named("7", "Bed"), named("8", strings.Repeat("å", 126)+" xylo"),
	}
	s := index(t, holding(documents...)).Snapshot()
	for name, test := range map[string]struct {
		query catalog.ProductQuery
		want  string
	}{
		"a short text":                         {catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", Equals: new(said("Bed"))}}}, "7"},
		"one of many":                          {catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", In: values("x", "Bed", " Bed ", []any{"x", "Bed"})}}}, "6 7"},
		"two at once":                          {catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", In: values([]any{"Bed", " Bed "})}}}, ""},
		"the same twice":                       {catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", Equals: new(said([]any{"Bed", "Bed"}))}}}, "7"},
		"one of many and one":                  {catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "name", In: values("Bed", " Bed "), Equals: new(said(" Bed "))}}}, "6"},
		"a word at the beginning":              {catalog.ProductQuery{Text: "bed"}, "1 3 4 5 6 7"},
		"a word that is cut":                   {catalog.ProductQuery{Text: "xylo"}, "5"},
		"a word of which nothing is left":      {catalog.ProductQuery{Text: "xylophone"}, ""},
		"a word where the first 256 bytes end": {catalog.ProductQuery{Text: "zulu"}, "5"},
	} {
		test.query.Order = catalog.BySKU
		diff(t, name, list(t, s, test.query, reader("en")), test.want)
		products, err := s.ProductList(test.query, reader("en"))
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range documents {
			product := document.(*content.Product)
			if fits := products.Fits(content.Lineage{product}); fits != strings.Contains(test.want, product.SKU) {
				t.Errorf("%s: that %s fits is %t", name, product.SKU, fits)
			}
		}
	}
	whole, err := s.ProductList(catalog.ProductQuery{}, reader("en"))
	if err != nil {
		t.Fatal(err)
	}
	if facet := whole.Facet("name", 10); facet.Total != len(documents) || len(facet.Values) != 2 || facet.Values[0].Count != 1 {
		t.Errorf("the facet is %v", facet)
	}
	diff(t, "by name, what begins with nothing last", list(t, s, catalog.ProductQuery{Order: catalog.ByName}, reader("en")), "8 1 6 7 4 3 5 2")
}

// What a state says is written by whoever wrote the product, and must not name the states of two.
func TestAStateOfSeveralLinesIsNoLineage(t *testing.T) {
	odd := with(named("1", "Odd"), func(p *content.Product) { p.State = "PUBLISHED\nPUBLISHED\n" })
	variant := with(named("3", "Variant"), func(p *content.Product) { p.Parent = "2" })
	s := index(t, holding(odd, named("2", "Model"), variant)).Snapshot()
	diff(t, "there are", list(t, s, catalog.ProductQuery{Order: catalog.BySKU}, reader([]locale.Tag{"en"}...)), "2 3")
}

package content_test

import (
	"fmt"
	"testing"

	"unisono/content"
	"unisono/locale"
)

// family is a variant "v" of a model "m" of its model "g".
func family() map[string]*content.Product {
	text := func(key string, tag locale.Tag, text string) content.AttributeValue {
		return content.AttributeValue{Key: key, Locale: tag, Value: content.TextValue(text)}
	}
	return map[string]*content.Product{
		"v": {
			SKU: "v", Parent: "m", Attributes: []content.AttributeValue{text("name", "de", "v de"), text("size", "", "v")},
			Fragments: []content.Slot{{Slot: "intro", Fragment: "v1"}, {Slot: "intro", Fragment: "v2"}},
			Media:     []content.Media{{Role: "main", URL: "/v"}},
			Related:   []content.Relation{{Kind: content.Upsell, SKU: "x"}},
		},
		"m": {
			SKU: "m", Parent: "g", Family: "chairs", Categories: []string{"seats"},
			Attributes: []content.AttributeValue{text("name", "", "m"), text("name", "de", "m de"), text("colour", "", "m")},
			Fragments:  []content.Slot{{Slot: "intro", Fragment: "m1"}, {Slot: "care", Fragment: "m2"}},
			Media:      []content.Media{{Role: "main", URL: "/m"}, {Role: "detail", URL: "/m1"}, {Role: "detail", URL: "/m2"}},
			Related:    []content.Relation{{Kind: content.Upsell, SKU: "y"}, {Kind: content.Bundle, SKU: "z"}},
		},
		"g": {
			SKU: "g", Family: "furniture", Categories: []string{"all"},
			Attributes: []content.AttributeValue{text("name", "", "g"), text("name", "fr", "g fr"), text("age", "", "g")},
			Fragments:  []content.Slot{{Slot: "care", Fragment: "g1"}, {Slot: "legal", Fragment: "g2"}},
			Media:      []content.Media{{Role: "detail", URL: "/g"}, {URL: "/g0"}},
			Related:    []content.Relation{{Kind: content.Bundle, SKU: "y"}, {Kind: content.Successor, SKU: "w"}},
		},
	}
}

func trace(t *testing.T, products map[string]*content.Product, sku string) content.Lineage {
	t.Helper()
	lineage, whole := content.Trace(products[sku], func(sku string) *content.Product { return products[sku] })
	if !whole {
		t.Fatalf("the lineage of %s is not whole", sku)
	}
	return lineage
}

func TestWhatAProductDoesNotSayItInherits(t *testing.T) {
	lineage := trace(t, family(), "v")
	texts := func(key string) []string {
		list := []string{}
		for _, value := range lineage.Values(key) {
			text, _ := value.Value.Text()
			list = append(list, text)
		}
		return list
	}
	diff(t, "the product itself", lineage.Product().SKU, "v")
	diff(t, "attributes by scope", texts("name"), []string{"v de", "m", "g fr"})
	diff(t, "an attribute of its own", texts("size"), []string{"v"})
	diff(t, "one from far above", texts("age"), []string{"g"})
	diff(t, "one that nobody has", texts("none"), []string{})
	diff(t, "keys", lineage.Keys(), []string{"age", "colour", "name", "size"})
	diff(t, "fragments by slot", lineage.Slots(), []content.Slot{{Slot: "intro", Fragment: "v1"}, {Slot: "intro", Fragment: "v2"}, {Slot: "care", Fragment: "m2"}, {Slot: "legal", Fragment: "g2"}})
	urls := []string{}
	for _, media := range lineage.Media(every) {
		urls = append(urls, media.URL)
	}
	diff(t, "media by role", urls, []string{"/v", "/m1", "/m2", "/g0"})
	diff(t, "relations by kind", lineage.Related(), []content.Relation{{Kind: content.Upsell, SKU: "x"}, {Kind: content.Bundle, SKU: "z"}, {Kind: content.Successor, SKU: "w"}})
	diff(t, "the nearest family", lineage.Family(), "chairs")
	diff(t, "the nearest categories, whole", lineage.Categories(), []string{"seats"})
}

func TestAProductAloneSaysAllItself(t *testing.T) {
	lineage := trace(t, map[string]*content.Product{"a": {SKU: "a"}}, "a")
	if lineage.Family() != "" || lineage.Categories() != nil || len(lineage.Slots())+len(lineage.Media(every))+len(lineage.Related())+len(lineage.Keys())+len(lineage.Values("x")) != 0 {
		t.Errorf("it has something: %+v", lineage)
	}
	lineage = trace(t, family(), "g")
	diff(t, "slots", lineage.Slots(), family()["g"].Fragments)
	diff(t, "values", len(lineage.Values("name")), 2)
}

func TestALineageIsWholeUpToThreeParents(t *testing.T) {
	chain := func(parents int) map[string]*content.Product {
		products := map[string]*content.Product{}
		for i := range parents + 1 {
			sku := fmt.Sprint(i)
			products[sku] = &content.Product{SKU: sku, Parent: fmt.Sprint(i + 1)}
		}
		products[fmt.Sprint(parents)].Parent = ""
		return products
	}
	gap, loop, self := chain(2), chain(2), chain(0)
	delete(gap, "2")
	loop["2"].Parent = "1"
	self["0"].Parent = "0"
	for name, test := range map[string]struct {
		products map[string]*content.Product
		length   int
		whole    bool
	}{
		"no parent":           {chain(0), 1, true},
		"three parents":       {chain(3), 4, true},
		"four parents":        {chain(4), 4, false},
		"a parent is missing": {gap, 2, false},
		"parents go round":    {loop, 3, false},
		"its own parent":      {self, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			lineage, whole := content.Trace(test.products["0"], func(sku string) *content.Product { return test.products[sku] })
			if len(lineage) != test.length || whole != test.whole {
				t.Errorf("it has %d members, whole %t", len(lineage), whole)
			}
		})
	}
}

func TestAModelIsWhatHasAxes(t *testing.T) {
	if !(&content.Product{Axes: []string{"size"}}).IsModel() || (&content.Product{}).IsModel() {
		t.Error("axes do not make a model")
	}
}

func every(*content.Media) bool { return true }

// What is for somebody else hides nothing that is inherited.
func TestAPictureForOthersHidesNone(t *testing.T) {
	model := &content.Product{SKU: "M", Media: []content.Media{{Role: "main", URL: "/model.png"}, {Role: "detail", URL: "/detail.png"}}}
	variant := &content.Product{SKU: "V", Parent: "M", Media: []content.Media{{Role: "main", URL: "/dealers.png", Audiences: []string{"dealer"}}, {Role: "detail", URL: "/own.png"}}}
	lineage := content.Lineage{variant, model}
	urls := func(open func(*content.Media) bool) string {
		text := ""
		for _, one := range lineage.Media(open) {
			text += one.URL + " "
		}
		return text
	}
	diff(t, "for dealers", urls(every), "/dealers.png /own.png ")
	diff(t, "for others", urls(func(m *content.Media) bool { return len(m.Audiences) == 0 }), "/own.png /model.png ")
}

// Another program wrote one scope twice, once for readers whom this program does not know: what inherits from it sees what it itself shows.
func TestAScopeThatIsSaidTwiceIsInheritedAsItIsSeen(t *testing.T) {
	size := func(text string, unknown content.Unknown) content.AttributeValue {
		return content.AttributeValue{Key: "size", Value: content.TextValue(text), Unknown: unknown}
	}
	products := map[string]*content.Product{
		"m": {SKU: "m", Attributes: []content.AttributeValue{size("for others", content.Unknown{"weather": "rain"}), size("for all", nil)}},
		"v": {SKU: "v", Parent: "m"},
	}
	for _, sku := range []string{"m", "v"} {
		if values := trace(t, products, sku).Values("size"); len(values) != 2 {
			t.Errorf("%s has %d values in that scope, want both", sku, len(values))
		}
	}
}

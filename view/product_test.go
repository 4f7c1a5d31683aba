package view_test

import (
	"errors"
	"slices"
	"testing"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
	"unisono/targeting"
	"unisono/view"
)

func TestWhichProductsAreThere(t *testing.T) {
	h := furniture(t)
	views, err := h.assembler().Products(t.Context(), reader("en"), []string{"table", "hidden", "nobody", "orphan", "chair-red", "below", "table"})
	if err != nil {
		t.Fatal(err)
	}
	// S2, S6: a product whose parent is missing or a draft is not there, and each one stands in its place.
	diff(t, "products", skus(views), []string{"table", "", "", "", "chair-red", "", "table"})

	preview := reader("en")
	preview.Context = preview.Context.With(func(s *targeting.Situation) { s.Preview = true })
	views, err = h.assembler().Products(t.Context(), preview, []string{"hidden", "orphan", "below"})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "in a preview", skus(views), []string{"hidden", "", "below"})
}

func TestAProductAndItsParentsCostALoadForEachGeneration(t *testing.T) {
	h := furniture(t)
	for sku, parent := range map[string]string{"c": "chair-red", "d": "chair-red", "e": "c"} {
		h.products[sku] = &content.Product{SKU: sku, Parent: parent, State: content.Published}
	}
	views, err := h.assembler().Products(t.Context(), reader("en"), []string{"c", "d", "chair-red"})
	if err != nil || h.loads != 2 || h.loaded != 4 {
		t.Errorf("it cost %d loads of %d products: %v", h.loads, h.loaded, err)
	}
	diff(t, "products", skus(views), []string{"c", "d", "chair-red"})
	h.loads = 0
	if e := product(t, h, reader("en"), "e"); e == nil || h.loads != 4 {
		t.Errorf("three parents cost %d loads and give %v", h.loads, e)
	}
	h.products["f"] = &content.Product{SKU: "f", Parent: "e", State: content.Published}
	if h.loads = 0; product(t, h, reader("en"), "f") != nil || h.loads > 4 {
		t.Errorf("four parents are too many, and cost %d loads", h.loads)
	}
	h.products["chair"].Parent = "chair-red"
	if h.loads = 0; product(t, h, reader("en"), "chair") != nil || h.loads > 4 {
		t.Errorf("a product whose parents go round is there, for %d loads", h.loads)
	}
}

func TestWhatAProductSaysOfItself(t *testing.T) {
	p := product(t, furniture(t), reader("en"), "chair-red")
	diff(t, "texts", []*string{p.Slug(), p.GTIN(), p.Family(), p.Name(), p.Description()}, []*string{ptr("chair-red"), nil, ptr("chairs"), ptr("Chair"), ptr("To sit on")})
	diff(t, "SKU, id, parent, state", []string{p.SKU(), p.ID(), p.ParentSKU(), string(p.State())}, []string{"chair-red", view.ProductID("chair-red"), "chair", "PUBLISHED"})
	parent := p.Parent()
	diff(t, "its parent", []string{parent.SKU(), *parent.GTIN()}, []string{"chair", "12345678"})
	if parent.Parent() != nil || parent.Reader() != p.Reader() {
		t.Error("the parent has a parent, or another reader")
	}
	diff(t, "variants", parent.VariantSKUs(), []string{"chair-blue", "chair-red"})
	diff(t, "relations", p.RelatedSKUs(nil), []string{"table", "hidden"})
	diff(t, "relations of a kind", p.RelatedSKUs(ptr(content.Bundle)), []string{"table"})

	bare := product(t, furniture(t), reader("en"), "table")
	diff(t, "of a bare one", []*string{bare.Slug(), bare.GTIN(), bare.Family(), bare.Name(), bare.Description()}, []*string{nil, nil, nil, nil, nil})
	// L5: a text that is blank in every language is null.
	if got := product(t, furniture(t), reader("da"), "chair").Description(); got != nil {
		t.Errorf("a blank description is %q", *got)
	}
}

func TestRevisionsAreForEditors(t *testing.T) {
	h, editor := furniture(t), reader("en")
	editor.Asking = view.NewAsking(true, false)
	for _, r := range []*view.Reader{reader("en"), editor} {
		p := product(t, h, r, "chair-red")
		f, err := h.assembler().Fragment(t.Context(), r, "warning")
		if err != nil {
			t.Fatal(err)
		}
		if r == editor {
			diff(t, "revisions", []int{*p.Revision(), *f.Revision()}, []int{3, 9})
			diff(t, "time", p.UpdatedAt(), &noon)
			if f.UpdatedAt() != nil {
				t.Error("what the gateway never wrote has a time")
			}
		} else if p.Revision() != nil || p.UpdatedAt() != nil || f.Revision() != nil || f.UpdatedAt() != nil {
			t.Error("they are shown to everybody")
		}
	}
	if !editor.Asking.IsConsulted() {
		t.Error("nobody knows that it depends on who asks")
	}
}

func TestAttributesStandByPositionThenByKey(t *testing.T) {
	p := product(t, furniture(t), reader("de", "en"), "chair-red")
	list := func(keys, groups []string) []string {
		got := []string{}
		for _, a := range p.Attributes(keys, groups) {
			got = append(got, a.Key())
		}
		return got
	}
	diff(t, "all", list(nil, nil), []string{"finishes", "colour", "weight", "length", "price", "alpha", "description", "name", "zeta"})
	diff(t, "by keys", list([]string{"zeta", "colour", "none"}, nil), []string{"colour", "zeta"})
	many := append(slices.Repeat([]string{"none", "zeta"}, 100), "colour")
	diff(t, "by many keys", list(many, nil), []string{"colour", "zeta"})
	diff(t, "what was asked is left as it is", many[:3], []string{"none", "zeta", "none"})
	diff(t, "by groups", list(nil, []string{"look"}), []string{"finishes", "colour"})
	diff(t, "by both", list([]string{"colour", "zeta"}, []string{"look"}), []string{"colour"})
	diff(t, "empty lists mean all", len(list([]string{}, []string{})), 9)
	if p.Attribute("none") != nil {
		t.Error("an attribute without a value is there")
	}
}

func TestWhatAnAttributeSays(t *testing.T) {
	p := product(t, furniture(t), reader("de", "en"), "chair-red")
	for key, want := range map[string]struct {
		label string
		group *string
		kind  content.AttributeType
		unit  *string
		tag   *locale.Tag
		falls bool
	}{
		"colour":      {"Farbe", ptr("look"), content.TypeOption, nil, nil, false},
		"finishes":    {"finishes", ptr("look"), content.TypeOptions, nil, nil, false},
		"weight":      {"weight", nil, content.TypeQuantity, ptr("kg"), nil, false},
		"length":      {"length", nil, content.TypeQuantity, ptr("m"), nil, false},
		"price":       {"price", nil, content.TypeMoney, nil, nil, false},
		"zeta":        {"zeta", nil, content.TypeBoolean, nil, nil, false},
		"alpha":       {"alpha", nil, content.TypeNumber, nil, nil, false},
		"name":        {"name", nil, content.TypeText, nil, tag("de"), false},
		"description": {"description", nil, content.TypeText, nil, tag("en"), true},
	} {
		t.Run(key, func(t *testing.T) {
			a := p.Attribute(key)
			diff(t, "label", a.Label(), want.label)
			diff(t, "group", a.Group(), want.group)
			diff(t, "type", a.Type(), want.kind)
			diff(t, "unit", a.Unit(), want.unit)
			diff(t, "locale", a.Locale(), want.tag)
			diff(t, "fallback", a.IsFallback(), want.falls)
		})
	}
	diff(t, "false is a value", p.Attribute("zeta").Value().Any(), any(false))
}

func TestOptionsAreCalledInTheReadersLanguage(t *testing.T) {
	options := func(r *view.Reader, key string) []view.Option {
		list := []view.Option{}
		for _, option := range product(t, furniture(t), r, "chair-red").Attribute(key).Options() {
			list = append(list, *option)
		}
		return list
	}
	diff(t, "in German", options(reader("de", "en"), "colour"), []view.Option{{Key: "red", Label: "rot"}})
	diff(t, "where none is", options(reader("en"), "colour"), []view.Option{{Key: "red", Label: "red"}})
	diff(t, "by fallback, and of an unknown one", options(reader("de", "en"), "finishes"), []view.Option{{Key: "oak", Label: "oak wood"}, {Key: "gold", Label: "gold"}})
	diff(t, "L10 without a fallback", options(reader("de"), "finishes")[0].Label, "oak")
	if product(t, furniture(t), reader("de"), "chair").Attribute("weight").Options() != nil {
		t.Error("a quantity has options")
	}
}

func TestCategoriesAreCalledInTheReadersLanguage(t *testing.T) {
	r := reader("de", "en")
	p := product(t, furniture(t), r, "chair-red")
	names := func(categories []*view.Category) []string {
		list := []string{}
		for _, c := range categories {
			list = append(list, c.Key()+"="+c.Name())
		}
		return list
	}
	diff(t, "of a product, what is not defined left out", names(p.Categories()), []string{"seats=Seats", "all=Alles"})
	diff(t, "path", names(p.Categories()[0].Path()), []string{"all=Alles", "seats=Seats"})
	diff(t, "children", names(r.Category("all").Children()), []string{"seats=Seats", "beds=beds"})
	diff(t, "L10 without a fallback", reader("de").Category("seats").Name(), "seats")
	if r.Category("gone") != nil {
		t.Error("an unknown category is there")
	}
	web := r.ChannelOf(&content.Channel{Key: "web", Name: content.Localized{"en": "Shop"}})
	public := r.AudienceOf(&content.Audience{Key: "public"})
	diff(t, "channel and audience", []string{web.Name(), public.Name()}, []string{"Shop", "public"})
}

func TestWhichMediaAProductHas(t *testing.T) {
	p := product(t, furniture(t), reader("de", "en"), "chair-red")
	urls := func(role *string, medium *content.Medium, first *int) []string {
		assets, err := p.Media(role, medium, first)
		if err != nil {
			t.Fatal(err)
		}
		list := []string{}
		for _, asset := range assets {
			list = append(list, asset.URL())
		}
		return list
	}
	const main, film, manual = "/m/main.jpg", "https://a.example/film?x=.png", "/m/manual-de.PDF"
	diff(t, "all", urls(nil, nil, nil), []string{main, film, manual})
	diff(t, "of a role", urls(ptr("manual"), nil, nil), []string{manual})
	diff(t, "of a medium", urls(nil, ptr(content.Video), nil), []string{film})
	diff(t, "of both", urls(ptr("main"), ptr(content.Video), nil), []string{})
	diff(t, "the first", urls(nil, nil, ptr(1)), []string{main})
	diff(t, "first: 0", urls(nil, nil, ptr(0)), []string{})
	if _, err := p.Media(nil, nil, ptr(101)); fault.KindOf(err) != fault.BadUserInput {
		t.Errorf("first: 101 gives %v", err)
	}
	assets, err := p.Media(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "types", []string{assets[0].MimeType(), assets[1].MimeType(), assets[2].MimeType()}, []string{"image/jpeg", "video/mp4", "application/pdf"})
	diff(t, "texts", []*string{assets[0].Alt(), assets[0].Role(), assets[1].Alt(), assets[1].Role()}, []*string{ptr("A chair"), ptr("main"), nil, nil})
	diff(t, "locales", []*locale.Tag{assets[0].Locale(), assets[2].Locale()}, []*locale.Tag{nil, tag("de")})
	if assets[0].Medium() != content.Image || assets[0].ID() == assets[1].ID() || assets[0].ID() == product(t, furniture(t), reader("en"), "chair").ID() {
		t.Error("an asset is not what it is")
	}
	again, err := product(t, furniture(t), reader("en"), "chair-red").Media(ptr("main"), nil, nil)
	if err != nil || again[0].ID() != assets[0].ID() {
		t.Errorf("an asset has another id for another reader: %v", err)
	}
}

func TestListedGivesTheFirstThatAreThere(t *testing.T) {
	h := furniture(t)
	for first, want := range map[int][]string{0: {}, 1: {"table"}, 2: {"table", "chair"}, 9: {"table", "chair"}} {
		views, err := h.assembler().Listed(t.Context(), reader("en"), []string{"hidden", "table", "nobody", "chair"}, first)
		if err != nil {
			t.Fatal(err)
		}
		diff(t, "products", skus(views), want)
	}
}

func TestAFaultOfTheDatabaseIsPassedOn(t *testing.T) {
	h := furniture(t)
	p := product(t, h, reader("en"), "chair")
	f, err := h.assembler().Fragment(t.Context(), reader("en"), "hello")
	if err != nil {
		t.Fatal(err)
	}
	h.err = fault.New(fault.Unavailable, "down")
	a, r := h.assembler(), reader("en")
	for name, ask := range map[string]func() error{
		"product":    func() error { _, err := a.Product(t.Context(), r, "chair"); return err },
		"listed":     func() error { _, err := a.Listed(t.Context(), r, []string{"chair"}, 1); return err },
		"fragment":   func() error { _, err := a.Fragment(t.Context(), r, "hello"); return err },
		"slots":      func() error { _, err := a.ProductFragments(t.Context(), p, view.SlotChoice{}, 9); return err },
		"references": func() error { _, err := a.References(t.Context(), f); return err },
		"named": func() error {
			_, _, err := a.Named(t.Context(), r, view.NodeName{SKU: "chair", Slot: "s", Fragment: "f"})
			return err
		},
		"named, too": func() error { _, _, err := a.Named(t.Context(), r, view.NodeName{Fragment: "f"}); return err },
	} {
		if err := ask(); !errors.Is(err, h.err) {
			t.Errorf("%s gives %v", name, err)
		}
	}
}

func TestFirstIsFromZeroToAHundred(t *testing.T) {
	for _, test := range []struct {
		asked *int
		want  int
		fails bool
	}{{nil, 20, false}, {ptr(0), 0, false}, {ptr(1), 1, false}, {ptr(100), 100, false}, {ptr(101), 0, true}, {ptr(-1), 0, true}} {
		got, err := view.First(test.asked, 20)
		if got != test.want || (fault.KindOf(err) == fault.BadUserInput) != test.fails {
			t.Errorf("it is %d, %v", got, err)
		}
	}
}

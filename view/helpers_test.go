package view_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
	"unisono/view"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func tag(t locale.Tag) *locale.Tag { return &t }

// catalogue is the children of some products.
type catalogue map[string][]string

func (c catalogue) Children(sku string) []string { return c[sku] }

// ProductThere and FragmentThere let everything be loaded: what is hidden must be hidden by what is loaded.
func (catalogue) ProductThere(string, *targeting.Context) bool  { return true }
func (catalogue) FragmentThere(string, *targeting.Context) bool { return true }

// house holds documents, and counts how often it is asked.
type house struct {
	products      map[string]*content.Product
	fragments     map[string]*content.Fragment
	err           error
	loads, loaded int
}

func fetch[V any](h *house, from map[string]V) view.Fetch[string, V] {
	return func(_ context.Context, keys []string) (map[string]V, error) {
		h.loads++
		h.loaded += len(keys)
		found := map[string]V{}
		for _, key := range keys {
			if value, there := from[key]; there {
				found[key] = value
			}
		}
		return found, h.err
	}
}

func (h *house) assembler() *view.Assembler {
	return view.NewAssembler(fetch(h, h.products), fetch(h, h.fragments))
}

func value(t *testing.T, of any) content.Value {
	t.Helper()
	made, err := content.NewValue(of)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// text is an attribute's text in a language.
func text(key string, tag locale.Tag, text string) content.AttributeValue {
	return content.AttributeValue{Key: key, Locale: tag, Value: content.TextValue(text)}
}

// furniture is a chair, its model, and what goes with them.
func furniture(t *testing.T) *house {
	t.Helper()
	return &house{
		products: map[string]*content.Product{
			"chair-red": {
				SKU: "chair-red", Parent: "chair", State: content.Published, Slug: "chair-red", Meta: content.Meta{Revision: 3, UpdatedAt: noon},
				Attributes: []content.AttributeValue{{Key: "colour", Value: content.TextValue("red")}, {Key: "finishes", Value: value(t, []any{"oak", "gold"})}},
			},
			"chair": {
				SKU: "chair", State: content.Published, GTIN: "12345678", Family: "chairs", Axes: []string{"colour"}, Categories: []string{"seats", "gone", "all"},
				Attributes: []content.AttributeValue{
					text("name", "de", "Stuhl"), text("name", "en", "Chair"), text("description", "en", "To sit on"), text("description", "da", " "),
					{Key: "weight", Value: value(t, 7)},
					{Key: "length", Value: value(t, map[string]any{"amount": 1, "unit": "m"})},
					{Key: "price", Value: value(t, map[string]any{"amount": "1", "currency": "EUR"})},
					{Key: "zeta", Value: value(t, false)},
					{Key: "alpha", Value: value(t, 0)},
				},
				Media: []content.Media{
					{URL: "/m/main.jpg", Role: "main", Medium: content.Image, Alt: content.Localized{"en": "A chair", "da": ""}},
					{URL: "https://a.example/film?x=.png", Medium: content.Video, MimeType: "video/mp4"},
					{URL: "/m/manual-de.PDF", Role: "manual", Medium: content.Hypertext, Locale: "de"},
					{URL: "/m/manual-en.pdf", Role: "manual", Medium: content.Hypertext, Locale: "en"},
				},
				Fragments: []content.Slot{{Slot: "intro", Fragment: "hello"}, {Slot: "care", Fragment: "draft"}, {Slot: "care", Fragment: "hello"}, {Slot: "care", Fragment: "none"}, {Slot: "legal", Fragment: "danish"}, {Slot: "legal", Fragment: "warning"}},
				Related:   []content.Relation{{Kind: content.Bundle, SKU: "table"}, {Kind: content.Upsell, SKU: "table"}, {Kind: content.Upsell, SKU: "hidden"}},
			},
			"table":  {SKU: "table", State: content.Published},
			"hidden": {SKU: "hidden", State: content.Draft},
			"orphan": {SKU: "orphan", State: content.Published, Parent: "missing"},
			"below":  {SKU: "below", State: content.Published, Parent: "hidden"},
		},
		fragments: map[string]*content.Fragment{
			"hello": {Key: "hello", Type: "INTRO", State: content.Published, Labels: []string{"a", "b"}, References: []string{"warning", "draft", "none", "hello"}, Variants: []content.Variant{
				{ID: "1", Locale: "en", Title: "Hello", Media: []content.Media{{URL: "/h.png", Medium: content.Image}}}, {ID: "2", Title: "Hallo", Body: "B", Locale: "de", CallToAction: &content.CallToAction{Label: "L", URL: "/l"}},
			}},
			"warning": {Key: "warning", Type: "WARNING", State: content.Published, Labels: []string{"b"}, Meta: content.Meta{Revision: 9}, Variants: []content.Variant{{ID: "1", Body: "!"}}},
			"danish":  {Key: "danish", Type: "NOTE", State: content.Published, Variants: []content.Variant{{ID: "1", Locale: "da", Title: "Dansk"}}},
			"draft":   {Key: "draft", Type: "NOTE", State: content.Draft, Variants: []content.Variant{{ID: "1", Title: "Not yet"}}},
		},
	}
}

func definitions() *content.Definitions {
	d := content.NewDefinitions()
	for _, a := range []content.Attribute{
		{Key: "colour", Type: content.TypeOption, Position: 2, Label: content.Localized{"de": "Farbe", "en": "Colour"}, Group: "look"},
		{Key: "finishes", Type: content.TypeOptions, Position: 1, Label: content.Localized{"da": "Overflader"}, Group: "look"},
		{Key: "weight", Type: content.TypeQuantity, Position: 2, Unit: "kg"},
		{Key: "length", Type: content.TypeQuantity, Position: 3},
		{Key: "price", Type: content.TypeMoney, Position: 3, Group: " "},
	} {
		d.Put(content.KindAttribute, a.Key, &a)
	}
	for _, o := range []content.Option{{Attribute: "colour", Key: "red", Label: content.Localized{"de": "rot"}}, {Attribute: "finishes", Key: "oak", Label: content.Localized{"en": "oak wood"}}} {
		d.Put(content.KindOption, o.NaturalKey(), &o)
	}
	for _, c := range []content.Category{{Key: "all", Name: content.Localized{"de": "Alles"}}, {Key: "seats", Parent: "all", Name: content.Localized{"en": "Seats"}}, {Key: "beds", Parent: "all", Position: 1}} {
		d.Put(content.KindCategory, c.Key, &c)
	}
	return d.Index()
}

// reader reads on the web in the languages of a chain.
func reader(chain ...locale.Tag) *view.Reader {
	return &view.Reader{
		Context:     targeting.NewContext(targeting.Situation{Channel: &content.Channel{Key: "web"}, Audience: &content.Audience{Key: "public"}, Locale: chain[0], Chain: chain, At: noon}),
		Definitions: definitions(), Catalog: catalogue{"chair": {"chair-blue", "chair-red"}},
	}
}

func product(t *testing.T, h *house, r *view.Reader, sku string) *view.Product {
	t.Helper()
	p, err := h.assembler().Product(t.Context(), r, sku)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func skus(products []*view.Product) []string {
	list := []string{}
	for _, p := range products {
		if p == nil {
			list = append(list, "")
		} else {
			list = append(list, p.SKU())
		}
	}
	return slices.Clip(list)
}

func keys(fragments []*view.Fragment) []string {
	list := []string{}
	for _, f := range fragments {
		if f == nil {
			list = append(list, "")
		} else {
			list = append(list, f.Key())
		}
	}
	return list
}

func diff(t *testing.T, what string, got, want any) {
	t.Helper()
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("%s (-want +got):\n%s", what, difference)
	}
}

func ptr[T any](of T) *T { return &of }

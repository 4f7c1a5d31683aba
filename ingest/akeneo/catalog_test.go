package akeneo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"unisono/content"
	"unisono/fault"
	"unisono/ingest"
	"unisono/ingest/akeneo"
	"unisono/internal/realdata"
)

// shelf is a sink that keeps documents in memory, and refuses what content refuses.
type shelf struct {
	definitions content.Definitions
	products    map[string]*content.Product
	order       []string // of the SKUs that came
}

func newShelf() *shelf {
	return &shelf{
		definitions: content.Definitions{
			Channels: map[string]*content.Channel{}, Audiences: map[string]*content.Audience{}, Categories: map[string]*content.Category{},
			Attributes: map[string]*content.Attribute{}, Options: map[string]*content.Option{}, Families: map[string]*content.Family{},
		},
		products: map[string]*content.Product{},
	}
}

func (s *shelf) take(_ context.Context, kind content.Kind, items []ingest.Item) ([]ingest.Outcome, error) {
	outcomes := make([]ingest.Outcome, len(items))
	for i, item := range items {
		if patch, err := content.ReadPatch[content.Product](item.Patch); err == nil && kind == content.KindProduct {
			s.order = append(s.order, patch.Given().SKU)
		}
		err := s.write(kind, item.Patch)
		outcomes[i].Status = ingest.Written
		if err != nil {
			outcomes[i].Status = ingest.Skipped
			if !errors.As(err, &outcomes[i].Problems) {
				return nil, err
			}
		}
	}
	return outcomes, nil
}

func (s *shelf) write(kind content.Kind, patch []byte) error {
	d := &s.definitions
	switch kind {
	case content.KindChannel:
		return put(patch, d.Channels, func(doc *content.Channel) (string, fault.Problems) { return doc.Key, doc.Check(d) })
	case content.KindCategory:
		return put(patch, d.Categories, func(doc *content.Category) (string, fault.Problems) { return doc.Key, doc.Check(d) })
	case content.KindAttribute:
		return put(patch, d.Attributes, func(doc *content.Attribute) (string, fault.Problems) { return doc.Key, doc.Check(d) })
	case content.KindOption:
		return put(patch, d.Options, func(doc *content.Option) (string, fault.Problems) {
			return content.OptionID(doc.Attribute, doc.Key), doc.Check(d)
		})
	case content.KindFamily:
		return put(patch, d.Families, func(doc *content.Family) (string, fault.Problems) { return doc.Key, doc.Check(d) })
	case content.KindProduct:
		return put(patch, s.products, func(doc *content.Product) (string, fault.Problems) {
			doc.Settle(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
			return doc.SKU, doc.Check(d)
		})
	default:
		return fmt.Errorf("the kind %s was not expected", kind)
	}
}

// put applies a patch to the document that is there already, if one is.
func put[T any](raw []byte, into map[string]*T, check func(*T) (string, fault.Problems)) error {
	patch, err := content.ReadPatch[T](raw)
	if err != nil {
		return err
	}
	key, _ := check(patch.Apply(nil))
	doc := patch.Apply(into[key])
	if _, problems := check(doc); len(problems) > 0 {
		return problems
	}
	into[key] = doc
	return nil
}

// value gives a product's value in one scope as JSON, which is easy to compare.
func (s *shelf) value(sku, key, locale, channel string) string {
	product := s.products[sku]
	if product == nil {
		return "no product"
	}
	for _, value := range product.Attributes {
		if value.Key == key && string(value.Locale) == locale && value.Channel == channel {
			text, _ := json.Marshal(value.Value)
			return string(text)
		}
	}
	return "no value"
}

func (s *shelf) counts() map[content.Kind]int {
	d := s.definitions
	return map[content.Kind]int{
		content.KindChannel: len(d.Channels), content.KindCategory: len(d.Categories), content.KindAttribute: len(d.Attributes),
		content.KindOption: len(d.Options), content.KindFamily: len(d.Families), content.KindProduct: len(s.products),
	}
}

func load(t *testing.T, dir string, options akeneo.Options) (*shelf, *ingest.Report) {
	t.Helper()
	source, err := akeneo.Open(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	shelf := newShelf()
	report, err := ingest.Run(t.Context(), source, shelf.take, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return shelf, report
}

// clean checks that everything that was read was written, and so many of each kind.
func clean(t *testing.T, shelf *shelf, report *ingest.Report, want map[content.Kind]int) {
	t.Helper()
	if len(report.Problems) > 0 {
		t.Errorf("%d problems, the first is %v", len(report.Problems), report.Problems[0])
	}
	for kind, counts := range report.Kinds {
		if counts.Skipped > 0 || counts.Read != counts.Written {
			t.Errorf("%s: %+v; all should have been written", kind, *counts)
		}
	}
	if diff := cmp.Diff(want, shelf.counts()); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
}

// wantValue is one value that a person looked up in the files.
type wantValue struct{ sku, key, locale, channel, want string }

func checkValues(t *testing.T, shelf *shelf, values []wantValue) {
	t.Helper()
	for _, v := range values {
		got := shelf.value(v.sku, v.key, v.locale, v.channel)
		if got != v.want && !(strings.HasSuffix(v.want, "…") && strings.HasPrefix(got, strings.TrimSuffix(v.want, "…"))) {
			t.Errorf("%s of %s for %q in %q: %.200s; want %s", v.key, v.sku, v.locale, v.channel, got, v.want)
		}
	}
}

func TestIcecat(t *testing.T) {
	shelf, report := load(t, realdata.Dir(t, "akeneo-icecat"), akeneo.Options{DefaultLocale: "en_US", MediaBase: "https://media.example/pim/"})
	clean(t, shelf, report, map[content.Kind]int{
		content.KindChannel: 3, content.KindCategory: 168, content.KindAttribute: 77, content.KindOption: 121, content.KindFamily: 17,
		content.KindProduct: 734 + 81,
	})
	checkValues(t, shelf, []wantValue{
		{"1111111171", "name", "", "", `"Bag"`},
		{"1111111171", "weight", "", "", `{"amount":500,"unit":"g"}`},
		{"1111111171", "brand", "", "", "no value"}, // its cell is empty
		{"1111111171", "sku", "", "", "no value"},
		{"13871461", "color_scanning", "", "", "false"},
		{"13871461", "maximum_print_size", "", "", `"legal_216_x_356_mm_"`},
		{"13871461", "release_date", "", "ecommerce", `"2012-04-20"`},
		{"13871461", "release_date", "", "", "no value"},
		{"13871461", "description", "en-US", "print", `"<b>Streamlined Reliability</b>\\nA smart, reliable option…`}, // backslash and n
		{"13871461", "description", "en-US", "ecommerce", "no value"},
		{"14075566", "multifunctional_functions", "", "", `["copy","fax","print","scan"]`},
		{"14596093", "display_diagonal", "", "", `{"amount":32,"unit":"[in_i]"}`},
		{"10970033", "optical_zoom", "", "", "5"},
		{"10970033", "total_megapixels", "", "", `"16000000"`},                                                                 // a text
		{"1111111149", "description", "en-US", "ecommerce", `"Length: Short\nLining: 100% polyester\nModel: Model is 179 cm…`}, // line feeds
		{"8955165", "description", "de-DE", "print", "\"Nehmen Sie eindrucksvolle Videos in Full\u00a0HD-Qualität auf…"},
		{"8955165", "description", "fr-FR", "print", `"Réalisez des vidéos Full HD encore plus réussies…`},
		{"Tshirt-divided-blue-s", "price", "", "", `[{"amount":"19","currency":"EUR"},{"amount":"19","currency":"USD"}]`},
		{"Tshirt-divided-blue-s", "care_instructions", "", "", `"Machine wash 40°"`},
		{"amor", "price", "", "", `{"amount":"999","currency":"EUR"}`},
		{"apollon_blue", "variation_name", "en-US", "", `"Apollon blue"`},
	})
	tshirt := shelf.products["Tshirt-divided-blue-s"]
	if tshirt.Parent != "model-tshirt-divided-blue" || tshirt.GTIN != "1234567890332" || tshirt.State != content.Published {
		t.Errorf("the parent is %q, the GTIN %q, the state %s", tshirt.Parent, tshirt.GTIN, tshirt.State)
	}
	wantMedia := []content.Media{{
		URL: "https://media.example/pim/files/tshirt-divided-blue-s/image/red.png", MimeType: "image/png", Role: "image", Medium: content.Image,
	}}
	if diff := cmp.Diff(wantMedia, tshirt.Media); diff != "" {
		t.Errorf("media (-want +got):\n%s", diff)
	}
	root, middle := shelf.products["apollon"], shelf.products["apollon_blue"]
	if diff := cmp.Diff([][]string{{"color"}, {"size"}}, [][]string{root.Axes, middle.Axes}); diff != "" || middle.Parent != "apollon" {
		t.Errorf("axes (-want +got):\n%s", diff)
	}
	paper := shelf.definitions.Channels["print"]
	if paper.Platform != "PRINT" || paper.DefaultLocale != "en-US" || paper.Name["fr-FR"] != "Impression" {
		t.Errorf("the channel print is %+v", paper)
	}
	parentsFirst(t, shelf)
}

func TestCatalogModeling(t *testing.T) {
	shelf, report := load(t, realdata.Dir(t, "akeneo-catalog-modeling"), akeneo.Options{})
	clean(t, shelf, report, map[content.Kind]int{
		content.KindChannel: 3, content.KindCategory: 30, content.KindAttribute: 27, content.KindOption: 53, content.KindFamily: 3,
		content.KindProduct: 242 + 80,
	})
	checkValues(t, shelf, []wantValue{
		{"braided-hat-m", "variation_name", "fr-FR", "", `"Chapeau tressé medium"`},
		{"model-braided-hat", "name", "en-US", "", `"Braided hat "`}, // the space at its end is the editor's
		{"1111111111", "weight", "", "", `{"amount":800,"unit":"g"}`},
		{"1111111111", "size", "", "", `"xxl"`},
	})
	product := shelf.products["1111111193"]
	if diff := cmp.Diff([]string{"tshirts"}, product.Categories); diff != "" || product.Parent != "jack_brown" {
		t.Errorf("categories of 1111111193 (-want +got):\n%s", diff)
	}
	if got := shelf.products["jack_brown"].Parent; got != "jack" {
		t.Errorf("the parent of jack_brown is %q; want jack", got)
	}
	if got := shelf.definitions.Channels["ecommerce"].DefaultLocale; got != "de-DE" {
		t.Errorf("the default locale is %s; want de-DE, which is listed first", got)
	}
	parentsFirst(t, shelf)
}

func TestApparel(t *testing.T) {
	shelf, report := load(t, realdata.Dir(t, "akeneo-apparel"), akeneo.Options{DefaultLocale: "en_GB"})
	clean(t, shelf, report, map[content.Kind]int{
		content.KindChannel: 3, content.KindCategory: 17, content.KindAttribute: 30, content.KindOption: 76, content.KindFamily: 4,
		content.KindProduct: 0,
	})
	d := shelf.definitions
	for channel, want := range map[string]string{"ecommerce": "en-GB", "tablet": "en-GB", "print": "en-US"} {
		if got := d.Channels[channel].DefaultLocale; string(got) != want {
			t.Errorf("the default locale of %s is %s; want %s", channel, got, want)
		}
	}
	wash := d.Attributes["washing_temperature"]
	if wash.Unit != "Cel" || wash.Type != content.TypeQuantity || wash.Label["fr-FR"] != "Température de lavage" || wash.Group != "additional" {
		t.Errorf("washing_temperature is %+v", wash)
	}
	if got := d.Attributes["customs_tax"].Type; got != content.TypeMoney {
		t.Errorf("customs_tax is of type %s", got)
	}
	if got := d.Options["customer_rating/1"].Label["fr-FR"]; got != "1 étoile" {
		t.Errorf("the option 1 is called %q", got)
	}
	want := []content.Required{
		{Channel: "ecommerce", Attributes: []string{"name", "description", "price"}},
		{Channel: "tablet", Attributes: []string{"name", "price"}},
		{Channel: "print", Attributes: []string{"name", "description", "price"}},
	}
	if diff := cmp.Diff(want, d.Families["sandals"].Required); diff != "" {
		t.Errorf("what sandals require (-want +got):\n%s", diff)
	}
}

func parentsFirst(t *testing.T, shelf *shelf) {
	t.Helper()
	seen := map[string]bool{}
	for _, sku := range shelf.order {
		if parent := shelf.products[sku].Parent; parent != "" && !seen[parent] {
			t.Errorf("%s came before its parent %s", sku, parent)
		}
		seen[sku] = true
	}
}

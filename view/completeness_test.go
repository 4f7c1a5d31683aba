package view_test

import (
	"context"
	"testing"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
	"unisono/view"
)

type nobody struct{}

func (nobody) Children(string) []string                      { return nil }
func (nobody) ProductThere(string, *targeting.Context) bool  { return true }
func (nobody) FragmentThere(string, *targeting.Context) bool { return true }

// TestCompletenessByTheWorkedValues is item 10 of the algorithm reference: name de and en; description en, and de blank; an image on the web alone, for
// any language; a price of 0; a material in de.
func TestCompletenessByTheWorkedValues(t *testing.T) {
	text := func(key, tag, value string) content.AttributeValue {
		return content.AttributeValue{Key: key, Locale: locale.Tag(tag), Value: content.TextValue(value)}
	}
	zero, err := content.NewValue(0)
	if err != nil {
		t.Fatal(err)
	}
	product := &content.Product{
		SKU: "chair", Family: "chairs", State: content.Published,
		Attributes: []content.AttributeValue{
			text("name", "de", "Stuhl"), text("name", "en", "Chair"), text("description", "en", "It stands"), text("description", "de", ""),
			{Key: "price", Value: zero},
			text("material", "de", "Holz"),
		},
		Media: []content.Media{{URL: "/chair.svg", Role: "image", Channels: []string{"web"}}},
	}
	weights := map[string]int{"name": 3, "description": 2, "image": 2, "price": 2}
	definitions := content.NewDefinitions()
	definitions.Put(content.KindFamily, "chairs", &content.Family{Key: "chairs", Required: []content.Required{
		{Channel: "web", Attributes: []string{"name", "description", "image", "price", "material"}, Weights: weights},
		{Channel: "print", Attributes: []string{"name", "description", "image"}, Weights: weights},
	}})
	for _, key := range []string{"web", "print", "app"} {
		definitions.Put(content.KindChannel, key, &content.Channel{Key: key, Platform: "OWN_SITE", DefaultLocale: "en"})
	}
	views := view.NewAssembler(
		func(context.Context, []string) (map[string]*content.Product, error) {
			return map[string]*content.Product{"chair": product}, nil
		},
		func(context.Context, []string) (map[string]*content.Fragment, error) { return nil, nil },
	)
	contexts, err := targeting.NewResolver(definitions.Index(), targeting.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		channel, locale   string
		strict, effective int
	}{
		{"web", "de", 80, 100},
		{"web", "de-AT", 40, 100},
		{"web", "en", 90, 90},
		{"print", "en", 71, 71},
		{"print", "de-AT", 0, 71},
		{"app", "fr", 100, 100}, // nothing is required there
	} {
		reader, err := view.NewReader(view.Reader{Definitions: definitions, Catalog: nobody{}}, func(override *targeting.Ask) (*targeting.Context, error) {
			return contexts.Resolve(&targeting.Asked{Override: *override, Directive: targeting.Ask{Channel: want.channel, Locale: want.locale}}, targeting.Grants{}, time.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
		seen, err := views.Product(t.Context(), reader, "chair")
		if err != nil {
			t.Fatal(err)
		}
		if got := seen.Measure(); got.Strict != want.strict || got.Effective != want.effective {
			t.Errorf("%s %s: strict %d, effective %d, want %d and %d (missing %v, fallbacks %v)", want.channel, want.locale, got.Strict, got.Effective, want.strict, want.effective, got.Missing, got.Fallbacks)
		}
	}
}

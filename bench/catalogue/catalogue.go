// Package catalogue makes up what is measured: products, fragments and what defines them, as documents of the gateway's import and as values for the
// baseline, and the questions that are asked of both. Everything follows from numbers, so that it is the same on every machine; nothing is taken from a
// real catalogue, and it knows neither HTTP nor the gateway.
package catalogue

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Locales are the languages in which everything is written.
var Locales = []string{"en", "de", "da", "sv", "it"}

// The measures of the catalogue. Fragments are written once and stand in many products: the two of a listing are a product's own among its category's
// twenty of a thousand, and so are all that a listing shows.
const (
	Categories = 50
	Fragments  = 2000
	InDetail   = 8 // fragments of a product
	InListing  = 2 // of these, in a listing
)

// Slots are the places in which a product's fragments stand, in their order.
var Slots = [InDetail]string{"intro", "care", "setup", "safety", "tips", "service", "story", "legal"}

// Text is one text in each language.
type Text map[string]string

// Product is a product as its document has it.
type Product struct {
	Kind       string   `json:"kind"`
	SKU        string   `json:"sku"`
	Family     string   `json:"family"`
	State      string   `json:"state"`
	Categories []string `json:"categories"`
	Attributes []Value  `json:"attributes"`
	Media      []Medium `json:"media,omitempty"`
	Fragments  []Slot   `json:"fragments,omitempty"`
}

// Value is a value of an attribute; without a locale it holds in every language.
type Value struct {
	Key    string `json:"key"`
	Value  any    `json:"value"`
	Locale string `json:"locale,omitempty"`
}

// Quantity is a value with a unit.
type Quantity struct {
	Amount json.Number `json:"amount"`
	Unit   string      `json:"unit"`
}

// Medium is a picture.
type Medium struct {
	Role     string `json:"role"`
	URL      string `json:"url"`
	MimeType string `json:"mimeType"`
	Alt      Text   `json:"alt"`
}

// Slot is a place of a product with its fragment.
type Slot struct {
	Slot     string `json:"slot"`
	Fragment string `json:"fragment"`
}

// Fragment is a fragment as its document has it.
type Fragment struct {
	Kind     string    `json:"kind"`
	Key      string    `json:"key"`
	Type     string    `json:"type"`
	State    string    `json:"state"`
	Variants []Variant `json:"variants"`
}

// Variant is one way to say it, for whom When says.
type Variant struct {
	ID     string              `json:"id"`
	Locale string              `json:"locale"`
	When   map[string][]string `json:"when,omitempty"`
	Title  string              `json:"title"`
	Body   string              `json:"body"`
}

// SKU names a product by its number.
func SKU(number int) string { return fmt.Sprintf("P-%06d", number) }

// FragmentKey names a fragment by its number.
func FragmentKey(number int) string { return fmt.Sprintf("f-%04d", number) }

// Category names a category by its number.
func Category(number int) string { return fmt.Sprintf("c-%02d", number) }

// MakeProduct makes a product from its number.
func MakeProduct(number int) Product {
	p := Product{
		Kind: "product", SKU: SKU(number), Family: "kettle", State: "PUBLISHED", Categories: []string{Category(number % Categories)},
		Attributes: []Value{
			{Key: "weight", Value: Quantity{Amount: json.Number(fmt.Sprintf("%d.%d", 1+number%7, 1+number%9)), Unit: "kg"}},
			{Key: "colour", Value: colours[number%len(colours)].key},
			{Key: "origin", Value: places[number%len(places)]},
			{Key: "batch", Value: Batch(number)},
			{Key: "warranty", Value: 2 + number%4},
			{Key: "dishwasher", Value: number%2 == 0},
		},
	}
	for _, locale := range Locales {
		p.Attributes = append(p.Attributes,
			Value{Key: "name", Value: fmt.Sprintf("%s %06d", nouns[locale], number), Locale: locale},
			Value{Key: "description", Value: words(locale, number, 24), Locale: locale},
			Value{Key: "material", Value: materials[locale][number%len(materials[locale])], Locale: locale},
		)
	}
	for _, role := range []string{"main", "detail"} {
		m := Medium{Role: role, URL: fmt.Sprintf("https://media.example/%s/%s.webp", p.SKU, role), MimeType: "image/webp", Alt: Text{}}
		for _, locale := range Locales {
			m.Alt[locale] = fmt.Sprintf("%s %06d, %s", nouns[locale], number, role)
		}
		p.Media = append(p.Media, m)
	}
	for i, slot := range Slots {
		fragment := InListing*number + i // its own
		if i >= InListing {
			fragment = 7*number + 311*i // shared
		}
		p.Fragments = append(p.Fragments, Slot{Slot: slot, Fragment: FragmentKey(fragment % Fragments)})
	}
	return p
}

// Batch is an attribute of eight digits, whatever the number; those who write while others read change it.
func Batch(number int) string { return fmt.Sprintf("%08d", number%1e8) }

// MakeFragment makes a fragment from its number: a variant in each language for everybody, and some for those who are told apart otherwise.
func MakeFragment(number int) Fragment {
	f := Fragment{Kind: "fragment", Key: FragmentKey(number), Type: []string{"FEATURE", "WARNING", "STORY"}[number%3], State: "PUBLISHED"}
	for _, locale := range Locales {
		f.Variants = append(f.Variants, Variant{ID: locale, Locale: locale, Title: words(locale, number, 4), Body: words(locale, number+1, 30)})
	}
	for i, when := range []map[string][]string{
		{"audiences": {"expert"}},
		{"channels": {"app", "kiosk"}, "devices": {"PHONE", "KIOSK"}},
		{"markets": {"DE", "IT"}, "moments": {"BUY"}},
	} {
		locale := Locales[(number+i)%len(Locales)]
		f.Variants = append(f.Variants, Variant{ID: fmt.Sprintf("%s-%d", locale, i), Locale: locale, When: when, Title: words(locale, number+i+2, 4), Body: words(locale, number+i+3, 30)})
	}
	return f
}

// MakePlain makes a product that says little more than its name, its category and its colour.
func MakePlain(number int) Product {
	return Product{
		Kind: "product", SKU: SKU(number), Family: "kettle", State: "PUBLISHED", Categories: []string{Category(number % Categories)},
		Attributes: []Value{
			{Key: "name", Value: fmt.Sprintf("%s %06d", nouns["en"], number)},
			{Key: "colour", Value: colours[number%len(colours)].key},
			{Key: "batch", Value: Batch(number)},
		},
	}
}

// Rich is how many products of a catalogue say everything. Those behind them are plain, for an embedded database takes long to load as many as it takes to
// see what a large catalogue costs.
const Rich = 1000

// Write writes a catalogue with so many products as NDJSON: definitions, the fragments that stand in them, and the products.
func Write(to io.Writer, products int) error {
	encoder := json.NewEncoder(to)
	for _, line := range definitions() {
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	needed := map[string]bool{}
	for number := range min(products, Rich) {
		for _, slot := range MakeProduct(number).Fragments {
			needed[slot.Fragment] = true
		}
	}
	for number := range Fragments {
		if !needed[FragmentKey(number)] {
			continue
		}
		if err := encoder.Encode(MakeFragment(number)); err != nil {
			return err
		}
	}
	for number := range products {
		made := MakePlain
		if number < Rich {
			made = MakeProduct
		}
		if err := encoder.Encode(made(number)); err != nil {
			return err
		}
	}
	return nil
}

func definitions() []map[string]any {
	var lines []map[string]any
	add := func(kind, key string, fields map[string]any) {
		fields["kind"], fields["key"] = kind, key
		lines = append(lines, fields)
	}
	for _, audience := range audiences {
		add("audience", audience, map[string]any{"name": Text{"en": audience}})
	}
	for i, channel := range channels {
		add("channel", channel, map[string]any{
			"name": Text{"en": channel}, "platform": []string{"OWN_SITE", "APP", "MARKETPLACE", "KIOSK"}[i], "defaultLocale": "en", "locales": Locales,
		})
	}
	for number := range Categories {
		add("category", Category(number), map[string]any{"name": CategoryName(number), "position": number})
	}
	for i, attribute := range Attributes {
		fields := map[string]any{"type": attribute.Type, "label": attribute.Label, "position": i}
		if attribute.Unit != "" {
			fields["unit"] = attribute.Unit
		}
		add("attribute", attribute.Key, fields)
	}
	for i, colour := range colours {
		add("option", colour.key, map[string]any{"attribute": "colour", "label": colour.label, "position": i})
	}
	keys := []string{}
	for _, attribute := range Attributes {
		keys = append(keys, attribute.Key)
	}
	add("family", "kettle", map[string]any{"name": Text{"en": "Kettles"}, "attributes": keys})
	return lines
}

// words makes a text of so many words in a language, which are not the same for each number.
func words(locale string, number, count int) string {
	from, text := lexicon[locale], strings.Builder{}
	for i := range count {
		if i > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(from[(number*31+i*i*7+i)%len(from)])
	}
	return text.String()
}

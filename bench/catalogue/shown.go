package catalogue

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Shown is a product as the baseline keeps it: everything that it may show, in each language.
type Shown struct {
	SKU        string
	Name       Text
	Attributes []Line
	Media      []Medium
	Fragments  []Slot
}

// Line is an attribute with its label and its text.
type Line struct {
	Key         string
	Label, Text Text
}

// Show makes what the baseline keeps of a product. Whatever costs the gateway time at each question, such as writing a weight in a language, is done here.
func (p Product) Show() *Shown {
	shown := &Shown{SKU: p.SKU, Media: p.Media, Fragments: p.Fragments}
	for _, attribute := range Attributes {
		line := Line{Key: attribute.Key, Label: attribute.Label, Text: Text{}}
		for _, value := range p.Attributes {
			if value.Key != attribute.Key {
				continue
			}
			for _, locale := range Locales {
				if value.Locale == "" || value.Locale == locale {
					line.Text[locale] = written(attribute, value.Value, locale)
				}
			}
		}
		if line.Key == "name" {
			shown.Name = line.Text
			continue
		}
		shown.Attributes = append(shown.Attributes, line)
	}
	return shown
}

// written gives a value as the gateway writes it for people, as far as this catalogue needs that.
func written(attribute Attribute, value any, locale string) string {
	switch value := value.(type) {
	case Quantity:
		return amount(value.Amount, locale) + " " + value.Unit
	case string:
		if attribute.Type == "OPTION" {
			return ColourLabel(value, locale)
		}
		return value
	default:
		return fmt.Sprint(value)
	}
}

func amount(number json.Number, locale string) string {
	if slices.Contains([]string{"de", "da", "sv", "it"}, locale) {
		return strings.ReplaceAll(string(number), ".", ",")
	}
	return string(number)
}

// For gives the variant that the language alone chooses.
func (f *Fragment) For(locale string) (Variant, bool) {
	for _, variant := range f.Variants {
		if variant.Locale == locale {
			return variant, true
		}
	}
	return Variant{}, false
}

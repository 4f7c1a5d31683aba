package catalogue

import "strings"

// Attribute is the definition of an attribute.
type Attribute struct {
	Key, Type, Unit string
	Label           Text
}

// Attributes are all that are defined, by position.
var Attributes = []Attribute{
	{Key: "name", Type: "TEXT", Label: texts("Name", "Name", "Navn", "Namn", "Nome")},
	{Key: "description", Type: "TEXT", Label: texts("Description", "Beschreibung", "Beskrivelse", "Beskrivning", "Descrizione")},
	{Key: "material", Type: "TEXT", Label: texts("Material", "Material", "Materiale", "Material", "Materiale")},
	{Key: "colour", Type: "OPTION", Label: texts("Colour", "Farbe", "Farve", "Färg", "Colore")},
	{Key: "weight", Type: "QUANTITY", Unit: "kg", Label: texts("Weight", "Gewicht", "Vægt", "Vikt", "Peso")},
	{Key: "origin", Type: "TEXT", Label: texts("Made in", "Hergestellt in", "Fremstillet i", "Tillverkad i", "Prodotto a")},
	{Key: "batch", Type: "TEXT", Label: texts("Batch", "Charge", "Parti", "Parti", "Lotto")},
	{Key: "warranty", Type: "NUMBER", Label: texts("Years of guarantee", "Jahre Garantie", "Års garanti", "Års garanti", "Anni di garanzia")},
	{Key: "dishwasher", Type: "BOOLEAN", Label: texts("For the dishwasher", "Für die Spülmaschine", "Til opvaskemaskinen", "För diskmaskinen", "Per la lavastoviglie")},
}

var colours = []struct {
	key   string
	label Text
}{
	{"red", texts("red", "rot", "rød", "röd", "rosso")},
	{"blue", texts("blue", "blau", "blå", "blå", "blu")},
	{"green", texts("green", "grün", "grøn", "grön", "verde")},
	{"white", texts("white", "weiß", "hvid", "vit", "bianco")},
}

// ColourLabel is what the option is called in a language.
func ColourLabel(key, locale string) string {
	for _, colour := range colours {
		if colour.key == key {
			return colour.label[locale]
		}
	}
	return key
}

// CategoryName is what a category is called.
func CategoryName(number int) Text {
	name := Text{}
	for locale, noun := range nouns {
		name[locale] = noun + " " + Category(number)
	}
	return name
}

var (
	nouns     = texts("Kettle", "Kessel", "Kedel", "Kittel", "Bollitore")
	places    = []string{"Odense", "Kassel", "Torino", "Lund", "Leeds"}
	materials = map[string][]string{
		"en": {"steel", "copper", "glass"}, "de": {"Stahl", "Kupfer", "Glas"}, "da": {"stål", "kobber", "glas"}, "sv": {"stål", "koppar", "glas"}, "it": {"acciaio", "rame", "vetro"},
	}
	lexicon = map[string][]string{
		"en": strings.Fields("water boils slowly in the old kettle while steam rises over a cup and nobody in this quiet kitchen waits for more than warm light and bread"),
		"de": strings.Fields("Wasser kocht langsam im alten Kessel während Dampf über die Tasse steigt und niemand in dieser stillen Küche auf mehr wartet als warmes Licht und Brot"),
		"da": strings.Fields("vandet koger langsomt i den gamle kedel mens dampen stiger over koppen og ingen i dette stille køkken venter på andet end varmt lys og brød"),
		"sv": strings.Fields("vattnet kokar sakta i den gamla kitteln medan ångan stiger över koppen och ingen i detta tysta kök väntar på annat än varmt ljus och bröd"),
		"it": strings.Fields("acqua bolle piano nel vecchio bollitore mentre il vapore sale sopra la tazza e nessuno in questa cucina quieta aspetta altro che luce calda e pane"),
	}
)

// texts is a text in each of Locales, in their order.
func texts(in ...string) Text {
	text := Text{}
	for i, locale := range Locales {
		text[locale] = in[i]
	}
	return text
}

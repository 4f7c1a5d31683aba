package main

import (
	"fmt"
	"strings"
	"testing"

	"unisono/view"
)

// The eight rules that every view obeys, each shown on the demo catalogue as its readers ask for it. A line says who reads, where they look, and
// what they see: the words, and in brackets their language. Where the demo does not go, a test writes a text of its own, as an editor does.

// seen is one line: somebody looks somewhere and sees this.
type seen struct {
	who   reader
	where place
	what  string
}

// nothing is what a reader sees where nothing is right.
const nothing = "nothing"

func TestRule1Trusted(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	consumer, technician, editor := as("site", "consumer", "en"), as("site", "technician", "en"), as("site", "consumer", "en").previewing()
	look(t, h,
		// A value is what its author wrote, to the last digit.
		seen{consumer, product("LUMA-2").attribute("price"), "€1,249.00"},
		seen{consumer.in("DK"), product("LUMA-2").attribute("price"), "DKK\u00a09,295.00"},
		// A draft is not there, but for an editor who asks for a preview.
		seen{consumer, product("LUMA-4").attribute("name"), nothing},
		seen{technician, product("LUMA-4").attribute("name"), nothing},
		seen{editor, product("LUMA-4").attribute("name"), "Luma 4"},
		// What is written for technicians alone is not there for others, an editor among them who reads as a consumer.
		seen{consumer, product("LUMA-2").slot("pump-service"), nothing},
		seen{editor, product("LUMA-2").slot("pump-service"), nothing},
		seen{technician, product("LUMA-2").slot("pump-service"), "Pump pressure: check and adjust (en)"},
	)

	// It is so by every path that leads there, and in every context that nobody granted.
	everywhere := `{
		product(sku: "LUMA-4") { name } node(id: "` + view.ProductID("LUMA-4") + `") { id ... on Product { name } }
		nodes(ids: ["` + view.ProductID("LUMA-4") + `", "` + view.FragmentID("luma-pump-service") + `", "` + view.SlotID("LUMA-2", "pump-service", "luma-pump-service") + `"]) { id ... on Product { name } ... on Fragment { key title body } }
		products(first: 100) { nodes { sku name } edges { node { sku } } } some: products(filter: {skus: ["LUMA-4"]}) { totalCount nodes { sku } } machines: products(filter: {categories: ["machines"]}) { nodes { sku } }
		luma: product(sku: "LUMA-2") { related { sku name } successor: related(kind: SUCCESSOR) { sku } fragments { key title body references { key title body } } fragment(slot: "pump-service") { title body } }
		pump: product(sku: "PUMP-41") { fragments { key title body } } fragment(key: "luma-pump-service") { title body }
		figure: fragment(key: "pressure-scale") { references { key title body } } fragments(first: 100) { nodes { key title body selection { variant } } } repair: fragments(filter: {labels: ["repair"]}) { nodes { key title } }
		view(context: {locale: "it"}) { product(sku: "LUMA-4") { name } fragment(key: "luma-pump-service") { title body } products(first: 100) { nodes { sku } } }
		again: product(sku: "LUMA-2") { in(context: {locale: "it"}) { related { sku } fragments { key title body in(context: {channel: "app"}) { title references { key title } } } } }
	}`
	secrets := []string{"LUMA-4", "Luma 4", "luma-pump-service", "Pump pressure", "pompa: verifica", "Cleaning at service", "en-technician"}
	for _, key := range []string{"", technicianKey, editorKey} {
		h.askAs(t, key, everywhere).without(t, secrets...)
	}
	h.ask(t, `{ fragment(key: "daily-cleaning") { selection { considered { variant } } } }`).gives(t, `{"fragment": {"selection": {"considered": null}}}`)
	// The paths do lead there, for those who may go.
	allowed := string(h.askAs(t, editorKey, `query @inContext(audience: "technician", preview: true) `+everywhere).data(t))
	for _, secret := range secrets {
		if !strings.Contains(allowed, secret) {
			t.Errorf("not even an editor sees %q, so nothing was proved: %.500s", secret, allowed)
		}
	}
	for _, way := range []asked{
		{Query: `query @inContext(audience: "technician") { context { locale } }`},
		{Query: `{ context { locale } }`, Extensions: map[string]any{"context": map[string]any{"audience": "technician"}}},
		{Query: `{ context { locale } }`, Headers: map[string]string{"Unisono-Audience": "technician"}},
		{Query: `{ view(context: {audience: "technician"}) { context { locale } } }`},
		{Query: `{ product(sku: "LUMA-2") { in(context: {audience: "technician"}) { name } } }`},
		{Query: `{ fragment(key: "descaling") { in(context: {audience: "technician"}) { title } } }`},
	} {
		h.send(t, way).fails(t, "BAD_USER_INPUT", "there are: consumer")
	}
	h.ask(t, `query @inContext(preview: true) { context { locale } }`).fails(t, "UNAUTHENTICATED")
	h.askAs(t, technicianKey, `query @inContext(at: "2030-01-01T00:00:00Z") { context { locale } }`).fails(t, "FORBIDDEN")
}

func TestRule2Platform(t *testing.T) {
	t.Parallel()
	look(t, demoHouse(t),
		// A label has room for few words, and none for a story.
		seen{as("site", "consumer", "en"), product("BASKET-18").attribute("description"), "Every hole the same size, so that the water has no favourites. For all 58 mm portafilters. (en)"},
		seen{as("print", "consumer", "en"), product("BASKET-18").attribute("description"), "Filter basket, 58 mm, 18 g (en)"},
		seen{as("app", "consumer", "en"), product("LUMA-2").slot("care"), "Two minutes after the last cup (en)"},
		seen{as("print", "consumer", "en"), product("LUMA-2").slot("care"), "After use (en)"},
	)

	// Each platform there is has a word of its own, and nobody gets another's. One without a word gets what is for all.
	h := empty(t)
	platforms := []string{"AGGREGATOR", "MARKETPLACE", "APP", "PORTAL", "KIOSK", "STORE", "SOCIAL", "EMAIL", "PRINT"}
	channels, variants, lines := []string{}, []string{`{id: "all", title: "For everywhere"}`}, []seen{}
	for _, platform := range platforms {
		channels = append(channels, fmt.Sprintf(`{key: %q, platform: %s, defaultLocale: "en"}`, strings.ToLower(platform), platform))
		variants = append(variants, fmt.Sprintf(`{id: %q, title: "For the platform %s", when: {channels: [%q]}}`, platform, platform, strings.ToLower(platform)))
		lines = append(lines, seen{as(strings.ToLower(platform), "consumer", "en"), fragment("greeting"), "For the platform " + platform})
	}
	define(t, h, `channels: [`+strings.Join(channels, ", ")+`, {key: "site", platform: OWN_SITE, defaultLocale: "en"}], audiences: [{key: "consumer"}]`)
	write(t, h, `{key: "greeting", variants: [`+strings.Join(variants, ", ")+`]}`)
	look(t, h, append(lines, seen{as("site", "consumer", "en"), fragment("greeting"), "For everywhere"})...)
}

func TestRule3Audience(t *testing.T) {
	t.Parallel()
	consumer, technician := as("site", "consumer", "en"), as("site", "technician", "en")
	look(t, demoHouse(t),
		seen{consumer, product("LUMA-2").slot("intro"), "Two boilers, one calm morning (en)"},
		seen{technician, product("LUMA-2").slot("intro"), "Luma 2: data (en)"},
		seen{consumer, product("LUMA-2").slot("descaling"), "Descaling, twice a year (en)"},
		seen{technician, product("LUMA-2").slot("descaling"), "Descaling at service (en)"},
		seen{consumer, product("LUMA-2").attribute("price"), "€1,249.00"},
		seen{technician, product("LUMA-2").attribute("price"), "€985.00"},
		// What is the same for both is said once.
		seen{consumer, product("LUMA-2").slot("start"), "Your first espresso (en)"},
		seen{technician, product("LUMA-2").slot("start"), "Your first espresso (en)"},
		// A technician who reads Danish finds no Danish text for technicians: the language decides before the audience.
		seen{as("site", "technician", "da"), product("LUMA-2").slot("intro"), "To kedler, én rolig morgen (da)"},
	)
}

func TestRule4Moment(t *testing.T) {
	t.Parallel()
	h, consumer := demoHouse(t), as("site", "consumer", "da")
	look(t, h,
		// Where the reader is in the journey.
		seen{consumer, product("LUMA-2").slot("start"), "Din første espresso (da)"},
		seen{consumer.at("moment: ONBOARD"), product("LUMA-2").slot("start"), "Inden den første kop (da)"},
		seen{consumer.at("moment: TROUBLESHOOT"), product("LUMA-2").slot("start"), "Din første espresso (da)"},
		// When content is valid, to the millisecond. The beginning belongs to the window, and the end does not.
		seen{consumer, product("LUMA-2").slot("season"), nothing},
		seen{consumer.on("2024-11-30T23:59:59.999+01:00"), product("LUMA-2").slot("season"), nothing},
		seen{consumer.on("2024-12-01T00:00:00+01:00"), product("LUMA-2").slot("season"), "En kande under træet (da)"},
		seen{consumer.on("2024-11-30T23:00:00Z"), product("LUMA-2").slot("season"), "En kande under træet (da)"},
		seen{consumer.on("2025-01-06T23:59:59.999+01:00"), product("LUMA-2").slot("season"), "En kande under træet (da)"},
		seen{consumer.on("2025-01-07T00:00:00+01:00"), product("LUMA-2").slot("season"), nothing},
		seen{consumer.on("2099-04-30T23:59:59.999+02:00"), product("LUMA-2").slot("season"), nothing},
		seen{consumer.on("2099-05-01T00:00:00+02:00"), product("LUMA-2").slot("season"), "Hundrede års rolige morgener (da)"},
	)
	// Each moment there is, in a house that has a word for each.
	each(t, "moment", "moments", []string{"DISCOVER", "COMPARE", "BUY", "ONBOARD", "USE", "TROUBLESHOOT", "RENEW"})
}

func TestRule5Medium(t *testing.T) {
	t.Parallel()
	h := each(t, "medium", "mediums", []string{"TEXT", "HYPERTEXT", "IMAGE", "VIDEO", "AUDIO"})
	// A product's media say what they are, by their medium, their media type or the ending of their address, and can be asked for by it.
	for _, media := range []struct{ medium, url, says string }{
		{"VIDEO", "/a", `medium: VIDEO`},
		{"VIDEO", "/b", `mimeType: "video/mp4"`},
		{"VIDEO", "/c.mp4", ``},
		{"AUDIO", "/d", `mimeType: "audio/mpeg"`},
		{"AUDIO", "/e.mp3", ``},
		{"IMAGE", "/f.png", ``},
		{"HYPERTEXT", "/g", `mimeType: "text/html"`},
		{"HYPERTEXT", "/h", `mimeType: "application/pdf"`},
		{"HYPERTEXT", "/i.pdf", ``},
		{"TEXT", "/j", `mimeType: "text/plain"`},
		{"TEXT", "/k.html", `medium: TEXT`},
	} {
		h.askAs(t, adminKey, `mutation { upsertProducts(products: [{sku: "P", state: PUBLISHED, media: [{url: "`+media.url+`", `+media.says+`}]}]) { userErrors { message } } }`).gives(t, `{"upsertProducts": {"userErrors": []}}`)
		if got := h.ask(t, `{ product(sku: "P") { media(medium: `+media.medium+`) { url } } }`).texts(t, "product.media", "url"); len(got) != 1 {
			t.Errorf("%s %s is not found among %s", media.url, media.says, media.medium)
		}
	}
}

func TestRule6Configuration(t *testing.T) {
	t.Parallel()
	site, label := as("site", "consumer", "tr"), as("print", "consumer", "tr")
	look(t, demoHouse(t),
		seen{site, product("LUMA-2").slot("warning"), "Kapalıyken de sıcaktır (tr)"},
		// A label has the words for labels, whether the request asks for one or the channel prints nothing else.
		seen{site.at("publication: LABEL"), product("LUMA-2").slot("warning"), "Dikkat: sıcak (tr)"},
		seen{label, product("LUMA-2").slot("warning"), "Dikkat: sıcak (tr)"},
		seen{label.at("publication: INSTRUCTIONS"), product("LUMA-2").slot("warning"), "Kapalıyken de sıcaktır (tr)"},
	)
	each(t, "publication", "publications", []string{"PAGE", "CATALOG", "DATASHEET", "INSTRUCTIONS", "LABEL", "FLYER"})
}

func TestRule7Format(t *testing.T) {
	t.Parallel()
	h := each(t, "format", "formats", []string{"WEB", "APP", "PDF", "PAPER", "EMAIL", "MULTIMEDIA"})
	// A channel says what format it has, where the request does not; so too the device in the reader's hand.
	define(t, h, `channels: [{key: "mail", platform: EMAIL, defaultLocale: "en", defaults: {format: EMAIL}}]`)
	look(t, h,
		seen{as("mail", "consumer", "en"), fragment("words"), "For EMAIL"},
		seen{as("mail", "consumer", "en").at("format: PDF"), fragment("words"), "For PDF"},
		seen{as("mail", "consumer", "en").at("format: WEB"), fragment("words"), "For WEB"},
	)
	each(t, "device", "devices", []string{"DESKTOP", "TABLET", "PHONE", "TV", "KIOSK", "WATCH", "VOICE"})
}

func TestRule8Language(t *testing.T) {
	t.Parallel()
	on := func(locale string) reader { return as("site", "consumer", locale) }
	look(t, demoHouse(t),
		seen{on("da"), product("LUMA-2").slot("care"), "To minutter efter den sidste kop (da)"},
		seen{on("it"), product("LUMA-2").slot("care"), "Due minuti dopo l’ultima tazzina (it)"},
		seen{on("tr"), product("LUMA-2").slot("care"), "Son fincandan sonra iki dakika (tr)"},
		// Danish as it is written in Denmark is Danish.
		seen{on("da-DK"), product("LUMA-2").slot("care"), "To minutter efter den sidste kop (da)"},
		seen{on("en-GB"), product("LUMA-2").slot("care"), "Two minutes after the last cup (en)"},
		// Where a text is not there in the reader's language, another stands in, and that is said.
		seen{on("da"), product("MOLA-64").slot("dial"), "A dial without steps (en, a fallback)"},
		seen{on("en"), product("MOLA-64").slot("dial"), "A dial without steps (en)"},
		seen{on("tr"), product("JUG-350").attribute("description"), "A steel jug with a narrow spout that draws a fine line. Enough for two cappuccinos. (en, a fallback)"},
		seen{on("ja"), product("LUMA-2").slot("care"), "Two minutes after the last cup (en, a fallback)"},
		// What needs no language has none, and is nobody's fallback.
		seen{on("ja"), product("LUMA-2").slot("pressure"), "9 bar"},
		seen{on("da"), product("QUIETA-1").attribute("name"), "Quieta 1"},
	)

	// What stands in for what is each channel's own word. An empty list says: nothing does.
	h := empty(t)
	define(t, h, `audiences: [{key: "consumer"}, {key: "dealer"}], channels: [
		{key: "site", platform: OWN_SITE, defaultLocale: "de", locales: ["de", "en", "fr"], fallbacks: [{locale: "sv", chain: ["da", "en"]}, {locale: "fr", chain: []}, {locale: "fr", market: "GB", chain: ["en"]}]},
		{key: "counter", platform: STORE, defaultLocale: "de", selection: SPECIFICITY_FIRST},
		{key: "app", platform: APP, defaultLocale: "de", selection: LANGUAGE_FIRST}]`)
	write(t, h, `{key: "offer", variants: [{id: "de", locale: "de", title: "Angebot"}, {id: "de-dealer", locale: "de", title: "Angebot für Händler", when: {audiences: ["dealer"]}}, {id: "en", locale: "en", title: "Offer"}, {id: "da", locale: "da", title: "Tilbud"}]}`)
	look(t, h,
		seen{on("sv"), fragment("offer"), "Tilbud (da, a fallback)"},
		seen{on("fr"), fragment("offer"), nothing},
		seen{on("fr").in("GB"), fragment("offer"), "Offer (en, a fallback)"},
		seen{on("pl"), fragment("offer"), "Angebot (de, a fallback)"},
		// One house takes the nearest language first, another the words that were written for just this reader.
		seen{as("app", "dealer", "en"), fragment("offer"), "Offer (en)"},
		seen{as("counter", "dealer", "en"), fragment("offer"), "Angebot für Händler (de, a fallback)"},
		seen{as("counter", "consumer", "en"), fragment("offer"), "Offer (en)"},
		seen{as("app", "dealer", "de"), fragment("offer"), "Angebot für Händler (de)"},
	)
}

// each is a house of its own whose fragment has a word for each value of a dimension and one for all: who names a value gets its word, who names none
// gets the one for all, and so does who names a value without one.
func each(t *testing.T, dimension, condition string, values []string) *house {
	t.Helper()
	h := empty(t)
	define(t, h, `channels: [{key: "site", platform: OWN_SITE, defaultLocale: "en"}], audiences: [{key: "consumer"}]`)
	variants, lines := []string{`{id: "all", title: "For all"}`}, []seen{{as("site", "consumer", "en"), fragment("words"), "For all"}}
	for _, value := range values {
		who := as("site", "consumer", "en").at(dimension + ": " + value)
		variants = append(variants, fmt.Sprintf(`{id: %q, title: "For %s", when: {%s: [%s]}}`, value, value, condition, value))
		lines = append(lines, seen{who, fragment("words"), "For " + value}, seen{who, fragment("other"), map[bool]string{true: "For the first two", false: nothing}[value == values[0] || value == values[1]]})
	}
	write(t, h, `{key: "words", variants: [`+strings.Join(variants, ", ")+`]}`)
	write(t, h, fmt.Sprintf(`{key: "other", variants: [{title: "For the first two", when: {%s: [%s, %s]}}]}`, condition, values[0], values[1]))
	look(t, h, append(lines, seen{as("site", "consumer", "en"), fragment("other"), nothing})...)
	return h
}

// reader is somebody who asks.
type reader struct{ context, key string }

// as is somebody who reads on a channel, as one of an audience, in a language. A technician has the technicians' key.
func as(channel, audience, locale string) reader {
	r := reader{context: fmt.Sprintf(`channel: %q, audience: %q, locale: %q`, channel, audience, locale)}
	if audience == "technician" {
		r.key = technicianKey
	}
	return r
}

// at is the same reader with more of their situation: `moment: BUY`.
func (r reader) at(situation string) reader { return reader{r.context + ", " + situation, r.key} }

// in is the same reader in a market.
func (r reader) in(market string) reader { return r.at(fmt.Sprintf("market: %q", market)) }

// on is what an editor sees who looks at another point in time.
func (r reader) on(time string) reader {
	return reader{r.context + fmt.Sprintf(", at: %q", time), editorKey}
}

// previewing is what an editor sees who looks at drafts.
func (r reader) previewing() reader { return reader{r.context + ", preview: true", editorKey} }

// place is where a reader looks: a query, and what of its answer is looked at.
type place struct{ query, path string }

func product(sku string) place {
	return place{fmt.Sprintf(`product(sku: %q)`, sku), "product"}
}

func (p place) slot(name string) place {
	return place{p.query + fmt.Sprintf(` { part: fragment(slot: %q) { words: title locale isFallback } }`, name), p.path + ".part"}
}

func (p place) attribute(key string) place {
	return place{p.query + fmt.Sprintf(` { part: attribute(key: %q) { words: text locale isFallback } }`, key), p.path + ".part"}
}

func fragment(key string) place {
	return place{fmt.Sprintf(`fragment(key: %q) { words: title locale isFallback }`, key), "fragment"}
}

// look checks what readers see.
func look(t *testing.T, h *house, lines ...seen) {
	t.Helper()
	for _, line := range lines {
		if got := see(t, h, line.who, line.where); got != line.what {
			t.Errorf("%s\nlooks at %s and sees\n\t%s\nand not\n\t%s", line.who.context, line.where.query, got, line.what)
		}
	}
}

// see gives what a reader sees: the words, and in brackets their language.
func see(t *testing.T, h *house, who reader, where place) string {
	t.Helper()
	part, is := h.askAs(t, who.key, fmt.Sprintf(`query @inContext(%s) { %s }`, who.context, where.query)).at(t, where.path).(map[string]any)
	switch {
	case !is:
		return nothing
	case part["isFallback"] == true:
		return fmt.Sprintf("%s (%s, a fallback)", part["words"], part["locale"])
	case part["locale"] != nil:
		return fmt.Sprintf("%s (%s)", part["words"], part["locale"])
	default:
		return fmt.Sprint(part["words"])
	}
}

// define is how an administrator says what channels and audiences there are.
func define(t *testing.T, h *house, definitions string) {
	t.Helper()
	h.askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {`+definitions+`}) { userErrors { message } } }`).gives(t, `{"upsertDefinitions": {"userErrors": []}}`)
}

// write is how an editor publishes a fragment.
func write(t *testing.T, h *house, fragment string) {
	t.Helper()
	fragment = strings.Replace(fragment, `{key:`, `{kind: "STORY", state: PUBLISHED, key:`, 1)
	h.askAs(t, editorKey, `mutation { upsertFragments(fragments: [`+fragment+`]) { userErrors { message } } }`).gives(t, `{"upsertFragments": {"userErrors": []}}`)
}

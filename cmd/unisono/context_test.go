package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"unisono/content"
	"unisono/internal/mongotest"
)

const contextFields = `{ context {
	channel { key } audience { key } locale market device moment medium publication format origins { dimension source }
} }`

// said writes a context as one line, each part with where it came from: "CHANNEL=site(HEADER) …", in order of the names.
func said(t *testing.T, a answer) string {
	t.Helper()
	parts := []string{}
	context, _ := a.at(t, "context").(map[string]any)
	for _, one := range context["origins"].([]any) {
		origin := one.(map[string]any)
		value := context[strings.ToLower(fmt.Sprint(origin["dimension"]))]
		if object, is := value.(map[string]any); is {
			value = object["key"]
		}
		parts = append(parts, fmt.Sprintf("%s=%v(%s)", origin["dimension"], value, origin["source"]))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// Each dimension comes from the first that says it: directive, extension, headers, key, channel, configuration. The channel site gives
// the format WEB, app gives APP, print gives LABEL on PAPER.
func TestContextComesFromTheFirstThatSaysIt(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.loadDemoCatalogue(t)
	h.register(t, "key-with-defaults", content.Client{Name: "kiosk", Defaults: &content.Defaults{
		Channel: "app", Locale: "it", Market: "IT", Device: "KIOSK", Moment: "COMPARE",
	}})
	headers := map[string]string{
		"Unisono-Channel": "app", "Unisono-Audience": "consumer", "Unisono-Market": "SE", "Unisono-Device": "PHONE", "Unisono-Moment": "USE", "Accept-Language": "sv, tr;q=0.5",
	}
	object := func(pairs ...any) map[string]any {
		made := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			made[pairs[i].(string)] = pairs[i+1]
		}
		return made
	}
	const configured = "AUDIENCE=consumer(CONFIGURATION) CHANNEL=site(CONFIGURATION) FORMAT=WEB(CHANNEL_DEFAULT) LOCALE="
	for _, test := range []struct {
		name, directive string // the directive, and variables before it
		variables       map[string]any
		extension       any
		headers         map[string]string
		key             string
		want            string
	}{
		{name: "nobody says anything", want: configured + "en(CHANNEL_DEFAULT)"},
		{
			name: "the directive", directive: `@inContext(channel: "print", locale: "da", market: "DK", device: TABLET, moment: BUY, medium: TEXT, publication: FLYER, format: PDF)`,
			want: "AUDIENCE=consumer(CONFIGURATION) CHANNEL=print(DIRECTIVE) DEVICE=TABLET(DIRECTIVE) FORMAT=PDF(DIRECTIVE) LOCALE=da(DIRECTIVE) MARKET=DK(DIRECTIVE) MEDIUM=TEXT(DIRECTIVE) MOMENT=BUY(DIRECTIVE) PUBLICATION=FLYER(DIRECTIVE)",
		},
		{
			name: "with", directive: `@inContext(with: {channel: "print", locale: "da"})`,
			want: "AUDIENCE=consumer(CONFIGURATION) CHANNEL=print(DIRECTIVE) FORMAT=PAPER(CHANNEL_DEFAULT) LOCALE=da(DIRECTIVE) PUBLICATION=LABEL(CHANNEL_DEFAULT)",
		},
		{
			name: "arguments beat with", directive: `@inContext(with: {channel: "print", locale: "da"}, channel: "app", locale: "tr")`,
			want: "AUDIENCE=consumer(CONFIGURATION) CHANNEL=app(DIRECTIVE) FORMAT=APP(CHANNEL_DEFAULT) LOCALE=tr(DIRECTIVE)",
		},
		{
			name: "variables", directive: `query ($c: ContextInput, $l: Locale, $d: Device) @inContext(with: $c, locale: $l, device: $d)`,
			variables: object("c", object("channel", "app", "locale", "da", "moment", "RENEW"), "l", "it", "d", "WATCH"),
			want:      "AUDIENCE=consumer(CONFIGURATION) CHANNEL=app(DIRECTIVE) DEVICE=WATCH(DIRECTIVE) FORMAT=APP(CHANNEL_DEFAULT) LOCALE=it(DIRECTIVE) MOMENT=RENEW(DIRECTIVE)",
		},
		{name: "variables that are left out", directive: `query ($c: ContextInput, $l: Locale) @inContext(with: $c, locale: $l)`, want: configured + "en(CHANNEL_DEFAULT)"},
		{name: "a variable's default", directive: `query ($l: Locale = "tr") @inContext(locale: $l)`, want: configured + "tr(DIRECTIVE)"},
		{
			name: "null equals left out", directive: `query ($l: Locale) @inContext(with: {locale: null, channel: null}, locale: $l, device: null, market: null, at: null, preview: null)`,
			variables: object("l", nil), extension: object("channel", nil, "locale", "da", "at", nil, "preview", nil), want: configured + "da(EXTENSION)",
		},
		{name: "no extension is null", extension: nil, want: configured + "en(CHANNEL_DEFAULT)"},
		{
			name: "the extension", extension: object("channel", "app", "audience", "consumer", "locale", "da-DK", "market", "DK", "device", "TV", "moment", "ONBOARD", "medium", "AUDIO", "publication", "PAGE", "format", "EMAIL"),
			want: "AUDIENCE=consumer(EXTENSION) CHANNEL=app(EXTENSION) DEVICE=TV(EXTENSION) FORMAT=EMAIL(EXTENSION) LOCALE=da-DK(EXTENSION) MARKET=DK(EXTENSION) MEDIUM=AUDIO(EXTENSION) MOMENT=ONBOARD(EXTENSION) PUBLICATION=PAGE(EXTENSION)",
		},
		{
			name: "headers", headers: headers,
			want: "AUDIENCE=consumer(HEADER) CHANNEL=app(HEADER) DEVICE=PHONE(HEADER) FORMAT=APP(CHANNEL_DEFAULT) LOCALE=sv(HEADER) MARKET=SE(HEADER) MOMENT=USE(HEADER)",
		},
		{
			name: "the key", key: "key-with-defaults",
			want: "AUDIENCE=consumer(CONFIGURATION) CHANNEL=app(API_KEY) DEVICE=KIOSK(API_KEY) FORMAT=APP(CHANNEL_DEFAULT) LOCALE=it(API_KEY) MARKET=IT(API_KEY) MOMENT=COMPARE(API_KEY)",
		},
		{
			name: "headers beat the key", headers: headers, key: "key-with-defaults",
			want: "AUDIENCE=consumer(HEADER) CHANNEL=app(HEADER) DEVICE=PHONE(HEADER) FORMAT=APP(CHANNEL_DEFAULT) LOCALE=sv(HEADER) MARKET=SE(HEADER) MOMENT=USE(HEADER)",
		},
		{
			name: "the extension beats headers, dimension by dimension", extension: object("locale", "da", "moment", "BUY"), headers: headers, key: "key-with-defaults",
			want: "AUDIENCE=consumer(HEADER) CHANNEL=app(HEADER) DEVICE=PHONE(HEADER) FORMAT=APP(CHANNEL_DEFAULT) LOCALE=da(EXTENSION) MARKET=SE(HEADER) MOMENT=BUY(EXTENSION)",
		},
		{
			name: "the directive beats all", directive: `@inContext(channel: "site", locale: "en-GB", market: "GB", device: DESKTOP, moment: DISCOVER, format: WEB)`,
			extension: object("locale", "da", "moment", "BUY", "channel", "print"), headers: headers, key: "key-with-defaults",
			want: "AUDIENCE=consumer(HEADER) CHANNEL=site(DIRECTIVE) DEVICE=DESKTOP(DIRECTIVE) FORMAT=WEB(DIRECTIVE) LOCALE=en-GB(DIRECTIVE) MARKET=GB(DIRECTIVE) MOMENT=DISCOVER(DIRECTIVE)",
		},
		{name: "an explicit locale is kept, listed or not", directive: `@inContext(locale: "pt-br")`, want: configured + "pt-BR(DIRECTIVE)"},
		{name: "Accept-Language is negotiated", headers: map[string]string{"Accept-Language": "fr-FR, da-DK;q=0.8, en;q=0.5"}, want: configured + "da(HEADER)"},
		{name: "Accept-Language that nothing fits", headers: map[string]string{"Accept-Language": "ja, ko;q=0.5"}, want: configured + "en(CHANNEL_DEFAULT)"},
		{name: "Accept-Language that is garbage", headers: map[string]string{"Accept-Language": ";;;q=x,\x80,*"}, want: configured + "en(CHANNEL_DEFAULT)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			document := contextFields
			if test.directive != "" {
				document = strings.TrimPrefix("query "+test.directive, "query query") + " " + contextFields
				if strings.HasPrefix(test.directive, "query") {
					document = test.directive + " " + contextFields
				}
			}
			same(t, "context", test.want, said(t, h.send(t, asked{
				Query: document, Variables: test.variables, Extensions: map[string]any{"context": test.extension}, Headers: test.headers, Key: test.key,
			})))
		})
	}
}

// The channel, not the program, says what an unsupported language falls back to (L6), and its list of fallbacks ends there (L10).
func TestLanguageChains(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) { c.contexts.DefaultChannel, c.contexts.DefaultAudience = "", "" })
	h.load(t, `
{"kind": "channel", "key": "shop", "platform": "OWN_SITE", "defaultLocale": "de", "locales": ["de", "en", "it"], "fallbacks": [{"locale": "it", "chain": []}, {"locale": "de-CH", "chain": ["fr"]}, {"locale": "fr", "market": "GB", "chain": ["en-GB"]}]}
{"kind": "category", "key": "c", "name": {"de": "Ding"}}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "references": ["g"], "variants": [{"locale": "de", "title": "Satz"}, {"locale": "en", "title": "Sentence"}]}
{"kind": "fragment", "key": "g", "type": "STORY", "state": "PUBLISHED", "variants": [{"locale": "de", "title": "Verweis"}]}
{"kind": "product", "sku": "P", "state": "PUBLISHED", "categories": ["c"], "fragments": [{"slot": "s", "fragment": "f"}], "attributes": [{"key": "name", "value": "Hammer", "locale": "de"}, {"key": "name", "value": "Mallet", "locale": "en"}]}
`)
	for _, test := range []struct{ context, chain, name, fragment, reference, category string }{
		{`locale: "fr"`, `["fr", "de"]`, `{"value": "Hammer", "locale": "de", "isFallback": true}`, `"Satz"`, `[{"title": "Verweis"}]`, `"Ding"`},
		{`locale: "de-AT"`, `["de-AT", "de"]`, `{"value": "Hammer", "locale": "de", "isFallback": false}`, `"Satz"`, `[{"title": "Verweis"}]`, `"Ding"`},
		{`locale: "en-GB"`, `["en-GB", "en-001", "en", "de"]`, `{"value": "Mallet", "locale": "en", "isFallback": false}`, `"Sentence"`, `[{"title": "Verweis"}]`, `"Ding"`},
		{`locale: "fr", market: "GB"`, `["fr", "en-GB"]`, `null`, `null`, `null`, `"c"`},
		{`locale: "it"`, `["it"]`, `null`, `null`, `null`, `"c"`},
		{`locale: "de-CH"`, `["de-CH", "fr"]`, `null`, `null`, `null`, `"c"`},
	} {
		t.Run(test.context, func(t *testing.T) {
			got := h.ask(t, `query @inContext(`+test.context+`) { context { localeChain } product(sku: "P") {
				attribute(key: "name") { value locale isFallback } fragment(slot: "s") { title references { title } } categories { name }
			} }`)
			fragment := `null`
			if test.fragment != `null` {
				fragment = fmt.Sprintf(`{"title": %s, "references": %s}`, test.fragment, test.reference)
			}
			got.gives(t, fmt.Sprintf(`{"context": {"localeChain": %s}, "product": {"attribute": %s, "fragment": %s, "categories": [{"name": %s}]}}`,
				test.chain, test.name, fragment, test.category))
		})
	}
}

func TestEchoOfTheContext(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	got := h.send(t, asked{Query: `query @inContext(locale: "da", market: "DK") { channels { key } }`, Headers: map[string]string{"Unisono-Echo": "context"}})
	same(t, "extensions", `{"context":{"at":"2026-03-02T09:00:00Z","audience":"consumer","channel":"site","format":"WEB","locale":"da","localeChain":["da","en"],"market":"DK",`+
		`"origins":{"audience":"CONFIGURATION","channel":"CONFIGURATION","format":"CHANNEL_DEFAULT","locale":"DIRECTIVE","market":"DIRECTIVE"},"preview":false}}`, string(got.part(t, "extensions")))
	for _, header := range []string{"", "something"} {
		if got := h.send(t, asked{Query: `{ channels { key } }`, Headers: map[string]string{"Unisono-Echo": header}}); got.part(t, "extensions") != nil {
			t.Errorf("Unisono-Echo %q: %s", header, got.body)
		}
	}
}

// What an answer varies by is told to those alone from whom nothing is hidden.
func TestEchoOfWhatTheAnswerVariesBy(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	echo := map[string]string{"Unisono-Echo": "vary"}
	for _, test := range []struct{ name, query, want string }{
		{"nothing", `{ caller { name } }`, `{"consulted":[],"until":null}`},
		{"the language alone", `{ product(sku: "JUG-600") { name } }`, `{"consulted":["LOCALE"],"until":null}`},
		{"audience and market", `{ product(sku: "JUG-600") { price: attribute(key: "price") { value } } }`, `{"consulted":["AUDIENCE","MARKET"],"until":null}`},
		{"a season that comes", `query @inContext(at: "2024-12-01T00:00:00Z") { fragment(key: "season-note") { title } }`, `{"consulted":["LOCALE","TIME"],"until":"2025-01-06T23:00:00Z"}`},
		{"what other contexts look at", `{ view(context: {device: PHONE}) { fragment(key: "help-grinder-static") { title } } }`, `{"consulted":["LOCALE","DEVICE"],"until":null}`},
	} {
		got := h.send(t, asked{Query: test.query, Key: adminKey, Headers: echo})
		same(t, test.name, `{"vary":`+test.want+`}`, string(got.part(t, "extensions")))
	}
	for _, key := range []string{"", technicianKey, editorKey} {
		if got := h.send(t, asked{Query: `{ product(sku: "JUG-600") { name } }`, Key: key, Headers: echo}); got.part(t, "extensions") != nil {
			t.Errorf("%q is told %s", key, got.part(t, "extensions"))
		}
	}
	got := h.send(t, asked{Query: `{ caller { name } }`, Key: adminKey, Headers: map[string]string{"Unisono-Echo": "Vary , context"}})
	contains(t, string(got.part(t, "extensions")), `"context":{`, `"vary":{`)
}

// Two operations of one document, and two requests at once, each have a context of their own; a field twice in one operation has one (S4).
func TestContextIsOneForTheOperation(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	document := `query Danish @inContext(locale: "da") { a: context { locale } b: context { locale } product(sku: "JUG-350") { name } }
		query Italian @inContext(locale: "it") { a: context { locale } b: context { locale } product(sku: "JUG-350") { name } }`
	for range 5 {
		h.send(t, asked{Query: document, Name: "Danish"}).gives(t, `{"a": {"locale": "da"}, "b": {"locale": "da"}, "product": {"name": "Mælkekande 350 ml"}}`)
		h.send(t, asked{Query: document, Name: "Italian"}).gives(t, `{"a": {"locale": "it"}, "b": {"locale": "it"}, "product": {"name": "Lattiera 350 ml"}}`)
	}
}

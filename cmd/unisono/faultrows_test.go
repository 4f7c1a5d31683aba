package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unisono/content"
	"unisono/internal/mongotest"
	"unisono/store"
	"unisono/view"
)

// Faults that others have had, as clients would meet them: L is languages, T targeting, W windows of time. The names are the rows of our list of them.
// Rules (T1, T3, T4, T5) and L10, L17 are in package targeting too. T7 is about spreading visitors over variants by chance, which nothing here does.

// foreign keeps a document as another program may have written it, and waits until the gateway shows it.
func foreign[T any, PT store.Document[T]](t *testing.T, h *house, kind content.Kind, key string, document T) {
	t.Helper()
	if _, err := store.In[T, PT](h.database.Store, kind).Update(t.Context(), key, func(*T) (*T, error) { return &document, nil }); err != nil {
		t.Fatal(err)
	}
	h.settled(t)
}

const germanHouse = `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "de", "locales": ["de", "en"]}
{"kind": "channel", "key": "app", "platform": "APP", "defaultLocale": "de", "locales": ["de", "en"]}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "dealer"}
`

func german(t *testing.T, more string) *house {
	t.Helper()
	h := empty(t)
	h.load(t, germanHouse+more)
	return h
}

func TestL1EmptyIsMissing(t *testing.T) {
	t.Parallel()
	for name, missing := range map[string]any{"null": nil, "an empty text": "", "white space": " \t", "an empty list": []any{}, "a list of nothing": []any{"", nil}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := german(t, "")
			value, err := content.NewValue(missing)
			if err != nil {
				t.Fatal(err)
			}
			list, err := content.NewValue([]any{"a"})
			if err != nil {
				t.Fatal(err)
			}
			blank, _ := missing.(string)
			labels := content.Localized{"de-AT": blank, "de": "Farbe"}
			foreign(t, h, content.KindAttribute, "colour", content.Attribute{Key: "colour", Type: content.TypeOption, Label: labels})
			foreign(t, h, content.KindOption, "colour/red", content.Option{ID: content.OptionID("colour", "red"), Attribute: "colour", Key: "red", Label: labels})
			foreign(t, h, content.KindCategory, "seats", content.Category{Key: "seats", Name: labels})
			foreign(t, h, content.KindFragment, "f", content.Fragment{Key: "f", Type: "STORY", State: content.Published, Variants: []content.Variant{{ID: "1", Locale: "de-AT", Title: blank, Body: blank}, {ID: "2", Locale: "de", Title: "Titel"}}})
			foreign(t, h, content.KindProduct, "P", content.Product{
				SKU: "P", State: content.Published, Categories: []string{"seats"}, Fragments: []content.Slot{{Slot: "s", Fragment: "f"}}, Media: []content.Media{{URL: "/a.png", Medium: content.Image, Alt: labels}},
				Attributes: []content.AttributeValue{{Key: "features", Locale: "de-AT", Value: value}, {Key: "features", Locale: "de", Value: list}, {Key: "name", Locale: "de-AT", Value: value}, {Key: "name", Locale: "de", Value: content.TextValue("Stuhl")}, {Key: "colour", Value: content.TextValue("red")}},
			})
			h.ask(t, `query @inContext(locale: "de-AT") { product(sku: "P") { name features: attribute(key: "features") { value locale isFallback } colour: attribute(key: "colour") { label text options { label } }
				categories { name } media { alt } fragment(slot: "s") { title body locale isFallback } } }`).gives(t, `{"product": {"name": "Stuhl", "features": {"value": ["a"], "locale": "de", "isFallback": false},
				"colour": {"label": "Farbe", "text": "Farbe", "options": [{"label": "Farbe"}]}, "categories": [{"name": "Farbe"}], "media": [{"alt": "Farbe"}], "fragment": {"title": "Titel", "body": null, "locale": "de", "isFallback": false}}}`)
		})
	}
	// What is written through the gateway is not kept in the first place.
	h := german(t, "")
	h.upsert(t, `[{sku: "P", state: PUBLISHED, attributes: [{key: "features", locale: "de-AT", value: []}, {key: "features", locale: "de", value: ["a"]}]}]`)
	h.ask(t, `query @inContext(locale: "de-AT") { product(sku: "P") { attribute(key: "features") { value locale } } }`).gives(t, `{"product": {"attribute": {"value": ["a"], "locale": "de"}}}`)
}

func TestL2ListsGoByWhatTheAnswerShows(t *testing.T) {
	t.Parallel()
	h := german(t, `
{"kind": "product", "sku": "A", "state": "PUBLISHED", "family": "f", "attributes": [{"key": "name", "value": "Zebra", "locale": "de"}, {"key": "name", "value": "Aardvark", "locale": "en"}]}
{"kind": "product", "sku": "B", "state": "PUBLISHED", "family": "f", "attributes": [{"key": "name", "value": "Maus", "locale": "de"}]}
{"kind": "product", "sku": "C", "state": "PUBLISHED", "family": "f", "attributes": [{"key": "name", "value": "Bear", "locale": "en"}, {"key": "name", "value": " ", "locale": "de"}]}
{"kind": "fragment", "key": "in-german", "type": "STORY", "state": "PUBLISHED", "labels": ["l"], "variants": [{"locale": "de", "title": "Nur deutsch"}]}
{"kind": "fragment", "key": "in-french", "type": "STORY", "state": "PUBLISHED", "labels": ["l"], "variants": [{"locale": "fr", "title": "En français"}]}
`)
	for _, test := range []struct{ locale, names string }{{"en", "[Aardvark Bear Maus]"}, {"de", "[Maus Zebra ]"}, {"fr", "[Maus Zebra ]"}} {
		got := h.ask(t, `query @inContext(locale: "`+test.locale+`") { products(filter: {families: ["f"]}) { totalCount nodes { name } } fragments(filter: {labels: ["l"]}) { totalCount nodes { title } } }`)
		same(t, "names in "+test.locale, test.names, fmt.Sprint(got.texts(t, "products.nodes", "name")))
		shown := fmt.Sprint(len(got.texts(t, "fragments.nodes", "title")))
		same(t, "how many fragments in "+test.locale, shown, fmt.Sprint(got.at(t, "fragments.totalCount")))
		same(t, "how many products in "+test.locale, "3", fmt.Sprint(got.at(t, "products.totalCount")))
	}
}

func TestL4AFallbackIsNotWrittenBack(t *testing.T) {
	t.Parallel()
	source := file(t, "german.ndjson", strings.Replace(germanHouse, `"locales"`, `"fallbacks": [{"locale": "de", "chain": ["en"]}], "locales"`, 1)+`
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "v", "locale": "en", "title": "Only English"}]}
{"kind": "product", "sku": "M", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Model", "locale": "en"}], "fragments": [{"slot": "s", "fragment": "f"}]}
{"kind": "product", "sku": "V", "parent": "M", "state": "PUBLISHED"}
`)
	first, second := t.TempDir(), t.TempDir()
	importing(t, "ndjson", source, "--data-dir", first)
	h := openDir(t, first)
	// Somebody reads it in German, and writes what has nothing to do with it.
	h.ask(t, `query @inContext(channel: "site", audience: "consumer", locale: "de") { product(sku: "V") { name fragment(slot: "s") { title } } }`).gives(t, `{"product": {"name": "Model", "fragment": {"title": "Only English"}}}`)
	h.askAs(t, adminKey, `mutation @inContext(channel: "site", audience: "consumer", locale: "de", preview: true) { upsertProducts(products: [{sku: "V", family: "f"}]) { userErrors { message } } }`).gives(t, `{"upsertProducts": {"userErrors": []}}`)
	path := filepath.Join(t.TempDir(), "export.ndjson")
	exported(t, path, "--gateway", h.url, "--key", adminKey)
	importing(t, "ndjson", path, "--data-dir", second)
	for _, line := range undated(exported(t, "--data-dir", second)) {
		if strings.Contains(line, `"sku":"V"`) && strings.Contains(line, "attributes") || strings.Contains(line, "Model") && strings.Count(line, `"locale":"`) != 1 ||
			strings.Contains(line, "Only English") && strings.Count(line, `"locale":"`) != 1 {
			t.Errorf("it gained what it only fell back to: %s", line)
		}
	}
}

func TestL5WhatIsNothingInEveryLanguageIsNull(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	h.upsert(t, `[{sku: "P", state: PUBLISHED, slug: "p", media: [{url: "/a.png", alt: [{locale: "de", text: ""}, {locale: "en", text: "  "}]}], fragments: [{slot: "s", fragment: "f"}],
		attributes: [{key: "description", value: "", locale: "de"}, {key: "description", value: null, locale: "en"}, {key: "subtitle", value: "  "}]}]`)
	write(t, h, `{key: "f", variants: [{title: "  ", body: "Text", callToAction: null}]}`)
	h.ask(t, `{ product(sku: "P") { name description gtin family attribute(key: "subtitle") { value } media { alt role locale } fragment(slot: "s") { title body callToAction { label } locale } } }`).gives(t,
		`{"product": {"name": null, "description": null, "gtin": null, "family": null, "attribute": null, "media": [{"alt": null, "role": null, "locale": null}], "fragment": {"title": null, "body": "Text", "callToAction": null, "locale": null}}}`)
}

func TestL6AnUnknownLanguageFallsBackToTheChannels(t *testing.T) {
	t.Parallel()
	h := german(t, `
{"kind": "category", "key": "c", "name": {"en": "Thing", "de": "Ding"}}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"locale": "en", "title": "Sentence"}, {"locale": "de", "title": "Satz"}]}
{"kind": "product", "sku": "P", "state": "PUBLISHED", "categories": ["c"], "fragments": [{"slot": "s", "fragment": "f"}], "attributes": [{"key": "name", "value": "Mallet", "locale": "en"}, {"key": "name", "value": "Hammer", "locale": "de"}]}
`)
	const question = `{ product(sku: "P") { attribute(key: "name") { value locale isFallback } fragment(slot: "s") { title locale isFallback } categories { name } } }`
	const want = `{"product": {"attribute": {"value": "Hammer", "locale": "de", "isFallback": %t}, "fragment": {"title": "Satz", "locale": "de", "isFallback": %[1]t}, "categories": [{"name": "Ding"}]}}`
	h.ask(t, `query @inContext(locale: "fr") `+question).gives(t, fmt.Sprintf(want, true))
	// By Accept-Language it is agreed to read German, so German is what was asked for.
	h.send(t, asked{Query: question, Headers: map[string]string{"Accept-Language": "fr"}}).gives(t, fmt.Sprintf(want, false))
}

func TestL8WhatLeavesAChannelLeavesItInEveryLanguage(t *testing.T) {
	t.Parallel()
	h := german(t, `
{"kind": "category", "key": "c"}
{"kind": "product", "sku": "P", "slug": "p", "state": "PUBLISHED", "categories": ["c"], "attributes": [{"key": "name", "value": "Stuhl", "locale": "de"}, {"key": "name", "value": "Chair", "locale": "en"}]}
{"kind": "product", "sku": "O", "state": "PUBLISHED", "related": [{"kind": "UPSELL", "sku": "P"}]}
`)
	everywhere := func(channel, language string) string {
		got := h.ask(t, fmt.Sprintf(`query @inContext(channel: %q, locale: %q) { a: product(sku: "P") { sku } b: product(slug: "p") { sku } c: node(id: %q) { id } products { nodes { sku } totalCount }
			d: products(filter: {categories: ["c"]}) { totalCount } o: product(sku: "O") { related { sku } } }`, channel, language, view.ProductID("P")))
		return fmt.Sprintln(got.at(t, "a") != nil, got.at(t, "b") != nil, got.at(t, "c") != nil, got.at(t, "products.totalCount"), len(got.texts(t, "products.nodes", "sku")), got.at(t, "d.totalCount"), got.texts(t, "o.related", "sku"))
	}
	for _, channels := range []string{`[]`, `["app"]`, `["site"]`, `["app", "site"]`, `["app"]`} {
		same(t, "errors", []string{}, h.upsert(t, `[{sku: "P", channels: `+channels+`}]`).userErrors(t, "upsertProducts"))
		for _, language := range []string{"de", "en", "de-AT", "fr", "ja"} {
			for _, channel := range []string{"site", "app"} {
				want := "false false false 1 1 0 []"
				if channels == `[]` || strings.Contains(channels, channel) {
					want = "true true true 2 2 1 [P]"
				}
				same(t, fmt.Sprintf("of %s, on %s in %s", channels, channel, language), want, strings.TrimSpace(everywhere(channel, language)))
			}
		}
	}
}

func TestL12ListsOfTwoLanguagesAreNotMixed(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	h.upsert(t, `[{sku: "P", state: PUBLISHED, attributes: [{key: "steps", locale: "de", value: ["Eins", "Zwei", "Drei"]}, {key: "steps", locale: "en", value: ["One", null]}]}]`)
	for language, want := range map[string]string{
		"de": `{"value": ["Eins", "Zwei", "Drei"], "text": "Eins, Zwei und Drei", "locale": "de", "isFallback": false}`, "en": `{"value": ["One", null], "text": "One", "locale": "en", "isFallback": false}`,
		"fr": `{"value": ["Eins", "Zwei", "Drei"], "text": "Eins, Zwei et Drei", "locale": "de", "isFallback": true}`,
	} {
		h.ask(t, `query @inContext(locale: "`+language+`") { product(sku: "P") { attribute(key: "steps") { value text locale isFallback } } }`).gives(t, `{"product": {"attribute": `+want+`}}`)
	}
}

func TestL13ChineseIsReadInItsScript(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["zh-Hans", "zh-Hant", "en"]}
{"kind": "audience", "key": "consumer"}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"locale": "zh-Hans", "title": "简体"}, {"locale": "zh-Hant", "title": "繁體"}, {"locale": "en", "title": "English"}]}
`)
	for header, want := range map[string]string{"zh-Hant-TW": "繁體", "zh-TW": "繁體", "zh-HK": "繁體", "zh": "简体", "zh-CN": "简体", "zh-SG": "简体", "zh-Hans-HK": "简体", "zh-MO, en;q=0.5": "繁體"} {
		h.send(t, asked{Query: `{ fragment(key: "f") { title isFallback } }`, Headers: map[string]string{"Accept-Language": header}}).gives(t, `{"fragment": {"title": "`+want+`", "isFallback": false}}`)
	}
	for explicit, want := range map[string]string{"zh-Hant-TW": "繁體", "zh-TW": "繁體", "zh-HK": "繁體", "zh-Hans-SG": "简体", "zh-CN": "简体", "zh-SG": "简体"} {
		if got := h.ask(t, `query @inContext(locale: "`+explicit+`") { fragment(key: "f") { title } }`).at(t, "fragment.title"); got != want {
			t.Errorf("for %s it is %v, want %s", explicit, got, want)
		}
	}
}

func TestL15TheOrderOfTheReaderComesBeforeTheRegion(t *testing.T) {
	t.Parallel()
	for _, locales := range []string{`"en", "ms"`, `"ms", "en"`} {
		h := empty(t)
		h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "ms", "locales": [`+locales+`]}
{"kind": "audience", "key": "consumer"}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"locale": "en", "title": "English"}, {"locale": "ms", "title": "Melayu"}]}
`)
		h.send(t, asked{Query: `{ fragment(key: "f") { title } }`, Headers: map[string]string{"Accept-Language": "en-SG, zh-Hant-HK;q=0.9, ms-SG;q=0.8"}}).gives(t, `{"fragment": {"title": "English"}}`)
	}
}

func TestL17AChainGoesOnWhereALanguageIsMissing(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "de", "fallbacks": [{"locale": "es-MX", "chain": ["es", "en"]}, {"locale": "sv", "chain": ["da"]}, {"locale": "da", "chain": ["sv"]}]}
{"kind": "audience", "key": "consumer"}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"locale": "en", "title": "English"}, {"locale": "de", "title": "Deutsch"}]}
`)
	for language, want := range map[string]string{"es-MX": `{"title": "English", "isFallback": true}`, "es": `{"title": "Deutsch", "isFallback": true}`, "sv": `null`, "da": `null`, "da-DK": `null`} {
		h.ask(t, `query @inContext(locale: "`+language+`") { fragment(key: "f") { title isFallback } }`).gives(t, `{"fragment": `+want+`}`)
	}
}

func TestT8HowAReaderIsKnownDoesNotMatter(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	write(t, h, `{key: "f", variants: [{id: "all", title: "All"}, {id: "buy", title: "Buy", when: {moments: [BUY]}}, {id: "dealer-on-a-phone", title: "Dealer", when: {audiences: ["dealer"], devices: [PHONE], markets: ["AT"], channels: ["app"]}},
		{id: "adult", title: "Adult", when: {rule: "traits.age >= 18"}}, {id: "minor", title: "Minor", when: {rule: "traits.age < 18"}}]}`)
	const what = `fragment(key: "f") { title locale selection { variant matched } }`
	for variant, context := range map[string]map[string]any{
		"all": {}, "buy": {"moment": "BUY"}, "dealer-on-a-phone": {"audience": "dealer", "device": "PHONE", "market": "AT", "channel": "app"}, "adult": {"traits": map[string]any{"age": 30}}, "minor": {"traits": map[string]any{"age": 17.5}},
	} {
		headers, sent := map[string]string{}, true
		for name, value := range context {
			text, is := value.(string)
			headers["Unisono-"+name], sent = text, sent && is
		}
		with := asked{Query: `query ($c: ContextInput) @inContext(with: $c) { ` + what + ` }`, Variables: map[string]any{"c": context}}
		ways := map[string]asked{
			"by directive": with, "by extension": {Query: `{ ` + what + ` }`, Extensions: map[string]any{"context": context}},
			"by argument": {Query: `query ($c: ContextInput!) { view(context: $c) { ` + what + ` } }`, Variables: map[string]any{"c": context}},
			"again":       {Query: `query ($c: ContextInput!) { view(context: $c) { fragment(key: "f") { in(context: $c) { title locale selection { variant matched } } } } }`, Variables: map[string]any{"c": context}},
		}
		if sent { // traits have no header
			ways["by headers"] = asked{Query: `{ ` + what + ` }`, Headers: headers}
			with.Headers = headers
			ways["by headers, then by directive"] = with
		}
		answers := map[string]bool{}
		for way, request := range ways {
			data := h.send(t, request).data(t)
			said := regexp.MustCompile(`\{"title".*?\}\}`).FindString(string(data))
			if !strings.Contains(said, `"variant":"`+variant+`"`) {
				t.Errorf("%s: %s", way, data)
			}
			answers[said] = true
		}
		if len(answers) != 1 {
			t.Errorf("%s: %d different answers: %v", variant, len(answers), answers)
		}
	}
}

func TestT10WhatWasPreviewedLeavesNoTrace(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.loadDemoCatalogue(t)
	question := `{ context { audience { key } preview at origins { dimension source } } product(sku: "LUMA-2") { id name attributes { key text } fragments { id key title body isFallback selection { variant matched until considered { variant } } } related { sku } }
		products(first: 100) { totalCount nodes { id sku } pageInfo { endCursor } } fragments(first: 100) { nodes { key title } } audiences { key } }`
	before := h.ask(t, question)
	for _, other := range []struct{ key, context string }{
		{technicianKey, `audience: "technician"`}, {editorKey, `preview: true`}, {editorKey, `audience: "technician", preview: true, at: "2024-12-24T18:00:00+01:00", locale: "da", moment: ONBOARD`}, {adminKey, `channel: "print", traits: {age: 3}`},
	} {
		if seen := h.askAs(t, other.key, `query @inContext(`+other.context+`) `+question); bytes.Equal(seen.data(t), before.data(t)) {
			t.Errorf("in %s it is the same, so nothing was proved", other.context)
		}
		after := h.ask(t, question)
		if after.status != before.status || !bytes.Equal(after.body, before.body) {
			t.Errorf("after %s it is another answer:\n%s\n%s", other.context, before.body, after.body)
		}
	}
}

func TestW1TimesCarryAnOffset(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	const bare = "2026-06-01T10:00:00"
	h.askAs(t, editorKey, `query @inContext(at: "`+bare+`") { context { at } }`).fails(t, "BAD_USER_INPUT", "offset")
	h.send(t, asked{Query: `{ context { at } }`, Key: editorKey, Extensions: map[string]any{"context": map[string]any{"at": bare}}}).fails(t, "BAD_USER_INPUT", "offset")
	h.askAs(t, editorKey, `{ view(context: {at: "`+bare+`"}) { context { at } } }`).fails(t, "BAD_USER_INPUT", "offset")
	for _, mutation := range []string{
		`upsertProducts(products: [{sku: "P", publishFrom: "` + bare + `"}]) { written }`, `upsertProducts(products: [{sku: "P", attributes: [{key: "name", value: "x", validUntil: "` + bare + `"}]}]) { written }`,
		`upsertFragments(fragments: [{key: "f", kind: "STORY", variants: [{title: "x", validFrom: "` + bare + `"}]}]) { written }`,
	} {
		if got := h.askAs(t, adminKey, `mutation { `+mutation+` }`); len(got.failures(t)) != 1 || !strings.Contains(string(got.body), "offset") {
			t.Errorf("%s: %s", mutation, got.body)
		}
	}
	report, code, _ := tryImport(t, "ndjson", file(t, "bare.ndjson", germanHouse+`{"kind": "product", "sku": "P", "publishFrom": "`+bare+`"}`), "--data-dir", t.TempDir())
	if code == exitDone || len(report.Problems) != 1 || !strings.Contains(fmt.Sprint(report.Problems), "offset") {
		t.Errorf("an import gives %d: %v", code, report.Problems)
	}
}

func TestW3MidnightIsWhereItIs(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	// By the calendar the end is a day before the beginning; by the clock it is 90 minutes after it.
	write(t, h, `{key: "f", variants: [{title: "Open", validFrom: "2026-06-01T00:30:00+14:00", validUntil: "2026-05-31T00:00:00-12:00"}]}`)
	for at, want := range map[string]string{"2026-05-31T10:29:59.999Z": `null`, "2026-05-31T10:30:00Z": `{"title": "Open"}`, "2026-06-01T01:59:59.999+14:00": `{"title": "Open"}`, "2026-05-31T00:00:00-12:00": `null`, "2026-06-01T02:00:00+14:00": `null`} {
		h.askAs(t, editorKey, `query @inContext(at: "`+at+`") { fragment(key: "f") { title } }`).gives(t, `{"fragment": `+want+`}`)
	}
	// What begins later today, or began yesterday by another zone's calendar, is taken: nothing is too early or too late to be written.
	for _, from := range []string{"2026-03-02T23:59:59+14:00", "2026-03-02T23:59:59-12:00", "2026-03-02T00:00:00+14:00", "1999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"} {
		same(t, "errors for "+from, []string{}, h.upsert(t, `[{sku: "P", state: PUBLISHED, publishFrom: "`+from+`"}]`).userErrors(t, "upsertProducts"))
	}
}

func TestW5AReversedWindowNeverOpens(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	const early, late = "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"
	for _, window := range []string{`From: "` + late + `", XUntil: "` + early + `"`, `From: "` + early + `", XUntil: "` + early + `"`, `From: "` + early + `", XUntil: "2026-03-01T02:00:00+02:00"`} {
		publish, valid := `publish`+strings.ReplaceAll(window, "X", "publish"), `valid`+strings.ReplaceAll(window, "X", "valid")
		same(t, publish, []string{"products.0.publishUntil INVALID"}, h.upsert(t, `[{sku: "P", `+publish+`}]`).userErrors(t, "upsertProducts"))
		same(t, valid, []string{"products.0.attributes.0.validUntil INVALID"}, h.upsert(t, `[{sku: "P", attributes: [{key: "name", value: "x", `+valid+`}]}]`).userErrors(t, "upsertProducts"))
		same(t, valid, []string{"fragments.0.variants.0.validUntil INVALID"}, h.askAs(t, adminKey, `mutation { upsertFragments(fragments: [{key: "f", kind: "STORY", variants: [{title: "x", `+valid+`}]}]) { userErrors { path code message } } }`).userErrors(t, "upsertFragments"))
	}
	for _, open := range []string{``, `publishFrom: "` + early + `"`, `publishUntil: "` + late + `"`, `publishFrom: "` + early + `", publishUntil: "` + late + `"`} {
		same(t, "open: "+open, []string{}, h.upsert(t, `[{sku: "P", state: PUBLISHED, publishFrom: null, publishUntil: null}]`).userErrors(t, "upsertProducts"))
		same(t, "open: "+open, []string{}, h.upsert(t, `[{sku: "P", `+open+`}]`).userErrors(t, "upsertProducts"))
		h.ask(t, `{ product(sku: "P") { sku } }`).gives(t, `{"product": {"sku": "P"}}`)
	}

	// As another program wrote it, it is never there: not before, not between, not after.
	from, until := parsed(t, late), parsed(t, early)
	foreign(t, h, content.KindProduct, "R", content.Product{SKU: "R", State: content.Published, PublishFrom: &from, PublishUntil: &until})
	foreign(t, h, content.KindFragment, "r", content.Fragment{Key: "r", Type: "STORY", State: content.Published, Variants: []content.Variant{{ID: "v", Title: "T", ValidFrom: &from, ValidUntil: &until}}})
	foreign(t, h, content.KindProduct, "O", content.Product{
		SKU: "O", State: content.Published, Fragments: []content.Slot{{Slot: "s", Fragment: "r"}}, Related: []content.Relation{{Kind: content.Upsell, SKU: "R"}},
		Attributes: []content.AttributeValue{{Key: "name", Value: content.TextValue("N"), ValidFrom: &from, ValidUntil: &until}},
	})
	for _, at := range []string{"2026-02-01T00:00:00Z", early, "2026-03-15T00:00:00Z", late, "2026-05-01T00:00:00Z"} {
		h.askAs(t, editorKey, `query @inContext(at: "`+at+`") { product(sku: "R") { sku } node(id: "`+view.ProductID("R")+`") { id } fragment(key: "r") { title } fragments { totalCount } products(filter: {skus: ["R"]}) { totalCount }
			o: product(sku: "O") { name fragments { key } related { sku } } }`).gives(t,
			`{"product": null, "node": null, "fragment": null, "fragments": {"totalCount": 0}, "products": {"totalCount": 0}, "o": {"name": null, "fragments": [], "related": []}}`)
	}
	// Who runs the house is told.
	reported := map[string]bool{}
	for _, key := range h.askAs(t, adminKey, `{ problems { key } }`).texts(t, "problems", "key") {
		reported[key] = true
	}
	for _, key := range []string{"R", "r", "O"} {
		if !reported[key] {
			t.Errorf("%s is not reported as a problem; these are: %v", key, reported)
		}
	}
}

func parsed(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// No worker opens or closes a window (W7): nothing happens but that time goes by, and every path changes at the same millisecond (W8, W9). The end is
// the first moment at which it is over.
func TestW7W8W9WindowsOpenAndCloseByTheClockAloneOnEveryPath(t *testing.T) {
	t.Parallel()
	clock := atomic.Pointer[time.Time]{}
	clock.Store(&today)
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) { c.now = func() time.Time { return *clock.Load() } })
	from, until := today.Add(2*time.Second), today.Add(time.Hour)
	h.load(t, germanHouse+strings.NewReplacer("FROM", from.Format(time.RFC3339Nano), "UNTIL", until.Format(time.RFC3339Nano)).Replace(`
{"kind": "category", "key": "c"}
{"kind": "fragment", "key": "f", "type": "OFFER", "state": "PUBLISHED", "labels": ["l"], "variants": [{"id": "v", "title": "Now", "validFrom": "FROM", "validUntil": "UNTIL"}]}
{"kind": "fragment", "key": "g", "type": "STORY", "state": "PUBLISHED", "references": ["f"], "variants": [{"id": "v", "title": "Always"}]}
{"kind": "product", "sku": "P", "slug": "p", "gtin": "12345678", "state": "PUBLISHED", "categories": ["c"], "publishFrom": "FROM", "publishUntil": "UNTIL"}
{"kind": "product", "sku": "V", "parent": "P", "state": "PUBLISHED"}
{"kind": "product", "sku": "O", "state": "PUBLISHED", "fragments": [{"slot": "s", "fragment": "f"}], "related": [{"kind": "UPSELL", "sku": "P"}], "attributes": [{"key": "price", "value": 10}, {"key": "price", "value": 8, "validFrom": "FROM", "validUntil": "UNTIL"}]}
`))
	h.settled(t)
	question := `{ bySKU: product(sku: "P") { sku } bySlug: product(slug: "p") { sku } byGTIN: product(gtin: "12345678") { sku } below: product(sku: "V") { sku } node(id: "` + view.ProductID("P") + `") { id }
		products { totalCount nodes { sku } } byCategory: products(filter: {categories: ["c"]}) { totalCount } fragment(key: "f") { title } fragments { totalCount } byLabel: fragments(filter: {labels: ["l"]}) { totalCount }
		reference: fragment(key: "g") { references { key } } other: product(sku: "O") { related { sku } fragments { title } fragment(slot: "s") { title } attribute(key: "price") { value } } }`
	closed := `{"bySKU": null, "bySlug": null, "byGTIN": null, "below": null, "node": null, "products": {"totalCount": 1, "nodes": [{"sku": "O"}]}, "byCategory": {"totalCount": 0}, "fragment": null, "fragments": {"totalCount": 1}, "byLabel": {"totalCount": 0},
		"reference": {"references": []}, "other": {"related": [], "fragments": [], "fragment": null, "attribute": {"value": 10}}}`
	open := `{"bySKU": {"sku": "P"}, "bySlug": {"sku": "P"}, "byGTIN": {"sku": "P"}, "below": {"sku": "V"}, "node": {"id": "` + view.ProductID("P") + `"}, "products": {"totalCount": 3, "nodes": [{"sku": "O"}, {"sku": "P"}, {"sku": "V"}]}, "byCategory": {"totalCount": 2},
		"fragment": {"title": "Now"}, "fragments": {"totalCount": 2}, "byLabel": {"totalCount": 1}, "reference": {"references": [{"key": "f"}]}, "other": {"related": [{"sku": "P"}], "fragments": [{"title": "Now"}], "fragment": {"title": "Now"}, "attribute": {"value": 8}}}`
	for _, step := range []struct {
		at   time.Time
		want string
	}{
		{today, closed}, {from.Add(-time.Millisecond), closed}, {from, open}, {until.Add(-time.Millisecond), open}, {until, closed}, {until.Add(time.Millisecond), closed}, {until.Add(time.Second), closed}, {from, open},
	} {
		clock.Store(&step.at)
		h.ask(t, question).gives(t, step.want)
		if t.Failed() {
			t.Fatalf("this is at %s of a window from %s until %s", step.at, from, until)
		}
	}
}

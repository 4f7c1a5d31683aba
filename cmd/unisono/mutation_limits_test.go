package main

import (
	"fmt"
	"testing"
)

func TestFragmentsAreChanged(t *testing.T) {
	t.Parallel()
	h := small(t)
	got := h.askAs(t, adminKey, `mutation { upsertFragments(fragments: [
		{key: "good", kind: "STORY", labels: ["a"], state: PUBLISHED, variants: [
			{id: "en", locale: "en", title: "Good", body: "**Very**", callToAction: {label: "More", url: "https://example.com/more"}, media: [{url: "/a.mp4", mimeType: "video/mp4", alt: [{locale: "en", text: "A film"}]}]},
			{locale: "da", title: "God", when: {devices: [PHONE], markets: ["DK"]}, priority: 1}
		]},
		{key: "twice", kind: "STORY", variants: [{id: "v", title: "A"}, {id: "v", title: "B"}]},
		{key: "same", kind: "STORY", variants: [{title: "A"}, {title: "A"}]},
		{key: "nowhere", kind: "STORY", variants: [{title: "A", when: {channels: ["site", "nowhere"], audiences: ["pilots"], markets: ["DK"]}}]},
		{key: "backwards", kind: "STORY", variants: [{title: "A", validFrom: "2026-02-01T00:00:00Z", validUntil: "2026-01-01T00:00:00Z", callToAction: {label: "x", url: "/ok"}}]},
		{key: "kindless", kind: "", variants: []}
	]) { written fragments { key title callToAction { label url } media { medium mimeType alt } } userErrors { path code message } } }`)
	same(t, "errors", []string{
		"fragments.1.variants.1.id INVALID", "fragments.2.variants.1.id INVALID", "fragments.3.variants.0.when.audiences.0 NOT_FOUND", "fragments.3.variants.0.when.channels.1 NOT_FOUND",
		"fragments.4.variants.0.validUntil INVALID", "fragments.5.kind INVALID",
	}, got.userErrors(t, "upsertFragments"))
	same(t, "written", "1", fmt.Sprint(got.at(t, "upsertFragments.written")))
	h.ask(t, `query @inContext(locale: "da") { fragment(key: "good") { title labels locale isFallback body callToAction { label url } media { medium mimeType alt locale } } }`).gives(t,
		`{"fragment": {"title": "Good", "labels": ["a"], "locale": "en", "isFallback": true, "body": "**Very**", "callToAction": {"label": "More", "url": "https://example.com/more"},
			"media": [{"medium": "VIDEO", "mimeType": "video/mp4", "alt": "A film", "locale": null}]}}`)
	h.ask(t, `query @inContext(locale: "da", device: PHONE, market: "DK") { fragment(key: "good") { title locale body } }`).gives(t,
		`{"fragment": {"title": "God", "locale": "da", "body": null}}`)
}

func TestDefinitionsWithOptions(t *testing.T) {
	t.Parallel()
	h := empty(t)
	define := func(definitions string) answer {
		return h.askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {`+definitions+`}) { written userErrors { path code message } } }`)
	}
	// They may refer to each other within one call, in whichever order they stand.
	got := define(`
		families: [{key: "shoe", name: [{locale: "en", text: "Shoe"}], attributes: ["colour"], required: [{channel: "site", attributes: ["colour"]}]}],
		attributes: [{key: "colour", type: OPTION, label: [{locale: "en", text: "Colour"}, {locale: "da", text: "Farve"}], group: "looks", position: 2, options: [
			{key: "red", label: [{locale: "en", text: "Red"}, {locale: "da", text: "Rød"}], position: 1}, {key: "blue"}]},
			{key: "weight", type: QUANTITY, unit: "g", position: 1}],
		categories: [{key: "below", parent: "above", position: 2}, {key: "above", name: [{locale: "en", text: "Above"}]}, {key: "first", parent: "above", position: 1}],
		channels: [{key: "site", platform: OWN_SITE, defaultLocale: "en", locales: ["en", "da"], defaults: {format: WEB}}],
		audiences: [{key: "consumer"}]`)
	same(t, "errors", []string{}, got.userErrors(t, "upsertDefinitions"))
	same(t, "written", "10", fmt.Sprint(got.at(t, "upsertDefinitions.written")))
	h.upsert(t, `[{sku: "S", family: "shoe", state: PUBLISHED, attributes: [{key: "colour", value: "red"}, {key: "weight", value: 300}, {key: "other", value: "x"}]}]`)
	h.ask(t, `query @inContext(locale: "da") { product(sku: "S") { attributes { key label group type value unit options { key label } } } category(key: "above") { name children { key } } }`).gives(t, `{
		"product": {"attributes": [
			{"key": "weight", "label": "weight", "group": null, "type": "QUANTITY", "value": 300, "unit": "g", "options": null},
			{"key": "colour", "label": "Farve", "group": "looks", "type": "OPTION", "value": "red", "unit": null, "options": [{"key": "red", "label": "Rød"}]},
			{"key": "other", "label": "other", "group": null, "type": "TEXT", "value": "x", "unit": null, "options": null}
		]},
		"category": {"name": "Above", "children": [{"key": "first"}, {"key": "below"}]}
	}`)
	// Options that are not named stay; nothing new is not written.
	got = define(`attributes: [{key: "colour", options: [{key: "red", label: [{locale: "en", text: "Scarlet"}]}, {key: "blue"}]}]`)
	same(t, "written", "1", fmt.Sprint(got.at(t, "upsertDefinitions.written")))
	h.ask(t, `{ product(sku: "S") { attribute(key: "colour") { label options { label } } } }`).gives(t, `{"product": {"attribute": {"label": "Colour", "options": [{"label": "Scarlet"}]}}}`)
	got = define(`
		channels: [{key: "app"}, {key: "kiosk", platform: KIOSK, defaultLocale: "en", defaults: {audience: "pilots"}}],
		categories: [{key: "above", parent: "below"}, {key: "alone"}],
		attributes: [{key: "new"}, {key: "colour", options: [{key: ""}, {key: "green"}]}, {key: "a/b", type: TEXT}],
		families: [{key: "hat", required: [{channel: "nowhere", attributes: []}]}]`)
	same(t, "errors", []string{
		"definitions.attributes.0.type INVALID", "definitions.attributes.1.options.0.key INVALID", "definitions.attributes.2.key INVALID", "definitions.categories.0.parent INVALID",
		"definitions.channels.0.defaultLocale INVALID", "definitions.channels.0.platform INVALID", "definitions.channels.1.defaults.audience NOT_FOUND", "definitions.families.0.required.0.channel NOT_FOUND",
	}, unique(got.userErrors(t, "upsertDefinitions")))
	same(t, "written", "2", fmt.Sprint(got.at(t, "upsertDefinitions.written"))) // alone, green
	got = define(`categories: [{key: "texts", name: [{locale: "en", text: "A"}, {locale: "en", text: "B"}]}]`)
	same(t, "a language twice", []string{"definitions.categories.0.name INVALID"}, pathsUnder(got.userErrors(t, "upsertDefinitions"), "definitions.categories.0.name"))
}

// pathsUnder shortens paths that begin with another to that one.
func pathsUnder(found []string, path string) []string {
	for i, one := range found {
		if len(one) > len(path) && one[:len(path)] == path {
			found[i] = path + one[lastSpace(one):]
		}
	}
	return found
}

func lastSpace(text string) int {
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] == ' ' {
			return i
		}
	}
	return 0
}

// Faults of the protocol are top-level errors, and then nothing is written.
func TestMutationsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	h := small(t)
	many := make([]map[string]any, 1001)
	keys := make([]string, 1001)
	for i := range many {
		many[i] = map[string]any{"sku": fmt.Sprint(i)}
		keys[i] = fmt.Sprint(i)
	}
	for name, test := range map[string]struct {
		document  string
		variables map[string]any
		code      string
	}{
		"1,001 products":                 {`mutation ($p: [ProductInput!]!) { upsertProducts(products: $p) { written } }`, map[string]any{"p": many}, "LIMIT_EXCEEDED"},
		"1,001 deletions":                {`mutation ($p: [ID!]!) { deleteProducts(skus: $p) { deleted } }`, map[string]any{"p": keys}, "LIMIT_EXCEEDED"},
		"an unknown field":               {`mutation { upsertProducts(products: [{sku: "X", colour: "red"}]) { written } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		"one in a variable":              {`mutation ($p: [ProductInput!]!) { upsertProducts(products: $p) { written } }`, map[string]any{"p": []any{map[string]any{"sku": "X", "colour": "red"}}}, "GRAPHQL_VALIDATION_FAILED"},
		"no SKU":                         {`mutation { upsertProducts(products: [{slug: "x"}]) { written } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		"null in the list":               {`mutation ($p: [ProductInput!]!) { upsertProducts(products: $p) { written } }`, map[string]any{"p": []any{nil}}, "GRAPHQL_VALIDATION_FAILED"},
		"a state that is none":           {`mutation { upsertProducts(products: [{sku: "X", state: LOST}]) { written } }`, nil, "GRAPHQL_VALIDATION_FAILED"},
		"a market that is none":          {`mutation { upsertProducts(products: [{sku: "X", markets: ["Denmark"]}]) { written } }`, nil, "BAD_USER_INPUT"},
		"a time without an offset":       {`mutation { upsertProducts(products: [{sku: "X", publishFrom: "2026-01-01T00:00:00"}]) { written } }`, nil, "BAD_USER_INPUT"},
		"a locale that is none":          {`mutation { upsertProducts(products: [{sku: "X", attributes: [{key: "name", value: "x", locale: "xx-yy-zz-1"}]}]) { written } }`, nil, "BAD_USER_INPUT"},
		"a link that runs":               {`mutation { upsertProducts(products: [{sku: "X", media: [{url: "javascript:alert(1)"}]}]) { written } }`, nil, "BAD_USER_INPUT"},
		"a number that JSON cannot keep": {`mutation { upsertProducts(products: [{sku: "X", attributes: [{key: "n", value: 9007199254740993}]}]) { written } }`, nil, "BAD_USER_INPUT"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.send(t, asked{Query: test.document, Variables: test.variables, Key: adminKey})
			got.fails(t, test.code)
		})
	}
	h.askAs(t, adminKey, `query @inContext(preview: true) { products { totalCount } }`).gives(t, `{"products": {"totalCount": 0}}`)
	// A single value stands for a list of one.
	h.upsert(t, `{sku: "7"}`)
	h.askAs(t, adminKey, `mutation { deleteProducts(skus: "7") { deleted } }`).gives(t, `{"deleteProducts": {"deleted": ["7"]}}`)
}

func TestDeletions(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.load(t, `
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "v", "title": "F"}]}
{"kind": "product", "sku": "A", "slug": "a", "state": "PUBLISHED", "fragments": [{"slot": "s", "fragment": "f"}], "related": [{"kind": "UPSELL", "sku": "B"}]}
{"kind": "product", "sku": "B", "state": "PUBLISHED"}
`)
	got := h.askAs(t, adminKey, `mutation { deleteProducts(skus: ["B", "nothing", "B"]) { deleted userErrors { path code message } } deleteFragments(keys: ["f", ""]) { deleted userErrors { path code message } } }`)
	same(t, "products", []string{"skus.1 NOT_FOUND", "skus.2 NOT_FOUND"}, got.userErrors(t, "deleteProducts"))
	same(t, "fragments", []string{"keys.1 NOT_FOUND"}, got.userErrors(t, "deleteFragments"))
	same(t, "deleted", "[B] [f]", fmt.Sprint(got.at(t, "deleteProducts.deleted"), got.at(t, "deleteFragments.deleted")))
	h.ask(t, `{ product(sku: "A") { fragments { key } related { sku } } products { nodes { sku } } fragments { totalCount } }`).gives(t,
		`{"product": {"fragments": [], "related": []}, "products": {"nodes": [{"sku": "A"}]}, "fragments": {"totalCount": 0}}`)
	// The name is free again.
	h.askAs(t, adminKey, `mutation { deleteProducts(skus: ["A"]) { deleted } upsertProducts(products: [{sku: "C", slug: "a", state: PUBLISHED}]) { written userErrors { message } } }`).gives(t,
		`{"deleteProducts": {"deleted": ["A"]}, "upsertProducts": {"written": 1, "userErrors": []}}`)
	h.ask(t, `{ product(slug: "a") { sku } }`).gives(t, `{"product": {"sku": "C"}}`)
}

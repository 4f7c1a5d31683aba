package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"unisono/access"
)

// small is a house with two channels, two audiences and nothing else.
func small(t *testing.T) *house {
	t.Helper()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["en", "da"]}
{"kind": "channel", "key": "app", "platform": "APP", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "technician", "restricted": true}
`)
	return h
}

// upsert writes products and gives them back as an editor sees them.
func (h *house) upsert(t *testing.T, products string) answer {
	t.Helper()
	return h.askAs(t, adminKey, `mutation @inContext(preview: true) { upsertProducts(products: `+products+`) {
		products { sku slug gtin name description state revision family categories { key } attributes { key value locale } } written userErrors { path code message }
	} }`)
}

// A product from its creation on: what is left out stays, null clears, a list that is given replaces the list.
func TestProductIsChangedFieldByField(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {categories: [{key: "tools"}, {key: "gifts"}]}) { written userErrors { message } } }`).gives(t,
		`{"upsertDefinitions": {"written": 2, "userErrors": []}}`)
	product := func(revision int, rest string) string {
		return fmt.Sprintf(`{"upsertProducts": {"written": 1, "userErrors": [], "products": [{"sku": "H", "revision": %d, %s}]}}`, revision, rest)
	}
	h.upsert(t, `[{sku: "H", slug: "hammer", gtin: "12345670", family: "tool", categories: ["tools", "gifts"], attributes: [
		{key: "name", value: "Hammer", locale: "en"}, {key: "weight", value: 500, unit: "g"}, {key: "price", value: "19.50", currency: "EUR"}, {key: "sharp", value: false}, {key: "empty", value: ""}, {key: "parts", value: 0}
	]}]`).gives(t, product(1, `"slug": "hammer", "gtin": "12345670", "name": "Hammer", "description": null, "state": "DRAFT", "family": "tool", "categories": [{"key": "tools"}, {"key": "gifts"}],
		"attributes": [{"key": "name", "value": "Hammer", "locale": "en"}, {"key": "parts", "value": 0, "locale": null}, {"key": "price", "value": {"amount": "19.50", "currency": "EUR"}, "locale": null},
			{"key": "sharp", "value": false, "locale": null}, {"key": "weight", "value": {"amount": 500, "unit": "g"}, "locale": null}]`))
	// One field: all others stay.
	h.upsert(t, `[{sku: "H", state: PUBLISHED}]`).gives(t, product(2, `"slug": "hammer", "gtin": "12345670", "name": "Hammer", "description": null, "state": "PUBLISHED", "family": "tool", "categories": [{"key": "tools"}, {"key": "gifts"}],
		"attributes": [{"key": "name", "value": "Hammer", "locale": "en"}, {"key": "parts", "value": 0, "locale": null}, {"key": "price", "value": {"amount": "19.50", "currency": "EUR"}, "locale": null},
			{"key": "sharp", "value": false, "locale": null}, {"key": "weight", "value": {"amount": 500, "unit": "g"}, "locale": null}]`))
	// Null clears, lists replace.
	h.upsert(t, `[{sku: "H", slug: null, gtin: null, family: null, categories: ["gifts"], attributes: [{key: "name", value: "Mallet"}]}]`).gives(t,
		product(3, `"slug": null, "gtin": null, "name": "Mallet", "description": null, "state": "PUBLISHED", "family": null, "categories": [{"key": "gifts"}], "attributes": [{"key": "name", "value": "Mallet", "locale": null}]`))
	// Single values: one is replaced, one added, one of another scope untouched.
	h.upsert(t, `[{sku: "H", categories: null, setAttributes: [{key: "name", value: "Hammer"}, {key: "name", value: "Slægge", locale: "da"}, {key: "description", value: "It hits."}]}]`).gives(t,
		product(4, `"slug": null, "gtin": null, "name": "Hammer", "description": "It hits.", "state": "PUBLISHED", "family": null, "categories": [],
			"attributes": [{"key": "description", "value": "It hits.", "locale": null}, {"key": "name", "value": "Hammer", "locale": null}]`))
	// A missing value clears the one of its scope, and no other.
	for _, missing := range []string{`null`, `""`, `"  "`, `[]`} {
		h.upsert(t, `[{sku: "H", setAttributes: [{key: "description", value: "It hits on the site.", channel: "site"}]}]`)
		h.ask(t, `{ product(sku: "H") { description } }`).gives(t, `{"product": {"description": "It hits on the site."}}`)
		same(t, "errors", []string{}, h.upsert(t, `[{sku: "H", setAttributes: [{key: "description", value: `+missing+`, channel: "site"}, {key: "nothing", value: `+missing+`}]}]`).userErrors(t, "upsertProducts"))
		h.ask(t, `{ product(sku: "H") { description attributes { key } } }`).gives(t, `{"product": {"description": "It hits.", "attributes": [{"key": "description"}, {"key": "name"}]}}`)
	}
	h.ask(t, `query @inContext(locale: "da") { product(sku: "H") { name } }`).gives(t, `{"product": {"name": "Slægge"}}`)
	// What says nothing new is not written.
	before := h.askAs(t, adminKey, `{ product(sku: "H") { revision updatedAt } }`)
	h.askAs(t, adminKey, `mutation { upsertProducts(products: [{sku: "H", state: PUBLISHED, setAttributes: [{key: "name", value: "Hammer"}]}, {sku: "H"}]) { products { sku } written userErrors { message } } }`).gives(t,
		`{"upsertProducts": {"products": [{"sku": "H"}, {"sku": "H"}], "written": 0, "userErrors": []}}`)
	before.gives(t, string(h.askAs(t, adminKey, `{ product(sku: "H") { revision updatedAt } }`).data(t)))
}

// A write is in the very next answer: details, lists, names, filters, relations (own writes are never late).
func TestOwnWritesAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	seesOwnWrites(t, small(t))
}

func seesOwnWrites(t *testing.T, h *house) {
	t.Helper()
	const document = `{ a: product(sku: "A") { name } slug: product(slug: "a") { sku } products { totalCount nodes { sku name } } fragments { nodes { key title } }
		filtered: products(filter: {families: ["f"]}) { totalCount } category(key: "c") { name } channels { key } }`
	write := func(mutation string) {
		t.Helper()
		got := h.askAs(t, adminKey, "mutation { "+mutation+" }")
		got.data(t)
		got.without(t, `"INVALID"`, `"NOT_FOUND"`, `"CONFLICT"`)
	}
	for round := range 5 {
		write(fmt.Sprintf(`upsertDefinitions(definitions: {categories: [{key: "c", name: [{locale: "en", text: "C%d"}]}]}) { userErrors { code } }
			upsertFragments(fragments: [{key: "f", kind: "STORY", state: PUBLISHED, variants: [{title: "F%d"}]}]) { userErrors { code } }
			upsertProducts(products: [{sku: "A", slug: "a", family: "f", state: PUBLISHED, attributes: [{key: "name", value: "A%d"}]}]) { userErrors { code } }`, round, round, round))
		h.ask(t, document).gives(t, fmt.Sprintf(`{"a": {"name": "A%[1]d"}, "slug": {"sku": "A"}, "products": {"totalCount": 1, "nodes": [{"sku": "A", "name": "A%[1]d"}]},
			"fragments": {"nodes": [{"key": "f", "title": "F%[1]d"}]}, "filtered": {"totalCount": 1}, "category": {"name": "C%[1]d"}, "channels": [{"key": "app"}, {"key": "site"}]}`, round))
		write(`upsertProducts(products: [{sku: "A", slug: "b", family: "g"}]) { userErrors { code } } deleteFragments(keys: ["f"]) { userErrors { code } }`)
		h.ask(t, document).gives(t, fmt.Sprintf(`{"a": {"name": "A%[1]d"}, "slug": null, "products": {"totalCount": 1, "nodes": [{"sku": "A", "name": "A%[1]d"}]},
			"fragments": {"nodes": []}, "filtered": {"totalCount": 0}, "category": {"name": "C%[1]d"}, "channels": [{"key": "app"}, {"key": "site"}]}`, round))
		write(`deleteProducts(skus: ["A"]) { userErrors { code } }`)
		h.ask(t, document).gives(t, fmt.Sprintf(`{"a": null, "slug": null, "products": {"totalCount": 0, "nodes": []},
			"fragments": {"nodes": []}, "filtered": {"totalCount": 0}, "category": {"name": "C%d"}, "channels": [{"key": "app"}, {"key": "site"}]}`, round))
	}
}

// Good items are written, each bad one gets errors at its place, and null in the list.
func TestGoodAndBadItems(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.upsert(t, `[{sku: "TAKEN", slug: "taken", gtin: "12345670"}]`)
	got := h.upsert(t, `[
		{sku: "G1", state: PUBLISHED},
		{sku: ""},
		{sku: "B1", gtin: "12-34", markets: ["DK", "SE"], channels: ["site", "nowhere"], audiences: ["pilots"]},
		{sku: "B2", slug: "taken", gtin: "12345670"},
		{sku: "B3", parent: "B3", publishFrom: "2026-01-01T00:00:00Z", publishUntil: "2026-01-01T00:00:00Z"},
		{sku: "B4", attributes: [{key: "name", value: "a"}, {key: "x", value: 1, channel: "nowhere"}, {key: "name", value: "b"}, {key: "y", value: "many", unit: "kg"}]},
		{sku: "B5", media: [{url: "/x.png", channels: ["nowhere"]}], fragments: [{slot: "s", fragment: "later"}, {slot: "s", fragment: "later"}], related: [{kind: UPSELL, sku: "B5"}]},
		{sku: "G2", state: PUBLISHED, parent: "G1"},
		{sku: "G2", expectedRevision: 7}
	]`)
	same(t, "errors", []string{
		"products.1.sku INVALID",
		"products.2.audiences.0 NOT_FOUND", "products.2.channels.1 NOT_FOUND", "products.2.gtin INVALID",
		"products.3.gtin CONFLICT", "products.3.slug CONFLICT",
		"products.4.parent INVALID", "products.4.publishUntil INVALID",
		"products.5.attributes.1.channel NOT_FOUND", "products.5.attributes.2 INVALID", "products.5.attributes.3 INVALID",
		"products.6.fragments.1 INVALID", "products.6.media.0.channels.0 NOT_FOUND", "products.6.related.0.sku INVALID",
		"products.8.expectedRevision CONFLICT",
	}, unique(got.userErrors(t, "upsertProducts")))
	same(t, "written", "2", fmt.Sprint(got.at(t, "upsertProducts.written")))
	same(t, "products", []string{"G1", "", "", "", "", "", "", "G2", ""}, got.texts(t, "upsertProducts.products", "sku"))
	h.ask(t, `{ products(order: SKU) { nodes { sku } } }`).gives(t, `{"products": {"nodes": [{"sku": "G1"}, {"sku": "G2"}]}}`)
}

// unique takes out repeats from a sorted list: one place may have several errors.
func unique(texts []string) []string {
	kept := []string{}
	for _, text := range texts {
		if len(kept) == 0 || kept[len(kept)-1] != text {
			kept = append(kept, text)
		}
	}
	return kept
}

func TestExpectedRevision(t *testing.T) {
	t.Parallel()
	h := small(t)
	revise := func(expected int, name string) []string {
		return h.upsert(t, fmt.Sprintf(`[{sku: "R", expectedRevision: %d, attributes: [{key: "name", value: %q}]}]`, expected, name)).userErrors(t, "upsertProducts")
	}
	conflict := []string{"products.0.expectedRevision CONFLICT"}
	same(t, "there is none yet", conflict, revise(1, "no"))
	same(t, "0 creates", []string{}, revise(0, "first"))
	same(t, "0 creates once", conflict, revise(0, "no"))
	same(t, "as read", []string{}, revise(1, "second"))
	same(t, "another came first", conflict, revise(1, "no"))
	h.askAs(t, adminKey, `query @inContext(preview: true) { product(sku: "R") { name revision } }`).gives(t, `{"product": {"name": "second", "revision": 2}}`)
	h.askAs(t, adminKey, `mutation { deleteProducts(skus: ["R"]) { deleted userErrors { message } } }`).gives(t, `{"deleteProducts": {"deleted": ["R"], "userErrors": []}}`)
	same(t, "a page from before the deletion", conflict, revise(2, "no"))
	h.upsert(t, `[{sku: "R"}]`)
	got := h.askAs(t, adminKey, `query @inContext(preview: true) { product(sku: "R") { revision name } }`)
	got.gives(t, `{"product": {"revision": 4, "name": null}}`) // it counts on, so that no old page fits by chance
}

// Writers who set different attributes of one product lose nothing of each other's.
func TestWritersAtOnce(t *testing.T) {
	t.Parallel()
	h := small(t)
	const writers, writes = 8, 25
	working := sync.WaitGroup{}
	for w := range writers {
		working.Go(func() {
			for i := range writes {
				got := h.askAs(t, adminKey, fmt.Sprintf(`mutation { upsertProducts(products: [{sku: "S", state: PUBLISHED, setAttributes: [{key: "w%d-%d", value: %d}]}]) { written userErrors { message } } }`, w, i, i))
				if string(got.part(t, "data")) != `{"upsertProducts":{"written":1,"userErrors":[]}}` {
					t.Errorf("%s", got.body)
				}
			}
		})
	}
	working.Wait()
	got := h.askAs(t, adminKey, `{ product(sku: "S") { revision attributes { key value } } }`)
	list, _ := got.at(t, "product.attributes").([]any)
	if len(list) != writers*writes || fmt.Sprint(got.at(t, "product.revision")) != fmt.Sprint(writers*writes) {
		t.Errorf("%d of %d attributes, revision %v", len(list), writers*writes, got.at(t, "product.revision"))
	}
}

func TestWritesNeedThePermission(t *testing.T) {
	t.Parallel()
	h := small(t)
	for _, mutation := range []string{
		`upsertProducts(products: [{sku: "X"}]) { written }`, `upsertFragments(fragments: [{key: "x", kind: "STORY", variants: []}]) { written }`,
		`upsertDefinitions(definitions: {categories: [{key: "x"}]}) { written }`, `upsertDefinitions(definitions: {}) { written }`,
		`deleteProducts(skus: ["X"]) { deleted }`, `deleteFragments(keys: ["x"]) { deleted }`, `upsertProducts(products: []) { written }`,
	} {
		h.ask(t, `mutation { `+mutation+` }`).fails(t, "UNAUTHENTICATED", "write")
		h.askAs(t, technicianKey, `mutation { `+mutation+` }`).fails(t, "FORBIDDEN", "write")
		if got := h.askAs(t, editorKey, `mutation { `+mutation+` }`); len(got.failures(t)) > 0 {
			t.Errorf("%s by the editor: %s", mutation, got.body)
		}
	}
	for _, path := range []string{"/content/import", "/content/export"} {
		method := map[string]string{"/content/import": "POST", "/content/export": "GET"}[path]
		for key, want := range map[string]int{"": 401, technicianKey: 403} {
			headers := map[string]string{}
			if key != "" {
				headers["Authorization"] = "Bearer " + key
			}
			if got := do(t, method, h.url+path, `{"kind": "product", "items": []}`, headers); got.status != want {
				t.Errorf("%s as %q: %d %s", path, key, got.status, got.body)
			}
		}
	}
	if strings.Contains(h.log.String(), adminKey) || strings.Contains(h.log.String(), access.Hash(editorKey)) {
		t.Error("the log has a key")
	}
}

// Whoever writes without the permission to preview does not see drafts come back.
func TestWhatComesBackIsWhatTheWriterMaySee(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.askAs(t, editorKey, `mutation { upsertProducts(products: [{sku: "D"}, {sku: "P", state: PUBLISHED, attributes: [{key: "name", value: "P"}], fragments: [{slot: "s", fragment: "f"}]}, {sku: "T", state: PUBLISHED, audiences: ["technician"]}]) {
		written products { sku revision fragments { key } }
	} upsertFragments(fragments: [{key: "f", kind: "STORY", state: PUBLISHED, references: ["g"], variants: [{title: "F"}]}, {key: "g", kind: "STORY", variants: [{title: "G"}]}]) {
		written fragments { key title references { key } }
	} later: upsertProducts(products: [{sku: "P"}]) { products { sku fragments { key title } } } }`).gives(t, `{
		"upsertProducts": {"written": 3, "products": [null, {"sku": "P", "revision": 1, "fragments": []}, null]},
		"upsertFragments": {"written": 2, "fragments": [{"key": "f", "title": "F", "references": []}, null]},
		"later": {"products": [{"sku": "P", "fragments": [{"key": "f", "title": "F"}]}]}
	}`)
}

// A channel's default audience may come with it: audiences are written before what refers to them.
func TestDefinitionsThatReferToEachOther(t *testing.T) {
	t.Parallel()
	empty(t).askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {
		channels: [{key: "portal", platform: PORTAL, defaultLocale: "en", defaults: {audience: "dealer"}}], audiences: [{key: "dealer"}]
	}) { written userErrors { message } } }`).gives(t, `{"upsertDefinitions": {"written": 2, "userErrors": []}}`)
}

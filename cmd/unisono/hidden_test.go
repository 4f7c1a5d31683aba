package main

import (
	"fmt"
	"strings"
	"testing"

	"unisono/view"
)

// hiding are the ways in which content is not there for a consumer on the site in Germany, and the context in which it is.
var hiding = []struct {
	name              string
	product, fragment string // what the document says, besides its state
	state             string
	seenBy            string // the arguments of @inContext with which an editor sees it; "": nobody does
}{
	{"draft", ``, ``, "DRAFT", `preview: true`},
	{"in-review", ``, ``, "IN_REVIEW", `preview: true`},
	{"archived", ``, ``, "ARCHIVED", ``},
	{"not-yet", `, "publishFrom": "2026-06-01T00:00:00Z"`, `, "validFrom": "2026-06-01T00:00:00Z"`, "PUBLISHED", `at: "2026-06-01T00:00:00Z"`},
	{"no-longer", `, "publishUntil": "2026-01-01T00:00:00Z"`, `, "validUntil": "2026-01-01T00:00:00Z"`, "PUBLISHED", `at: "2025-12-31T23:59:59.999Z"`},
	{"other-channel", `, "channels": ["app"]`, `, "when": {"channels": ["app"]}`, "PUBLISHED", `channel: "app"`},
	{"other-market", `, "markets": ["FR"]`, `, "when": {"markets": ["FR"]}`, "PUBLISHED", `market: "FR"`},
	{"other-audience", `, "audiences": ["technician"]`, `, "when": {"audiences": ["technician"]}`, "PUBLISHED", `audience: "technician"`},
}

// hidden makes a catalogue in which what is hidden in one way is reached by every path there is. Its names all hold the word "hidden".
func hidden(name, product, fragment, state string) string {
	return fmt.Sprintf(`
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "channel", "key": "app", "platform": "APP", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "technician", "restricted": true}
{"kind": "category", "key": "tools"}
{"kind": "fragment", "key": "hidden-%[1]s", "type": "STORY", "state": %[4]q, "labels": ["l"], "references": ["open"], "variants": [{"id": "v", "title": "Hidden %[1]s"%[3]s}]}
{"kind": "fragment", "key": "open", "type": "STORY", "state": "PUBLISHED", "labels": ["l"], "references": ["hidden-%[1]s"], "variants": [{"id": "v", "title": "Open"}]}
{"kind": "product", "sku": "HIDDEN", "slug": "hidden", "gtin": "12345678", "family": "f", "categories": ["tools"], "state": %[4]q, "attributes": [{"key": "name", "value": "Hidden %[1]s"}], "fragments": [{"slot": "s", "fragment": "open"}]%[2]s}
{"kind": "product", "sku": "BELOW", "slug": "below", "gtin": "12345679", "parent": "HIDDEN", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Below hidden"}], "fragments": [{"slot": "t", "fragment": "open"}]}
{"kind": "product", "sku": "OPEN", "family": "f", "categories": ["tools"], "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Open"}], "fragments": [{"slot": "s", "fragment": "open"}, {"slot": "h", "fragment": "hidden-%[1]s"}], "related": [{"kind": "ACCESSORY", "sku": "HIDDEN"}, {"kind": "UPSELL", "sku": "BELOW"}]}
{"kind": "product", "sku": "VARIANT", "parent": "OPEN", "state": %[4]q, "attributes": [{"key": "name", "value": "Variant hidden"}]%[2]s}
`, name, product, fragment, state)
}

// everyPath asks for what is hidden from every root field, by every field that leads to products and fragments.
func everyPath(fragment string) string {
	const product = `{ sku name state fragments { ...F } fragment(slot: "h") { ...F } related { sku name } variants { sku name parent { sku name } } parent { sku name } }`
	ids := fmt.Sprintf(`[%q, %q, %q, %q, %q, %q]`, view.ProductID("HIDDEN"), view.ProductID("BELOW"), view.ProductID("VARIANT"), view.FragmentID(fragment),
		view.SlotID("OPEN", "h", fragment), view.SlotID("HIDDEN", "s", "open"))
	return `{
		sku: product(sku: "HIDDEN") ` + product + ` slug: product(slug: "hidden") ` + product + ` gtin: product(gtin: "12345678") ` + product + `
		below: product(sku: "BELOW") ` + product + ` belowSlug: product(slug: "below") ` + product + ` belowGTIN: product(gtin: "12345679") ` + product + `
		open: product(sku: "OPEN") ` + product + ` variant: product(sku: "VARIANT") ` + product + `
		products(first: 100) { totalCount nodes ` + product + ` edges { node ` + product + ` } }
		bySKU: products(filter: {skus: ["HIDDEN", "BELOW", "VARIANT"]}) { totalCount nodes ` + product + ` }
		byCategory: products(filter: {categories: ["tools"]}, order: SKU) { totalCount nodes ` + product + ` }
		byFamily: products(filter: {families: ["f"]}) { totalCount nodes ` + product + ` }
		fragment(key: "` + fragment + `") { ...F } openFragment: fragment(key: "open") { ...F }
		fragments(first: 100) { totalCount nodes { ...F } edges { node { ...F } } }
		byKey: fragments(filter: {keys: ["` + fragment + `"]}) { totalCount nodes { ...F } } byLabel: fragments(filter: {labels: ["l"]}) { totalCount nodes { ...F } }
		nodes(ids: ` + ids + `) { ... on Product ` + product + ` ... on Fragment { ...F } } node(id: "` + view.ProductID("HIDDEN") + `") { ... on Product ` + product + ` }
	} fragment F on Fragment { key title references { key title references { key title } } }`
}

// What is not there for a reader is absent on every path (S1, S2, S6, W8), and there is no other sign of it: the lists count only what
// they hold. Where a parent is hidden, so is what stands below it.
func TestHiddenContentIsAbsentOnEveryPath(t *testing.T) {
	t.Parallel()
	for _, way := range hiding {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			h := empty(t)
			h.load(t, hidden(way.name, way.product, way.fragment, way.state))
			document := everyPath("hidden-" + way.name)
			for _, key := range []string{"", technicianKey, editorKey, adminKey} {
				got := h.askAs(t, key, "query @inContext(market: \"DE\") "+document)
				got.without(t, "hidden")
				for path, want := range map[string]string{
					"sku": "<nil>", "below": "<nil>", "variant": "<nil>", "fragment": "<nil>", "node": "<nil>", "nodes": "[<nil> <nil> <nil> <nil> <nil> <nil>]",
					"products.totalCount": "1", "bySKU.totalCount": "0", "byCategory.totalCount": "1", "byFamily.totalCount": "1",
					"fragments.totalCount": "1", "byKey.totalCount": "0", "byLabel.totalCount": "1",
					"open.related": "[]", "open.variants": "[]", "openFragment.references": "[]", "open.fragment": "<nil>",
				} {
					same(t, path+" as "+key, want, fmt.Sprint(got.at(t, path)))
				}
			}
			if way.seenBy == "" {
				h.askAs(t, adminKey, "query @inContext(preview: true) "+document).without(t, "hidden")
				return
			}
			// The same question by one who may see it: everything is there, so the paths above do lead to it.
			got := h.askAs(t, adminKey, "query @inContext("+way.seenBy+") "+document)
			for path, want := range map[string]string{
				"sku.sku": "HIDDEN", "slug.sku": "HIDDEN", "gtin.sku": "HIDDEN", "below.parent.sku": "HIDDEN", "belowSlug.sku": "BELOW", "belowGTIN.sku": "BELOW",
				"open.related.0.sku": "HIDDEN", "open.related.1.sku": "BELOW", "open.variants.0.sku": "VARIANT", "open.fragment.key": "hidden-" + way.name,
				"products.totalCount": "4", "bySKU.totalCount": "3", "byCategory.totalCount": "4", "byFamily.totalCount": "4", "byCategory.nodes.1.sku": "HIDDEN",
				"fragment.title": "Hidden " + way.name, "openFragment.references.0.key": "hidden-" + way.name, "fragments.totalCount": "2", "byKey.totalCount": "1",
				"nodes.0.sku": "HIDDEN", "nodes.1.sku": "BELOW", "nodes.2.sku": "VARIANT", "nodes.3.key": "hidden-" + way.name, "nodes.4.key": "hidden-" + way.name, "nodes.5.key": "open", "node.sku": "HIDDEN",
			} {
				same(t, path+" with "+way.seenBy, want, fmt.Sprint(got.at(t, path)))
			}
		})
	}
}

// Windows are half-open, for products, fragments and values, in lists as in details (W8, W9).
func TestWindowsOpenAndCloseToTheMillisecond(t *testing.T) {
	t.Parallel()
	h := empty(t)
	const from, until = "2026-05-01T00:00:00+02:00", "2026-06-01T00:00:00+02:00"
	h.load(t, strings.NewReplacer("FROM", from, "UNTIL", until).Replace(`
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "fragment", "key": "f", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "v", "title": "May", "validFrom": "FROM", "validUntil": "UNTIL"}]}
{"kind": "product", "sku": "MAY", "state": "PUBLISHED", "publishFrom": "FROM", "publishUntil": "UNTIL"}
{"kind": "product", "sku": "ALWAYS", "state": "PUBLISHED", "fragments": [{"slot": "s", "fragment": "f"}], "related": [{"kind": "UPSELL", "sku": "MAY"}], "attributes": [{"key": "price", "value": 10}, {"key": "price", "value": 8, "validFrom": "FROM", "validUntil": "UNTIL"}]}
`))
	for _, test := range []struct {
		at   string
		open bool
	}{
		{"2026-04-30T21:59:59.999Z", false},
		{"2026-04-30T22:00:00Z", true},
		{from, true},
		{"2026-05-31T23:59:59.999+02:00", true},
		{until, false},
		{"2026-05-31T22:00:00.001Z", false},
	} {
		t.Run(test.at, func(t *testing.T) {
			got := h.askAs(t, editorKey, `query @inContext(at: "`+test.at+`") {
				detail: product(sku: "MAY") { sku } products { totalCount nodes { sku } } node(id: "`+view.ProductID("MAY")+`") { id }
				fragment(key: "f") { title } fragments { totalCount } product(sku: "ALWAYS") { related { sku } fragments { title } attribute(key: "price") { value } }
			}`)
			want := `{"detail": null, "products": {"totalCount": 1, "nodes": [{"sku": "ALWAYS"}]}, "node": null, "fragment": null, "fragments": {"totalCount": 0},
				"product": {"related": [], "fragments": [], "attribute": {"value": 10}}}`
			if test.open {
				want = `{"detail": {"sku": "MAY"}, "products": {"totalCount": 2, "nodes": [{"sku": "ALWAYS"}, {"sku": "MAY"}]}, "node": {"id": "` + view.ProductID("MAY") + `"},
					"fragment": {"title": "May"}, "fragments": {"totalCount": 1}, "product": {"related": [{"sku": "MAY"}], "fragments": [{"title": "May"}], "attribute": {"value": 8}}}`
			}
			got.gives(t, want)
		})
	}
}

// Of one reader's answer nothing depends on what another asks at the same time.
func TestReadersDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	document := `{ product(sku: "LUMA-2") { fragments(slots: ["pump-service"]) { key } price: attribute(key: "price") { value } } draft: product(sku: "LUMA-4") { name } }`
	for range 10 {
		t.Run("at once", func(t *testing.T) {
			t.Parallel()
			h.ask(t, document).gives(t, `{"product": {"fragments": [], "price": {"value": {"amount": "1249.00", "currency": "EUR"}}}, "draft": null}`)
			h.askAs(t, editorKey, `query @inContext(audience: "technician", preview: true) `+document).gives(t,
				`{"product": {"fragments": [{"key": "luma-pump-service"}], "price": {"value": {"amount": "985.00", "currency": "EUR"}}}, "draft": {"name": "Luma 4"}}`)
		})
	}
}

package main

import (
	"testing"

	"unisono/internal/mongotest"
)

// A category that is not for the reader is not there by any path: its own, its parent's children, a product's categories, a filter, what is below it.
func TestACategoryThatIsNotForTheReaderIsAbsent(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "technician", "restricted": true}
{"kind": "category", "key": "all"}
{"kind": "category", "key": "open", "parent": "all"}
{"kind": "category", "key": "hidden", "parent": "all", "audiences": ["technician"]}
{"kind": "category", "key": "below", "parent": "hidden"}
{"kind": "category", "key": "danish", "parent": "all", "markets": ["DK"]}
{"kind": "category", "key": "orphan", "parent": "nothing"}
{"kind": "product", "sku": "P", "state": "PUBLISHED", "categories": ["below", "open", "hidden", "danish", "orphan"]}
{"kind": "product", "sku": "Q", "state": "PUBLISHED", "categories": ["below"]}
`)
	const document = `{
		all: category(key: "all") { children { key } } hidden: category(key: "hidden") { key } below: category(key: "below") { key path { key } } orphan: category(key: "orphan") { key }
		product(sku: "P") { categories { key path { key } } }
		inAll: products(filter: {categories: ["all"]}) { totalCount } inHidden: products(filter: {categories: ["hidden"]}) { totalCount }
		inBelow: products(filter: {categories: ["below"]}) { totalCount } inOrphan: products(filter: {categories: ["orphan"]}) { totalCount }
	}`
	h.ask(t, document).gives(t, `{
		"all": {"children": [{"key": "open"}]}, "hidden": null, "below": null, "orphan": null,
		"product": {"categories": [{"key": "open", "path": [{"key": "all"}, {"key": "open"}]}]},
		"inAll": {"totalCount": 1}, "inHidden": {"totalCount": 0}, "inBelow": {"totalCount": 0}, "inOrphan": {"totalCount": 0}
	}`)
	h.send(t, asked{Query: document, Key: technicianKey, Headers: map[string]string{"Unisono-Audience": "technician", "Unisono-Market": "DK"}}).gives(t, `{
		"all": {"children": [{"key": "danish"}, {"key": "hidden"}, {"key": "open"}]}, "hidden": {"key": "hidden"},
		"below": {"key": "below", "path": [{"key": "all"}, {"key": "hidden"}, {"key": "below"}]}, "orphan": null,
		"product": {"categories": [{"key": "below", "path": [{"key": "all"}, {"key": "hidden"}, {"key": "below"}]}, {"key": "open", "path": [{"key": "all"}, {"key": "open"}]},
			{"key": "hidden", "path": [{"key": "all"}, {"key": "hidden"}]}, {"key": "danish", "path": [{"key": "all"}, {"key": "danish"}]}]},
		"inAll": {"totalCount": 2}, "inHidden": {"totalCount": 2}, "inBelow": {"totalCount": 2}, "inOrphan": {"totalCount": 0}
	}`)
}

// What a variant says of others is told to nobody who may not ask to be one of them, not even to an editor.
func TestAnExplanationLeavesOutWhatIsForOthersWhomOneMayNotBe(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "technician", "restricted": true}
{"kind": "audience", "key": "wholesaler", "restricted": true}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "all", "title": "All"}, {"id": "t", "title": "Technicians", "when": {"audiences": ["technician"]}}, {"id": "d", "title": "Wholesalers", "when": {"audiences": ["wholesaler"], "moments": ["BUY"]}}, {"id": "td", "title": "Both", "when": {"audiences": ["wholesaler", "technician"], "devices": ["PHONE"]}}]}
`)
	const document = `{ fragment(key: "f") { selection { considered { variant } consulted } } }`
	h.askAs(t, editorKey, document).gives(t, `{"fragment": {"selection": {"considered": [{"variant": "all"}, {"variant": "t"}, {"variant": "td"}], "consulted": ["AUDIENCE"]}}}`)
	h.askAs(t, adminKey, document).gives(t, `{"fragment": {"selection": {"considered": [{"variant": "all"}, {"variant": "d"}, {"variant": "t"}, {"variant": "td"}], "consulted": ["MOMENT", "AUDIENCE"]}}}`)
}

// Where another program gave one slug to several products, each reader gets one that is there for them.
func TestAHiddenProductTakesNobodysName(t *testing.T) {
	t.Parallel()
	s := mongotest.Embedded(t)
	mongotest.Write(t, s, "products", `{"_id": "A", "slug": "pump", "gtin": "12345678", "state": "DRAFT"}`, `{"_id": "B", "slug": "pump", "gtin": "12345678", "state": "PUBLISHED"}`)
	h := openOn(t, s, nil)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
`)
	const document = `{ slug: product(slug: "pump") { sku } gtin: product(gtin: "12345678") { sku } }`
	h.ask(t, document).gives(t, `{"slug": {"sku": "B"}, "gtin": {"sku": "B"}}`)
	h.send(t, asked{Query: `query @inContext(preview: true) ` + document, Key: editorKey}).gives(t, `{"slug": {"sku": "A"}, "gtin": {"sku": "A"}}`)
}

// A variant without words is there for those alone who may see one of its pictures.
func TestAPictureForOthersMakesNoVariant(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "technician", "restricted": true}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "a", "priority": 1, "media": [{"url": "/x.png", "audiences": ["technician"]}]}, {"id": "b", "title": "Words"}]}
{"kind": "fragment", "key": "g", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "a", "media": [{"url": "/x.png", "audiences": ["technician"]}]}]}
`)
	const document = `{ f: fragment(key: "f") { title media { url } selection { variant } } g: fragment(key: "g") { key } fragments { totalCount } }`
	h.ask(t, document).gives(t, `{"f": {"title": "Words", "media": [], "selection": {"variant": "b"}}, "g": null, "fragments": {"totalCount": 1}}`)
	h.send(t, asked{Query: document, Key: technicianKey, Headers: map[string]string{"Unisono-Audience": "technician"}}).gives(t,
		`{"f": {"title": null, "media": [{"url": "/x.png"}], "selection": {"variant": "a"}}, "g": {"key": "g"}, "fragments": {"totalCount": 2}}`)
	h.askAs(t, editorKey, `{ fragment(key: "f") { selection { consulted } } }`).gives(t, `{"fragment": {"selection": {"consulted": ["AUDIENCE"]}}}`)
}

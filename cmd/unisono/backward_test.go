package main

import (
	"slices"
	"testing"
)

// From the end, page by page, a list is the same as from its beginning, in every order.
func TestListsFromTheirEnd(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for _, order := range []string{"NAME", "NAME_DESC", "NEWEST", "SKU"} {
		all := h.ask(t, `{ products(first: 100, order: `+order+`) { nodes { sku } } }`).texts(t, "products.nodes", "sku")
		document := `query ($before: String) { products(last: 4, before: $before, order: ` + order + `) { nodes { sku } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }`
		walked, before := []string{}, any(nil)
		for range all {
			page := h.send(t, asked{Query: document, Variables: map[string]any{"before": before}})
			walked = slices.Concat(page.texts(t, "products.nodes", "sku"), walked)
			if page.at(t, "products.pageInfo.hasNextPage") != (before != nil) {
				t.Errorf("%s before %v: %s", order, before, page.body)
			}
			before = page.at(t, "products.pageInfo.startCursor")
			if page.at(t, "products.pageInfo.hasPreviousPage") == false {
				break
			}
		}
		same(t, order, all, walked)
	}
	names := h.ask(t, `{ a: products(first: 100) { nodes { name } } b: products(first: 100, order: NAME_DESC) { nodes { name } } }`)
	backwards := names.texts(t, "b.nodes", "name")
	slices.Reverse(backwards)
	same(t, "by name from the end", names.texts(t, "a.nodes", "name"), backwards)
}

func TestPartsOfListsThatAreNotRight(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for arguments, says := range map[string]string{
		`first: 1, last: 1`: "exclude each other", `last: -1`: "0 to 100", `last: 101`: "0 to 100", `last: 1, before: "x"`: "before:", `before: "x"`: "before:",
	} {
		h.ask(t, `{ products(`+arguments+`) { totalCount } }`).fails(t, "BAD_USER_INPUT", says)
	}
	// first has a default, which is no word of the operation's
	for _, variables := range []map[string]any{nil, {"first": nil}} {
		got := h.send(t, asked{Query: `query ($first: Int) { products(first: $first, last: 2) { nodes { sku } totalCount } }`, Variables: variables})
		if skus := got.texts(t, "products.nodes", "sku"); len(skus) != 2 {
			t.Errorf("%v: %s", variables, got.body)
		}
	}
	h.send(t, asked{Query: `query ($first: Int) { products(first: $first, last: 2) { totalCount } }`, Variables: map[string]any{"first": 3}}).fails(t, "BAD_USER_INPUT", "exclude each other")
	h.ask(t, `{ products(last: 0) { totalCount nodes { sku } pageInfo { hasNextPage hasPreviousPage } } }`).gives(t,
		`{"products": {"totalCount": 78, "nodes": [], "pageInfo": {"hasNextPage": false, "hasPreviousPage": true}}}`)
}

func TestLevelsOfProducts(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "product", "sku": "M", "state": "PUBLISHED"}
{"kind": "product", "sku": "V", "state": "PUBLISHED", "parent": "M"}
{"kind": "product", "sku": "S", "state": "PUBLISHED"}
{"kind": "product", "sku": "D", "parent": "S"}
`)
	const document = `{ m: products(filter: {levels: [MODEL]}) { nodes { sku } } v: products(filter: {levels: [VARIANT]}) { nodes { sku } } s: products(filter: {levels: [SIMPLE]}) { nodes { sku } } all: products(filter: {levels: null}) { totalCount } }`
	h.ask(t, document).gives(t, `{"m": {"nodes": [{"sku": "M"}]}, "v": {"nodes": [{"sku": "V"}]}, "s": {"nodes": [{"sku": "S"}]}, "all": {"totalCount": 3}}`)
	h.send(t, asked{Query: `query @inContext(preview: true) ` + document, Key: editorKey}).gives(t,
		`{"m": {"nodes": [{"sku": "M"}, {"sku": "S"}]}, "v": {"nodes": [{"sku": "D"}, {"sku": "V"}]}, "s": {"nodes": []}, "all": {"totalCount": 4}}`)
}

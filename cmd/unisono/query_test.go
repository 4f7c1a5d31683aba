package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"unisono/view"
)

func TestProductByEachOfItsNames(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for _, name := range []string{`sku: "JUG-350"`, `slug: "jug-350"`, `gtin: "2000000000077"`, `sku: "JUG-350", slug: null, gtin: null`} {
		h.ask(t, `{ product(`+name+`) { sku name slug gtin family state revision updatedAt } }`).gives(t,
			`{"product": {"sku": "JUG-350", "name": "Milk jug 350 ml", "slug": "jug-350", "gtin": "2000000000077", "family": "accessory", "state": "PUBLISHED", "revision": null, "updatedAt": null}}`)
	}
	for _, name := range []string{`sku: "jug-350"`, `slug: "JUG-350"`, `gtin: "0"`, `sku: ""`} {
		h.ask(t, `{ product(`+name+`) { sku } }`).gives(t, `{"product": null}`)
	}
	for _, names := range []string{``, `(sku: "JUG-350", slug: "jug-350")`, `(slug: "jug-350", gtin: "2000000000077")`, `(sku: null)`} {
		got := h.ask(t, `{ product`+names+` { sku } audiences { key } }`)
		got.fails(t, "BAD_USER_INPUT", "exactly one of sku, slug and gtin")
		same(t, "the rest", `{"product":null,"audiences":[{"key":"consumer"}]}`, string(got.part(t, "data")))
	}
}

// Pages of every size from one to more than there are products hold the same list, whole and without repeats, and say rightly whether more stands behind them (P1).
func TestPagesOfEverySize(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for _, list := range []struct{ field, arguments, member string }{
		{"products", `order: NAME`, "sku"}, {"products", `order: SKU`, "sku"}, {"fragments", ``, "key"},
	} {
		document := `query ($first: Int, $after: String) @inContext(locale: "da") { ` + list.field + `(first: $first, after: $after, ` + list.arguments + `) {
			totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { ` + list.member + ` } edges { cursor node { ` + list.member + ` } } } }`
		page := func(first int, after any) answer {
			return h.send(t, asked{Query: document, Variables: map[string]any{"first": first, "after": after}})
		}
		all, end := []string{}, any(nil)
		for more := true; more; {
			got := page(100, end)
			all = append(all, got.texts(t, list.field+".nodes", list.member)...)
			more, end = got.at(t, list.field+".pageInfo.hasNextPage") == true, got.at(t, list.field+".pageInfo.endCursor")
		}
		if len(all) < 70 {
			t.Fatal(all)
		}
		for _, size := range []int{1, 2, 3, 7, 12, 39, 50, 77, 78, 79, 99} {
			walked, after := []string{}, any(nil)
			for {
				got := page(size, after)
				here := got.texts(t, list.field+".nodes", list.member)
				walked = append(walked, here...)
				total, next := fmt.Sprint(got.at(t, list.field+".totalCount")), got.at(t, list.field+".pageInfo.hasNextPage") == true
				previous := got.at(t, list.field+".pageInfo.hasPreviousPage") == true
				if total != fmt.Sprint(len(all)) || next != (len(walked) < len(all)) || previous != (after != nil) || len(here) == 0 {
					t.Fatalf("%s by %d behind %v: %s", list.field, size, after, got.body)
				}
				cursors := got.texts(t, list.field+".edges", "cursor")
				after = got.at(t, list.field+".pageInfo.endCursor")
				if after != cursors[len(cursors)-1] || got.at(t, list.field+".pageInfo.startCursor") != cursors[0] {
					t.Errorf("cursors: %s", got.body)
				}
				if !next {
					break
				}
			}
			same(t, fmt.Sprintf("%s by %d", list.field, size), all, walked)
		}
	}
}

func TestPagesThatAreNotRight(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	h.ask(t, `{ products(first: 0) { totalCount nodes { sku } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`).gives(t,
		`{"products": {"totalCount": 78, "nodes": [], "pageInfo": {"hasNextPage": true, "hasPreviousPage": false, "startCursor": null, "endCursor": null}}}`)
	cursor, _ := h.ask(t, `{ products(first: 3) { pageInfo { endCursor } } }`).at(t, "products.pageInfo.endCursor").(string)
	for name, list := range map[string]string{
		"fewer than none":           `products(first: -1)`,
		"more than 100":             `products(first: 101)`,
		"a cursor that is none":     `products(after: "???")`,
		"a cursor of other things":  `products(after: "eyJrIjoxfQ")`,
		"a cursor of another order": `products(order: SKU, after: "` + cursor + `")`,
		"a cursor of another list":  `products(filter: {families: ["grinder"]}, after: "` + cursor + `")`,
		"a cursor of fragments":     `fragments(after: "` + cursor + `")`,
	} {
		t.Run(name, func(t *testing.T) {
			got := h.ask(t, `{ list: `+list+` { totalCount } audiences { key } }`)
			got.fails(t, "BAD_USER_INPUT")
			same(t, "the rest", `{"list":null,"audiences":[{"key":"consumer"}]}`, string(got.part(t, "data")))
		})
	}
	h.ask(t, `query @inContext(locale: "da") { products(after: "`+cursor+`") { totalCount } }`).fails(t, "BAD_USER_INPUT", "after", "language")
	for _, list := range []string{`fragments(first: -1) { key }`, `related(first: 101) { sku }`, `variants(first: 101) { sku }`} {
		h.ask(t, `{ product(sku: "LUMA-2") { name list: `+list+` } }`).fails(t, "BAD_USER_INPUT", "first", "0 to 100")
	}
	h.ask(t, `{ product(sku: "LUMA-2") { name media(first: 101) { url } } }`).fails(t, "BAD_USER_INPUT", "first", "0 to 100")
}

func TestFilters(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	for _, test := range []struct {
		filter string
		want   []string
	}{
		{`{categories: ["accessories"], skus: ["BASKET-18", "JUG-350", "SEAL-58"]}`, []string{"BASKET-18", "JUG-350"}}, // both stand below it
		{`{categories: ["milk", "seals"]}`, []string{"JUG-350", "JUG-600", "SEAL-54", "SEAL-58", "THERMOMETER-1"}},
		{`{families: ["grinder"], levels: [MODEL, SIMPLE]}`, []string{"MOLA-54", "MOLA-64", "MOLA-83", "MOLA-MANO"}},
		{`{families: ["espresso-machine"], text: "luma 2"}`, []string{"LUMA-2", "LUMA-2-CREAM", "LUMA-2-GRAPHITE"}}, // variants inherit it
		{`{skus: ["SEAL-58", "LUMA-4", "nothing"]}`, []string{"SEAL-58"}},
		{`{categories: ["machines"], skus: ["QUIETA-1", "SEAL-58"]}`, []string{"QUIETA-1"}},
		{`{categories: ["nowhere"]}`, []string{}},
		{`{skus: []}`, []string{}},
		{`{skus: "JUG-350"}`, []string{"JUG-350"}}, // one value stands for a list of one
	} {
		t.Run(test.filter, func(t *testing.T) {
			got := h.ask(t, `{ products(first: 100, order: SKU, filter: `+test.filter+`) { totalCount nodes { sku } } }`)
			same(t, "products", test.want, got.texts(t, "products.nodes", "sku"))
			same(t, "the count", fmt.Sprint(len(test.want)), fmt.Sprint(got.at(t, "products.totalCount")))
		})
	}
	// Null equals left out, as a literal, in a variable, inside the filter (F12, F13).
	for _, variables := range []map[string]any{nil, {"f": nil}, {"f": map[string]any{}}, {"f": map[string]any{"skus": nil, "families": nil}}} {
		got := h.send(t, asked{Query: `query ($f: ProductFilter) { products(filter: $f, order: null) { totalCount } }`, Variables: variables})
		got.gives(t, `{"products": {"totalCount": 78}}`)
	}
	h.send(t, asked{Query: `query ($f: ProductFilter) { products(filter: $f) { totalCount } }`, Variables: map[string]any{"f": map[string]any{"skus": []any{nil}}}}).
		fails(t, "GRAPHQL_VALIDATION_FAILED")
	for filter, want := range map[string][]string{
		`{kinds: ["FIGURE"]}`:                       {"brew-ratio", "grind-sizes", "hardness-scale", "pressure-scale"},
		`{labels: ["travel", "cups"]}`:              {"cup-rail", "hand-grinder", "thick-cups", "travel-grinder"}, // a third of cups is for Sweden alone
		`{labels: ["safety"], kinds: ["FACT"]}`:     {},
		`{keys: ["warranty", "luma-pump-service"]}`: {"warranty"}, // the other is for technicians
	} {
		same(t, filter, want, h.ask(t, `{ fragments(filter: `+filter+`) { nodes { key } } }`).texts(t, "fragments.nodes", "key"))
	}
}

// Names stand as the reader's language sorts them, by the value that the reader sees.
func TestOrders(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "product", "sku": "1", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Øre"}]}
{"kind": "product", "sku": "2", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Zebra"}]}
{"kind": "product", "sku": "3", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Ært"}]}
{"kind": "product", "sku": "4", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Ål"}]}
{"kind": "product", "sku": "5", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "apple"}]}
{"kind": "product", "sku": "6", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Banana"}]}
{"kind": "product", "sku": "7", "state": "PUBLISHED"}
{"kind": "product", "sku": "8", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Banana"}]}
{"kind": "product", "sku": "9", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Aardvark", "locale": "de"}]}
{"kind": "product", "sku": "10", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Ødegård", "locale": "da"}, {"key": "name", "value": "Farm", "locale": "en"}]}
`)
	for locale, want := range map[string]string{
		"en": "3 4 5 6 8 10 1 2 7 9", // Æ, Å and Ø beside a, a and o; unnamed ones last: who reads no German sees no name of 9
		"da": "5 6 8 2 3 10 1 4 7 9", // æ, ø, å behind z
	} {
		got := h.ask(t, `query @inContext(locale: "`+locale+`") { products(first: 100) { nodes { sku } } }`)
		same(t, locale, want, strings.Join(got.texts(t, "products.nodes", "sku"), " "))
	}
	got := h.ask(t, `{ products(first: 100, order: SKU) { nodes { sku } } }`)
	same(t, "by SKU", "1 10 2 3 4 5 6 7 8 9", strings.Join(got.texts(t, "products.nodes", "sku"), " "))
}

func TestCategories(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	h.ask(t, `query @inContext(locale: "da") {
		a: category(key: "accessories") { key name path { key } children { key name children { key } } }
		b: category(key: "milk") { name path { name } children { key } }
		c: category(key: "nowhere") { name }
		product(sku: "LUMA-2-CREAM") { categories { key path { key } } }
	}`).gives(t, `{
		"a": {"key": "accessories", "name": "Tilbehør", "path": [{"key": "accessories"}], "children": [{"key": "baskets", "name": "Filterkurve", "children": []}, {"key": "milk", "name": "Til mælk", "children": []},
			{"key": "tamping", "name": "Til stampning", "children": []}, {"key": "bar", "name": "Til kaffebaren", "children": []}]},
		"b": {"name": "Til mælk", "path": [{"name": "Tilbehør"}, {"name": "Til mælk"}], "children": []},
		"c": null,
		"product": {"categories": [{"key": "machines", "path": [{"key": "machines"}]}]}
	}`)
}

func TestChannels(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	const question = `query @inContext(locale: "it", channel: "site") { channels { key name platform } }`
	h.ask(t, question).gives(t, `{"channels": [
		{"key": "app", "name": "App", "platform": "APP"},
		{"key": "kiosk", "name": "Totem in negozio", "platform": "KIOSK"},
		{"key": "mail", "name": "Newsletter", "platform": "EMAIL"},
		{"key": "marketplace", "name": "Marketplace", "platform": "MARKETPLACE"},
		{"key": "print", "name": "Etichette stampate", "platform": "PRINT"},
		{"key": "site", "name": "Sito web", "platform": "OWN_SITE"}
	]}`)
	h.ask(t, `{ context { channel { defaultLocale locales } } }`).gives(t, `{"context": {"channel": {"defaultLocale": "en", "locales": ["en", "de", "da", "sv", "it", "tr"]}}}`)
	// The dealers' portal is there for dealers alone.
	if got := h.askAs(t, dealerKey, question).texts(t, "channels", "key"); !slices.Contains(got, "dealers") {
		t.Errorf("a dealer sees %v", got)
	}
	h.ask(t, `query @inContext(channel: "dealers") { context { locale } }`).fails(t, "BAD_USER_INPUT", `no channel "dealers"`)
}

// Ids do not depend on the context, and each leads back to the thing that it came with.
func TestNodes(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	got := h.ask(t, `{ product(sku: "LUMA-2") { id fragments(slots: ["intro", "warning"]) { id key references { id } } } fragment(key: "hot-surfaces") { id } }`)
	product, slot, alone := got.at(t, "product.id").(string), got.at(t, "product.fragments.1.id").(string), got.at(t, "fragment.id").(string)
	if slot == alone || product == alone {
		t.Errorf("ids: %s", got.body)
	}
	ask := asked{
		Query: `query ($ids: [ID!]!) @inContext(locale: "da") { nodes(ids: $ids) { __typename id ... on Product { sku } ... on Fragment { key slot title } } }`,
		Variables: map[string]any{"ids": []string{
			slot, "", "garbage!", product, alone, "cC8", view.ProductID("LUMA-4"), view.SlotID("LUMA-2", "intro", "hot-surfaces"), view.SlotID("LUMA-4", "warning", "hot-surfaces"),
			view.SlotID("LUMA-2", "pump-service", "luma-pump-service"), view.FragmentID("luma-pump-service"), view.ProductID("nothing"), product, strings.Repeat("x", 5000),
		}},
	}
	h.send(t, ask).gives(t, `{"nodes": [
		{"__typename": "Fragment", "id": "`+slot+`", "key": "hot-surfaces", "slot": "warning", "title": "Varm, også når den er slukket"}, null, null,
		{"__typename": "Product", "id": "`+product+`", "sku": "LUMA-2"},
		{"__typename": "Fragment", "id": "`+alone+`", "key": "hot-surfaces", "slot": null, "title": "Varm, også når den er slukket"},
		null, null, null, null, null, null, null, {"__typename": "Product", "id": "`+product+`", "sku": "LUMA-2"}, null
	]}`)
	h.ask(t, `{ a: node(id: "`+slot+`") { id ... on Fragment { slot } } b: node(id: "garbage!") { id } c: node(id: "") { id } }`).gives(t,
		`{"a": {"id": "`+slot+`", "slot": "warning"}, "b": null, "c": null}`)
	ask.Variables["ids"] = slices.Repeat([]string{product}, 101)
	h.send(t, ask).fails(t, "BAD_USER_INPUT", "100")
	ask.Variables["ids"] = []string{}
	h.send(t, ask).gives(t, `{"nodes": []}`)
}

// What a product leads to: its model and variants, what it names, and what its fragments refer to.
func TestRelations(t *testing.T) {
	t.Parallel()
	h := demoHouse(t)
	h.ask(t, `{ product(sku: "LUMA-2") {
		parent { sku } variants { sku name parent { sku } } first: variants(first: 1) { sku }
		all: related { sku } parts: related(kind: SPARE_PART) { sku name } successor: related(kind: SUCCESSOR) { sku } one: related(first: 1) { sku }
		fragment(slot: "wand") { key references { key slot title references { key } } } none: fragment(slot: "pump-service") { key }
		warnings: fragments(kinds: ["WARNING"]) { key slot } cleaning: fragments(labels: ["cleaning"]) { key } two: fragments(first: 2) { slot }
	} }`).gives(t, `{"product": {
		"parent": null, "variants": [{"sku": "LUMA-2-CREAM", "name": "Luma 2, cream", "parent": {"sku": "LUMA-2"}}, {"sku": "LUMA-2-GRAPHITE", "name": "Luma 2, graphite", "parent": {"sku": "LUMA-2"}}], "first": [{"sku": "LUMA-2-CREAM"}],
		"all": [{"sku": "BASKET-18"}, {"sku": "JUG-350"}, {"sku": "MOLA-64"}, {"sku": "DESCALE-250"}, {"sku": "SEAL-58"}, {"sku": "PUMP-41"}, {"sku": "QUIETA-1"}],
		"parts": [{"sku": "SEAL-58", "name": "Group seal 58 mm"}, {"sku": "PUMP-41", "name": "Vibration pump 41 W"}], "successor": [], "one": [{"sku": "BASKET-18"}],
		"fragment": {"key": "steam-wand-care", "references": [{"key": "hot-surfaces", "slot": null, "title": "Hot, even when it is off", "references": []}]}, "none": null,
		"warnings": [{"key": "hot-surfaces", "slot": "warning"}, {"key": "scalding-steam", "slot": "safety"}, {"key": "water-and-mains", "slot": "safety"}, {"key": "earthed-socket", "slot": "safety"},
			{"key": "heavy-lift", "slot": "safety"}, {"key": "frost-transport", "slot": "safety"}, {"key": "wrong-water", "slot": "water"}, {"key": "portafilter-pressure", "slot": "safety"}],
		"cleaning": [{"key": "daily-cleaning"}, {"key": "steam-wand-care"}, {"key": "descaling"}, {"key": "backflushing"}, {"key": "shower-screen-cleaning"}], "two": [{"slot": "intro"}, {"slot": "start"}]
	}}`)
	h.ask(t, `query @inContext(market: "DK", locale: "da") { product(sku: "LUMA-2-CREAM") {
		description price: attribute(key: "price") { value } colour: attribute(key: "colour") { label value options { key label } unit } width: attribute(key: "width") { value unit group }
		none: attribute(key: "service-interval") { value } attributes(groups: ["brewing"]) { key } warranty: fragment(slot: "warranty") { title }
	} }`).gives(t, `{"product": {
		"description": "Espressomaskine med to kedler til dig, der helst drikker kaffen hjemme – uden at stå i kø. Brygger og damper på én gang og er klar på otte minutter.",
		"price": {"value": {"amount": "9695.00", "currency": "DKK"}}, "colour": {"label": "Farve", "value": "cream", "options": [{"key": "cream", "label": "Creme"}], "unit": null},
		"width": {"value": {"amount": 295, "unit": "mm"}, "unit": "mm", "group": "size"}, "none": null,
		"attributes": [{"key": "boiler-volume"}, {"key": "groups"}, {"key": "tank-volume"}, {"key": "brew-pressure"}, {"key": "pump-pressure"}, {"key": "heat-up-time"}], "warranty": {"title": "Garanti og reklamationsret"}
	}}`)
}

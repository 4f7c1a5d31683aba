package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unisono/view"
)

// A query costs a number of round trips to the database that depends on its depth, never on how many items it meets. Each level costs at most
// one call for its products, one for each generation of their parents, and one for its fragments.

// warehouse is a house with fifty products, each with all that a product can lead to: fragments of its own and of its model, which refer to
// others, which do so too; a picture, a category, two related products that have fragments with references; a model above it and a variant below.
func warehouse(t *testing.T) *house {
	t.Helper()
	h := small(t)
	text := strings.Builder{}
	line := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	line(`{"kind": "category", "key": "tools"}`)
	line(`{"kind": "family", "key": "p", "attributes": ["name", "weight"], "required": [{"channel": "site", "attributes": ["name", "weight"]}]}`)
	fragment := func(key string, references string) {
		line(`{"kind": "fragment", "key": %q, "type": "STORY", "state": "PUBLISHED", "references": [%s], "variants": [{"id": "v", "title": "Text %s"}]}`, key, references, key)
	}
	line(`{"kind": "fragment", "key": "hidden", "type": "STORY", "variants": [{"id": "v", "title": "A draft"}]}`)
	line(`{"kind": "product", "sku": "HIDDEN", "parent": "M0", "state": "DRAFT"}`)
	for i := range 10 {
		fragment(fmt.Sprintf("d%d", i), "")
		fragment(fmt.Sprintf("m%d", i), "")
		fragment(fmt.Sprintf("y%d", i), "")
		line(`{"kind": "product", "sku": "M%d", "state": "PUBLISHED", "attributes": [{"key": "description", "value": "Model"}], "fragments": [{"slot": "model", "fragment": "m%d"}]}`, i, i)
	}
	for i := range 50 {
		fragment(fmt.Sprintf("e%d", i), fmt.Sprintf(`"r%d", "r%d"`, i, (i+1)%50))
		fragment(fmt.Sprintf("f%d", i), fmt.Sprintf(`"r%d"`, i))
		fragment(fmt.Sprintf("r%d", i), fmt.Sprintf(`"d%d"`, i%10))
		fragment(fmt.Sprintf("x%d", i), fmt.Sprintf(`"y%d"`, i%10))
		line(`{"kind": "product", "sku": "P%02d", "parent": "M%d", "family": "p", "categories": ["tools"], "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Product %d"}],
			"media": [{"url": "/%d.png"}], "fragments": [{"slot": "a", "fragment": "e%d"}, {"slot": "b", "fragment": "f%d"}],
			"related": [{"kind": "ACCESSORY", "sku": "A%02d"}, {"kind": "ACCESSORY", "sku": "A%02d"}]}`, i, i%10, i, i, i, i, i, (i+1)%50)
		line(`{"kind": "product", "sku": "A%02d", "state": "PUBLISHED", "fragments": [{"slot": "a", "fragment": "x%d"}]}`, i, i)
		line(`{"kind": "product", "sku": "V%02d", "parent": "P%02d", "state": "PUBLISHED"}`, i, i)
	}
	h.load(t, strings.ReplaceAll(text.String(), "\n\t\t\t", " "))
	h.settled(t)
	return h
}

// settled waits until nothing of what was written is still being read into the catalogue.
func (h *house) settled(t *testing.T) {
	t.Helper()
	before := int64(-1)
	eventually(t, "the database is left in peace", func() bool {
		now := h.database.Calls()
		quiet := now == before
		before = now
		time.Sleep(150 * time.Millisecond)
		return quiet && h.database.Calls() == now
	})
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	h := warehouse(t)
	t.Run("of lists", func(t *testing.T) { roundTripsOfLists(t, h) })
	t.Run("of one product", func(t *testing.T) { roundTripsOfOne(t, h) })
}

func roundTripsOfLists(t *testing.T, h *house) {
	ids := func(n int, id func(int) string) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = id(i)
		}
		return list
	}
	product := func(i int) string { return view.ProductID(fmt.Sprintf("P%02d", i)) }
	slot := func(i int) string { return view.SlotID(fmt.Sprintf("P%02d", i), "a", fmt.Sprintf("e%d", i)) }
	const list = `query ($n: Int) { products(first: $n, order: SKU, filter: {categories: ["tools"]}) { `
	nodes := func(fields string) string { return list + `nodes { ` + fields + ` } } }` }
	for _, test := range []struct {
		name, document string
		ids            func(int) string
		calls          int64
	}{
		{"a list of names", nodes(`sku name`), nil, 2}, // products, their models
		{"what products say themselves", nodes(`name media { url } categories { name } parent { sku description }`), nil, 2}, // all of it is there
		{"their fragments", nodes(`name fragments { title }`), nil, 3},                                                       // and fragments
		{"references", nodes(`fragments { title references { title } }`), nil, 4},                                            // one more level, one more call
		{"references of references", nodes(`fragments { references { title references { title } } }`), nil, 5},
		{"fragments of related products", nodes(`related { fragments { title } }`), nil, 4}, // fragments of the second level
		{"variants", nodes(`variants { sku name }`), nil, 3},                                // their parents are there already
		{
			"all of it", nodes(`name fragments { title references { title } } media { url } categories { name } related { name fragments { title references { title } } } variants { sku } parent { description fragments { title } }`),
			nil, 6,
		}, // products, models; then fragments, related products and variants in one; then references with fragments of related; then theirs
		{"by edges", list + `edges { node { fragments { title references { title } } } } } }`, nil, 4},
		{"by edges and nodes at once", list + `edges { node { fragments { title } } } nodes { related { name } } } }`, nil, 4},
		{"through fragment spreads", nodes(`...P`) + ` fragment P on Product { ...Q } fragment Q on Product { fragments { ... on Node { ... on Fragment { references { ...T } } } } } fragment T on Fragment { title }`, nil, 4},
		{"by aliases", nodes(`x: fragments { r: references { title } } y: fragments(slots: ["b"]) { s: references { key } }`), nil, 4},
		{"gaps in content", `query ($n: Int) { contentGaps(first: $n) { nodes { product { name fragments { title references { title } } } completeness { strict } } } }`, nil, 4}, // as nodes of products
		{"nodes of products", `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Product { name fragments { title references { title } } } } }`, product, 4},
		{"nodes in slots", `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Fragment { title references { title references { title } } } } }`, slot, 5},
		{"nodes by way of Node", `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Node { ... on Product { fragments { ... on Node { id } references { id } } } } } }`, product, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			count := func(n int) int64 {
				variables := map[string]any{"n": n}
				if test.ids != nil {
					variables = map[string]any{"ids": ids(n, test.ids)}
				}
				cold, calls := h.cold(t, asked{Query: test.document, Variables: variables, Key: editorKey})
				if len(cold.data(t)) < 20*n {
					t.Fatalf("there is not much in it: %s", cold.body)
				}
				return calls
			}
			few, many := count(5), count(50)
			if few != many || many != test.calls {
				t.Errorf("%d calls for 5 items, %d for 50; want %d", few, many, test.calls)
			}
		})
	}
}

func roundTripsOfOne(t *testing.T, h *house) {
	for document, want := range map[string]int64{
		`{ product(sku: "nothing") { name } fragment(key: "nothing") { title } a: fragment(key: "hidden") { title } b: product(sku: "HIDDEN") { name parent { sku } } }`:                      0, // hidden and absent cost the same
		`{ product(slug: "nothing") { name } products(filter: {skus: []}) { totalCount nodes { fragments { title } } } category(key: "tools") { name } channels { key } context { locale } }`: 0, // the catalogue knows
		`{ product(sku: "A00") { name } }`:                                                                                            1,
		`{ product(sku: "P00") { name parent { sku } } }`:                                                                             2, // and its model
		`{ product(sku: "V00") { name parent { sku } } }`:                                                                             3, // and that one's
		`{ product(sku: "P00") { fragments { title } } }`:                                                                             3,
		`{ product(sku: "P00") { variants { fragments { references { title fragments: references { title } } } } } }`:                 6, // product, model, variants; fragments, references, theirs
		`{ product(sku: "P00") { fragments(first: 1) { title } a: fragment(slot: "a") { title } b: fragment(slot: "b") { title } } }`: 3,
		`{ product(sku: "P00") { fragments @skip(if: true) { title } fragment(slot: "a") @include(if: false) { title } } }`:           2,
		`{ fragment(key: "e0") { title references { references { title } } } }`:                                                       3,
	} {
		if _, calls := h.cold(t, asked{Query: document}); calls != want {
			t.Errorf("%s costs %d calls; want %d", document, calls, want)
		}
	}
}

// cold asks when nothing is kept, and gives the answer and how many calls it cost. Asked again it costs none, and is the same.
func (h *house) cold(t *testing.T, question asked) (cold answer, calls int64) {
	t.Helper()
	h.cache.NoteAll()
	before := h.database.Calls()
	cold = h.send(t, question)
	calls = h.database.Calls() - before
	if warm := h.send(t, question); string(warm.data(t)) != string(cold.data(t)) || h.database.Calls() != before+calls {
		t.Errorf("asked again it costs %d calls, and says %s instead of %s", h.database.Calls()-before-calls, warm.body, cold.body)
	}
	return cold, calls
}

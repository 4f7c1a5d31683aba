package main

import (
	"fmt"
	"strings"
	"testing"
)

// grinders are products with values of every type, in two languages and for two audiences, of which dealers see one price more.
const grinders = `
{"kind": "attribute", "key": "weight", "type": "QUANTITY", "unit": "kg", "label": {"de": "Gewicht", "en": "Weight"}}
{"kind": "attribute", "key": "price", "type": "MONEY", "label": {"de": "Preis"}}
{"kind": "attribute", "key": "colour", "type": "OPTIONS", "label": {"de": "Farbe", "en": "Colour"}}
{"kind": "option", "attribute": "colour", "key": "red", "label": {"de": "Rot", "en": "Red"}, "position": 2}
{"kind": "option", "attribute": "colour", "key": "black", "label": {"de": "Schwarz"}, "position": 1}
{"kind": "category", "key": "all"}
{"kind": "category", "key": "mills", "parent": "all"}
{"kind": "category", "key": "spare"}
{"kind": "product", "sku": "M", "state": "PUBLISHED", "family": "mill", "categories": ["mills"], "attributes": [{"key": "name", "value": "Mühle", "locale": "de"}, {"key": "name", "value": "Mill", "locale": "en"}, {"key": "burrs", "value": "flat"}]}
{"kind": "product", "sku": "M-1", "state": "PUBLISHED", "parent": "M", "attributes": [{"key": "weight", "value": {"amount": 500, "unit": "g"}}, {"key": "colour", "value": ["red", "black"]}, {"key": "price", "value": [{"amount": "99.50", "currency": "EUR"}, {"amount": "750", "currency": "DKK"}]}]}
{"kind": "product", "sku": "M-2", "state": "PUBLISHED", "parent": "M", "attributes": [{"key": "weight", "value": 2}, {"key": "colour", "value": ["black"]}, {"key": "price", "value": {"amount": "149", "currency": "EUR"}}, {"key": "price", "value": {"amount": "120.00", "currency": "EUR"}, "audiences": ["dealer"]}]}
{"kind": "product", "sku": "S", "state": "PUBLISHED", "family": "seal", "categories": ["spare"], "attributes": [{"key": "name", "value": "Straßendichtung +LR", "locale": "de"}, {"key": "weight", "value": {"amount": 0.5, "unit": "kg"}}, {"key": "approved", "value": true}, {"key": "size", "value": 41}]}
{"kind": "product", "sku": "D", "family": "mill", "attributes": [{"key": "colour", "value": ["red"]}, {"key": "name", "value": "Entwurf"}]}
{"kind": "fragment", "key": "f1", "type": "STORY", "state": "PUBLISHED", "labels": ["a", "b"], "variants": [{"locale": "de", "title": "F"}]}
{"kind": "fragment", "key": "f2", "type": "STORY", "state": "PUBLISHED", "labels": ["b"], "variants": [{"locale": "de", "title": "F"}]}
{"kind": "fragment", "key": "f3", "type": "WARNING", "state": "PUBLISHED", "variants": [{"locale": "de", "title": "F"}]}
{"kind": "fragment", "key": "f4", "type": "NOTE", "labels": ["a"], "variants": [{"title": "Entwurf"}]}
`

func TestFiltersSeeWhatTheReaderSees(t *testing.T) {
	t.Parallel()
	h := german(t, grinders)
	for _, test := range []struct{ filter, want string }{
		{`attributes: [{key: "colour", equals: "red"}]`, "M-1"},
		{`attributes: [{key: "colour", equals: ["black", "red"]}]`, "M-1"},
		{`attributes: [{key: "colour", in: ["red", "black", "gone"]}]`, "M-1 M-2"},
		{`attributes: [{key: "colour", in: []}]`, ""},
		{`attributes: [{key: "colour", exists: false}]`, "M S"},
		{`attributes: [{key: "weight", equals: {amount: 0.5, unit: "kg"}}]`, "M-1 S"},
		{`attributes: [{key: "weight", equals: 0.5}]`, "M-1 S"},
		{`attributes: [{key: "weight", equals: {amount: 2000, unit: "g"}}]`, "M-2"},
		{`attributes: [{key: "weight", min: 0.5, max: 1}]`, "M-1 S"},
		{`attributes: [{key: "weight", min: 501, unit: "g"}]`, "M-2"},
		{`attributes: [{key: "price", max: 130, unit: "EUR"}]`, "M-1"},
		{`attributes: [{key: "price", min: 700, unit: "DKK"}]`, "M-1"},
		{`attributes: [{key: "price", equals: {amount: "99.5", currency: "EUR"}}]`, "M-1"},
		{`attributes: [{key: "approved", equals: true}, {key: "size", min: 41, max: 41}]`, "S"},
		{`attributes: [{key: "burrs", equals: "flat"}], levels: [VARIANT]`, "M-1 M-2"},
		{`attributes: [{key: "burrs", equals: "Flat"}]`, ""},
		{`categories: ["all"], families: ["mill"], levels: [MODEL]`, "M"},
		{`text: "MUHL"`, "M M-1 M-2"},
		{`text: "mill"`, ""},
		{`text: "strasse"`, "S"},
		{`text: "+lr"`, "S"},
		{`text: "str +"`, "S"},
		{`text: "(a+)+$"`, ""},
		{`text: "\\"`, ""},
		{`text: ""`, "M M-1 M-2 S"},
		{`text: "entwurf"`, ""},
		{`skus: ["S", "D", "nobody"], text: "s"`, "S"},
	} {
		got := h.ask(t, `{ products(order: SKU, filter: {`+test.filter+`}) { totalCount nodes { sku } } }`)
		skus := got.texts(t, "products.nodes", "sku")
		same(t, test.filter, test.want, strings.Join(skus, " "))
		same(t, "how many: "+test.filter, fmt.Sprint(len(skus)), fmt.Sprint(got.at(t, "products.totalCount")))
	}
	same(t, "in another context", "S", strings.Join(h.ask(t, `{ view(context: {locale: "en"}) { products(filter: {text: "straße"}) { nodes { sku } } } }`).texts(t, "view.products.nodes", "sku"), " "))
	dealer := h.ask(t, `query @inContext(audience: "dealer") { products(order: SKU, filter: {attributes: [{key: "price", max: 130, unit: "EUR"}]}) { nodes { sku } } }`)
	same(t, "by the price that a dealer sees", "M-1 M-2", strings.Join(dealer.texts(t, "products.nodes", "sku"), " "))
	for filter, says := range map[string]string{
		`attributes: [{key: "colour"}]`:                               `filter.attributes[0]: nothing is asked of "colour"`,
		`attributes: [{key: "weight", min: 1, unit: "V"}]`:            `does not convert into kg`,
		`attributes: [{key: "price", min: 1}]`:                        `a currency is expected`,
		`attributes: [{key: "colour", max: 1}]`:                       `is of type OPTIONS`,
		`attributes: [{key: "x", equals: {a: 1}}]`:                    `filter.attributes[0].equals: a text, a number`,
		`attributes: [{key: "x", equals: null}]`:                      `nothing is asked of "x"`,
		`attributes: [{key: "x", in: [{amount: 1, unit: "kg"}, []]}]`: `filter.attributes[0].in[1]: the list is empty`,
	} {
		h.ask(t, `{ products(filter: {`+filter+`}) { totalCount } }`).fails(t, "BAD_USER_INPUT", says)
	}
}

func TestFacetsCountWhatTheReaderSees(t *testing.T) {
	t.Parallel()
	h := german(t, grinders)
	h.ask(t, `{ products(first: 1) { totalCount facets(keys: ["colour", "weight", "approved", "nothing"]) { key label totalCount values { value text count } } } }`).gives(t, `{"products": {"totalCount": 4, "facets": [
		{"key": "colour", "label": "Farbe", "totalCount": 2, "values": [{"value": "black", "text": "Schwarz", "count": 2}, {"value": "red", "text": "Rot", "count": 1}]},
		{"key": "weight", "label": "Gewicht", "totalCount": 3, "values": [{"value": {"amount": 0.5, "unit": "kg"}, "text": "0,5 kg", "count": 2}, {"value": {"amount": 2, "unit": "kg"}, "text": "2 kg", "count": 1}]},
		{"key": "approved", "label": "approved", "totalCount": 1, "values": [{"value": true, "text": "Ja", "count": 1}]},
		{"key": "nothing", "label": "nothing", "totalCount": 0, "values": []}]}}`)
	h.ask(t, `query @inContext(locale: "en") { products(filter: {families: ["mill"]}) { facets(keys: ["colour"]) { label values(first: 1) { text count } } } }`).gives(t,
		`{"products": {"facets": [{"label": "Colour", "values": [{"text": "Schwarz", "count": 2}]}]}}`)
	prices := func(context string) answer {
		return h.ask(t, `query @inContext(`+context+`) { products { facets(keys: ["price"]) { values { text count } } } }`)
	}
	prices(`audience: "consumer"`).gives(t, `{"products": {"facets": [{"values": [{"text": "750,00\u00a0DKK", "count": 1}, {"text": "99,50\u00a0€", "count": 1}, {"text": "149,00\u00a0€", "count": 1}]}]}}`)
	prices(`audience: "dealer"`).gives(t, `{"products": {"facets": [{"values": [{"text": "750,00\u00a0DKK", "count": 1}, {"text": "99,50\u00a0€", "count": 1}, {"text": "120,00\u00a0€", "count": 1}]}]}}`)
	h.ask(t, `{ fragments { facets(keys: ["label", "kind"]) { key label totalCount values { value text count } } } }`).gives(t, `{"fragments": {"facets": [
		{"key": "label", "label": "label", "totalCount": 2, "values": [{"value": "b", "text": "b", "count": 2}, {"value": "a", "text": "a", "count": 1}]},
		{"key": "kind", "label": "kind", "totalCount": 3, "values": [{"value": "STORY", "text": "STORY", "count": 2}, {"value": "WARNING", "text": "WARNING", "count": 1}]}]}}`)
	many := strings.TrimSuffix(strings.Repeat(`"x", `, 21), ", ")
	for query, says := range map[string]string{
		`{ products { facets(keys: [` + many + `]) { key } } }`:                       "at most 20",
		`{ products { facets(keys: ["colour"]) { values(first: 1001) { count } } } }`: "0 to 1000",
		`{ products { facets(keys: ["colour"]) { values(first: -1) { count } } } }`:   "0 to 1000",
		`{ fragments { facets(keys: ["colour"]) { key } } }`:                          "kind and label are",
		`{ fragments { facets(keys: ["kind", "kind"]) { key } } }`:                    "each once",
	} {
		h.ask(t, query).fails(t, "BAD_USER_INPUT", says)
	}
}

// What a mutation answers after, every list shows: also those of what inherits from what was written.
func TestListsShowAWriteAtOnce(t *testing.T) {
	t.Parallel()
	h := german(t, grinders)
	const document = `{ products(order: SKU, filter: {attributes: [{key: "burrs", equals: "conical"}]}) { nodes { sku } facets(keys: ["burrs"]) { values { value count } } } }`
	h.ask(t, document).gives(t, `{"products": {"nodes": [], "facets": [{"values": []}]}}`)
	h.upsert(t, `[{sku: "M", attributes: [{key: "name", locale: "de", value: "Zahnmühle"}, {key: "burrs", value: "conical"}]}]`)
	h.ask(t, document).gives(t, `{"products": {"nodes": [{"sku": "M"}, {"sku": "M-1"}, {"sku": "M-2"}], "facets": [{"values": [{"value": "conical", "count": 3}]}]}}`)
	h.ask(t, `{ products { nodes { sku name } } }`).gives(t, `{"products": {"nodes": [{"sku": "S", "name": "Straßendichtung +LR"}, {"sku": "M", "name": "Zahnmühle"}, {"sku": "M-1", "name": "Zahnmühle"}, {"sku": "M-2", "name": "Zahnmühle"}]}}`)
}

// P2: of a list that is found by text each cursor is another, and the pages together are the list.
func TestP2PagesOfWhatATextFinds(t *testing.T) {
	t.Parallel()
	text := strings.Builder{}
	for i := range 30 {
		fmt.Fprintf(&text, `{"kind": "product", "sku": "P%02d", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Tasse %d"}]}`+"\n", i, i%3)
	}
	h := german(t, text.String())
	for first := 1; first <= 11; first++ {
		seen, after := map[string]bool{}, any(nil)
		for {
			got := h.send(t, asked{Query: `query ($n: Int, $after: String) { products(first: $n, after: $after, filter: {text: "tas"}) { edges { cursor node { sku } } pageInfo { hasNextPage endCursor } totalCount } }`, Variables: map[string]any{"n": first, "after": after}})
			for _, cursor := range got.texts(t, "products.edges", "cursor") {
				if seen[cursor] {
					t.Fatalf("by %d a cursor comes twice", first)
				}
				seen[cursor] = true
			}
			if got.at(t, "products.pageInfo.hasNextPage") != true {
				break
			}
			after = got.at(t, "products.pageInfo.endCursor")
		}
		same(t, fmt.Sprintf("by %d", first), "30", fmt.Sprint(len(seen)))
	}
}

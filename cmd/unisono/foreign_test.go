package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unisono/internal/mongotest"
	"unisono/store"
)

// TestWhatAnotherProgramWroteNeverBreaksAnything puts documents of every wrong kind into the database, beside right ones, and asks for all of it.
func TestWhatAnotherProgramWroteNeverBreaksAnything(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		write := func(collection string, documents ...string) { mongotest.Write(t, s, collection, documents...) }
		write("channels", `{"_id": "site", "platform": "OWN_SITE", "defaultLocale": "en"}`)
		write("channels", `{"_id": "broken", "platform": 7, "defaultLocale": ["en"]}`)
		write("audiences", `{"_id": "consumer"}`)
		write("categories", `{"_id": "a", "parent": "b"}`, `{"_id": "b", "parent": "a"}`)
		write("products",
			`{"_id": "right", "state": "PUBLISHED", "later": {"x": 1}, "attributes": [{"key": "name", "value": "Right"}], "fragments": [{"slot": "s", "fragment": "mixed"}, {"slot": "t", "fragment": "types"}]}`,
			`{"_id": "types", "state": "PUBLISHED", "attributes": "none", "media": 7}`,
			`{"_id": "states", "state": "ON_SALE"}`,
			`{"_id": "missing"}`,
			`{"_id": "window", "state": "PUBLISHED", "publishFrom": {"$date": "2026-02-01T00:00:00Z"}, "publishUntil": {"$date": "2026-01-01T00:00:00Z"}}`,
			`{"_id": "round1", "parent": "round2", "state": "PUBLISHED"}`, `{"_id": "round2", "parent": "round1", "state": "PUBLISHED"}`,
			`{"_id": "scoped", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Open"}, {"key": "price", "value": 1, "planets": ["mars"]}], "media": [{"url": "/x.svg", "planets": ["mars"]}]}`,
			fmt.Sprintf(`{"_id": "huge", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Huge"}, {"key": "text", "value": %q}]}`, strings.Repeat("x", 3<<20)))
		write("fragments",
			`{"_id": "mixed", "kind": "STORY", "state": "PUBLISHED", "variants": [{"id": "open", "title": "Open", "tone": "warm"}, {"id": "mars", "title": "Secret", "priority": 9, "when": {"planets": ["mars"]}},
				{"id": "rule", "title": "Never", "priority": 9, "when": {"rule": "nonsense("}}, {"id": "empty", "priority": 9}]}`,
			`{"_id": "types", "kind": 7, "state": "PUBLISHED", "variants": {"id": "x"}}`,
			`{"_id": "nothing"}`)

		web := openOn(t, s, nil)
		all := `{ products(first: 100, order: SKU) { totalCount nodes { sku name attributes { key text value } media { url } fragments { key title } parent { sku } variants { sku } state } }
			fragments(first: 100) { nodes { key title body selection { variant } references { key } } } channels { key } category(key: "a") { path { key } children { key } }
			types: product(sku: "types") { sku } types2: fragment(key: "types") { key } }`
		answer := struct {
			Data struct {
				Products struct {
					Nodes []struct {
						SKU        string
						Attributes []struct{ Key string }
						Media      []any
						Fragments  []struct{ Title string }
					}
				}
				Fragments     struct{ Nodes []struct{ Key, Title string } }
				Channels      []any
				Types, Types2 any
			}
			Errors []any
		}{}
		ask(t, web.url, "", fmt.Sprintf(`{"query": %q}`, all), &answer)
		skus := []string{}
		for _, product := range answer.Data.Products.Nodes {
			skus = append(skus, product.SKU)
			if product.SKU == "scoped" && (len(product.Attributes) != 1 || len(product.Media) != 0) {
				t.Errorf("what is for somebody else is shown: %+v", product)
			}
			if product.SKU == "right" && (len(product.Fragments) != 1 || product.Fragments[0].Title != "Open") {
				t.Errorf("the wrong variant: %+v", product)
			}
		}
		if len(answer.Errors) > 0 || !slices.Equal(skus, []string{"huge", "right", "scoped"}) || answer.Data.Types != nil || answer.Data.Types2 != nil {
			t.Errorf("%v, %v, %+v", answer.Errors, skus, answer.Data.Types)
		}
		seenAsProblems(t, web.url)
		notDamaged(t, web.url, s)
	})
}

// seenAsProblems holds that an administrator is told of each.
func seenAsProblems(t *testing.T, address string) {
	t.Helper()
	answer := struct {
		Data struct {
			Problems []struct{ Kind, Key, Reason string }
		}
	}{}
	ask(t, address, adminKey, `{"query": "{ problems(first: 1000) { kind key reason seen } }"}`, &answer)
	told := map[string]string{}
	for _, problem := range answer.Data.Problems {
		told[problem.Kind+"/"+problem.Key] += problem.Reason
	}
	for _, key := range []string{"channel/broken", "product/types", "product/states", "product/window", "product/scoped", "fragment/mixed", "fragment/types", "rule/nonsense("} {
		if told[key] == "" {
			t.Errorf("nobody is told of %s: %v", key, told)
		}
	}
}

// notDamaged holds that a write leaves alone what it does not know, and what it cannot read.
func notDamaged(t *testing.T, address string, s *store.Store) {
	t.Helper()
	answer := map[string]any{}
	ask(t, address, adminKey, `{"query": "mutation { upsertProducts(products: [{sku: \"right\", family: \"f\"}, {sku: \"scoped\", setAttributes: [{key: \"name\", value: \"New\"}]}, {sku: \"types\", family: \"f\"}]) { written userErrors { path code message } }`+
		` upsertFragments(fragments: [{key: \"mixed\", kind: \"STORY\", variants: [{id: \"open\", title: \"Open\"}, {id: \"mars\", title: \"Secret\", priority: 9}]}]) { written userErrors { message } } }"}`, &answer)
	written, _ := json.Marshal(answer)
	if !strings.Contains(string(written), `"upsertProducts":{"userErrors":[{"code":"INVALID"`) || !strings.Contains(string(written), `"written":2`) {
		t.Errorf("the write gave %s", written)
	}
	for _, kept := range [][3]string{
		{"products", "right", `"later"`},
		{"products", "scoped", `"planets"`},
		{"products", "types", `"none"`},
		{"fragments", "mixed", `"planets"`},
		{"fragments", "mixed", `"tone"`},
	} {
		if got := mongotest.Raw(t, s, kept[0], kept[1]); !strings.Contains(got, kept[2]) {
			t.Errorf("%s %s lost %s: %s", kept[0], kept[1], kept[2], got)
		}
	}
}

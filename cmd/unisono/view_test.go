package main

import (
	"encoding/json"
	"testing"
)

// TestOneProductInSixLanguagesCostsAsMuchAsInOne asks by in(context:) and view(context:), whose contexts share what was loaded.
func TestSeenInOtherContextsCostsNothingMore(t *testing.T) {
	t.Parallel()
	g, address := demoGateway(t)
	(&house{gateway: g}).settled(t)
	calls := func(query string) (int64, map[string]any) {
		body, err := json.Marshal(map[string]any{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		answer := struct {
			Data   map[string]any
			Errors []any
		}{}
		before := g.database.Calls()
		ask(t, address, "", string(body), &answer)
		if len(answer.Errors) > 0 {
			t.Fatalf("%s: %v", query, answer.Errors)
		}
		return g.database.Calls() - before, answer.Data
	}
	one, _ := calls(`{ product(sku: "LUMA-2") { ...F } } fragment F on Product { id name fragments { id title references { id title } } related { id name } }`)
	six, data := calls(`query { product(sku: "LUMA-2") { ...F
		da: in(context: {locale: "da"}) { ...F } it: in(context: {locale: "it"}) { ...F } tr: in(context: {locale: "tr"}) { ...F }
		print: in(context: {channel: "print"}) { ...F fragment(slot: "warning") { de: in(context: {locale: "tr"}) { id title locale } } } } 
	} fragment F on Product { id name fragments { id title references { id title } } related { id name } }`)
	if six != one {
		t.Errorf("in five contexts it takes %d calls, in one %d", six, one)
	}
	product := data["product"].(map[string]any)
	ids := map[any]bool{}
	for _, of := range []any{product, product["da"], product["it"], product["tr"], product["print"]} {
		ids[of.(map[string]any)["id"]] = true
	}
	if len(ids) != 5 {
		t.Errorf("%d ids for five contexts: %v", len(ids), ids)
	}
	nested := product["print"].(map[string]any)["fragment"].(map[string]any)["de"].(map[string]any)
	if nested["title"] != "Dikkat: sıcak" || nested["locale"] != "tr" {
		t.Errorf("in print and then in Turkish it is %v", nested)
	}
	// node gives each of them again, whatever the operation's own context is.
	for _, id := range []any{product["da"].(map[string]any)["id"], nested["id"]} {
		_, again := calls(`query @inContext(locale: "it") { node(id: "` + id.(string) + `") { id ... on Product { name } ... on Fragment { title locale } } }`)
		node := again["node"].(map[string]any)
		if node["id"] != id || node["locale"] != nil && node["locale"] != "tr" {
			t.Errorf("node(%v) gives %v", id, node)
		}
	}
	_, viewed := calls(`{ view(context: {locale: "da", channel: "app"}) { context { locale channel { key } origins { dimension source } } product(sku: "LUMA-2") { id fragment(slot: "warning") { title selection { variant matched until considered { variant } } } } products(first: 2) { nodes { id name } totalCount } fragment(key: "descaling") { locale } category(key: "machines") { name } } }`)
	view := viewed["view"].(map[string]any)
	if view["context"].(map[string]any)["locale"] != "da" || view["category"] != nil && view["category"].(map[string]any)["name"] == "" {
		t.Errorf("the view is %v", view)
	}
}

// TestNoOtherContextGivesWhatWasNotGranted tries to reach the technicians' texts by replacing the audience.
func TestNoOtherContextGivesWhatWasNotGranted(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	for _, query := range []string{
		`{ view(context: {audience: \"technician\"}) { context { locale } } }`,
		`{ product(sku: \"LUMA-2\") { in(context: {audience: \"technician\"}) { name } } }`,
		`{ product(sku: \"LUMA-2\") { in(context: {at: \"2030-01-01T00:00:00Z\"}) { name } } }`,
		`{ product(sku: \"LUMA-2\") { in(context: {channel: \"nowhere\"}) { name } } }`,
	} {
		answer := struct {
			Errors []struct {
				Extensions struct{ Code string }
				Path       []any
			}
		}{}
		ask(t, address, "", `{"query": "`+query+`"}`, &answer)
		if len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != "BAD_USER_INPUT" && answer.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
			t.Errorf("%s: %+v", query, answer.Errors)
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestProductsThatAllNameEachOtherCostNoMoreThanTheyAre: each of 60 products is related to all others, and a query follows them six deep.
func TestProductsThatAllNameEachOtherCostNoMoreThanTheyAre(t *testing.T) {
	t.Parallel()
	g, address := demoGateway(t)
	products := []any{}
	for i := range 60 {
		related := []any{}
		for j := range 60 {
			if i != j {
				related = append(related, map[string]any{"kind": "ACCESSORY", "sku": fmt.Sprintf("R%d", j)})
			}
		}
		products = append(products, map[string]any{"sku": fmt.Sprintf("R%d", i), "state": "PUBLISHED", "related": related})
	}
	asEditor(t, address, `mutation($p: [ProductInput!]!) { upsertProducts(products: $p) { written } }`, map[string]any{"p": products})
	for _, first := range []int{0, 1, 3} {
		inner := "sku"
		for range 6 {
			inner = fmt.Sprintf("related(first: %d) { sku %s }", first, inner)
		}
		before, began := g.database.Calls(), time.Now()
		asEditor(t, address, `{ product(sku: "R0") { `+inner+` } }`, nil)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("first: %d took %s", first, took)
		}
		if calls := g.database.Calls() - before; calls > 8 {
			t.Errorf("first: %d took %d calls", first, calls)
		}
	}
}

// TestWhatCostsTooMuchIsRefusedBeforeItRuns names the limit and says what would be right.
func TestWhatCostsTooMuchIsRefusedBeforeItRuns(t *testing.T) {
	t.Parallel()
	g, address := demoGateway(t)
	inner := "sku"
	for range 5 {
		inner = "related(first: 100) { " + inner + " }"
	}
	before := g.database.Calls()
	for _, query := range []string{
		`{ product(sku: "LUMA-2") { ` + inner + ` } }`,
		`{ products(first: 100) { nodes { variants(first: 100) { fragments(first: 100) { key } } } } }`,
	} {
		answer := struct {
			Data   any
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}{}
		body, err := json.Marshal(map[string]any{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		ask(t, address, "", string(body), &answer)
		if len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != "LIMIT_EXCEEDED" || !strings.Contains(answer.Errors[0].Message, "50000") || answer.Data != nil {
			t.Errorf("%.60s: %+v", query, answer)
		}
	}
	if calls := g.database.Calls() - before; calls != 0 {
		t.Errorf("it took %d calls", calls)
	}
}

// TestNumbersNobodyCanKeepAreRefusedEverywhere: in a literal, in a variable and in an extension.
func TestNumbersNobodyCanKeepAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	for _, number := range []string{"99999999999999999999", "1e999"} {
		for _, body := range []string{
			fmt.Sprintf(`{"query": "query @inContext(traits: {a: %s}) { channels { key } }"}`, number),
			fmt.Sprintf(`{"query": "query @inContext(with: {traits: {a: [%s]}}) { channels { key } }"}`, number),
			fmt.Sprintf(`{"query": "query($t: JSON) @inContext(traits: $t) { channels { key } }", "variables": {"t": {"a": %s}}}`, number),
			fmt.Sprintf(`{"query": "{ channels { key } }", "extensions": {"context": {"traits": {"a": %s}}}}`, number),
			fmt.Sprintf(`{"query": "{ view(context: {traits: {a: %s}}) { context { locale } } }"}`, number),
		} {
			answer := struct {
				Errors []struct{ Extensions struct{ Code string } }
			}{}
			ask(t, address, "", body, &answer)
			if len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != "BAD_USER_INPUT" && answer.Errors[0].Extensions.Code != "GRAPHQL_VALIDATION_FAILED" {
				t.Errorf("%s: %+v", body, answer)
			}
		}
	}
}

// TestIdsInTooManyContextsAreToldAndNotLost: one request may ask in 100 contexts, by ids too.
func TestIdsInTooManyContextsAreToldAndNotLost(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	ids := []any{}
	for i := range 100 {
		data := asEditor(t, address, fmt.Sprintf(`{ product(sku: "LUMA-2") { in(context: {traits: {a: %d}}) { id } } }`, i), nil)
		ids = append(ids, data["product"].(map[string]any)["in"].(map[string]any)["id"])
	}
	body, err := json.Marshal(map[string]any{"query": `query($ids: [ID!]!) { view(context: {locale: "da"}) { context { locale } } nodes(ids: $ids) { id } }`, "variables": map[string]any{"ids": ids}})
	if err != nil {
		t.Fatal(err)
	}
	answer := struct {
		Data   struct{ Nodes []any }
		Errors []struct{ Extensions struct{ Code string } }
	}{}
	ask(t, address, "", string(body), &answer)
	for i, node := range answer.Data.Nodes {
		if node == nil && len(answer.Errors) == 0 {
			t.Fatalf("id %d is null, and nobody is told", i)
		}
	}
	for _, told := range answer.Errors {
		if told.Extensions.Code != "LIMIT_EXCEEDED" {
			t.Errorf("told %+v", told)
		}
	}
}

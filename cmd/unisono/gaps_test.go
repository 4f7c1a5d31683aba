package main

import (
	"fmt"
	"slices"
	"testing"
)

// TestContentGapsAreFoundPageByPage: every product that does not say all it must, once each, drafts among them, for those who may see previews.
func TestContentGapsAreFoundPageByPage(t *testing.T) {
	t.Parallel()
	_, address := demoGateway(t)
	asEditor(t, address, `mutation { upsertDefinitions(definitions: {families: [{key: "lamp", required: [{channel: "site", attributes: ["name", "glow"], weights: [{attribute: "name", weight: 3}]}]}]}) { written userErrors { path message } } }`, nil)
	products := []any{}
	for i := range 230 {
		attributes := []any{map[string]any{"key": "name", "locale": "en", "value": fmt.Sprintf("Lamp %d", i)}}
		if i%2 == 0 {
			attributes = append(attributes, map[string]any{"key": "glow", "value": 7}, map[string]any{"key": "name", "locale": "da", "value": "Lampe"})
		}
		products = append(products, map[string]any{"sku": fmt.Sprintf("LAMP-%03d", i), "family": "lamp", "attributes": attributes})
	}
	asEditor(t, address, `mutation($p: [ProductInput!]!) { upsertProducts(products: $p) { written userErrors { message } } }`, map[string]any{"p": products})
	found, after := []string{}, any(nil)
	for range 30 {
		data := asEditor(t, address, `query($after: String) { contentGaps(channel: "site", locale: "da", first: 30, after: $after) {
			nodes { product { sku state } completeness { channel locale strict effective missing fallbacks } } pageInfo { hasNextPage endCursor } } }`, map[string]any{"after": after})
		page := data["contentGaps"].(map[string]any)
		for _, node := range page["nodes"].([]any) {
			gap := node.(map[string]any)
			if sku := gap["product"].(map[string]any)["sku"].(string); sku[:4] == "LAMP" {
				found = append(found, sku)
				if complete := fmt.Sprint(gap["completeness"]); complete != "map[channel:site effective:75 fallbacks:[name] locale:da missing:[glow] strict:0]" {
					t.Fatalf("%s: %s", sku, complete)
				}
			}
		}
		info := page["pageInfo"].(map[string]any)
		if info["hasNextPage"] == false {
			break
		}
		after = info["endCursor"]
	}
	if len(found) != 115 || !slices.IsSorted(found) || len(slices.Compact(slices.Clone(found))) != 115 {
		t.Errorf("%d gaps are found, want 115: %v", len(found), found)
	}
	answer := struct {
		Data   map[string]map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}{}
	ask(t, address, "", `{"query": "{ contentGaps { nodes { completeness { strict } } } product(sku: \"LUMA-2\") { completeness { strict } } }"}`, &answer)
	if len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != "UNAUTHENTICATED" || answer.Data["product"]["completeness"] != nil {
		t.Errorf("anybody: %+v", answer)
	}
}

package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// A thousand changes are taken in one mutation, and not one more.
func TestThousandChangesAreTaken(t *testing.T) {
	h := open(t, nil)
	for count, want := range map[int]string{1000: `{"data":{"upsertProducts":{"written":1000,"userErrors":[]}}}`, 1001: ``} {
		products := make([]map[string]any, count)
		for i := range products {
			products[i] = map[string]any{"sku": fmt.Sprint(i)}
		}
		request, err := json.Marshal(map[string]any{
			"query":     `mutation ($p: [ProductInput!]!) { upsertProducts(products: $p) { written userErrors { message } } }`,
			"variables": map[string]any{"p": products},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := h.send(t, http.MethodPost, "/graphql", string(request), "Authorization", "Bearer "+adminKey)
		if want != "" && got.body != want {
			t.Errorf("%d: %.500s", count, got.body)
		}
		if failures := got.failures(t); want == "" && (len(failures) != 1 || failures[0].Extensions.Code != "LIMIT_EXCEEDED") {
			t.Errorf("%d: %.500s", count, got.body)
		}
	}
}

package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// Who asks for an answer in pieces is told that there is none, and what to do instead, rather than left to wait for the rest.
func TestAnAnswerComesInOnePiece(t *testing.T) {
	h := open(t, nil)
	for _, test := range []struct{ name, query, says string }{
		{"on an inline fragment", `{ channels { key } ... @defer { audiences { key } } }`, "@defer is not supported"},
		{"on a spread", `{ product(sku: "A") { sku ...f @defer(label: "later") } } fragment f on Product { name }`, "@defer is not supported"},
		{"switched off", `{ product(sku: "A") { sku ... @defer(if: false) { name } } }`, "@defer is not supported"},
		{"by a variable", `query ($later: Boolean = true) { product(sku: "A") { sku ... @defer(if: $later, label: "x") { name } } }`, "@defer is not supported"},
		{"where no directive may be", `query @defer { channels { key } }`, "@defer is not supported"},
		{"in a mutation", `mutation { ... @defer { deleteProducts(skus: ["A"]) { deleted } } }`, "@defer is not supported"},
		{"a list", `{ channels @stream(initialCount: 1) { key } }`, "@stream is not supported"},
		{"another directive", `{ channels @deferred { key } }`, `Unknown directive "@deferred".`},
	} {
		t.Run(test.name, func(t *testing.T) {
			h.query(t, test.query, asAdmin()...).refused(t, http.StatusOK, validationFailed, test.says)
			h.query(t, test.query, append(asAdmin(), "Accept", newer)...).refused(t, http.StatusBadRequest, validationFailed, test.says)
			h.send(t, http.MethodGet, "/graphql?query="+url.QueryEscape(test.query), "").refused(t, http.StatusOK, validationFailed, test.says)
		})
	}
}

// Tools look at the schema for what they may send: @defer is not in it, and all that is has stayed.
func TestTheSchemaOffersNoAnswerInPieces(t *testing.T) {
	h := open(t, nil)
	got := h.query(t, `{ __schema { directives { name } } }`)
	said := struct {
		Data struct {
			Schema struct{ Directives []struct{ Name string } } `json:"__schema"`
		}
	}{}
	if err := json.Unmarshal([]byte(got.body), &said); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, directive := range said.Data.Schema.Directives {
		names = append(names, directive.Name)
	}
	if want := []string{"deprecated", "inContext", "include", "needs", "oneOf", "semanticNonNull", "skip", "specifiedBy"}; !slices.Equal(names, want) {
		t.Errorf("the directives are %v; want %v", names, want)
	}
}

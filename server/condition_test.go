package server_test

import (
	"net/http"
	"net/url"
	"testing"

	"unisono/fault"
)

// A condition that is null is the client's mistake, wherever it stands: it is named, and nothing is answered.
func TestConditionsThatAreNullAreRefused(t *testing.T) {
	h := open(t, nil)
	for name, selection := range map[string]string{
		"of a field":            `{ product(sku: "A") { name @skip(if: $x) } }`,
		"at the root":           `{ product(sku: "A") @include(if: $x) { name } }`,
		"of an inline fragment": `{ product(sku: "A") { ... @include(if: $x) { name } } }`,
		"of a spread":           `{ product(sku: "A") { ...F @skip(if: $x) } } fragment F on Product { name }`,
		"in a fragment":         `{ product(sku: "A") { ...F } } fragment F on Product { name @skip(if: $x) }`,
		"below what is nowhere": `{ product(sku: "NOWHERE") { name @skip(if: $x) } }`,
	} {
		text := `query ($x: Boolean = true) ` + selection
		t.Run(name, func(t *testing.T) {
			h.send(t, http.MethodGet, "/graphql?"+url.Values{"query": {text}, "variables": {`{"x": null}`}}.Encode(), "").refused(t, http.StatusOK, fault.BadUserInput, "(if: $x): true or false is expected")
			for _, variables := range []string{`{"x": false}`, `{}`} {
				got := h.send(t, http.MethodGet, "/graphql?"+url.Values{"query": {text}, "variables": {variables}}.Encode(), "")
				if failures := got.failures(t); len(failures) > 0 {
					t.Errorf("%s: %s", variables, got.body)
				}
			}
		})
	}
}

// HEAD is answered as GET is, without a body: what is in front asks so whether what it has is still right.
func TestHeadIsAsGet(t *testing.T) {
	h := open(t, nil)
	for _, path := range []string{"/graphql?query=%7Bchannels%7Bkey%7D%7D", "/graphql?query=%7Bnothing%7D", "/graphql"} {
		get, head := h.send(t, http.MethodGet, path, ""), h.send(t, http.MethodHead, path, "")
		if head.status != get.status || head.body != "" {
			t.Errorf("%s: %d %q, and by GET %d", path, head.status, head.body, get.status)
		}
		for _, name := range []string{"Content-Type", "Cache-Control", "Etag", "Vary"} {
			if head.header.Get(name) != get.header.Get(name) {
				t.Errorf("%s: %s %q, and by GET %q", path, name, head.header.Get(name), get.header.Get(name))
			}
		}
	}
	got := h.send(t, http.MethodHead, "/graphql?query="+url.QueryEscape(`mutation { deleteProducts(skus: ["A"]) { deleted } }`), "", "Authorization", "Bearer "+adminKey)
	if got.status != http.StatusMethodNotAllowed {
		t.Errorf("a mutation: %d", got.status)
	}
}

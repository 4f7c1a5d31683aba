package main

import (
	"strings"
	"testing"

	"unisono/content"
	"unisono/internal/mongotest"
	"unisono/server"
)

// The tags of an answer are as many, and of the same kinds, whether what it shows names something that the caller may not see or nothing; and what it names is purged with the rest once it can be seen.
func TestTagsDoNotTellOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	const secret = "a secret of this house"
	h := openOn(t, mongotest.Embedded(t), func(config *gatewayConfig) { config.caching.TagKey = secret })
	h.load(t, twoAudiences+`{"kind": "product", "sku": "DRAFT", "state": "DRAFT"}
{"kind": "fragment", "key": "dealers", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "a", "title": "A", "when": {"audiences": ["dealer"]}}]}
{"kind": "fragment", "key": "naming", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "a", "title": "A"}], "references": ["dealers"]}
{"kind": "fragment", "key": "alone", "type": "OFFER", "state": "PUBLISHED", "variants": [{"id": "a", "title": "A"}]}
{"kind": "product", "sku": "NAMING", "state": "PUBLISHED", "related": [{"kind": "ACCESSORY", "sku": "DRAFT"}], "fragments": [{"slot": "intro", "fragment": "dealers"}]}
{"kind": "product", "sku": "ALONE", "state": "PUBLISHED"}`)
	for _, test := range []struct {
		naming, alone string
		kind          content.Kind // of what could be named
	}{
		{`{ product(sku: "NAMING") { related { sku } } }`, `{ product(sku: "ALONE") { related { sku } } }`, content.KindProduct},
		{`{ product(sku: "NAMING") { fragments { key } } }`, `{ product(sku: "ALONE") { fragments { key } } }`, content.KindFragment},
		{`{ product(sku: "NAMING") { ...slot } } fragment slot on Product { fragment(slot: "intro") { key } }`, `{ product(sku: "ALONE") { ...slot } } fragment slot on Product { fragment(slot: "intro") { key } }`, content.KindFragment},
		{`{ fragment(key: "naming") { ... on Fragment { references { key } } } }`, `{ fragment(key: "alone") { ... on Fragment { references { key } } } }`, content.KindFragment},
		{`{ product(sku: "NAMING") { sku in(context: {market: "DE"}) { sku } parent { sku } } }`, `{ product(sku: "ALONE") { sku in(context: {market: "DE"}) { sku } parent { sku } } }`, ""},
	} {
		tags := func(query string) []string {
			got := h.get(t, query, nil)
			if strings.Contains(string(got.body), "errors") {
				t.Fatalf("%s: %s", query, got.body)
			}
			return strings.Split(got.header.Get("Cache-Tag"), ",")
		}
		kinds := func(of []string) (is [2]bool) {
			for _, tag := range of {
				is[0] = is[0] || tag == server.TagOf(secret, content.KindProduct, "")
				is[1] = is[1] || tag == server.TagOf(secret, content.KindFragment, "")
			}
			return is
		}
		naming, alone := tags(test.naming), tags(test.alone)
		if len(naming) != len(alone) || kinds(naming) != kinds(alone) || kinds(naming) != [2]bool{test.kind == content.KindProduct, test.kind == content.KindFragment} {
			t.Errorf("%s: %v, and where nothing is named %v", test.naming, naming, alone)
		}
	}
}

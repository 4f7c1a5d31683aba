package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"unisono/content"
)

// One field of a fragment stands in two places, and in each of them more is asked below it: what one place leads to is not taken for what the other does.
func TestWhatIsReadAheadIsToldApartByAllThatIsAskedBelow(t *testing.T) {
	shelf := &shelf{read: map[string]bool{}}
	index, servers := twoWays(t, shelf, &weather{})
	all := emptyShop()
	product := func(sku, parent string, related ...any) {
		fields := map[string]any{"sku": sku, "state": "PUBLISHED", "related": related}
		if parent != "" {
			fields["parent"] = parent
		}
		all.put(content.KindProduct, sku, fields)
	}
	to := func(sku string) any { return map[string]any{"kind": "ACCESSORY", "sku": sku} }
	product("M", "", to("N"))
	product("N", "")
	for i := range 5 {
		n := fmt.Sprint(i)
		product("V"+n, "M", to("R"+n))
		product("R"+n, "", to("Q"+n))
		product("Q"+n, "")
	}
	shelf.become(all.documents())
	if err := index.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := tell(t, servers[0], shelf, asked{Query: `fragment A on Product { related { sku } }
		{ product(sku: "M") { ...A related { name } variants { ...A related { related { sku } } } } }`})
	if !strings.Contains(got.body, `"Q4"`) || strings.Contains(got.body, "errors") || got.calls != 4 {
		t.Errorf("it takes %d round trips, want 4: %s", got.calls, got.body)
	}
}

// emptyShop is where nothing is sold yet.
func emptyShop() catalogue {
	all := catalogue{}
	all.put(content.KindChannel, "site", map[string]any{"platform": "OWN_SITE", "defaultLocale": "en", "locales": []any{"en", "da"}})
	all.put(content.KindAudience, "consumer", map[string]any{"name": map[string]any{"en": "Consumer"}})
	return all
}

// A hundred products have a fragment each, which is asked for under many names: it is far fewer documents than places.
func TestWhatIsAskedUnderManyNamesIsReadAhead(t *testing.T) {
	shelf := &shelf{read: map[string]bool{}}
	index, servers := twoWays(t, shelf, &weather{})
	all := emptyShop()
	for i := range 100 {
		key := fmt.Sprint("F", i)
		all.put(content.KindFragment, key, map[string]any{"type": "STORY", "state": "PUBLISHED", "variants": []any{map[string]any{"id": "v", "title": key}}})
		all.put(content.KindProduct, fmt.Sprint("P", i), map[string]any{"state": "PUBLISHED", "fragments": []any{map[string]any{"slot": "intro", "fragment": key}}})
	}
	shelf.become(all.documents())
	if err := index.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	names := strings.Builder{}
	for i := range 120 {
		fmt.Fprintf(&names, ` a%d: fragment(slot: "intro") { title }`, i)
	}
	got := tell(t, servers[0], shelf, asked{Query: `{ products(first: 100) { nodes {` + names.String() + ` } } }`})
	if strings.Contains(got.body, "errors") || !strings.Contains(got.body, `"F99"`) || got.calls != 2 {
		t.Errorf("it takes %d round trips, want 2: %.500s", got.calls, got.body)
	}
}

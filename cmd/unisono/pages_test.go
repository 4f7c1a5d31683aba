package main

import (
	"net/http"
	"strings"
	"testing"

	"unisono/content"
)

// What comes from pages in browsers, and what tools in them ask for.

const schemaQuery = `{ __schema { queryType { name } } }`

// The schema is for everybody unless whoever starts the gateway says otherwise; the admin gets it all the same.
func TestIntrospectionCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	demoHouse(t).ask(t, schemaQuery).gives(t, `{"__schema": {"queryType": {"name": "Query"}}}`)
	d := startDemo(t, t.TempDir(), "--no-introspection", "--admin-key", adminKey)
	h := &house{url: d.address}
	for _, key := range []string{"", editorKey} {
		for query, says := range map[string]string{
			schemaQuery:                             `"the schema cannot be asked for here: __schema and __type need the permission \"admin\""`,
			`{ product(sku: "LUMA-2") { nam } }`:    `"Cannot query field \"nam\" on type \"Product\"."`,
			`{ products(order: SKUU) { nothing } }`: `"Value \"SKUU\" does not exist in \"ProductOrder\" enum."`,
		} {
			if got := h.askAs(t, key, query); !strings.Contains(string(got.body), says) || !strings.Contains(string(got.body), "GRAPHQL_VALIDATION_FAILED") || strings.Contains(string(got.body), "data") {
				t.Errorf("%s: %s", query, got.body)
			}
		}
	}
	h.askAs(t, adminKey, schemaQuery).gives(t, `{"__schema": {"queryType": {"name": "Query"}}}`)
	d.end(t)
	for _, name := range []string{"serve", "demo"} {
		if _, out, _ := command(t, name, "--help"); !strings.Contains(out, "--[no-]introspection") || !strings.Contains(out, "UNISONO_INTROSPECTION") {
			t.Errorf("%s --help says nothing of it: %s", name, out)
		}
	}
}

// A key that is kept in the database works from the pages that it names alone.
func TestKeysNameTheirPages(t *testing.T) {
	t.Parallel()
	h := german(t, "")
	h.register(t, "key-of-the-shop", content.Client{Name: "shop", Origins: []string{"https://shop.example"}})
	send := func(origin string) answer {
		return h.send(t, asked{Query: `query @inContext(channel: "site") { channels { key } }`, Key: "key-of-the-shop", Headers: map[string]string{"Origin": origin}})
	}
	got := send("https://shop.example")
	got.gives(t, `{"channels": [{"key": "app"}, {"key": "site"}]}`)
	same(t, "who may read it", "https://shop.example", got.header.Get("Access-Control-Allow-Origin"))
	if got := send("https://evil.example"); got.status != http.StatusForbidden || got.header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(string(got.body), "evil.example") {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
}

package main

import (
	"fmt"
	"testing"

	"unisono/internal/mongotest"
)

// Read your writes, behind a balancer: who bears the time of a write is shown it by every gateway, at once.
func TestWhatWasWrittenAtOneGatewayIsReadAtAnother(t *testing.T) {
	t.Parallel()
	on := mongotest.Java(t)
	here, there := openOn(t, on, nil), openOn(t, mongotest.Beside(t, on, nil), nil)
	here.loadDemoCatalogue(t)
	for round := range 20 {
		write := here.askAs(t, adminKey, fmt.Sprintf(`mutation { upsertProducts(products: [{sku: "MINE", slug: "mine-%d", state: PUBLISHED, attributes: [{key: "name", value: "Zebra %d"}]}]) { written } }`, round, round))
		bears := map[string]string{"Unisono-Time": write.header.Get("Unisono-Time")}
		question := fmt.Sprintf(`{ product(sku: "MINE") { name } slug: product(slug: "mine-%d") { sku } products(filter: {text: "zebra %d"}) { totalCount } }`, round, round)
		want := fmt.Sprintf(`{"product": {"name": "Zebra %d"}, "slug": {"sku": "MINE"}, "products": {"totalCount": 1}}`, round)
		for _, gateway := range []*house{there, here} {
			gateway.send(t, asked{Query: question, Headers: bears}).gives(t, want)
		}
	}
}

// Two gateways on one database: what one writes, the other shows as soon as the change stream tells it.
func TestGatewaysFollowEachOther(t *testing.T) {
	t.Parallel()
	on := mongotest.Java(t)
	if !on.HasChangeStreams() {
		t.Fatal("this engine should have change streams")
	}
	here, there := openOn(t, on, nil), openOn(t, mongotest.Beside(t, on, nil), nil)
	here.loadDemoCatalogue(t)
	const document = `query @inContext(locale: "da") { product(sku: "LUMA-2") { name fragments(slots: ["intro"]) { title } } slug: product(slug: "jug-350") { sku } products { totalCount } channels { key } }`
	const want = `{"product":{"name":"Luma 2","fragments":[{"title":"To kedler, én rolig morgen"}]},"slug":{"sku":"JUG-350"},"products":{"totalCount":78},"channels":[{"key":"app"},{"key":"kiosk"},{"key":"mail"},{"key":"marketplace"},{"key":"print"},{"key":"site"}]}`
	seen := func(h *house, document, want string) func() bool {
		return func() bool {
			got := h.ask(t, document)
			return string(got.part(t, "data")) == want && got.part(t, "errors") == nil
		}
	}
	if !seen(here, document, want)() {
		t.Errorf("the writer itself: %s", here.ask(t, document).body)
	}
	eventually(t, "the other shows the demo", seen(there, document, want))
	for round := range 3 {
		here.askAs(t, adminKey, fmt.Sprintf(`mutation { upsertProducts(products: [{sku: "NEW", slug: "new-%d", state: PUBLISHED, attributes: [{key: "name", value: "New %d"}]}]) { written } }`, round, round))
		const list = `products(filter: {skus: ["NEW"]}) { nodes { name } }`
		by := fmt.Sprintf(`{ product(slug: "new-%d") { name } %s }`, round, list)
		eventually(t, "the other shows the change", seen(there, by, fmt.Sprintf(`{"product":{"name":"New %[1]d"},"products":{"nodes":[{"name":"New %[1]d"}]}}`, round)))
		there.askAs(t, adminKey, `mutation { deleteProducts(skus: ["NEW"]) { deleted } }`).gives(t, `{"deleteProducts": {"deleted": ["NEW"]}}`)
		eventually(t, "the first shows the deletion", seen(here, by, `{"product":null,"products":{"nodes":[]}}`))
	}
	there.askAs(t, adminKey, `mutation { upsertDefinitions(definitions: {channels: [{key: "counter", platform: STORE, defaultLocale: "da"}]}) { written } }`)
	eventually(t, "the first knows the channel", seen(here, `query @inContext(channel: "counter") { context { locale } }`, `{"context":{"locale":"da"}}`))
}

// Own writes are never late, on an engine with change streams either.
func TestOwnWritesAreSeenAtOnceWithChangeStreams(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Java(t), nil)
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "channel", "key": "app", "platform": "APP", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
`)
	seesOwnWrites(t, h)
}

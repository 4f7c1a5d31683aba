package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unisono/internal/mongotest"
	"unisono/store"
	"unisono/view"
)

// Two windows that overlap: A from 2 until 6 hours after today, B from 4 until 8. What is seen is one of five things, one after the other.
var (
	fromA, untilA = today.Add(2 * time.Hour), today.Add(6 * time.Hour)
	fromB, untilB = today.Add(4 * time.Hour), today.Add(8 * time.Hour)
)

// windowed is content of every kind that a window can be put around: products and those above them, values that are shown, ordered by, found, counted and written into texts, variants of
// fragments, in one language and in two.
var windowed = germanHouse + strings.NewReplacer(
	"IN_A", fmt.Sprintf(`"validFrom": %q, "validUntil": %q`, fromA.Format(time.RFC3339), untilA.Format(time.RFC3339)), "IN_B", fmt.Sprintf(`"validFrom": %q, "validUntil": %q`, fromB.Format(time.RFC3339), untilB.Format(time.RFC3339)),
	"PUBLISHED_A", fmt.Sprintf(`"state": "PUBLISHED", "publishFrom": %q, "publishUntil": %q`, fromA.Format(time.RFC3339), untilA.Format(time.RFC3339)), "PUBLISHED_B", fmt.Sprintf(`"state": "PUBLISHED", "publishFrom": %q, "publishUntil": %q`, fromB.Format(time.RFC3339), untilB.Format(time.RFC3339)),
).Replace(`
{"kind": "attribute", "key": "size", "type": "NUMBER"}
{"kind": "category", "key": "c", "name": {"de": "C"}}
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "labels": ["l"], "variants": [{"id": "0", "title": "Always"}, {"id": "a", "title": "In A", IN_A}, {"id": "b", "title": "In B", IN_B}]}
{"kind": "fragment", "key": "g", "type": "OFFER", "state": "PUBLISHED", "labels": ["l"], "variants": [{"id": "a", "locale": "de", "title": "Deutsch", IN_A}, {"id": "b", "locale": "en", "title": "English", IN_B}]}
{"kind": "fragment", "key": "t", "type": "STORY", "state": "PUBLISHED", "references": ["f", "g"], "variants": [{"id": "0", "title": "It is {{attribute \"colour\"}}", "body": "**{{attribute \"size\"}}**"}]}
{"kind": "product", "sku": "M", "slug": "m", "categories": ["c"], PUBLISHED_B}
{"kind": "product", "sku": "P", "parent": "M", "slug": "p", PUBLISHED_A}
{"kind": "product", "sku": "Q", "state": "PUBLISHED", "categories": ["c"], "related": [{"kind": "UPSELL", "sku": "P"}, {"kind": "UPSELL", "sku": "M"}], "fragments": [{"slot": "f", "fragment": "f"}, {"slot": "g", "fragment": "g"}, {"slot": "t", "fragment": "t"}], "attributes": [{"key": "name", "value": "Zero"}, {"key": "name", "value": "Alpha", IN_A}, {"key": "name", "value": "Beta", IN_B}, {"key": "colour", "value": "red"}, {"key": "colour", "value": "blue", IN_A}, {"key": "colour", "value": "green", IN_B}, {"key": "size", "value": 1}, {"key": "size", "value": 2, IN_B}]}
{"kind": "product", "sku": "R", "parent": "Q", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Middle"}, {"key": "size", "value": 3, IN_A}]}
`)

// phases are the five: until when each lasts, and what is seen in it: which products are there, the name and the colour of one, the titles of two fragments, and the products by name.
var phases = []struct {
	until time.Time
	shows string
}{
	{fromA, "[Q R] Zero red Always <nil> [R Q]"},
	{fromB, "[Q R] Alpha blue In A Deutsch [Q R]"},
	{untilA, "[M P Q R] Beta green In B English [Q R M P]"},
	{untilB, "[M Q R] Beta green In B English [Q R M]"},
	{today.AddDate(1, 0, 0), "[Q R] Zero red Always <nil> [R Q]"},
}

const whatTimeChanges = `products(order: SKU) { totalCount nodes { sku name } facets(keys: ["colour", "size"]) { key totalCount values { value count } } } sorted: products(order: NAME) { nodes { sku } } alpha: products(filter: {text: "alph"}) { nodes { sku } }
	beta: products(filter: {text: "bet"}) { nodes { sku } } blue: products(filter: {attributes: [{key: "colour", equals: "blue"}]}) { nodes { sku } } large: products(filter: {attributes: [{key: "size", min: 2}]}) { nodes { sku } } inCategory: products(filter: {categories: ["c"]}) { totalCount }
	q: product(sku: "Q") { name colour: attribute(key: "colour") { text } attributes { key text } related { sku name } fragments { key title } f: fragment(slot: "f") { title selection { variant until } } g: fragment(slot: "g") { title locale } t: fragment(slot: "t") { title body(format: HTML) references { key title } }
		in(context: {locale: "de"}) { name g: fragment(slot: "g") { title } } }
	m: product(slug: "m") { sku } p: product(slug: "p") { sku parent { sku } } r: product(sku: "R") { name attributes { key text } parent { name } } f: fragment(key: "f") { title } g: fragment(key: "g") { title isFallback }
	fragments { totalCount nodes { key title } facets(keys: ["kind", "label"]) { key values { value count } } } offers: fragments(filter: {labels: ["l"]}) { totalCount } view(context: {locale: "de"}) { g: fragment(key: "g") { title } }
	node(id: "PRODUCT") { ... on Product { sku name } } other: node(id: "FRAGMENT") { ... on Fragment { title } } }`

// C3: what depends on the moment is never kept longer than it is so: with all documents in memory, and the clock alone moving, to each edge of two windows and past it, forth, back and
// about, the very next answer is that of a gateway that was opened at that moment and keeps nothing; that which an editor gets who asks for the moment; and what the windows mean.
func TestC3WhatDependsOnTheMomentIsNotKept(t *testing.T) {
	t.Parallel()
	clock := atomic.Pointer[time.Time]{}
	clock.Store(&today)
	on := mongotest.Embedded(t)
	h := openOn(t, on, func(c *gatewayConfig) { c.now = func() time.Time { return *clock.Load() } })
	h.load(t, windowed)
	h.settled(t)
	parts := strings.NewReplacer("PRODUCT", view.ProductID("P"), "FRAGMENT", view.FragmentID("g")).Replace(whatTimeChanges)
	question := `query @inContext(locale: "en") { ` + parts
	moments := []time.Time{today}
	for _, edge := range []time.Time{fromA, fromB, untilA, untilB} {
		moments = append(moments, edge.Add(-time.Millisecond), edge)
	}
	fresh := make([]answer, len(moments))
	for i, at := range moments {
		fresh[i] = openedAt(t, on, at).ask(t, question)
		phase := 0
		for !at.Before(phases[phase].until) {
			phase++
		}
		same(t, fmt.Sprintf("what is seen at %s", at), phases[phase].shows, shown(t, fresh[i]))
	}
	for i := range moments { // after which all that is ever seen is in memory
		clock.Store(&moments[i])
		h.ask(t, question).data(t)
	}
	calls := h.database.Calls()
	for _, i := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1, 0, 4, 8, 3, 6, 0, 5, 2, 7, 1} {
		clock.Store(&moments[i])
		if got := h.ask(t, question); !bytes.Equal(got.body, fresh[i].body) {
			t.Fatalf("at %s it is not what a gateway gives that is opened then:\n%s\n%s", moments[i], got.body, fresh[i].body)
		}
		clock.Store(&today)
		if got := h.askAs(t, editorKey, fmt.Sprintf(`query @inContext(locale: "en", at: %q) { `, moments[i].Format(time.RFC3339Nano))+parts); !bytes.Equal(got.data(t), fresh[i].data(t)) {
			t.Fatalf("for an editor who asks for %s it is not what it will be:\n%s\n%s", moments[i], got.body, fresh[i].body)
		}
	}
	if after := h.database.Calls(); after != calls {
		t.Errorf("the database was asked %d times, so what is kept was not tried", after-calls)
	}
}

// shown gives of an answer what a phase is known by.
func shown(t *testing.T, got answer) string {
	t.Helper()
	return fmt.Sprintf("%v %v %v %v %v %v", got.texts(t, "products.nodes", "sku"), got.at(t, "q.name"), got.at(t, "q.colour.text"), got.at(t, "q.f.title"), got.at(t, "q.g.title"), got.texts(t, "sorted.nodes", "sku"))
}

// openedAt opens a gateway that keeps nothing, and for which it is always the same moment.
func openedAt(t *testing.T, on *store.Store, at time.Time) *house {
	t.Helper()
	return openOn(t, mongotest.Beside(t, on, nil), func(c *gatewayConfig) {
		c.cacheSize, c.now = 0, func() time.Time { return at }
	})
}

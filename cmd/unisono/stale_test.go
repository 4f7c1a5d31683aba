package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"unisono/content"
	"unisono/internal/property"
)

// The catalogue learns of a change a moment after it was made. A page is then loaded of documents that are not as the list knows them.
func TestPagesHoldWhatIsRightWhenDocumentsChangeUnderAList(t *testing.T) {
	shelf := &shelf{read: map[string]bool{}}
	shelf.become(shopOf(12))
	desk, index := inMemory(t, shelf)
	property.Check(t, 1000, func(t *rapid.T) {
		known := shopOf(rapid.IntRange(1, 30).Draw(t, "products"))
		shelf.become(known)
		if err := index.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		now, right := map[content.Kind]map[string]content.Document{}, map[string]string{}
		for kind, documents := range known {
			now[kind] = maps.Clone(documents)
		}
		for sku, document := range now[content.KindProduct] {
			product := *document.(*content.Product)
			now[content.KindProduct][sku] = &product
			right[sku] = changed(t, &product, now[content.KindProduct])
		}
		shelf.become(now)
		desk.cache.NoteAll() // changes are noted before the lists show them
		walkUnder(t, desk, right)
	})
}

// shopOf is a channel, an audience and so many red products.
func shopOf(products int) map[content.Kind]map[string]content.Document {
	shop := map[content.Kind]map[string]content.Document{
		content.KindChannel:  {"site": &content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en"}},
		content.KindAudience: {"consumer": &content.Audience{Key: "consumer"}},
		content.KindProduct:  {},
	}
	for i := range products {
		sku := fmt.Sprintf("P%02d", i)
		shop[content.KindProduct][sku] = &content.Product{SKU: sku, State: content.Published, Attributes: []content.AttributeValue{
			{Key: "name", Value: content.TextValue(fmt.Sprintf("Name %02d", i*7%30))}, {Key: "colour", Value: content.TextValue("red")},
		}}
	}
	return shop
}

// changed changes a product, or none, and gives the name by which it is still right to show it, or "".
func changed(t *rapid.T, product *content.Product, all map[string]content.Document) string {
	name, _ := product.Attributes[0].Value.Text()
	switch rapid.IntRange(0, 9).Draw(t, "change") {
	case 0:
		delete(all, product.SKU)
		return ""
	case 1:
		product.Audiences = []string{"dealer"}
		return ""
	case 2:
		product.State = content.Draft
		return ""
	case 3: // fits the filter no longer
		product.Attributes = []content.AttributeValue{product.Attributes[0], {Key: "colour", Value: content.TextValue("blue")}}
		return ""
	case 4:
		product.Attributes = []content.AttributeValue{{Key: "name", Value: content.TextValue("Renamed")}, product.Attributes[1]}
		return "Renamed"
	case 5: // needs a parent that is not there
		product.Parent = "gone"
		return ""
	default:
		return name
	}
}

// walkUnder goes through a list page by page from either end, and finds all that is right, once, and nothing else.
func walkUnder(t *rapid.T, desk *desk, right map[string]string) {
	backward := rapid.Bool().Draw(t, "backward")
	first := rapid.IntRange(1, 11).Draw(t, "first")
	order := rapid.SampledFrom([]string{"NAME", "NAME_DESC", "NEWEST", "SKU"}).Draw(t, "order")
	seen := map[string]bool{}
	for cursor := any(nil); ; {
		size, from := "first", "after"
		if backward {
			size, from = "last", "before"
		}
		answer := desk.ask(t, asked{
			Query: fmt.Sprintf(`query ($from: String) { products(%s: %d, %s: $from, order: %s, filter: {attributes: [{key: "colour", equals: "red"}]}) {
				nodes { sku name } edges { cursor node { sku } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, size, first, from, order),
			Variables: map[string]any{"from": cursor},
		})
		got := struct {
			Errors json.RawMessage
			Data   struct {
				Products struct {
					Nodes    []struct{ SKU, Name string }
					Edges    []struct{ Node struct{ SKU string } }
					PageInfo struct {
						HasNextPage, HasPreviousPage bool
						StartCursor, EndCursor       *string
					}
				}
			}
		}{}
		if err := json.Unmarshal([]byte(answer.body), &got); err != nil || got.Errors != nil {
			t.Fatalf("%v: %s", err, answer.body)
		}
		page := got.Data.Products
		for i, node := range page.Nodes {
			if seen[node.SKU] || right[node.SKU] == "" || right[node.SKU] != node.Name || page.Edges[i].Node.SKU != node.SKU {
				t.Fatalf("%s, as %q, where %v is right and %v has been seen: %s", node.SKU, node.Name, right, seen, answer.body)
			}
			seen[node.SKU] = true
		}
		more, next := page.PageInfo.HasNextPage, page.PageInfo.EndCursor
		if backward {
			more, next = page.PageInfo.HasPreviousPage, page.PageInfo.StartCursor
		}
		if !more {
			break
		}
		if next == nil {
			t.Fatalf("there is more and no cursor to ask for it: %s", answer.body)
		}
		cursor = *next
	}
	for sku, name := range right {
		if name != "" && !seen[sku] {
			t.Fatalf("%s is missing of %s", sku, strings.Join(slices.Sorted(maps.Keys(seen)), " "))
		}
	}
}

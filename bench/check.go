package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"unisono/bench/catalogue"
)

// shown is what is looked at of an answer, to the listing or to the question for one product.
type shown struct {
	Data struct {
		Product  *item
		Products *struct{ Nodes []item }
	}
}

type item struct {
	Name       string
	Attributes []struct{ Text string }
	Media      []struct{ Alt string }
	Fragments  []struct{ Title, Body string }
}

// checkWhole says whether an answer holds all that was asked of a catalogue with so many products: it is what every other answer is compared with.
func checkWhole(question, body []byte, products int) error {
	answer := shown{}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	items, count, attributes, fragments := []item{}, 1, len(catalogue.Attributes), catalogue.InDetail
	if answer.Data.Product != nil {
		items = append(items, *answer.Data.Product)
	}
	if bytes.Contains(question, []byte("query Listing")) {
		count, attributes, fragments = catalogue.Listed(products), len(catalogue.ListingAttributes), catalogue.InListing
		if answer.Data.Products != nil {
			items = answer.Data.Products.Nodes
		}
	}
	if len(items) != count {
		return fmt.Errorf("there are %d products instead of %d: %.500s", len(items), count, body)
	}
	for _, it := range items {
		isWhole := it.Name != "" && len(it.Attributes) == attributes && len(it.Media) == 2 && len(it.Fragments) == fragments
		for i := 0; isWhole && i < attributes; i++ {
			isWhole = it.Attributes[i].Text != ""
		}
		for i := 0; isWhole && i < fragments; i++ {
			isWhole = it.Fragments[i].Title != "" && it.Fragments[i].Body != ""
		}
		if !isWhole {
			return fmt.Errorf("%q lacks something: %.500s", it.Name, body)
		}
	}
	return nil
}

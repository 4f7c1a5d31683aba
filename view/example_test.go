package view_test

import (
	"context"
	"fmt"
	"time"

	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
	"unisono/view"
)

// A view is made of documents that functions load, for one reader.
func ExampleAssembler() {
	chair := &content.Product{SKU: "chair", State: content.Published, Attributes: []content.AttributeValue{
		{Key: "name", Locale: "da", Value: content.TextValue("Stol")},
		{Key: "name", Locale: "de", Value: content.TextValue("Stuhl")},
	}}
	products := func(context.Context, []string) (map[string]*content.Product, error) {
		return map[string]*content.Product{"chair": chair}, nil
	}
	fragments := func(context.Context, []string) (map[string]*content.Fragment, error) { return nil, nil }

	reader := &view.Reader{
		Context: targeting.NewContext(targeting.Situation{
			Channel: &content.Channel{Key: "web"}, Audience: targeting.Public,
			Locale: "nn", Chain: []locale.Tag{"nn", "no", "da"}, At: time.Now(),
		}),
		Definitions: content.NewDefinitions(), Catalog: catalogue{},
	}
	product, err := view.NewAssembler(products, fragments).Product(context.Background(), reader, "chair")
	if err != nil {
		fmt.Println(err)
		return
	}
	name := product.Attribute("name")
	fmt.Println(*product.Name(), *name.Locale(), name.IsFallback())
	// Output: Stol da true
}

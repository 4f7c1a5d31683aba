package content_test

import (
	"fmt"
	"time"

	"unisono/content"
)

// A change names the fields that it changes. What it makes is checked against the definitions, and what was there before stays as it is.
func ExampleReadChange() {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	definitions := content.NewDefinitions()

	create, err := content.ReadChange(content.KindProduct, []byte(`{
		"sku": "chair-1",
		"state": "PUBLISHED",
		"attributes": [{"key": "name", "locale": "da", "value": "Stol"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	chair, _ := create.Next(nil, definitions, now)

	translate, err := content.ReadChange(content.KindProduct, []byte(`{
		"sku": "chair-1",
		"channels": ["web"],
		"setAttributes": [{"key": "name", "locale": "de", "value": "Stuhl"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	translated, problems := translate.Next(chair, definitions, now.Add(time.Hour))
	fmt.Println(problems)

	if product, is := translated.(*content.Product); is {
		fmt.Println(product.State, product.FirstPublished.Format(time.TimeOnly), len(product.Attributes))
	}
	// Output:
	// channels.0: there is no channel "web"; there are none yet
	// PUBLISHED 12:00:00 2
}

package catalog_test

import (
	"context"
	"fmt"
	"log/slog"

	"unisono/catalog"
	"unisono/content"
	"unisono/targeting"
)

// An index is read once and refreshed with what changed. What it hands out never changes.
func ExampleIndex() {
	ctx := context.Background()
	source := holding(
		&content.Channel{Key: "shop", DefaultLocale: "da"},
		named("1", "Æblekasse"), named("2", "Stol"), named("3", "Ålegræs"),
	)
	index, err := catalog.Open(ctx, catalog.Config{Source: source, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer index.Close()

	before := index.Snapshot()
	if err := index.Refresh(ctx, source.put(named("4", "Bord"))...); err != nil {
		fmt.Println(err)
		return
	}
	for _, snapshot := range []*catalog.Snapshot{before, index.Snapshot()} {
		reader, err := snapshot.Contexts().Resolve(&targeting.Asked{}, targeting.Grants{}, noon)
		if err != nil {
			fmt.Println(err)
			return
		}
		page, err := snapshot.Products(catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 3}}, reader)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(page.Keys, page.Total, page.Next)
	}
	// Output:
	// [2 1 3] 3 false
	// [4 2 1] 4 true
}

package edit_test

import (
	"context"
	"fmt"
	"log/slog"

	"unisono/access"
	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
)

// Every change has its outcome; what is wrong with one stops no other.
func ExampleWriter_Write() {
	ctx := access.NewContext(context.Background(), &access.Client{Permissions: []access.Permission{access.Write}})
	documents := &memory{holds: map[catalog.Ref]content.Document{}}
	index, err := catalog.Open(ctx, catalog.Config{Source: documents, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer index.Close()

	outcomes, err := edit.NewWriter(documents, index, clock).Write(ctx, content.KindProduct, [][]byte{
		[]byte(`{"sku": "chair-1", "state": "PUBLISHED", "slug": "chair"}`),
		[]byte(`{"sku": "chair-2", "markets": ["Denmark"]}`),
	})
	for _, outcome := range outcomes {
		fmt.Println(outcome.Key, outcome.Written, outcome.Problems.Err())
	}
	fmt.Println(err)
	fmt.Println(index.Snapshot().BySlug("chair"))
	// Output:
	// chair-1 true <nil>
	// chair-2 false markets.0: "Denmark" is no country code; two capital letters are expected, such as DK
	// <nil>
	// [chair-1]
}

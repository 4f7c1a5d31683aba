package catalog_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"testing"
	"time"

	"unisono/catalog"
	"unisono/content"
	"unisono/targeting"
)

// many is a source of so many products with names in two languages, and one channel.
type many int

func (n many) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		switch kind {
		case content.KindChannel:
			yield(&content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en"}, nil)
		case content.KindProduct:
			for i := range int(n) {
				if !yield(manyProduct(i), nil) {
					return
				}
			}
		}
	}
}

func (n many) Read(_ context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	found := map[string]content.Document{}
	for _, key := range keys {
		i := 0
		if _, err := fmt.Sscanf(key, "P%d", &i); err == nil && kind == content.KindProduct {
			found[key] = manyProduct(i)
		}
	}
	return found, nil
}

func manyProduct(i int) *content.Product {
	return &content.Product{
		SKU: fmt.Sprintf("P%06d", i), State: content.Published, Categories: []string{"all"},
		Attributes: []content.AttributeValue{
			{Key: "name", Locale: "en", Value: content.TextValue(fmt.Sprintf("Machine %d of the house", i*7919%100_003))},
			{Key: "name", Locale: "da", Value: content.TextValue(fmt.Sprintf("Husets maskine %d", i*7919%100_003))},
		},
	}
}

func open(b *testing.B, n int) (*catalog.Index, *targeting.Context) {
	b.Helper()
	index, err := catalog.Open(b.Context(), catalog.Config{Source: many(n), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(index.Close)
	asked := &targeting.Asked{Header: targeting.Ask{Place: func(string) string { return "" }, Locale: "da"}}
	reader, err := index.Snapshot().Contexts().Resolve(asked, targeting.Grants{}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	return index, reader
}

// BenchmarkProducts gives a page of 20 out of lists of different sizes, by SKU and by name.
func BenchmarkProducts(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		for _, order := range []catalog.Order{catalog.BySKU, catalog.ByName} {
			b.Run(fmt.Sprintf("%s/%d", order, n), func(b *testing.B) {
				index, reader := open(b, n)
				for b.Loop() {
					if _, err := index.Snapshot().Products(catalog.ProductQuery{Order: order, Part: catalog.Part{First: 20}}, reader); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkRefresh shows one changed product in indexes of different sizes.
func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			index, _ := open(b, n)
			for b.Loop() {
				if err := index.Refresh(b.Context(), catalog.Ref{Kind: content.KindProduct, Key: "P000042"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkThere asks whether a product is there for a reader, and one that nothing is called: what every look-up by a name costs before anything is
// loaded.
func BenchmarkThere(b *testing.B) {
	index, reader := open(b, 10_000)
	for name, sku := range map[string]string{"a product": "P000042", "nothing": "gone"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				index.Snapshot().ProductThere(sku, reader)
			}
		})
	}
}

// manyFragments is a source of so many fragments, of three variants each, and one channel.
type manyFragments int

func (n manyFragments) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		if kind == content.KindChannel {
			yield(&content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en"}, nil)
		}
		for i := range int(n) {
			if kind == content.KindFragment && !yield(&content.Fragment{
				Key: fmt.Sprintf("f%06d", i), Type: []string{"STORY", "WARNING", "HOWTO"}[i%3], State: content.Published, Labels: []string{fmt.Sprintf("label-%d", i%40)},
				Variants: []content.Variant{{ID: "1", Locale: "en", Title: "T"}, {ID: "2", Locale: "da", Title: "T"}, {ID: "3", Locale: "en", Title: "T", When: &content.Condition{
					Channels: []string{fmt.Sprintf("channel-%d", i%7)}, Moments: []content.Moment{"BUY"},
				}}},
			}, nil) {
				return
			}
		}
	}
}

func (manyFragments) Read(context.Context, content.Kind, []string) (map[string]content.Document, error) {
	return map[string]content.Document{}, nil
}

// BenchmarkFragments gives a page of 20 out of lists of fragments, of one kind, with the facet of labels.
func BenchmarkFragments(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("fragments=%d", n), func(b *testing.B) {
			index, err := catalog.Open(b.Context(), catalog.Config{Source: manyFragments(n), Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				b.Fatal(err)
			}
			defer index.Close()
			reader := houseReader(b, index, "da")
			for b.Loop() {
				list := index.Snapshot().FragmentList(catalog.FragmentQuery{Kinds: []string{"STORY"}}, reader)
				if page, err := list.Page(catalog.Part{First: 20}); err != nil || len(page.Keys) != 20 {
					b.Fatal(page, err)
				}
				if len(list.Labels(100).Values) == 0 {
					b.Fatal("there are no labels")
				}
			}
		})
	}
}

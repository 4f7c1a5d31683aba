package catalog_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/locale"
	"unisono/targeting"
)

// house is a made-up catalogue of any size: of five products one is a model and four are its variants, which say themselves only what tells them
// apart. A model says some twenty things, its name and description in every language.
type house struct {
	products int
	locales  []locale.Tag
	changed  map[string]*content.Product // what has been written since
}

var tenLocales = tags("en da de sv it tr fr es nl pl")

const (
	houseFamilies = 20
	houseTrunks   = 20
	houseTwigs    = 10 // of each trunk
)

func (h *house) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		documents := func(yield func(content.Document) bool) {
			switch kind {
			case content.KindChannel:
				yield(&content.Channel{Key: "site", Platform: "OWN_SITE", DefaultLocale: "en", Locales: h.locales})
			case content.KindCategory:
				for i := range houseTrunks {
					trunk := fmt.Sprintf("trunk-%d", i)
					yield(&content.Category{Key: trunk})
					for j := range houseTwigs {
						yield(&content.Category{Key: fmt.Sprintf("twig-%d-%d", i, j), Parent: trunk})
					}
				}
			case content.KindAttribute:
				yield(&content.Attribute{Key: "weight", Type: content.TypeQuantity, Unit: "kg"})
				yield(&content.Attribute{Key: "price", Type: content.TypeMoney})
			case content.KindProduct:
				for i := range h.products {
					if !yield(h.product(i)) {
						return
					}
				}
			}
		}
		for document := range documents {
			if !yield(document, nil) {
				return
			}
		}
	}
}

func (h *house) Read(_ context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	found := map[string]content.Document{}
	for _, key := range keys {
		i := 0
		if written := h.changed[key]; written != nil {
			found[key] = written
		} else if _, err := fmt.Sscanf(key, "P%d", &i); err == nil && kind == content.KindProduct && i < h.products {
			found[key] = h.product(i)
		}
	}
	return found, nil
}

func houseSKU(i int) string { return fmt.Sprintf("P%07d", i) }

// product makes the product of a number. What it says depends on the number alone.
func (h *house) product(i int) *content.Product {
	p := &content.Product{SKU: houseSKU(i), Slug: fmt.Sprintf("machine-%d", i), GTIN: fmt.Sprintf("%013d", i), State: content.Published}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i%1000) * time.Hour)
	p.FirstPublished = &day
	say := func(key string, value any, tag locale.Tag) {
		of, err := content.NewValue(value)
		if err != nil {
			panic(err)
		}
		p.Attributes = append(p.Attributes, content.AttributeValue{Key: key, Value: of, Locale: tag})
	}
	mixed := i * 7919 % 1_000_003
	say("colour", []string{"black", "red", "steel", "white", "copper", "green"}[mixed%6], "")
	say("size", float64(mixed%40), "")
	say("price", []any{
		map[string]any{"amount": fmt.Sprintf("%d.50", 50+mixed%2000), "currency": "EUR"}, map[string]any{"amount": fmt.Sprintf("%d.00", 400+mixed%15000), "currency": "DKK"},
	}, "")
	if i%5 != 0 {
		p.Parent = houseSKU(i - i%5)
		return p
	}
	p.Family = fmt.Sprintf("family-%d", mixed%houseFamilies)
	p.Categories = []string{fmt.Sprintf("twig-%d-%d", mixed%houseTrunks, mixed/7%houseTwigs)}
	for _, tag := range h.locales {
		say("name", fmt.Sprintf("%s %s %d %s", houseWord(mixed), houseWord(mixed/11), mixed%5000, tag), tag)
		say("description", fmt.Sprintf("Number %d makes coffee as it should be, in the language %s, for all who like it; and it does so every morning.", i, tag), tag)
		say("material", []string{"steel", "brass", "plastic", "wood"}[mixed%4]+" "+string(tag), tag)
	}
	for j := range 6 {
		say(fmt.Sprintf("option-%d", j), fmt.Sprintf("choice-%d", mixed/(j+1)%(5+3*j)), "")
	}
	say("brand", fmt.Sprintf("Brand %d", mixed%200), "")
	say("features", []any{fmt.Sprintf("f%d", mixed%30), fmt.Sprintf("f%d", mixed/3%30+30)}, "")
	say("weight", map[string]any{"amount": float64(mixed%3000) / 100, "unit": "kg"}, "")
	say("power", map[string]any{"amount": float64(500 + mixed%30*50), "unit": "W"}, "")
	say("pressure", map[string]any{"amount": float64(mixed % 20), "unit": "bar"}, "")
	say("organic", mixed%2 == 0, "")
	say("new", mixed%10 == 0, "")
	return p
}

func houseWord(i int) string {
	first := []string{"Kaffe", "Espresso", "Æble", "Mühle", "Øl", "Süd", "Nord", "Latte", "Mocha", "Crema"}
	second := []string{"maskine", "kværn", "kande", "filter", "kop", "bord", "pumpe", "dampf", "hane", "tærte"}
	return first[i%10] + second[i/10%10]
}

func houseReader(b testing.TB, x *catalog.Index, tag locale.Tag) *targeting.Context {
	b.Helper()
	asked := &targeting.Asked{Header: targeting.Ask{Place: func(string) string { return "" }, Locale: string(tag)}}
	reader, err := x.Snapshot().Contexts().Resolve(asked, targeting.Grants{}, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	return reader
}

// houses are the sizes that are measured: with UNISONO_SCALE that one alone, in ten languages.
func houses(b *testing.B) []*house {
	if asked := os.Getenv("UNISONO_SCALE"); asked != "" {
		products, err := strconv.Atoi(asked)
		if err != nil {
			b.Fatal(err)
		}
		return []*house{{products: products, locales: tenLocales}}
	}
	return []*house{{products: 1000, locales: tenLocales[:5]}, {products: 100_000, locales: tenLocales[:5]}}
}

var housesOpen = struct {
	sync.Mutex
	indexes map[string]*catalog.Index
}{indexes: map[string]*catalog.Index{}}

// forHouses measures something of houses of different sizes. Each is built once.
func forHouses(b *testing.B, measure func(*testing.B, *house, *catalog.Index)) {
	forHousesThat(b, nil, measure)
}

// forHousesThat is forHouses, of indexes that keep lists in a cache.
func forHousesThat(b *testing.B, keep *cache.Cache, measure func(*testing.B, *house, *catalog.Index)) {
	for _, h := range houses(b) {
		b.Run(fmt.Sprintf("products=%d/locales=%d", h.products, len(h.locales)), func(b *testing.B) {
			housesOpen.Lock()
			defer housesOpen.Unlock()
			name := fmt.Sprint(h.products, len(h.locales), keep != nil)
			x := housesOpen.indexes[name]
			if x == nil {
				var err error
				if x, err = catalog.Open(context.Background(), catalog.Config{Source: h, Cache: keep, Logger: slog.New(slog.DiscardHandler)}); err != nil {
					b.Fatal(err)
				}
				housesOpen.indexes[name] = x
			}
			measure(b, h, x)
		})
	}
}

// BenchmarkBuild reads a whole catalogue and makes the orders that its channels need. It reports what stays in memory, and the longest that garbage
// collection stopped everything; and what stays once texts have been looked for in all languages, and how long the first took in each.
func BenchmarkBuild(b *testing.B) {
	for _, h := range houses(b) {
		b.Run(fmt.Sprintf("products=%d/locales=%d", h.products, len(h.locales)), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				before := heap()
				b.StartTimer()
				x, err := catalog.Open(b.Context(), catalog.Config{Source: h, Logger: slog.New(slog.DiscardHandler)})
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				b.ReportMetric(float64(heap()-before)/float64(h.products), "B/product")
				started := time.Now()
				runtime.GC()
				b.ReportMetric(float64(time.Since(started).Microseconds())/1000, "gc-ms")
				stats := debug.GCStats{}
				debug.ReadGCStats(&stats)
				b.ReportMetric(float64(slices.Max(stats.Pause[:min(len(stats.Pause), 3)]).Microseconds()), "gc-pause-µs")
				started = time.Now()
				for _, tag := range h.locales { // the words of names are indexed once somebody asks in their language
					list, err := x.Snapshot().ProductList(catalog.ProductQuery{Text: "kaffe"}, houseReader(b, x, tag))
					if err != nil {
						b.Fatal(err)
					}
					list.Total()
				}
				b.ReportMetric(float64(time.Since(started).Milliseconds())/float64(len(h.locales)), "ms/first-text")
				b.ReportMetric(float64(heap()-before)/float64(h.products), "B/product-with-words")
				x.Close()
				b.StartTimer()
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkPage gives a page of 20 by name, of what a filter leaves, with two facets.
func BenchmarkPage(b *testing.B) {
	low, high := 5.0, 20.0
	black, err := content.NewValue("black")
	if err != nil {
		b.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		query  catalog.ProductQuery
		facets []string
	}{
		{"all by name", catalog.ProductQuery{}, nil},
		{"filter and two facets", catalog.ProductQuery{Attributes: []catalog.AttributeFilter{{Key: "weight", Min: &low, Max: &high, Unit: "kg"}}}, []string{"colour", "brand"}},
		{"three filters and two facets", catalog.ProductQuery{
			Categories: []string{"trunk-3", "trunk-4"}, Levels: []catalog.Level{catalog.Variant, catalog.Simple},
			Attributes: []catalog.AttributeFilter{{Key: "weight", Min: &low, Max: &high}, {Key: "colour", Equals: &black}},
		}, []string{"features", "option-5"}},
		{"text and two facets", catalog.ProductQuery{Text: "kaffe 12"}, []string{"colour", "material"}},
		{"facet of two thousand prices", catalog.ProductQuery{}, []string{"price"}},
	} {
		b.Run(test.name, func(b *testing.B) {
			forHouses(b, func(b *testing.B, _ *house, x *catalog.Index) {
				reader := houseReader(b, x, "da")
				for b.Loop() {
					query := test.query
					query.Order = catalog.ByName
					list, err := x.Snapshot().ProductList(query, reader)
					if err != nil {
						b.Fatal(err)
					}
					page, err := list.Page(catalog.Part{First: 20})
					if err != nil || page.Total == 0 {
						b.Fatal(page, err)
					}
					for _, key := range test.facets {
						if facet := list.Facet(key, 100); len(facet.Values) == 0 {
							b.Fatal("no values")
						}
					}
				}
			})
		})
	}
}

// BenchmarkKept gives the page of BenchmarkPage with a filter and two facets once it is kept.
func BenchmarkKept(b *testing.B) {
	low, high := 5.0, 20.0
	query := catalog.ProductQuery{Order: catalog.ByName, Attributes: []catalog.AttributeFilter{{Key: "weight", Min: &low, Max: &high, Unit: "kg"}}}
	forHousesThat(b, sharedCache(), func(b *testing.B, _ *house, x *catalog.Index) {
		reader := houseReader(b, x, "da")
		before := sharedCache().Stats().Views["lists"]
		for b.Loop() {
			list, err := x.Snapshot().ProductList(query, reader)
			if err != nil {
				b.Fatal(err)
			}
			page, err := list.Page(catalog.Part{First: 20})
			if err != nil || page.Total == 0 {
				b.Fatal(page, err)
			}
			for _, key := range []string{"colour", "brand"} {
				if facet := list.Facet(key, 100); len(facet.Values) == 0 {
					b.Fatal("no values")
				}
			}
		}
		after := sharedCache().Stats().Views["lists"]
		b.ReportMetric(float64(after.Hits-before.Hits)/float64(after.Hits-before.Hits+after.Misses-before.Misses), "found")
	})
}

// BenchmarkWrite shows one changed product, without the time that a database takes to read it: a variant with another price, and a model with another name in
// every language, which its four variants inherit.
func BenchmarkWrite(b *testing.B) {
	b.Run("variant", func(b *testing.B) {
		forHouses(b, func(b *testing.B, h *house, x *catalog.Index) { h.write(b, x, func(i int) int { return i - i%5 + 1 }) })
	})
	b.Run("model", func(b *testing.B) {
		forHouses(b, func(b *testing.B, h *house, x *catalog.Index) { h.write(b, x, func(i int) int { return i - i%5 }) })
	})
}

func (h *house) write(b *testing.B, x *catalog.Index, which func(int) int) {
	b.Helper()
	n := 0
	for b.Loop() {
		n++
		i := which(n * 7919 % (h.products - 5))
		other := h.product((i + 5*n) % (h.products - 5) / 5 * 5)
		h.changed = map[string]*content.Product{houseSKU(i): h.product(i)}
		for at := range h.changed[houseSKU(i)].Attributes {
			if value := &h.changed[houseSKU(i)].Attributes[at]; value.Key == "name" || value.Key == "size" {
				value.Value = other.Attributes[at].Value
			}
		}
		if err := x.Refresh(b.Context(), catalog.Ref{Kind: content.KindProduct, Key: houseSKU(i)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInventedLanguages asks in a language that nobody has heard of, another each time.
func BenchmarkInventedLanguages(b *testing.B) {
	forHouses(b, func(b *testing.B, _ *house, x *catalog.Index) {
		reader, n := houseReader(b, x, "en"), 0
		before := heap()
		for b.Loop() {
			n++
			tag := locale.Tag(fmt.Sprintf("en-x-a%dz", n))
			reader = reader.With(func(s *targeting.Situation) { s.Locale, s.Chain = tag, []locale.Tag{tag, "en"} })
			if n%2 == 0 {
				reader = reader.With(func(s *targeting.Situation) { s.Locale, s.Chain = "tlh", tags("tlh en") })
			}
			if _, err := x.Snapshot().Products(catalog.ProductQuery{Order: catalog.ByName, Part: catalog.Part{First: 20}}, reader); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(int64(heap())-int64(before))/1024, "KiB-more") //nolint:gosec // far smaller
	})
}

// BenchmarkSweep takes the dead away.
func BenchmarkSweep(b *testing.B) {
	forHouses(b, func(b *testing.B, _ *house, x *catalog.Index) {
		for b.Loop() {
			x.Sweep()
		}
	})
}

package cache_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"unisono/cache"
	"unisono/content"
)

// What documents are reckoned to take is what they take: the cache is filled, and compared with the heap.
func TestCostsAreThoseOfMemory(t *testing.T) {
	for name, test := range map[string]struct {
		kind content.Kind
		make func(i int) any
	}{
		"products":                 {content.KindProduct, func(i int) any { return productOf(t, i) }},
		"fragments":                {content.KindFragment, func(i int) any { return fragmentOf(t, i) }},
		"small ones":               {content.KindProduct, func(i int) any { return &content.Product{SKU: fmt.Sprint("small-", i), State: content.Published} }},
		"those that are not there": {content.KindProduct, func(int) any { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			const size = 24 << 20
			empty := heap()
			c, err := cache.New(cache.Config{Size: size})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			documents := cache.In(c, test.kind, func(_ context.Context, keys []string) (map[string]any, error) {
				found := map[string]any{}
				for _, key := range keys {
					if made := test.make(int(key[0])); made != nil {
						found[key] = made
					}
				}
				return found, nil
			})
			for i := 0; c.Stats().Bytes < size*9/10; i++ {
				if i > 1_000_000 {
					t.Fatal("it does not fill")
				}
				if _, err := documents.Load(t.Context(), []string{fmt.Sprintf("%c-%d", 'a'+i%20, i)}); err != nil {
					t.Fatal(err)
				}
			}
			reckoned, taken := c.Stats().Bytes, heap()-empty
			t.Logf("reckoned %d KiB, taken %d KiB", reckoned>>10, taken>>10)
			if ratio := float64(taken) / float64(reckoned); ratio < 0.75 || ratio > 1.25 {
				t.Errorf("%d bytes are reckoned, and %d are taken", reckoned, taken)
			}
			runtime.KeepAlive(documents)
		})
	}
}

func heap() int64 {
	for range 3 {
		runtime.GC()
	}
	memory := runtime.MemStats{}
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}

// productOf is a product as a database gives it: read from bytes, so that nothing in it is shared.
func productOf(t testing.TB, i int) *content.Product {
	made := &content.Product{SKU: fmt.Sprint("sku-", i), State: content.Published, Family: "machines", Categories: []string{"a", "b"}, Fragments: []content.Slot{{Slot: "intro", Fragment: "one"}, {Slot: "care", Fragment: "two"}}}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	made.PublishFrom = &at
	for _, tag := range []string{"en", "de", "da"} {
		made.Attributes = append(made.Attributes, content.AttributeValue{Key: "name", Locale: "en", Value: content.TextValue("A name in " + tag)})
	}
	for n, of := range []any{12.5, true, "red", map[string]any{"amount": "12.50", "currency": "EUR"}, []any{"a", "b", "c"}, map[string]any{"amount": 3.5, "unit": "kg"}} {
		value, err := content.NewValue(of)
		if err != nil {
			t.Fatal(err)
		}
		made.Attributes = append(made.Attributes, content.AttributeValue{Key: fmt.Sprint("attribute-", n), Value: value, Markets: []string{"DK", "SE"}})
	}
	made.Media = []content.Media{{URL: "/media/picture.svg", Medium: content.Image, Role: "main", Alt: content.Localized{"en": "A picture", "da": "Et billede", "de": "Ein Bild"}}}
	return through(t, made)
}

func fragmentOf(t testing.TB, i int) *content.Fragment {
	made := &content.Fragment{Key: fmt.Sprint("fragment-", i), Type: "STORY", State: content.Published, Labels: []string{"a", "b"}}
	for _, tag := range []string{"en", "de", "da", "sv"} {
		made.Variants = append(made.Variants, content.Variant{ID: tag, Title: "A title in " + tag, Body: strings.Repeat("Some words. ", 5+i%40), When: &content.Condition{Audiences: []string{"consumer"}, Markets: []string{"DK"}}})
	}
	return through(t, made)
}

func through[T any](t testing.TB, made *T) *T {
	raw, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	read := new(T)
	if err := json.Unmarshal(raw, read); err != nil {
		t.Fatal(err)
	}
	return read
}

func BenchmarkLoad(b *testing.B) {
	c, err := cache.New(cache.Config{Size: 64 << 20})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	made := productOf(b, 1)
	documents := cache.In(c, content.KindProduct, func(context.Context, []string) (map[string]*content.Product, error) {
		return map[string]*content.Product{"a": made}, nil
	})
	load := func(b *testing.B, changes bool) {
		for b.Loop() {
			if changes {
				c.Note(content.KindProduct, "a")
			}
			if _, err := documents.Load(b.Context(), []string{"a"}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("kept", func(b *testing.B) { load(b, false) })
	b.Run("read", func(b *testing.B) { load(b, true) })
}

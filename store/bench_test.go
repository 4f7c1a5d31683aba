package store

import (
	"fmt"
	"runtime"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
)

// BenchmarkDecode reads a product of thirty values from BSON, of each kind of value that attributes have, and reports what it then takes in memory.
func BenchmarkDecode(b *testing.B) {
	registry := newRegistry()
	for name, values := range map[string][]any{
		"texts":        {"steel", "A sentence of some length, as they stand in catalogues."},
		"numbers":      {12.5, 7.0, 0.35},
		"switches":     {true, false},
		"lists":        {[]any{"red", "green", "blue"}},
		"measurements": {map[string]any{"amount": 3.5, "unit": "kg"}},
		"money":        {map[string]any{"amount": "1249.50", "currency": "EUR"}},
		"prices":       {[]any{map[string]any{"amount": "1249.50", "currency": "EUR"}, map[string]any{"amount": "9295.00", "currency": "DKK"}}},
		"rows":         {[]any{map[string]any{"part": "pump", "bar": 9.0}, map[string]any{"part": "boiler", "bar": 1.5}}},
		"mixed": {
			"steel", "A sentence of some length, as they stand in catalogues.", 12.5, 0.35, true,
			[]any{"red", "green", "blue"},
			map[string]any{"amount": 3.5, "unit": "kg"},
			map[string]any{"amount": 1250.0, "unit": "W"},
			map[string]any{"amount": "1249.50", "currency": "EUR"},
			[]any{map[string]any{"part": "pump", "bar": 9.0}, map[string]any{"part": "boiler", "bar": 1.5}},
		},
	} {
		product := &content.Product{SKU: "P", State: content.Published}
		for i := range 30 {
			value, err := content.NewValue(values[i%len(values)])
			if err != nil {
				b.Fatal(err)
			}
			product.Attributes = append(product.Attributes, content.AttributeValue{Key: fmt.Sprintf("attribute-%d", i), Value: value})
		}
		raw, err := encode(registry, product)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) { benchmarkDecode(b, registry, raw) })
	}
}

func benchmarkDecode(b *testing.B, registry *bson.Registry, raw bson.Raw) {
	read := func() *content.Product {
		product := &content.Product{}
		if err := decode(registry, raw, product); err != nil {
			b.Fatal(err)
		}
		return product
	}
	kept, before := make([]*content.Product, 1000), heapInUse()
	for i := range kept {
		kept[i] = read()
	}
	taken := heapInUse() - before
	runtime.KeepAlive(kept)
	b.ReportAllocs()
	for b.Loop() {
		read()
	}
	b.ReportMetric(float64(taken)/float64(len(kept)), "B/document")
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	memory := runtime.MemStats{}
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}

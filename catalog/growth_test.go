package catalog_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"unisono/catalog"
	"unisono/content"
	"unisono/internal/property"
)

// What many products have in common, or each has for itself, must not make each of them dearer: a build and a change ask for memory by their size, and not by
// its square.
func TestMemoryIsAskedForByTheNumberOfProducts(t *testing.T) {
	for name, product := range map[string]func(i int) *content.Product{
		"variants of one model": func(i int) *content.Product {
			return with(named(fmt.Sprintf("v%05d", i)), func(p *content.Product) { p.Parent = "model" })
		},
		"one GTIN": func(i int) *content.Product {
			return with(named(fmt.Sprintf("v%05d", i)), func(p *content.Product) { p.Parent, p.GTIN = "model", "0" })
		},
		"a window for each": func(i int) *content.Product {
			return with(named(fmt.Sprintf("v%05d", i)), func(p *content.Product) {
				p.Parent = "model"
				p.Attributes = []content.AttributeValue{{Key: "price", Value: said("1"), ValidFrom: moment(time.Duration(i) * time.Second)}}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			asked := func(count int) (build, change float64) {
				s := holding(named("model"))
				for i := range count {
					s.put(product(i))
				}
				var x *catalog.Index
				build = allocated(func() { x = index(t, s) })
				change = allocated(func() { refresh(t, x, s.put(named("model", "Model"))) })
				if children := len(x.Snapshot().Children("model")); children != count {
					t.Errorf("there are %d variants, want %d", children, count)
				}
				return build / float64(count), change / float64(count)
			}
			build, change := asked(1000)
			builtMany, changedMany := asked(8000)
			if builtMany > 2*build || changedMany > 2*change {
				t.Errorf("of 1,000 each takes %.0f bytes to build and %.0f to change, of 8,000 it takes %.0f and %.0f", build, change, builtMany, changedMany)
			}
		})
	}
}

// Of names that few products have in a scope, such as those in one market, an order takes memory by those few.
func TestAnOrderOfFewNamesIsSmall(t *testing.T) {
	if property.WithRaceDetector() {
		t.Skip("with the race detector pools forget, and memory says little; make test runs it without")
	}
	asked := func(markets int) float64 {
		s := holding(&content.Channel{Key: "web", DefaultLocale: "en"})
		for i := range 8000 {
			s.put(with(named(fmt.Sprintf("P%05d", i), "Bed"), func(p *content.Product) {
				if i >= 8000-markets {
					p.Attributes = append(p.Attributes, content.AttributeValue{Key: "name", Value: said("Bett"), Markets: []string{fmt.Sprint(i)}})
				}
			}))
		}
		return allocated(func() { index(t, s) })
	}
	none, some := math.Inf(1), math.Inf(1)
	for range 3 { // what else allocates meanwhile makes it more, never less
		none, some = min(none, asked(0)), min(some, asked(100))
	}
	each := (some - none) / 100
	t.Logf("an order of one name takes %.0f bytes", each)
	if each > 16_000 {
		t.Errorf("an order of one name takes %.0f bytes", each)
	}
}

func allocated(do func()) float64 {
	before, after := runtime.MemStats{}, runtime.MemStats{}
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// Who appends to what a snapshot gave must not write into what a later one has.
func TestWhatASnapshotGivesCanBeAppendedTo(t *testing.T) {
	variant := func(sku string) *content.Product {
		return with(named(sku), func(p *content.Product) { p.Parent, p.GTIN = "model", "0" })
	}
	s := holding(named("model"), variant("1"), variant("2"), variant("3"))
	x := index(t, s)
	early := x.Snapshot()
	late := refresh(t, x, s.put(variant("4")))
	_, _ = append(early.Children("model"), "5"), append(early.ByGTIN("0"), "5")
	diff(t, "children", late.Children("model"), []string{"1", "2", "3", "4"})
	diff(t, "by GTIN", late.ByGTIN("0"), []string{"1", "2", "3", "4"})
	diff(t, "earlier", early.Children("model"), []string{"1", "2", "3"})
}

// A value that is kept, in a column or a facet, does not keep in memory what else its product says.
func TestAValueKeepsNothingElseOfItsProduct(t *testing.T) {
	if property.WithRaceDetector() {
		t.Skip("with the race detector pools forget, and memory says little; make test runs it without")
	}
	const count, others = 500, 100
	s := &shelf{}
	for i := range count {
		s.put(with(named(fmt.Sprint("p", i)), func(p *content.Product) {
			p.Attributes = []content.AttributeValue{{Key: "number", Value: content.TextValue(fmt.Sprint("number ", i))}}
			for n := range others {
				p.Attributes = append(p.Attributes, content.AttributeValue{Key: fmt.Sprint("other", n), Value: content.TextValue(strings.Repeat("x", 60))})
			}
		}))
	}
	before := heap()
	x := index(t, s)
	if taken := int64(heap()) - int64(before); taken > count*others*60/2 { //nolint:gosec // far smaller
		t.Errorf("%d products that have all but one value in common take %d bytes", count, taken)
	}
	runtime.KeepAlive(x)
}

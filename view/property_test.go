package view_test

import (
	"context"
	"flag"
	"runtime/debug"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"unisono/content"
	"unisono/locale"
	"unisono/view"
)

// What holds of every view, whatever the documents and whoever reads them. A world (world_test.go) is drawn by few and small choices, so that each
// property is tried on 10,000 of them in a second or two.

// cases is on how many worlds a property is tried. With the race detector each takes some eight times as long, and what it looks for is elsewhere.
var cases = sync.OnceValue(func() string {
	if info, is := debug.ReadBuildInfo(); is && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return "1000"
	}
	return "10000"
})

// always tries a property on so many cases, or on as many as -rapid.checks says.
func always(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if before := checks.Value.String(); before == checks.DefValue {
		if err := checks.Value.Set(cases()); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = checks.Value.Set(before) }()
	}
	rapid.Check(t, property)
}

func TestNoOrderOfDocumentsChangesAView(t *testing.T) {
	always(t, func(t *rapid.T) {
		w := anyWorld(t)
		reader := w.reader(t)
		reader.Asking = view.NewAsking(true, true)
		before := w.rendering(t, reader, worldSKUs...)
		for key, f := range w.fragments {
			turned := *f
			turned.Variants = shuffled(t, f.Variants)
			for i := range turned.Variants {
				turned.Variants[i].Media = shuffled(t, turned.Variants[i].Media)
			}
			w.fragments[key] = &turned
		}
		for sku, p := range w.products {
			turned := *p
			turned.Attributes, turned.Media = shuffled(t, p.Attributes), shuffled(t, p.Media)
			w.products[sku] = &turned
		}
		mustBeSame(t, "in another order", w.rendering(t, reader, shuffled(t, worldSKUs)...), before)
	})
}

func mustBeSame(t *rapid.T, what string, got, want map[string]string) {
	for key, said := range want {
		if got[key] != said {
			t.Fatalf("%s %s is\n%s\nand not\n%s", what, key, got[key], said)
		}
	}
}

// Each product is the same, whether it is loaded alone, with its relatives in one batch, or after them; and again whenever a map is gone through.
func TestInheritanceDoesNotDependOnWhatIsLoadedWithIt(t *testing.T) {
	always(t, func(t *rapid.T) {
		w := anyWorld(t)
		// Any of the products may stand below any other, or below none, or below one that is missing; lines go round, and are longer than they may be.
		for i, sku := range []string{"A", "B", "C", "V1", "V2", "M", "G"} {
			if i < 3 {
				w.products[sku] = &content.Product{SKU: sku, State: content.Published, Attributes: w.products["V1"].Attributes[:min(i, len(w.products["V1"].Attributes))]}
			}
			changed := *w.products[sku]
			changed.Parent = rapid.SampledFrom([]string{"", "", "M", "G", "V1", "A", "B", "C", "MISSING"}).Draw(t, "parent")
			w.products[sku] = &changed
		}
		reader, together := w.reader(t), shuffled(t, []string{"A", "B", "C", "V1", "V2", "M", "G", "A"})
		all := w.rendering(t, reader, together...)
		for _, sku := range together {
			mustBeSame(t, "loaded alone", w.rendering(t, reader, sku), map[string]string{sku: all[sku]})
		}
	})
}

func TestWhatIsNotForTheReaderChangesNothing(t *testing.T) {
	always(t, func(t *rapid.T) {
		w := anyWorld(t)
		reader := w.reader(t)
		before := w.rendering(t, reader, worldSKUs...)
		for key, f := range w.fragments {
			more := *f
			for _, v := range anyVariants(t, "new", 3) {
				if v.ID += key; !isFor(reader, v.Locale, v.When, v.ValidFrom, v.ValidUntil) && (v.ValidFrom == nil || !v.ValidFrom.After(reader.At())) { // one that comes later shows in until
					more.Variants = append(slices.Clip(more.Variants), v)
				}
			}
			w.fragments[key] = &more
		}
		for sku, p := range w.products {
			more := *p
			for _, v := range anyValues(t, "new", 3) {
				scope := &content.Condition{Audiences: v.Audiences, Markets: v.Markets}
				if v.Channel != "" {
					scope.Channels = []string{v.Channel}
				}
				taken := slices.ContainsFunc(p.Attributes, func(other content.AttributeValue) bool { return other.Scope() == v.Scope() })
				if !taken && !isFor(reader, v.Locale, scope, v.ValidFrom, v.ValidUntil) {
					more.Attributes = append(slices.Clip(more.Attributes), v)
				}
			}
			for _, m := range anyMedia(t, "new", 3) {
				// A product's own media of a role stand in place of all inherited ones, whoever they are for.
				said := slices.ContainsFunc(p.Media, func(other content.Media) bool { return other.Role == m.Role })
				if said && !isFor(reader, m.Locale, &content.Condition{Channels: m.Channels, Audiences: m.Audiences}, nil, nil) {
					more.Media = append(slices.Clip(more.Media), m)
				}
			}
			w.products[sku] = &more
		}
		mustBeSame(t, "with more that is for others", w.rendering(t, reader, worldSKUs...), before)
	})
}

func TestWhatIsShownIsForTheReader(t *testing.T) {
	shown := 0
	always(t, func(t *rapid.T) {
		w := anyWorld(t)
		reader, a := w.reader(t), w.assembler()
		products, err := a.Products(context.Background(), reader, worldSKUs)
		if err != nil {
			t.Fatal(err)
		}
		fragments, err := a.Fragments(context.Background(), reader, []string{"one", "two"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range products {
			if p == nil {
				continue
			}
			on, err := a.ProductFragments(context.Background(), p, view.SlotChoice{}, 20)
			if err != nil {
				t.Fatal(err)
			}
			fragments = append(fragments, on...)
			for above := p; above != nil; above = above.Parent() {
				kept := w.products[above.SKU()]
				if kept.State != content.Published || !isFor(reader, "", nil, kept.PublishFrom, kept.PublishUntil) {
					t.Fatalf("%s is there, and what stands above it, %s, is not for the reader", p.SKU(), above.SKU())
				}
			}
			for _, attribute := range p.Attributes(nil, nil) {
				shown++
				if !w.keeps(p, reader, attribute) {
					t.Fatalf("%s shows of %s %v, which is for others", p.SKU(), attribute.Key(), attribute.Value().Any())
				}
			}
		}
		for _, f := range fragments {
			if f == nil {
				continue
			}
			shown++
			kept := w.fragments[f.Key()]
			variant := kept.Variants[slices.IndexFunc(kept.Variants, func(v content.Variant) bool { return v.ID == f.Selection().Variant() })]
			if kept.State != content.Published || !isFor(reader, variant.Locale, variant.When, variant.ValidFrom, variant.ValidUntil) {
				t.Fatalf("%s shows its variant %s, which is for others", f.Key(), variant.ID)
			}
			if asked := reader.Context.Locale(); f.Locale() != nil && f.IsFallback() == slices.Contains(locale.Ancestors(asked), *f.Locale()) {
				t.Fatalf("for %s, %s is a fallback: %t", asked, *f.Locale(), f.IsFallback())
			}
		}
	})
	if shown < 1000 {
		t.Errorf("only %d fragments and values were shown: the worlds are too empty to prove anything", shown)
	}
}

// keeps says that a product or one above it keeps a value, and that it is for the reader.
func (w *world) keeps(p *view.Product, reader *view.Reader, attribute *view.Attribute) bool {
	for above := p; above != nil; above = above.Parent() {
		for _, v := range w.products[above.SKU()].Attributes {
			scope := &content.Condition{Audiences: v.Audiences, Markets: v.Markets}
			if v.Channel != "" {
				scope.Channels = []string{v.Channel}
			}
			if v.Key == attribute.Key() && v.Value.Equal(attribute.Value()) && v.Locale == *orNone(attribute.Locale()) && isFor(reader, v.Locale, scope, v.ValidFrom, v.ValidUntil) {
				return true
			}
		}
	}
	return false
}

// To look at another time is to be there then.
func TestAtIsTheClock(t *testing.T) {
	always(t, func(t *rapid.T) {
		w := anyWorld(t)
		byArgument := w.reader(t)
		at := w.asked.Directive.At
		w.asked.Directive.At, w.now = nil, *at
		byClock := w.reader(t)
		if !byArgument.At().Equal(byClock.At()) {
			t.Fatalf("it is %s by the argument and %s by the clock", byArgument.At(), byClock.At())
		}
		byArgument.Asking, byClock.Asking = view.NewAsking(true, true), view.NewAsking(true, true)
		mustBeSame(t, "by the clock", w.rendering(t, byClock, worldSKUs...), w.rendering(t, byArgument, worldSKUs...))
	})
}

package catalog_test

import (
	"testing"

	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
	"unisono/internal/property"
)

// Where a list, its total or one of its facets has changed, its stamp has risen. What may stay as it was is for the windows of time to say.
func TestAListThatHasChangedHasAnotherStamp(t *testing.T) {
	property.Check(t, 1000, func(t *rapid.T) {
		s := drawCatalogue(t)
		x := opened(t, s)
		question := drawQuestion(t, s.now())
		for range rapid.IntRange(1, 3).Draw(t, "batches") {
			before := x.Snapshot()
			said := saidBy(t, before, question)
			refs := drawWrites(t, s)
			rewritten(t, x, refs)
			after := x.Snapshot()
			if after.Number() <= before.Number() && len(refs) > 0 {
				t.Fatalf("the number of changes went from %d to %d", before.Number(), after.Number())
			}
			if now := saidBy(t, after, question); now[0] != said[0] && after.Stamp(&question.query) <= before.Number() {
				t.Fatalf("the list of products has changed and its stamp is %d, not above %d:%s", after.Stamp(&question.query), before.Number(), question)
			} else if now[1] != said[1] && after.FragmentStamp() <= before.Number() {
				t.Fatalf("the list of fragments has changed and its stamp is %d, not above %d:%s", after.FragmentStamp(), before.Number(), question)
			}
		}
	})
}

// saidBy gives digests of all that is said of the products and of the fragments.
func saidBy(t *rapid.T, s *catalog.Snapshot, question asked) [2]string {
	said, first := [2]string{"refused"}, catalog.Part{First: 100}
	if products, err := s.ProductList(question.query, question.reader); err == nil {
		page, err := products.Page(first)
		if err != nil {
			t.Fatal(err)
		}
		said[0] = page.Digest()
		for _, key := range drawnAttributes {
			said[0] += products.Facet(key, 100).Digest()
		}
	}
	fragments := s.FragmentList(question.fragments, question.reader)
	page, err := fragments.Page(first)
	if err != nil {
		t.Fatal(err)
	}
	said[1] = page.Digest() + fragments.Kinds(100).Digest() + fragments.Labels(100).Digest()
	return said
}

func TestAStampIsOfTheNarrowestThatAListNames(t *testing.T) {
	s := holding(&content.Category{Key: "all"}, &content.Category{Key: "seats", Parent: "all"}, &content.Category{Key: "beds", Parent: "all"},
		with(named("chair"), func(p *content.Product) { p.Family, p.Categories = "chairs", []string{"seats"} }),
		with(named("bed"), func(p *content.Product) { p.Family, p.Categories = "beds", []string{"beds"} }),
		with(named("part"), func(p *content.Product) { p.Parent = "chair" }),
		&content.Fragment{Key: "f", Type: "NOTE"},
	)
	x := index(t, s)
	queries := map[string]catalog.ProductQuery{
		"all": {}, "seats": {Categories: []string{"seats"}}, "beds": {Categories: []string{"beds"}}, "top": {Categories: []string{"all"}},
		"chairs": {Families: []string{"chairs"}}, "beds family": {Families: []string{"beds"}}, "both": {Families: []string{"beds", "chairs"}},
		"chairs in beds": {Families: []string{"chairs"}, Categories: []string{"beds"}},
	}
	for _, test := range []struct {
		what    string
		change  func() []catalog.Ref
		touched string
	}{
		{"a chair", func() []catalog.Ref {
			return s.put(with(named("chair", "Chair"), func(p *content.Product) { p.Family, p.Categories = "chairs", []string{"seats"} }))
		}, "all both chairs seats top"},
		{"a part of a chair", func() []catalog.Ref {
			return s.put(with(named("part", "Part"), func(p *content.Product) { p.Parent = "chair" }))
		}, "all both chairs seats top"},
		{"a bed that becomes a chair", func() []catalog.Ref {
			return s.put(with(named("bed"), func(p *content.Product) { p.Family, p.Categories = "chairs", []string{"seats"} }))
		}, "all beds beds family both chairs chairs in beds seats top"},
		{"a product of nothing", func() []catalog.Ref { return s.put(named("nothing")) }, "all"},
		{"a deletion", func() []catalog.Ref { return s.remove(catalog.Ref{Kind: content.KindProduct, Key: "nothing"}) }, "all"},
		{"a fragment", func() []catalog.Ref { return s.put(&content.Fragment{Key: "f", Type: "HOWTO"}) }, ""},
		{"a definition", func() []catalog.Ref { return s.put(&content.Attribute{Key: "size", Type: content.TypeNumber}) }, "all beds beds family both chairs chairs in beds seats top"},
	} {
		before := x.Snapshot().Number()
		after, touched := refresh(t, x, test.change()), []string{}
		for name, query := range queries {
			if after.Stamp(&query) > before {
				touched = append(touched, name)
			}
		}
		diff(t, test.what, sorted(touched), test.touched)
		if (test.what == "a fragment" || test.what == "a definition") != (after.FragmentStamp() > before) {
			t.Errorf("%s: the stamp of fragments is %d after %d", test.what, after.FragmentStamp(), before)
		}
	}
	before := x.Snapshot().Number()
	if err := x.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, query := range queries {
		if x.Snapshot().Stamp(&query) <= before {
			t.Errorf("a rebuild does not touch %s", name)
		}
	}
}

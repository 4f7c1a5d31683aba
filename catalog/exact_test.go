package catalog_test

import (
	"context"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/internal/property"
	"unisono/targeting"
)

// orderly is a shelf that gives its documents by key, or the other way round, so that a case can be tried again.
type orderly struct {
	*shelf
	turned bool
}

func (s orderly) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	return func(yield func(content.Document, error) bool) {
		keys := []string{}
		for ref := range s.holds {
			if ref.Kind == kind {
				keys = append(keys, ref.Key)
			}
		}
		slices.Sort(keys)
		if s.turned {
			slices.Reverse(keys)
		}
		for _, key := range keys {
			if !yield(s.holds[catalog.Ref{Kind: kind, Key: key}], nil) {
				return
			}
		}
	}
}

// now answers from the documents as they are.
func (s orderly) now() *oracle { return oracleOf(maps.Clone(s.holds)) }

func opened(t *rapid.T, s orderly) *catalog.Index {
	x, err := catalog.Open(context.Background(), catalog.Config{Source: s, Cache: sharedCache(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x
}

func rewritten(t *rapid.T, x *catalog.Index, refs []catalog.Ref) {
	if err := x.Refresh(context.Background(), refs...); err != nil {
		t.Fatal(err)
	}
}

// asked is one question to a snapshot, with what is right.
type asked struct {
	reader    *targeting.Context
	query     catalog.ProductQuery
	fragments catalog.FragmentQuery
	oracle    *oracle
}

func drawQuestion(t *rapid.T, o *oracle) asked {
	reader := drawReader(t)
	return asked{reader, drawQuery(t, o, reader), drawFragmentQuery(t), o}
}

// String says what was asked of which documents, a line for each.
func (a asked) String() string {
	lines := []string{}
	add := func(what string, of any) {
		line, err := json.Marshal(of, json.Deterministic(true), json.FormatNilSliceAsNull(true), json.OmitZeroStructFields(true))
		if err != nil {
			line = []byte(err.Error())
		}
		lines = append(lines, what+" "+string(line))
	}
	add("reader", a.reader.Situation())
	add("query of products", a.query)
	add("query of fragments", a.fragments)
	for _, definition := range a.oracle.definitions.Attributes {
		add("attribute", definition)
	}
	for _, category := range a.oracle.definitions.Categories {
		add("category", category)
	}
	for _, product := range a.oracle.products {
		add("product", product)
		for _, value := range product.Attributes {
			if len(value.Unknown) > 0 {
				add("product "+product.SKU+" has for an unknown scope", value)
			}
		}
	}
	for _, fragment := range a.oracle.fragments {
		add("fragment", fragment)
	}
	slices.Sort(lines)
	return "\n" + strings.Join(lines, "\n")
}

// lists are the answers of a snapshot, which may be looked at long after it.
type lists struct {
	products  *catalog.ProductList
	fragments *catalog.FragmentList
}

func (a asked) of(t *rapid.T, s *catalog.Snapshot) lists {
	products, err := s.ProductList(a.query, a.reader)
	if err != nil {
		t.Fatal(err)
	}
	for sku := range a.oracle.products {
		if _, there := a.oracle.there(sku, a.reader); s.ProductThere(sku, a.reader) != there {
			t.Fatalf("that %s is there is %t:%s", sku, !there, a)
		}
	}
	for key, fragment := range a.oracle.fragments {
		if there := targeting.FragmentThere(fragment, a.reader); s.FragmentThere(key, a.reader) != there {
			t.Fatalf("that %s is there is %t:%s", key, !there, a)
		}
	}
	return lists{products, s.FragmentList(a.fragments, a.reader)}
}

// checkLoaded asks of each product that is there whether it fits, as is done once it is loaded.
func (a asked) checkLoaded(t *rapid.T, when string, list *catalog.ProductList) {
	query := a.query
	query.Levels = nil // which others decide
	for sku := range a.oracle.products {
		lineage, there := a.oracle.there(sku, a.reader)
		if want := a.oracle.fits(query, lineage, a.reader); there && list.Fits(lineage) != want {
			t.Fatalf("%s: that %s fits is %t:%s", when, sku, !want, a)
		}
	}
}

// check compares all that lists say with what is right.
func (a asked) check(t *rapid.T, when string, got lists) {
	places, lineages := a.oracle.listed(a.query, a.reader)
	a.checkWhole(t, when+": products", places, a.query.Order, got.products.Total(), got.products.Page)
	a.checkLoaded(t, when, got.products)
	for _, key := range append(drawnAttributes, "nothing") {
		counts, total := a.oracle.facet(key, lineages, a.reader)
		for _, most := range []int{0, 1, 2, 100} {
			facet := got.products.Facet(key, most)
			a.checkFacet(t, when+": facet "+key, facet, key, most, counts, total)
			if facet.Key != key {
				t.Fatalf("%s: the facet %s calls itself %q", when, key, facet.Key)
			}
		}
	}
	held := a.oracle.fragmentsListed(a.fragments, a.reader)
	a.checkWhole(t, when+": fragments", held, catalog.BySKU, got.fragments.Total(), got.fragments.Page)
	kinds, labels, labelled := map[string]int{}, map[string]int{}, 0
	for _, one := range held {
		fragment := a.oracle.fragments[one.key]
		kinds["text "+fragment.Type]++
		for _, label := range slices.Compact(slices.Sorted(slices.Values(fragment.Labels))) {
			labels["text "+label]++
		}
		labelled += truth(len(fragment.Labels) > 0)
	}
	for _, most := range []int{1, 10} {
		a.checkFacet(t, when+": kinds", got.fragments.Kinds(most), "", most, kinds, len(held))
		a.checkFacet(t, when+": labels", got.fragments.Labels(most), "", most, labels, labelled)
	}
}

// checkWhole compares a list from its beginning to its end.
func (a asked) checkWhole(t *rapid.T, what string, places []place, order catalog.Order, total int, page func(catalog.Part) (*catalog.Page, error)) {
	whole, err := page(catalog.Part{First: len(places) + 10})
	if err != nil {
		t.Fatal(err)
	}
	a.samePage(t, what, whole, pageOf(places, order, nil, nil, len(places), false))
	if total != len(places) {
		t.Fatalf("%s: %d in total, and not %d:%s", what, total, len(places), a)
	}
}

func (a asked) samePage(t *rapid.T, what string, got, want *catalog.Page) {
	if !slices.Equal(got.Keys, want.Keys) || got.Total != want.Total || got.Next != want.Next || got.Previous != want.Previous || len(got.Cursors) != len(got.Keys) {
		t.Fatalf("%s: %q (of %d, next %t, previous %t), and not %q (of %d, next %t, previous %t):%s",
			what, got.Keys, got.Total, got.Next, got.Previous, want.Keys, want.Total, want.Next, want.Previous, a)
	}
}

// checkFacet compares a facet with all values that there are and how many have them. It may have the first of those alone.
func (a asked) checkFacet(t *rapid.T, what string, got *catalog.Facet, key string, most int, counts map[string]int, total int) {
	if got.Total != total {
		t.Fatalf("%s: %d have one, and not %d:%s", what, got.Total, total, a)
	}
	left, fewest := maps.Clone(counts), total
	for _, value := range got.Values {
		size := a.oracle.sizeOf(key, value.Value.Any())
		is := size.in(size.unit)
		if value.Count != left[is] || value.Count == 0 {
			t.Fatalf("%s: %d have %s (%v), and not %d of %v:%s", what, value.Count, is, value.Value.Any(), left[is], counts, a)
		}
		delete(left, is)
		fewest = min(fewest, value.Count)
	}
	if len(got.Values) != min(most, len(counts)) {
		t.Fatalf("%s: there are %d values, and not %d, of %v:%s", what, len(got.Values), min(most, len(counts)), counts, a)
	}
	for is, count := range left {
		if count > fewest && len(got.Values) > 0 {
			t.Fatalf("%s: %s is left out, which %d have, and not one that %d have:%s", what, is, count, fewest, a)
		}
	}
}

// What an index says of lists is what its documents say, one after the other, however they came to be there; and what a snapshot said, it says for ever.
func TestListsAreExact(t *testing.T) {
	property.Check(t, 3000, func(t *rapid.T) {
		s := drawCatalogue(t)
		x := opened(t, s)
		snapshots, questions, answers := []*catalog.Snapshot{}, []asked{}, []lists{}
		look := func(when string) {
			question := drawQuestion(t, s.now())
			snapshots, questions = append(snapshots, x.Snapshot()), append(questions, question)
			answers = append(answers, question.of(t, x.Snapshot()))
			question.check(t, when, answers[len(answers)-1])
			question = drawQuestion(t, question.oracle)
			question.check(t, when+", asked again", question.of(t, x.Snapshot()))
		}
		look("at first")
		for range rapid.IntRange(0, 3).Draw(t, "batches") {
			rewritten(t, x, drawWrites(t, s))
			look("after writes")
		}
		for i, snapshot := range snapshots {
			questions[i].check(t, "an old list", answers[i])
			again := drawQuestion(t, questions[i].oracle)
			again.check(t, "an old snapshot", again.of(t, snapshot))
		}
		if err := x.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		look("built anew")
	})
}

// Pages of each size, walked through from either end, give each item once and in order.
func TestPagesAreExact(t *testing.T) {
	property.Check(t, 1000, func(t *rapid.T) {
		s := drawCatalogue(t)
		snapshot, question := opened(t, s).Snapshot(), drawQuestion(t, s.now())
		got := question.of(t, snapshot)
		places, _ := question.oracle.listed(question.query, question.reader)
		held := question.oracle.fragmentsListed(question.fragments, question.reader)
		for first := 1; first <= 11; first++ {
			for _, backward := range []bool{false, true} {
				question.walk(t, places, question.query.Order, catalog.Part{First: first, Backward: backward}, got.products.Page)
				question.walk(t, held, catalog.BySKU, catalog.Part{First: first, Backward: backward}, got.fragments.Page)
			}
		}
		part := catalog.Part{First: rapid.IntRange(1, 11).Draw(t, "first"), Backward: rapid.Bool().Draw(t, "backward")}
		question.walk(t, places, question.query.Order, part, func(part catalog.Part) (*catalog.Page, error) {
			query := question.query
			query.Part = part
			return snapshot.Products(query, question.reader)
		})
		question.walk(t, held, catalog.BySKU, part, func(part catalog.Part) (*catalog.Page, error) {
			query := question.fragments
			query.Part = part
			return snapshot.Fragments(query, question.reader)
		})
	})
}

// walk goes from page to page until there is no further one, and compares each.
func (a asked) walk(t *rapid.T, places []place, order catalog.Order, part catalog.Part, page func(catalog.Part) (*catalog.Page, error)) {
	var at *place
	for seen := 0; ; {
		got, err := page(part)
		if err != nil {
			t.Fatal(err)
		}
		if part.Backward {
			a.samePage(t, "a page from the end", got, pageOf(places, order, nil, at, part.First, true))
		} else {
			a.samePage(t, "a page", got, pageOf(places, order, at, nil, part.First, false))
		}
		seen += len(got.Keys)
		if more := got.Next && !part.Backward || got.Previous && part.Backward; !more {
			if seen != len(places) {
				t.Fatalf("of %d items %d were seen:%s", len(places), seen, a)
			}
			return
		}
		if part.Backward {
			at, part.Before = &places[len(places)-seen], got.Cursors[0]
		} else {
			at, part.After = &places[seen-1], got.Cursors[len(got.Cursors)-1]
		}
	}
}

// A page goes on where the cursor's item stood, whatever was written since and however much time has passed.
func TestWritesBetweenPages(t *testing.T) {
	property.Check(t, 1500, func(t *rapid.T) {
		s := drawCatalogue(t)
		x := opened(t, s)
		question, walked := drawQuestion(t, s.now()), rapid.Bool().Draw(t, "one after the other")
		part := catalog.Part{First: rapid.IntRange(0, 5).Draw(t, "first"), Backward: rapid.Bool().Draw(t, "backward")}
		stood := map[string]place{"": {}} // where the items of cursors stood
		for range rapid.IntRange(1, 8).Draw(t, "pages") {
			question.oracle = s.now()
			places, _ := question.oracle.listed(question.query, question.reader)
			question.query.Part = part
			got, err := x.Snapshot().Products(question.query, question.reader)
			if fault.KindOf(err) == fault.BadUserInput && strings.Contains(err.Error(), "the attribute ") {
				return // the attribute is defined otherwise by now
			}
			if err != nil {
				t.Fatal(err)
			}
			at := func(cursor string) *place {
				if cursor == "" {
					return nil
				}
				return new(stood[cursor])
			}
			question.samePage(t, "a page after writes", got, pageOf(places, question.query.Order, at(part.After), at(part.Before), part.First, part.Backward))
			for i, key := range got.Keys {
				stood[got.Cursors[i]] = places[slices.IndexFunc(places, func(one place) bool { return one.key == key })]
			}
			part = nextPart(t, part, got, slices.Sorted(maps.Keys(stood)), walked)
			if rapid.Bool().Draw(t, "writes") {
				rewritten(t, x, drawWrites(t, s))
			}
			if seldom(t, "later", 4) {
				question.reader = new(*question.reader)
				question.reader = question.reader.With(func(s *targeting.Situation) { s.At = drawAt(t) })
			}
		}
	})
}

// nextPart is the part that follows a page, or one between any two cursors.
func nextPart(t *rapid.T, part catalog.Part, page *catalog.Page, cursors []string, follows bool) catalog.Part {
	switch {
	case !follows:
		part.First, part.Backward = rapid.IntRange(0, 5).Draw(t, "first"), rapid.Bool().Draw(t, "backward")
		part.After, part.Before = oneOf(t, "after", cursors), ""
		if seldom(t, "between", 3) {
			part.Before = oneOf(t, "before", cursors)
		}
	case len(page.Keys) == 0:
	case part.Backward:
		part.Before = page.Cursors[0]
	default:
		part.After = page.Cursors[len(page.Cursors)-1]
	}
	return part
}

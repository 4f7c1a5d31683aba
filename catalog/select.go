package catalog

import (
	"fmt"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"unisono/content"
	"unisono/fault"
	"unisono/locale"
	"unisono/targeting"
)

// Bounds of a question.
const (
	maxFilters = 50     // attributes asked of at once
	maxAsked   = 10_000 // items of a list in a filter
	maxLists   = 100    // lists of several items in such a list
)

// selection is a question made ready.
type selection struct {
	query   *ProductQuery
	filters []*filter
	terms   []locale.Term
	below   map[string]bool // the categories that are asked for, with those below them
}

// prepare makes a question ready. The error is of kind BadUserInput.
func (s *Snapshot) prepare(query *ProductQuery, reader *targeting.Context) (*selection, error) {
	made := &selection{query: query}
	if err := s.check(query, made); err != nil {
		return nil, err
	}
	if query.Categories != nil {
		made.below = s.below(query.Categories, reader)
	}
	if query.Text != "" {
		made.terms = folders.of(s.sortingOf(reader.Chain())).Terms(query.Text)
	}
	return made, nil
}

// find gives the products that fit a question.
func (s *Snapshot) find(made *selection, reader *targeting.Context) *bitmap {
	query, there := made.query, s.there(reader)
	found := there.Clone()
	if query.SKUs != nil {
		found.And(s.called(query.SKUs))
	}
	if query.Families != nil {
		found.And(union(query.Families, s.families.Get))
	}
	if query.Categories != nil {
		found.And(union(slices.Sorted(maps.Keys(made.below)), s.categories.Get))
	}
	for _, filter := range made.filters {
		found = s.whose(filter, found, reader)
	}
	if len(made.terms) > 0 {
		found = s.named(made.terms, found, reader)
	}
	if query.Levels != nil { // last, for it looks at each product
		found = s.onLevels(query.Levels, found, there)
	}
	return found
}

func (s *Snapshot) check(query *ProductQuery, made *selection) error {
	if len(query.Attributes) > maxFilters {
		return fault.New(fault.BadUserInput, "filter.attributes: at most %d are expected; there are %d", maxFilters, len(query.Attributes))
	}
	lengths := map[string]int{"skus": len(query.SKUs), "categories": len(query.Categories), "families": len(query.Families), "levels": len(query.Levels)}
	for i := range query.Attributes {
		lengths[fmt.Sprintf("attributes[%d].in", i)] = len(query.Attributes[i].In)
	}
	for name, length := range lengths {
		if length > maxAsked {
			return fault.New(fault.BadUserInput, "filter.%s: at most %d items are expected; there are %d", name, maxAsked, length)
		}
	}
	for i := range query.Attributes {
		filter, err := s.ready(fmt.Sprintf("filter.attributes[%d]", i), &query.Attributes[i])
		if err != nil {
			return err
		}
		made.filters = append(made.filters, filter)
	}
	return nil
}

func union(keys []string, get func(string) (set, bool)) *bitmap {
	all := newBitmap()
	for _, key := range keys {
		if ids, there := get(key); there {
			ids.addTo(all)
		}
	}
	return all
}

func (s *Snapshot) called(skus []string) *bitmap {
	called := newBitmap()
	for _, sku := range skus {
		if id, there := s.bySKU.Get(sku); there {
			called.Add(id)
		}
	}
	return called
}

// below gives the keys of categories that are there for a reader and are some of these, or stand below one.
func (s *Snapshot) below(keys []string, reader *targeting.Context) map[string]bool {
	found, seen := map[string]bool{}, map[string]bool{}
	for next := slices.Clone(keys); len(next) > 0; {
		key := next[0]
		next = next[1:]
		if seen[key] {
			continue
		}
		seen[key] = true
		if targeting.CategoryThere(s.definitions.Path(key), reader) {
			found[key] = true
			for _, child := range s.definitions.Children(key) {
				next = append(next, child.Key)
			}
		}
	}
	return found
}

// onLevels gives those of some products that are on one of these levels, which depends on which others are there.
func (s *Snapshot) onLevels(levels []Level, of, there *bitmap) *bitmap {
	models, found := s.models(of, there), newBitmap()
	for _, level := range levels {
		some := of.Clone()
		switch level {
		case Model:
			some.And(models)
		case Variant:
			some = s.variants.and(of)
			some.AndNot(models)
		default:
			some.AndNot(models)
			s.variants.removeFrom(some)
		}
		found.Or(some)
	}
	return found
}

// dearer is how much longer it takes to find the variants of a product than the model of a variant. A variable for tests, which have few products.
var dearer = 10

// models gives at least those of some products of which a variant is there. Of few it looks at their variants, of many at the models of all variants.
func (s *Snapshot) models(of, there *bitmap) *bitmap {
	models, variants := newBitmap(), s.variants.and(there)
	if int(of.GetCardinality())*dearer < int(variants.GetCardinality()) { //nolint:gosec // fewer than there are ids
		for ids := of.Iterator(); ids.HasNext(); {
			id := ids.Next()
			if slices.ContainsFunc(s.Children(s.records[id].sku), func(sku string) bool {
				child, _ := s.bySKU.Get(sku)
				return there.Contains(child)
			}) {
				models.Add(id)
			}
		}
		return models
	}
	last := none
	for ids := variants.Iterator(); ids.HasNext(); {
		if up := s.records[ids.Next()].up; up != last { // variants of one model mostly follow each other
			models.Add(up)
			last = up
		}
	}
	return models
}

// candidatesFew is of how many products names are looked at one by one. A variable for tests, which have few products.
var candidatesFew = 16

// named gives those of some products whose name, as the reader sees it, has a word for each term.
func (s *Snapshot) named(terms []locale.Term, of *bitmap, reader *targeting.Context) *bitmap {
	found, sorting := newBitmap(), s.sortingOf(reader.Chain())
	s.each(nameKey, of, reader, func(column *column, here *bitmap) {
		here = column.texts.and(here)
		if here.IsEmpty() {
			return
		}
		words := s.derive(derivedKey{nameWords, sorting, column.number}).words
		unsure := []locale.Term{}
		for _, term := range terms {
			if int(here.GetCardinality()) <= candidatesFew {
				unsure = append(unsure, term)
				continue
			}
			word, whole := term.Lead()
			having := newBitmap()
			words.Ascend(word, func(one string, ids set) bool {
				if whole && one != word || len(one) < len(word) || one[:len(word)] != word {
					return false
				}
				ids.addTo(having)
				return true
			})
			here = roaring.And(here, having)
			if !term.Alone() {
				unsure = append(unsure, term)
			}
		}
		if len(unsure) > 0 {
			here = s.saying(unsure, here, column, sorting)
		}
		found.Or(here)
	})
	return found
}

// saying gives those of some products whose name in a column has a word for each term.
func (s *Snapshot) saying(terms []locale.Term, of *bitmap, column *column, sorting locale.Tag) *bitmap {
	found, folder := newBitmap(), folders.of(sorting)
	for ids := of.Iterator(); ids.HasNext(); {
		id := ids.Next()
		words := folder.Words(s.records[id].name(column.number))
		if !slices.ContainsFunc(terms, func(term locale.Term) bool { return !term.In(words) }) {
			found.Add(id)
		}
	}
	return found
}

// Fits says that a product, as it was loaded, still fits what the list was asked for, but for its level. Between the making of a list and the loading of its
// products one may have changed.
func (l *ProductList) Fits(lineage content.Lineage) bool {
	product, query := lineage.Product(), l.selection.query
	return (query.SKUs == nil || slices.Contains(query.SKUs, product.SKU)) &&
		(query.Families == nil || slices.Contains(query.Families, lineage.Family())) &&
		(query.Categories == nil || slices.ContainsFunc(lineage.Categories(), func(key string) bool { return l.selection.below[key] })) &&
		!slices.ContainsFunc(l.selection.filters, func(f *filter) bool { return !f.fits(targeting.Value(lineage, f.key, l.asker)) }) &&
		l.says(targeting.Text(lineage, nameKey, l.asker))
}

func (l *ProductList) says(name string) bool {
	if len(l.selection.terms) == 0 {
		return true
	}
	words := folders.of(l.snapshot.sortingOf(l.asker.Chain())).Words(cut(name))
	return !slices.ContainsFunc(l.selection.terms, func(term locale.Term) bool { return !term.In(words) })
}

package catalog

import (
	"slices"
	"sync"

	"unisono/targeting"
)

// ProductList is the products that fit a query, in order. It is of one snapshot, and safe for concurrent use.
type ProductList struct {
	reckoning
	snapshot  *Snapshot
	selection *selection

	finding sync.Once // of what follows
	ids     *bitmap

	naming sync.Once // of what follows
	digest string

	divide sync.Once
	parts  []part

	mu      sync.Mutex // guards what follows
	counted map[string]*counted
}

// part is those products of a list that stand in one order. Parts that are ordered by the same thing are merged; the last part, of what has nothing to be
// ordered by, stands behind them.
type part struct {
	ids    *bitmap
	order  *order
	column uint32 // of names
}

// ProductList gives the products that are there for a reader and fit a query, of which the part is not looked at. The error is of kind BadUserInput.
func (s *Snapshot) ProductList(query ProductQuery, reader *targeting.Context) (*ProductList, error) {
	l := &ProductList{snapshot: s, reckoning: s.reckon(reader, query.question(), s.Stamp(&query))}
	var err error
	if l.selection, err = s.prepare(&query, l.reader); err != nil {
		return nil, err
	}
	return l, nil
}

// found is the ids of the list, which are looked for when somebody wants them.
func (l *ProductList) found() *bitmap {
	l.finding.Do(func() { l.ids = l.snapshot.find(l.selection, l.reader) })
	return l.ids
}

// Products gives a page of the products that are there for a reader. The error is of kind BadUserInput.
func (s *Snapshot) Products(query ProductQuery, reader *targeting.Context) (*Page, error) {
	list, err := s.ProductList(query, reader)
	if err != nil {
		return nil, err
	}
	return list.Page(query.Part)
}

// Total is how many products the list holds.
func (l *ProductList) Total() int {
	total, _ := keep(&l.reckoning, []byte{askedTotal}, func() (int, error) { // it never fails
		return int(l.found().GetCardinality()), nil //nolint:gosec // fewer than there are ids
	})
	l.told(askedListTotal, Part{}, "", 0, func() string { return totalSaid(total) })
	return total
}

// makeParts divides the list by what orders it.
func (l *ProductList) makeParts() {
	s, rest := l.snapshot, l.found().Clone()
	switch l.selection.query.Order {
	case ByName, ByNameDesc:
		sorting := s.sortingOf(l.reader.Chain())
		s.each(nameKey, l.found(), l.reader, func(column *column, here *bitmap) {
			if texts := column.texts.and(here); !texts.IsEmpty() {
				l.parts = append(l.parts, part{texts, s.derive(derivedKey{nameOrder, sorting, column.number}).order, column.number})
				rest.AndNot(texts)
			}
		})
	case Newest:
		if dated := s.dated.and(rest); !dated.IsEmpty() {
			l.parts = append(l.parts, part{ids: dated, order: s.derive(derivedKey{what: newestOrder}).order})
			rest.AndNot(dated)
		}
	}
	l.parts = append(l.parts, part{ids: rest, order: s.derive(derivedKey{what: skuOrder}).order})
}

// spot is a place in a list: among what is ordered by something, or behind that.
type spot struct {
	last bool
	rank rank
}

// item is a product at its place.
type item struct {
	spot
	id     uint32
	column uint32
}

// take gives up to most items behind a spot, or before it, the nearest first; from an end of the list where there is none.
func (l *ProductList) take(from *spot, most int, backward bool) []item {
	l.divide.Do(l.makeParts)
	ordered, last := l.parts[:len(l.parts)-1], l.parts[len(l.parts)-1:]
	first, then := ordered, last
	if backward {
		first, then = last, ordered
	}
	reversed := l.selection.query.Order == ByNameDesc
	some := func(parts []part, from *rank) []item {
		isLast := len(parts) > 0 && &parts[0] == &last[0]
		return merged(parts, from, most, backward != (reversed && !isLast), isLast)
	}
	if from != nil && from.last != backward { // what lies in the first direction has been passed
		return some(then, &from.rank)
	}
	var within *rank
	if from != nil {
		within = &from.rank
	}
	items := some(first, within)
	if len(items) < most {
		items = append(items, some(then, nil)...)
	}
	return items[:min(most, len(items))]
}

// merged gives up to most items of several parts, in order.
func merged(parts []part, from *rank, most int, backward, last bool) []item {
	items := []item{}
	for _, part := range parts {
		for _, id := range part.order.take(part.ids, from, most, backward) {
			items = append(items, item{spot{last, part.order.rankOf(id)}, id, part.column})
		}
	}
	slices.SortFunc(items, func(a, b item) int {
		if backward {
			a, b = b, a
		}
		return compareRanks(a.rank, b.rank)
	})
	return items[:min(most, len(items))]
}

// Page gives a part of the list. What it says of what stands before and behind it is of the whole list. The error is of kind BadUserInput.
func (l *ProductList) Page(wanted Part) (*Page, error) {
	return keptPage(&l.reckoning, l, wanted)
}

// compare compares two spots.
func (l *ProductList) compare(a, b spot) int {
	switch {
	case a.last != b.last:
		return one(a.last) - one(b.last)
	case l.selection.query.Order == ByNameDesc && !a.last:
		return compareRanks(b.rank, a.rank)
	default:
		return compareRanks(a.rank, b.rank)
	}
}

// spotOf gives the place that a cursor names.
func (l *ProductList) spotOf(place cursor) (spot, bool) {
	if place.Order == nil {
		return spot{true, rank{nil, place.Key}}, true
	}
	key, ok := l.rankKey(*place.Order)
	return spot{false, rank{key, place.Key}}, ok
}

func (l *ProductList) name() string {
	l.naming.Do(func() { l.digest = digestOfProducts(l.selection.query, l.reader) })
	return l.digest
}

package catalog

import (
	"slices"
	"sync"

	"unisono/fault"
	"unisono/targeting"
)

// ProductList is the products that fit a query, in order. It is of one snapshot, and safe for concurrent use.
type ProductList struct {
	snapshot  *Snapshot
	reader    *targeting.Context
	selection *selection
	digest    string

	divide sync.Once
	parts  []part
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
	found, err := s.find(&query, reader)
	if err != nil {
		return nil, err
	}
	return &ProductList{snapshot: s, reader: reader, selection: found, digest: digestOfProducts(&query, reader)}, nil
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
	return int(l.selection.found.GetCardinality()) //nolint:gosec // fewer than there are ids
}

// makeParts divides the list by what orders it.
func (l *ProductList) makeParts() {
	s, rest := l.snapshot, l.selection.found.Clone()
	switch l.selection.query.Order {
	case ByName, ByNameDesc:
		sorting := s.sortingOf(l.reader.Chain)
		s.each(nameKey, l.selection.found, l.reader, func(column *column, here *bitmap) {
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
	after, err := l.spotOf("after", wanted.After)
	if err != nil {
		return nil, err
	}
	before, err := l.spotOf("before", wanted.Before)
	if err != nil {
		return nil, err
	}
	items := l.between(after, before, wanted.First, wanted.Backward)
	page := &Page{Total: l.Total()}
	for i := range items {
		page.Keys = append(page.Keys, items[i].rank.sku)
		page.Cursors = append(page.Cursors, l.cursorOf(&items[i]))
	}
	page.Previous, page.Next = l.around(after, before, items, wanted.Backward)
	return page, nil
}

// between gives the first items, or the last ones, of what lies between two spots, in the order of the list.
func (l *ProductList) between(after, before *spot, most int, backward bool) []item {
	from, to, sign := after, before, 1
	if backward {
		from, to, sign = before, after, -1
	}
	items := l.take(from, most, backward)
	if to != nil {
		if end := slices.IndexFunc(items, func(one item) bool { return sign*l.compare(one.spot, *to) >= 0 }); end >= 0 {
			items = items[:end]
		}
	}
	if backward {
		slices.Reverse(items)
	}
	return items
}

// around says whether something stands before a part of the list, and behind it. A part of nothing lies at the end from which it was to be taken.
func (l *ProductList) around(after, before *spot, items []item, backward bool) (previous, next bool) {
	anyBehind := func(spot *spot) bool { return len(l.take(spot, 1, false)) > 0 }
	anyBefore := func(spot *spot) bool { return len(l.take(spot, 1, true)) > 0 }
	switch {
	case len(items) > 0:
		return anyBefore(&items[0].spot), anyBehind(&items[len(items)-1].spot)
	case backward && before != nil && after != nil && l.compare(*before, *after) <= 0, !backward && after != nil:
		return anyBefore(after) || l.holds(after), anyBehind(after)
	case backward && before != nil:
		return anyBefore(before), anyBehind(before) || l.holds(before)
	case backward:
		return l.Total() > 0, false
	default:
		return false, l.Total() > 0
	}
}

// holds says that an item of the list stands at a spot.
func (l *ProductList) holds(at *spot) bool {
	id, there := l.snapshot.bySKU.Get(at.rank.sku)
	if !there || !l.selection.found.Contains(id) {
		return false
	}
	one := l.take(at, 1, true)
	if len(one) == 0 {
		one = l.take(nil, 1, false)
		return len(one) == 1 && l.compare(one[0].spot, *at) == 0
	}
	one = l.take(&one[0].spot, 1, false)
	return len(one) == 1 && l.compare(one[0].spot, *at) == 0
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

// spotOf reads a cursor; "" is none.
func (l *ProductList) spotOf(argument, text string) (*spot, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor is no spot
	}
	place, err := readCursor(argument, text, l.digest)
	if err != nil {
		return nil, err
	}
	if place.Order == nil {
		return &spot{true, rank{nil, place.Key}}, nil
	}
	key, ok := l.rankKey(*place.Order)
	if !ok {
		return nil, fault.New(fault.BadUserInput, "%s: %.60q is no cursor; one from pageInfo or edges.cursor is expected", argument, text)
	}
	return &spot{false, rank{key, place.Key}}, nil
}

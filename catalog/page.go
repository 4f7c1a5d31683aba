package catalog

import (
	"slices"

	"unisono/fault"
)

// paged is a list that can be given in parts.
type paged interface {
	Total() int
	// take gives up to most items behind a spot, or before it, the nearest first; from an end of the list where there is none.
	take(from *spot, most int, backward bool) []item
	compare(a, b spot) int
	spotOf(place cursor) (at spot, ok bool)
	cursorOf(one *item) string
	name() string // which cursors of other lists do not bear
}

// keptPage gives a part of a list that is kept, a copy: whoever gets it may change it.
func keptPage(r *reckoning, l paged, wanted Part) (*Page, error) {
	if r.kept == nil {
		page, err := pageOf(l, wanted)
		if err == nil {
			r.told(askedListPage, wanted, "", 0, page.Digest)
		}
		return page, err
	}
	kept, err := keep(r, wanted.appendTo(nil), func() (*Page, error) { return pageOf(l, wanted) })
	if err != nil {
		return nil, err
	}
	r.told(askedListPage, wanted, "", 0, kept.Digest)
	page := *kept
	page.Keys, page.Cursors = slices.Clone(kept.Keys), slices.Clone(kept.Cursors)
	return &page, nil
}

// pageOf gives a part of a list.
func pageOf(l paged, wanted Part) (*Page, error) {
	after, err := readSpot(l, "after", wanted.After)
	if err != nil {
		return nil, err
	}
	before, err := readSpot(l, "before", wanted.Before)
	if err != nil {
		return nil, err
	}
	items := betweenSpots(l, after, before, wanted.First, wanted.Backward)
	page := &Page{Total: l.Total()}
	for i := range items {
		page.Keys = append(page.Keys, items[i].rank.sku)
		page.Cursors = append(page.Cursors, l.cursorOf(&items[i]))
	}
	page.Previous, page.Next = around(l, after, before, items, wanted.Backward)
	return page, nil
}

// readSpot reads a cursor; "" is none.
func readSpot(l paged, argument, text string) (*spot, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor is no spot
	}
	place, err := readCursor(argument, text, l.name())
	if err != nil {
		return nil, err
	}
	at, ok := l.spotOf(place)
	if !ok {
		return nil, fault.New(fault.BadUserInput, "%s: %.60q is no cursor; one from pageInfo or edges.cursor is expected", argument, text)
	}
	return &at, nil
}

// betweenSpots gives the first items, or the last ones, of what lies between two spots, in the order of the list.
func betweenSpots(l paged, after, before *spot, most int, backward bool) []item {
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
func around(l paged, after, before *spot, items []item, backward bool) (previous, next bool) {
	some := func(from *spot, backward bool) bool { return len(l.take(from, 1, backward)) > 0 }
	switch {
	case len(items) > 0:
		return some(&items[0].spot, true), some(&items[len(items)-1].spot, false)
	case backward && before != nil && after != nil && l.compare(*before, *after) <= 0, !backward && after != nil:
		return some(after, true) || stands(l, after), some(after, false)
	case backward && before != nil:
		return some(before, true), some(before, false) || stands(l, before)
	case backward:
		return l.Total() > 0, false
	default:
		return false, l.Total() > 0
	}
}

// stands says that an item of the list stands at a spot.
func stands(l paged, at *spot) bool {
	var from *spot
	if before := l.take(at, 1, true); len(before) > 0 {
		from = &before[0].spot
	}
	here := l.take(from, 1, false)
	return len(here) > 0 && l.compare(here[0].spot, *at) == 0
}

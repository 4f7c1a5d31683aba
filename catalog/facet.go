package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// counter counts what is equal.
type counter struct {
	key   string
	first atom // the smallest of those that are equal, by which it is shown
	count int

	column *column
	last   set     // the last that is equal in this column
	all    *bitmap // so too all, once there are several
}

// counted is a facet with all its values.
type counted struct {
	total    int
	counters map[string]*counter
}

// Facet counts the values of an attribute in the whole list, as the reader sees them: of values that are lists each item, of quantities each size. Texts of more
// than 64 bytes, tables and such are not counted. Of more than most values those are given that most products have. Numbers and what has a size stand in the
// order of their sizes, other values the most frequent first.
func (l *ProductList) Facet(key string, most int) *Facet {
	facet, _ := keep(&l.reckoning, facetPart(key, most), func() (*Facet, error) { return l.facet(key, most), nil }) // it never fails
	l.told(askedListFacet, Part{}, key, most, facet.Digest)
	return facet
}

func (l *ProductList) facet(key string, most int) *Facet {
	counted, tally := l.count(key), tallyOf(l.snapshot.definitions.Attributes[key])
	facet := &Facet{Key: strings.Clone(key), Total: counted.total}
	for _, one := range mostFrequent(counted.counters, most) {
		facet.Values = append(facet.Values, FacetValue{tally.value(one.first), one.count})
	}
	return facet
}

// count counts all values of an attribute, once for each list.
func (l *ProductList) count(key string) *counted {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.counted[key]; known != nil {
		return known
	}
	made := &counted{counters: map[string]*counter{}}
	tally := tallyOf(l.snapshot.definitions.Attributes[key])
	l.snapshot.each(key, l.found(), l.reader, func(column *column, here *bitmap) {
		made.total += int(here.GetCardinality()) //nolint:gosec // fewer than there are ids
		countValues(column, here, tally, made.counters)
		if key == nameKey {
			l.countNames(column, here, made.counters)
		}
	})
	if l.counted == nil {
		l.counted = map[string]*counted{}
	}
	l.counted[key] = made
	return made
}

// countNames counts names, which are kept with the products.
func (l *ProductList) countNames(column *column, here *bitmap, counters map[string]*counter) {
	for ids := column.texts.and(here).Iterator(); ids.HasNext(); {
		if name := nameAtom(l.snapshot.records[ids.Next()].name(column.number)); name != "" {
			counterOf(counters, name, name).count++
		}
	}
}

// countValues counts the values of a column. Of a product that has several which are equal, such as 1 kg and 1000 g, they are one.
func countValues(column *column, here *bitmap, tally tally, counters map[string]*counter) {
	column.values.Scan(func(one atom, ids set) bool {
		count := ids.countIn(here)
		if count == 0 {
			return true
		}
		equal := counterOf(counters, tally.key(one), one)
		if equal.column == column {
			count = equal.countNew(ids, here)
		} else {
			equal.column, equal.last, equal.all = column, ids, nil
		}
		equal.count += count
		return true
	})
}

// countNew says how many ids are in here that none of the sets has which were counted before in the same column.
func (c *counter) countNew(ids set, here *bitmap) int {
	if c.all == nil {
		c.all = c.last.and(here)
	}
	fresh := ids.and(here)
	fresh.AndNot(c.all)
	c.all.Or(fresh)
	return int(fresh.GetCardinality()) //nolint:gosec // fewer than there are ids
}

func counterOf(counters map[string]*counter, key string, one atom) *counter {
	known := counters[key]
	if known == nil {
		known = &counter{key: key, first: one}
		counters[key] = known
	}
	known.first = min(known.first, one)
	return known
}

// mostFrequent gives up to most counters in the order in which they are shown.
func mostFrequent(counters map[string]*counter, most int) []*counter {
	best := make([]*counter, 0, min(len(counters), max(0, most))+1)
	byCount := func(a, b *counter) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.key, b.key)) }
	for _, one := range counters {
		if len(best) >= most && (most <= 0 || byCount(one, best[most-1]) > 0) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, one, byCount)
		best = slices.Insert(best, at, one)
		best = best[:min(len(best), most)]
	}
	slices.SortStableFunc(best, func(a, b *counter) int {
		switch first, second := a.key[0], b.key[0]; {
		case first != second:
			return cmp.Compare(first, second)
		case first == 's':
			return 0 // the most frequent first
		default:
			return cmp.Compare(a.key, b.key)
		}
	})
	return best
}

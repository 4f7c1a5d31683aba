package catalog

import (
	"slices"
	"sync"

	"github.com/tidwall/btree"

	"unisono/content"
	"unisono/targeting"
)

// FragmentList is the fragments that fit a query, ordered by key. It is of one snapshot, and safe for concurrent use.
type FragmentList struct {
	reckoning
	table *fragmentTable
	query FragmentQuery

	finding sync.Once // of what follows
	ids     *bitmap

	digest string
}

// FragmentList gives the fragments that are there for a reader and fit a query, of which the part is not looked at.
func (s *Snapshot) FragmentList(query FragmentQuery, reader *targeting.Context) *FragmentList {
	return &FragmentList{
		reckoning: s.reckon(reader, query.question(), s.FragmentStamp()), table: &s.fragments, query: query,
		digest: digestOf("fragments", query.Keys, query.Kinds, query.Labels),
	}
}

// found is the ids of the list, which are looked for when somebody wants them.
func (l *FragmentList) found() *bitmap {
	l.finding.Do(func() { l.ids = l.find() })
	return l.ids
}

func (l *FragmentList) find() *bitmap {
	table, query, found := l.table, &l.query, l.table.there(l.reader)
	if query.Keys != nil {
		called := newBitmap()
		for _, key := range query.Keys {
			if id, there := table.ids.Get(key); there {
				called.Add(id)
			}
		}
		found.And(called)
	}
	if query.Kinds != nil {
		found.And(union(query.Kinds, table.kinds.Get))
	}
	if query.Labels != nil {
		found.And(union(query.Labels, table.labels.Get))
	}
	return found
}

// Fits says that a fragment of a kind with labels is what the list was asked for.
func (q *FragmentQuery) Fits(kind string, labels []string) bool {
	return (q.Kinds == nil || slices.Contains(q.Kinds, kind)) &&
		(q.Labels == nil || slices.ContainsFunc(labels, func(label string) bool { return slices.Contains(q.Labels, label) }))
}

// Fragments gives a page of the fragments that are there for a reader. The error is of kind BadUserInput.
func (s *Snapshot) Fragments(query FragmentQuery, reader *targeting.Context) (*Page, error) {
	return s.FragmentList(query, reader).Page(query.Part)
}

// Total is how many fragments the list holds.
func (l *FragmentList) Total() int {
	total, _ := keep(&l.reckoning, []byte{askedTotal}, func() (int, error) { // it never fails
		return int(l.found().GetCardinality()), nil //nolint:gosec // fewer than there are ids
	})
	l.told(askedListTotal, Part{}, "", 0, func() string { return totalSaid(total) })
	return total
}

// Page gives a part of the list. What it says of what stands before and behind it is of the whole list. The error is of kind BadUserInput.
func (l *FragmentList) Page(wanted Part) (*Page, error) {
	return keptPage(&l.reckoning, l, wanted)
}

func (l *FragmentList) take(from *spot, most int, backward bool) []item {
	items, found := []item{}, l.found()
	add := func(key string, id uint32) bool {
		if len(items) < most && found.Contains(id) && (from == nil || key != from.rank.sku) {
			items = append(items, item{spot: spot{true, rank{nil, key}}, id: id})
		}
		return len(items) < most
	}
	switch {
	case from == nil && backward:
		l.table.ids.Reverse(add)
	case from == nil:
		l.table.ids.Scan(add)
	case backward:
		l.table.ids.Descend(from.rank.sku, add)
	default:
		l.table.ids.Ascend(from.rank.sku, add)
	}
	return items
}

func (l *FragmentList) compare(a, b spot) int { return compareRanks(a.rank, b.rank) }

func (l *FragmentList) spotOf(place cursor) (spot, bool) {
	return spot{true, rank{nil, place.Key}}, true
}

func (l *FragmentList) cursorOf(one *item) string {
	return writeCursor(cursor{Key: one.rank.sku, Digest: l.digest})
}

func (l *FragmentList) name() string { return l.digest }

// Kinds counts the kinds of the fragments of the whole list: up to most, the most frequent first.
func (l *FragmentList) Kinds(most int) *Facet {
	return l.facet(factKind, most, l.table.kinds)
}

// Labels counts the labels of the fragments of the whole list: up to most, the most frequent first.
func (l *FragmentList) Labels(most int) *Facet {
	return l.facet(factLabel, most, l.table.labels)
}

// What is counted of fragments.
const (
	factKind  = "kind"
	factLabel = "label"
)

func (l *FragmentList) facet(key string, most int, words *btree.Map[string, set]) *Facet {
	facet, _ := keep(&l.reckoning, facetPart(key, most), func() (*Facet, error) { return l.count(key, most, words), nil }) // it never fails
	l.told(askedListFacet, Part{}, key, most, facet.Digest)
	return facet
}

func (l *FragmentList) count(key string, most int, words *btree.Map[string, set]) *Facet {
	facet, counters, some := &Facet{Key: key}, map[string]*counter{}, newBitmap()
	words.Scan(func(word string, ids set) bool {
		if count := ids.countIn(l.found()); count > 0 && word != "" {
			one := "s" + word
			counterOf(counters, one, one).count = count
			ids.addTo(some)
		}
		return true
	})
	some.And(l.found())
	facet.Total = int(some.GetCardinality()) //nolint:gosec // fewer than there are ids
	for _, one := range mostFrequent(counters, most) {
		facet.Values = append(facet.Values, FacetValue{content.TextValue(one.first[1:]), one.count})
	}
	return facet
}

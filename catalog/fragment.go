package catalog

import (
	"cmp"
	"slices"
	"sort"

	"unisono/content"
	"unisono/targeting"
)

// FragmentList is the fragments that fit a query, ordered by key. It is of one snapshot.
type FragmentList struct {
	snapshot *Snapshot
	keys     []string
	digest   string
}

// FragmentList gives the fragments that are there for a reader and fit a query, of which the part is not looked at.
func (s *Snapshot) FragmentList(query FragmentQuery, reader *targeting.Context) *FragmentList {
	list := &FragmentList{snapshot: s, digest: digestOf("fragments", query.Keys, query.Kinds, query.Labels)}
	take := func(key string, fragment *content.Fragment) bool {
		if query.Fits(fragment.Type, fragment.Labels) && targeting.FragmentThere(fragment, reader) {
			list.keys = append(list.keys, key)
		}
		return true
	}
	if query.Keys == nil {
		s.fragments.Scan(take)
		return list
	}
	for _, key := range slices.Compact(slices.Sorted(slices.Values(query.Keys))) {
		if fragment, there := s.fragments.Get(key); there {
			take(key, fragment)
		}
	}
	return list
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
func (l *FragmentList) Total() int { return len(l.keys) }

// Page gives a part of the list. What it says of what stands before and behind it is of the whole list. The error is of kind BadUserInput.
func (l *FragmentList) Page(wanted Part) (*Page, error) {
	begin, end := 0, len(l.keys)
	if wanted.After != "" {
		place, err := readCursor("after", wanted.After, l.digest)
		if err != nil {
			return nil, err
		}
		begin = sort.Search(len(l.keys), func(i int) bool { return l.keys[i] > place.Key })
	}
	if wanted.Before != "" {
		place, err := readCursor("before", wanted.Before, l.digest)
		if err != nil {
			return nil, err
		}
		end = max(begin, sort.SearchStrings(l.keys, place.Key)) // a cursor before one behind which the part lies leaves nothing between
	}
	if wanted.Backward {
		begin = max(begin, end-wanted.First)
	} else {
		end = min(end, begin+wanted.First)
	}
	page := &Page{Total: len(l.keys), Next: end < len(l.keys), Previous: begin > 0}
	for _, key := range l.keys[begin:end] {
		page.Keys = append(page.Keys, key)
		page.Cursors = append(page.Cursors, writeCursor(cursor{Key: key, Digest: l.digest}))
	}
	return page, nil
}

// Kinds counts the kinds of the fragments of the whole list: up to most, the most frequent first.
func (l *FragmentList) Kinds(most int) *Facet {
	return l.facet("kind", most, func(f *content.Fragment) []string { return []string{f.Type} })
}

// Labels counts the labels of the fragments of the whole list: up to most, the most frequent first.
func (l *FragmentList) Labels(most int) *Facet {
	return l.facet("label", most, func(f *content.Fragment) []string { return f.Labels })
}

func (l *FragmentList) facet(key string, most int, of func(*content.Fragment) []string) *Facet {
	facet, counts := &Facet{Key: key}, map[string]int{}
	for _, key := range l.keys {
		fragment, _ := l.snapshot.fragments.Get(key)
		words := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(of(fragment)))), func(word string) bool { return word == "" })
		if len(words) > 0 {
			facet.Total++
		}
		for _, word := range words {
			counts[word]++
		}
	}
	for word, count := range counts {
		facet.Values = append(facet.Values, FacetValue{content.TextValue(word), count})
	}
	slices.SortFunc(facet.Values, func(a, b FacetValue) int {
		first, _ := a.Value.Text()
		second, _ := b.Value.Text()
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(first, second))
	})
	facet.Values = facet.Values[:min(len(facet.Values), max(0, most))]
	return facet
}

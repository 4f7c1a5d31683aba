package catalog

import (
	"strconv"
	"sync"
	"sync/atomic"

	"unisono/targeting"
)

// Trace notes what was asked of a snapshot while something was made for readers, and what it said. What was made is right by every snapshot that says the same, for whoever reads the same of it. It is
// safe for concurrent use; the zero value is one of nothing.
type Trace struct {
	mu      sync.Mutex
	number  uint64 // of the snapshot
	defined uint64
	asked   []question
	lost    bool // something was asked that cannot be asked again

	stood atomic.Uint64 // the number of the last snapshot of which it was known that nothing of what was asked has changed, for whoever asks
}

// question is one question to a snapshot, and its answer.
type question struct {
	what   questionKind
	key    string
	mark   mark   // of the key
	reader string // who asked, by what sets their context apart within one operation
	said   string // several keys stand one behind the other
	list   *askedList
}

// askedList is a question about a list.
type askedList struct {
	products  *ProductQuery // one of these two
	fragments *FragmentQuery
	part      Part
	facet     string // the key of what is counted; "": nothing is
	most      int
}

type questionKind byte

const (
	askedChildren questionKind = iota
	askedSlug
	askedGTIN
	askedProductThere
	askedFragmentThere
	askedListTotal
	askedListPage
	askedListFacet
)

// Traced is a snapshot that is asked in the name of one reader, and notes it. A nil Trace notes nothing.
type Traced struct {
	*Snapshot
	trace  *Trace
	reader string

	mu    sync.Mutex
	there map[thereAsked]bool // what it said is there; what stands on a product is looked for when it is read ahead, and when it is shown
}

// thereAsked is whether something is there for a reader.
type thereAsked struct {
	what   questionKind
	key    string
	reader *targeting.Context
}

// Traced gives the snapshot as a reader asks it who is set apart by a name within one operation.
func (s *Snapshot) Traced(by *Trace, reader string) *Traced {
	if by != nil {
		by.mu.Lock()
		defer by.mu.Unlock()
		by.number, by.defined = s.number, s.defined
	}
	return &Traced{Snapshot: s, trace: by, reader: reader}
}

func (t *Trace) note(q *question) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asked == nil {
		t.asked = make([]question, 0, 16)
	}
	t.asked = append(t.asked, *q)
}

// Lose says that something was asked that cannot be asked again, or of something else than the catalogue: nothing is known to say the same.
func (t *Traced) Lose() {
	if t.trace != nil {
		t.trace.mu.Lock()
		defer t.trace.mu.Unlock()
		t.trace.lost = true
	}
}

// Children is [Snapshot.Children].
func (t *Traced) Children(sku string) []string {
	return t.keys(askedChildren, sku, t.Snapshot.Children(sku))
}

// BySlug is [Snapshot.BySlug].
func (t *Traced) BySlug(slug string) []string {
	return t.keys(askedSlug, slug, t.Snapshot.BySlug(slug))
}

// ByGTIN is [Snapshot.ByGTIN].
func (t *Traced) ByGTIN(gtin string) []string {
	return t.keys(askedGTIN, gtin, t.Snapshot.ByGTIN(gtin))
}

func (t *Traced) keys(what questionKind, key string, said []string) []string {
	if t.trace != nil {
		t.trace.note(&question{what: what, key: key, mark: markOf(what, key), said: joined(said)})
	}
	return said
}

func joined(keys []string) string { return string(appendStrings(nil, keys)) }

// ProductThere is [Snapshot.ProductThere].
func (t *Traced) ProductThere(sku string, reader *targeting.Context) bool {
	return t.isThere(thereAsked{askedProductThere, sku, reader}, t.Snapshot.ProductThere)
}

// FragmentThere is [Snapshot.FragmentThere].
func (t *Traced) FragmentThere(key string, reader *targeting.Context) bool {
	return t.isThere(thereAsked{askedFragmentThere, key, reader}, t.Snapshot.FragmentThere)
}

func (t *Traced) isThere(asked thereAsked, look func(key string, reader *targeting.Context) bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	is, known := t.there[asked]
	if known {
		return is
	}
	is = look(asked.key, asked.reader)
	if t.there == nil {
		t.there = make(map[thereAsked]bool, 16)
	}
	t.there[asked] = is
	if t.trace != nil {
		t.trace.note(&question{what: asked.what, key: asked.key, mark: markOf(asked.what, asked.key), reader: t.reader, said: yes(is)})
	}
	return is
}

func totalSaid(total int) string { return strconv.Itoa(total) }

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// ProductList is [Snapshot.ProductList].
func (t *Traced) ProductList(query ProductQuery, reader *targeting.Context) (*ProductList, error) {
	list, err := t.Snapshot.ProductList(query, reader)
	if err == nil && t.trace != nil {
		list.note = t.noting(askedList{products: &query})
	}
	return list, err
}

// FragmentList is [Snapshot.FragmentList].
func (t *Traced) FragmentList(query FragmentQuery, reader *targeting.Context) *FragmentList {
	list := t.Snapshot.FragmentList(query, reader)
	if t.trace != nil {
		list.note = t.noting(askedList{fragments: &query})
	}
	return list
}

func (t *Traced) noting(of askedList) func(what questionKind, part Part, facet string, most int, said string) {
	return func(what questionKind, part Part, facet string, most int, said string) {
		of := of
		of.part, of.facet, of.most = part, facet, most
		t.trace.note(&question{what: what, reader: t.reader, said: said, list: &of})
	}
}

// IsLost says that something was asked that cannot be asked again.
func (t *Trace) IsLost() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost
}

// Lists says whether it matters which products there are, and which fragments, besides those that were read: a list was asked, or somebody who was not there.
func (t *Trace) Lists() (products, fragments bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.asked {
		switch q := &t.asked[i]; {
		case q.what == askedFragmentThere:
			fragments = fragments || q.said == ""
		case q.what == askedProductThere:
			products = products || q.said == ""
		case q.list != nil && q.list.fragments != nil:
			fragments = true
		default:
			products = true
		}
	}
	return products, fragments
}

// Stands says that a snapshot would have said the same, and whether it had to be asked for that. As gives the contexts of those who ask now in the place of those who asked then; where they had to
// ask, what they read is beside what was read then: to somebody else who agrees on the latter alone, the snapshot may say something else.
func (t *Trace) Stands(s *Snapshot, as func(reader string) (*targeting.Context, error)) (stands, asked bool) {
	if t.lost || s.defined != t.defined {
		return false, false
	}
	if s.number == t.number || t.stood.Load() == s.number {
		return true, false
	}
	for i := range t.asked {
		q := &t.asked[i]
		if q.isUnchanged(s, t.number) {
			continue
		}
		asked = true
		if !q.stands(s, as) {
			return false, asked
		}
	}
	if !asked {
		t.stood.Store(s.number)
	}
	return true, asked
}

// Again gives a Trace of the same questions, put to a snapshot that said the same.
func (t *Trace) Again(s *Snapshot) *Trace {
	return &Trace{number: s.number, defined: s.defined, asked: t.asked}
}

// isUnchanged says that nothing of what was asked can have changed after a change with a number.
func (q *question) isUnchanged(s *Snapshot, number uint64) bool {
	if q.list != nil {
		return q.list.stamp(s) <= number
	}
	return s.marks.holds(q.mark, number)
}

// stands says that the snapshot says the same now.
func (q *question) stands(s *Snapshot, as func(reader string) (*targeting.Context, error)) bool {
	switch q.what {
	case askedChildren:
		return joined(s.Children(q.key)) == q.said
	case askedSlug:
		return joined(s.BySlug(q.key)) == q.said
	case askedGTIN:
		return joined(s.ByGTIN(q.key)) == q.said
	}
	reader, err := as(q.reader)
	if err != nil {
		return false
	}
	switch q.what {
	case askedProductThere:
		return yes(s.ProductThere(q.key, reader)) == q.said
	case askedFragmentThere:
		return yes(s.FragmentThere(q.key, reader)) == q.said
	default:
		return q.list.stands(s, reader, q)
	}
}

// stamp is the number of the last change that can have touched the list.
func (l *askedList) stamp(s *Snapshot) uint64 {
	if l.products != nil {
		return s.Stamp(l.products)
	}
	return s.FragmentStamp()
}

func (l *askedList) stands(s *Snapshot, reader *targeting.Context, q *question) bool {
	if l.products != nil {
		list, err := s.ProductList(*l.products, reader)
		if err != nil {
			return false
		}
		switch q.what {
		case askedListTotal:
			return totalSaid(list.Total()) == q.said
		case askedListPage:
			page, err := list.Page(l.part)
			return err == nil && page.Digest() == q.said
		default:
			return list.Facet(l.facet, l.most).Digest() == q.said
		}
	}
	list := s.FragmentList(*l.fragments, reader)
	switch {
	case q.what == askedListTotal:
		return totalSaid(list.Total()) == q.said
	case q.what == askedListPage:
		page, err := list.Page(l.part)
		return err == nil && page.Digest() == q.said
	case l.facet == factKind:
		return list.Kinds(l.most).Digest() == q.said
	default:
		return list.Labels(l.most).Digest() == q.said
	}
}

package catalog

import (
	"hash/maphash"
	"sync/atomic"
)

// marks tell, for each name by which the catalogue is asked for one thing, the last change that can have been its own, so that what was said of it is known to stand without asking again.
// All snapshots of an index share them: they are raised before a snapshot that shows the change is. Names share marks by their hashes, so memory does not grow with the catalogue; one that is too high
// makes a question be asked again.
type marks struct {
	floor atomic.Uint64 // of the last change after which nothing is known to be as before
	slots [markSlots]atomic.Uint64
}

// markSlots is how many names are told apart, at 8 bytes each.
const markSlots = 1 << 16

// mark is where the mark of a name is.
type mark uint32

var markSeed = maphash.MakeSeed()

func markOf(what questionKind, name string) mark {
	return mark((maphash.String(markSeed, name) + uint64(what)*0x9e3779b97f4a7c15) % markSlots) //nolint:gosec // below 2¹⁶
}

// holds says that nothing of a name has changed after a change with a number.
func (m *marks) holds(at mark, number uint64) bool {
	return m.slots[at].Load() <= number && m.floor.Load() <= number
}

// raise notes that something has changed. One alone raises at a time: who writes to a snapshot.
func (m *marks) raise(what questionKind, name string, number uint64) {
	if name != "" {
		m.slots[markOf(what, name)].Store(number)
	}
}

// mark notes that a product has changed: itself, and what it is found by.
func (s *Snapshot) mark(r *record) {
	s.marks.raise(askedProductThere, r.sku, s.number)
	s.marks.raise(askedChildren, r.parent, s.number)
	s.marks.raise(askedSlug, r.slug, s.number)
	s.marks.raise(askedGTIN, r.gtin, s.number)
}

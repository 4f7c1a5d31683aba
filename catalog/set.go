package catalog

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// bitmap is a set of ids for reckoning; one that snapshots share is never changed.
type bitmap = roaring.Bitmap

// change is the making of one snapshot. What a change made itself it may write to; all else is shared and is copied first.
type change struct{ _ byte } // not empty, so that each has an address of its own

// set holds ids, to which only greater ones are added. With gives another set: those that share it keep what they had. What is no longer right stays in
// it until the next sweep, for whoever asks knows which ids are alive.
type set struct {
	few  []uint32 // ascending. One writer alone appends, behind the end that others know
	many *owned   // instead of few, once they are many
}

type owned struct {
	*bitmap
	by *change
}

// maxFew is up to how many ids a list is smaller and as fast as a bitmap. A variable for tests, which have few products.
var maxFew = 32

// with gives the set with one id more, which is greater than all in it.
func (s set) with(id uint32, by *change) set {
	switch {
	case s.many == nil && len(s.few) < maxFew:
		return set{few: append(s.few, id)}
	case s.many == nil:
		many := roaring.BitmapOf(s.few...)
		many.Add(id)
		return set{many: &owned{many, by}}
	case s.many.by != by:
		many := s.many.Clone()
		many.Add(id)
		return set{many: &owned{many, by}}
	default:
		s.many.Add(id)
		return s
	}
}

// without gives a set without one id. Only sets that are asked by themselves need it.
func (s set) without(id uint32, by *change) set {
	if s.many == nil {
		return set{few: slices.DeleteFunc(slices.Clone(s.few), func(other uint32) bool { return other == id })}
	}
	if s.many.by != by {
		s = set{many: &owned{s.many.Clone(), by}}
	}
	s.many.Remove(id)
	return s
}

// addTo adds the ids to others.
func (s set) addTo(others *bitmap) {
	if s.many != nil {
		others.Or(s.many.bitmap)
		return
	}
	for _, id := range s.few {
		others.Add(id)
	}
}

// and gives a new bitmap of the ids that are in others too.
func (s set) and(others *bitmap) *bitmap {
	if s.many != nil {
		return roaring.And(s.many.bitmap, others)
	}
	both := roaring.New()
	for _, id := range s.few {
		if others.Contains(id) {
			both.Add(id)
		}
	}
	return both
}

// countIn says how many of the ids are in others.
func (s set) countIn(others *bitmap) int {
	if s.many != nil {
		return int(s.many.AndCardinality(others))
	}
	count := 0
	for _, id := range s.few {
		if others.Contains(id) {
			count++
		}
	}
	return count
}

// removeFrom takes the ids out of others.
func (s set) removeFrom(others *bitmap) {
	if s.many != nil {
		others.AndNot(s.many.bitmap)
		return
	}
	for _, id := range s.few {
		others.Remove(id)
	}
}

// from gives the ids from one on, ascending. The caller must not change them.
func (s set) from(id uint32) []uint32 {
	if s.many == nil {
		at, _ := slices.BinarySearch(s.few, id)
		return s.few[at:len(s.few):len(s.few)]
	}
	ids, iter := []uint32{}, s.many.Iterator()
	for iter.AdvanceIfNeeded(id); iter.HasNext(); {
		ids = append(ids, iter.Next())
	}
	return ids
}

// all gives the ids. The bitmap may be the set's own and must not be changed.
func (s set) all() *bitmap {
	if s.many != nil {
		return s.many.bitmap
	}
	return roaring.BitmapOf(s.few...)
}

func newBitmap() *bitmap { return roaring.New() }

// isIn says that one of the ids is in others.
func (s set) isIn(others *bitmap) bool {
	if s.many != nil {
		return s.many.Intersects(others)
	}
	return slices.ContainsFunc(s.few, others.Contains)
}

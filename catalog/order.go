package catalog

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"github.com/tidwall/btree"
)

// rank is where something stands in an order: what it is ordered by, then its SKU.
type rank struct {
	key []byte
	sku string
}

func compareRanks(a, b rank) int {
	return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.sku, b.sku))
}

// order holds ids in an order. It never changes; with gives another that shares most of it. What is ordered by is made anew each time that it is
// needed, for all those keys together would take more memory than all else. Ids whose products have gone stay in it until the next sweep.
type order struct {
	rankOf func(id uint32) rank // of any id that the order holds

	ids       []uint32          // in order
	places    []uint32          // by id: where it stands in ids; none where it does not
	placesFew map[uint32]uint32 // instead of places, where ids are few among all

	late   *btree.BTreeG[latecomer]      // what has come since, in order
	lateOf *btree.Map[uint32, latecomer] // so too, by id
}

// latecomer is an id that stands before ids[before].
type latecomer struct {
	before int
	rank   rank
	id     uint32
}

func lateBefore(a, b latecomer) bool {
	return cmp.Or(cmp.Compare(a.before, b.before), compareRanks(a.rank, b.rank), cmp.Compare(a.id, b.id)) < 0
}

// newOrder makes an order of ids.
func newOrder(ids []uint32, rankOf func(id uint32) rank) *order {
	ranks := make([]latecomer, len(ids))
	for i, id := range ids {
		ranks[i] = latecomer{rank: rankOf(id), id: id}
	}
	slices.SortFunc(ranks, compareLate)
	sorted := make([]uint32, len(ids))
	for i := range ranks {
		sorted[i] = ranks[i].id
	}
	return orderOf(sorted, rankOf)
}

func compareLate(a, b latecomer) int {
	return cmp.Or(compareRanks(a.rank, b.rank), cmp.Compare(a.id, b.id))
}

// orderOf makes an order of ids that stand in it.
func orderOf(sorted []uint32, rankOf func(id uint32) rank) *order {
	o := &order{rankOf: rankOf, ids: sorted, late: btree.NewBTreeGOptions(lateBefore, btree.Options{NoLocks: true}), lateOf: &btree.Map[uint32, latecomer]{}}
	if len(sorted) == 0 {
		return o
	}
	if last := int(slices.Max(sorted)); last/fewAmong > len(sorted) {
		o.placesFew = make(map[uint32]uint32, len(sorted))
		for i, id := range sorted {
			o.placesFew[id] = uint32(i) //nolint:gosec // fewer than there are ids
		}
		return o
	}
	o.places = slices.Repeat([]uint32{none}, int(slices.Max(sorted))+1)
	for i, id := range sorted {
		o.places[id] = uint32(i) //nolint:gosec // fewer than there are ids
	}
	return o
}

// fewAmong is of how many ids one must stand in an order for a row of all to be smaller than a map. A variable for tests, which have few products.
var fewAmong = 8

// leastLate is how many latecomers an order has at least before they are put among the others. A variable for tests, which have few products.
var leastLate = 512

func mostLate(n int) int { return max(leastLate, n/64) }

// with gives the order with more ids. It finds the ranks of all by rankOf. Twin gives an id that has the same rank as another, or none: mostly what a product is
// ordered by has not changed, and where it stood, it stands.
func (o *order) with(ids []uint32, rankOf func(id uint32) rank, twin func(id uint32) uint32) *order {
	more := &order{rankOf: rankOf, ids: o.ids, places: o.places, placesFew: o.placesFew, late: o.late.Copy(), lateOf: o.lateOf.Copy()}
	for _, id := range ids {
		one := latecomer{rank: rankOf(id), id: id}
		if place, is := more.placeOf(twin(id)); is {
			one.before = more.firstOf(place)
		} else {
			one.before = more.find(one.rank, false)
		}
		more.late.Set(one)
		more.lateOf.Set(id, one)
	}
	if more.late.Len() <= mostLate(len(o.ids)) {
		return more
	}
	return orderOf(more.sorted(), rankOf)
}

// firstOf gives the first place that does not stand before a place's rank.
func (o *order) firstOf(at place) int {
	before := at.before
	if at.placed {
		for of := o.rankOf(at.id); before > 0 && compareRanks(o.rankOf(o.ids[before-1]), of) == 0; {
			before--
		}
	}
	return before
}

// sorted gives all ids in order.
func (o *order) sorted() []uint32 {
	merged, from := make([]uint32, 0, len(o.ids)+o.late.Len()), 0
	o.late.Scan(func(one latecomer) bool {
		merged = append(append(merged, o.ids[from:one.before]...), one.id)
		from = one.before
		return true
	})
	return append(merged, o.ids[from:]...)
}

// find gives the first place in ids that does not stand before a rank or, past it, the first that stands behind it. Several ids have one rank where
// products have gone.
func (o *order) find(of rank, past bool) int {
	return sort.Search(len(o.ids), func(i int) bool {
		order := compareRanks(o.rankOf(o.ids[i]), of)
		return order > 0 || order == 0 && !past
	})
}

// take gives the first most of some ids behind a rank, or of all where there is none; backward those before it, the nearest first.
func (o *order) take(of *bitmap, after *rank, most int, backward bool) []uint32 {
	count := int(of.GetCardinality()) //nolint:gosec // fewer than there are ids
	if most <= 0 || count == 0 {
		return nil
	}
	from := o.start(after, backward)
	steps := most*(len(o.ids)+o.late.Len())/count + most
	if steps < count {
		if taken, whole := o.walk(of, from, most, backward, 4*steps+64); whole {
			return taken
		}
	}
	return o.pick(of, from, most, backward)
}

// start is where a walk begins: at a place in ids, and behind or before a rank where there is one.
type start struct {
	at   int
	rank *rank
}

func (o *order) start(from *rank, backward bool) start {
	switch {
	case from != nil:
		return start{o.find(*from, !backward), from}
	case backward:
		return start{at: len(o.ids)}
	default:
		return start{}
	}
}

// walk steps through the order, and gives up after so many steps.
func (o *order) walk(of *bitmap, from start, most int, backward bool, steps int) (taken []uint32, whole bool) {
	late := o.lateFrom(from, backward)
	defer late.end()
	at := from.at
	for ; steps > 0 && len(taken) < most; steps-- {
		id, there := uint32(0), false
		if backward {
			id, at, there = late.nextBack(o.ids, at)
		} else {
			id, at, there = late.next(o.ids, at)
		}
		if !there {
			return taken, true
		}
		if of.Contains(id) {
			taken = append(taken, id)
		}
	}
	return taken, len(taken) == most
}

// lateWalk goes through latecomers beside the others.
type lateWalk struct {
	iter  btree.IterG[latecomer]
	valid bool
}

func (w *lateWalk) end() { w.iter.Release() }

func (o *order) lateFrom(from start, backward bool) *lateWalk {
	w := &lateWalk{iter: o.late.Iter()}
	pivot := latecomer{before: from.at}
	switch {
	case from.rank != nil && backward:
		pivot.rank = *from.rank
	case from.rank != nil:
		pivot.rank, pivot.id = *from.rank, none // behind all of this rank
	case backward:
		pivot.before++
	}
	switch {
	case !backward:
		w.valid = w.iter.Seek(pivot)
	case w.iter.Seek(pivot):
		w.valid = w.iter.Prev()
	default:
		w.valid = w.iter.Last()
	}
	return w
}

// next gives what follows: a latecomer that stands before the place, or what stands there.
func (w *lateWalk) next(ids []uint32, at int) (id uint32, then int, there bool) {
	switch {
	case w.valid && w.iter.Item().before <= at:
		id = w.iter.Item().id
		w.valid = w.iter.Next()
		return id, at, true
	case at < len(ids):
		return ids[at], at + 1, true
	default:
		return 0, at, false
	}
}

// nextBack gives what goes before: a latecomer that stands directly before the place, or what stands before it.
func (w *lateWalk) nextBack(ids []uint32, at int) (id uint32, then int, there bool) {
	switch {
	case w.valid && w.iter.Item().before >= at:
		id = w.iter.Item().id
		w.valid = w.iter.Prev()
		return id, at, true
	case at > 0:
		return ids[at-1], at - 1, true
	default:
		return 0, at, false
	}
}

// pick looks where each of the ids stands, and keeps those that come first.
func (o *order) pick(of *bitmap, from start, most int, backward bool) []uint32 {
	sign := 1
	if backward {
		sign = -1
	}
	begin := place{latecomer: latecomer{before: from.at}}
	if from.rank != nil {
		begin.rank = *from.rank
	}
	picked := make([]place, 0, most+1)
	for iter := of.Iterator(); iter.HasNext(); {
		one, is := o.placeOf(iter.Next())
		if !is || from.rank != nil && sign*comparePlaces(one, begin) <= 0 {
			continue
		}
		if len(picked) == most && sign*comparePlaces(one, picked[most-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(picked, one, func(a, b place) int { return sign * comparePlaces(a, b) })
		picked = slices.Insert(picked, at, one)
		picked = picked[:min(len(picked), most)]
	}
	ids := make([]uint32, len(picked))
	for i := range picked {
		ids[i] = picked[i].id
	}
	return ids
}

// place is where an id stands: at a place in ids, or before it.
type place struct {
	latecomer
	placed bool
}

func (o *order) placeOf(id uint32) (place, bool) {
	at, placed := o.placesFew[id]
	if int(id) < len(o.places) {
		at, placed = o.places[id], o.places[id] != none
	}
	if placed {
		return place{latecomer{before: int(at), id: id}, true}, true
	}
	one, is := o.lateOf.Get(id)
	return place{one, false}, is
}

// comparePlaces compares where two things stand. Of what stands before the same place, ranks decide.
func comparePlaces(a, b place) int {
	if order := cmp.Or(cmp.Compare(a.before, b.before), cmp.Compare(one(a.placed), one(b.placed))); order != 0 || a.placed {
		return order
	}
	return compareRanks(a.rank, b.rank)
}

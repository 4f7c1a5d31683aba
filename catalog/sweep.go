package catalog

import (
	"cmp"
	"slices"

	"github.com/tidwall/btree"
)

// leastDead is how many records are dead at least before they are swept away. A variable for tests, which have few products.
var leastDead = 4096

func mostDead(records int) int { return max(leastDead, records/4) }

// leastDeadEntries is so too of what the dead have in columns: few documents of thousands of values leave as much as many small ones.
var leastDeadEntries = 1 << 18

// isDue says that the dead are to be swept away.
func (s *Snapshot) isDue() bool {
	return s.dead > mostDead(len(s.records)) || s.deadEntries > max(leastDeadEntries, s.entries/4)
}

// sweep gives the living new ids, in the order of their SKUs, and takes the dead away. It takes time in proportion to all that there is, and its turn comes once
// for so many changes.
func (s *Snapshot) sweep(x *Index) {
	before := s.epoch
	moved := s.renumber()
	s.alive, s.variants, s.dated = moved.set(s.alive), moved.set(s.variants), moved.set(s.dated)
	s.gates = movedMap(s.gates, func(of gate) (gate, bool) {
		of.ids = moved.set(of.ids)
		return of, !of.ids.empty()
	})
	s.families, s.categories = movedMap(s.families, moved.kept), movedMap(s.categories, moved.kept)
	s.starts, s.ends = moved.moments(s.starts), moved.moments(s.ends)
	for i, old := range s.columns {
		if old == nil {
			continue
		}
		column := *old
		column.by, column.has, column.texts = s.by, moved.set(old.has), moved.set(old.texts)
		column.values = movedMap(old.values, moved.kept)
		s.columns[i] = &column
	}
	s.dropColumns()
	s.know()
	s.epoch = newEpoch(x.prepared(s))
	for _, key := range before.made.Keys() {
		s.moveDerived(key, before, moved)
	}
}

// moves are the new ids by the old ones; none for the dead.
type moves struct {
	to []uint32
	by *change
}

// renumber makes the records of the living, and says where they have gone.
func (s *Snapshot) renumber() moves {
	moved := moves{make([]uint32, len(s.records)), s.by}
	for i := range moved.to {
		moved.to[i] = none
	}
	records, bySKU := make([]*record, 0, s.bySKU.Len()), &btree.Map[string, uint32]{}
	s.bySKU.Scan(func(sku string, id uint32) bool {
		moved.to[id] = uint32(len(records)) //nolint:gosec // fewer than there were
		bySKU.Load(sku, moved.to[id])
		records = append(records, s.records[id])
		return true
	})
	for i, r := range records {
		if r.up != none {
			own := *r
			own.up = moved.to[r.up]
			records[i] = &own
		}
	}
	s.records, s.bySKU, s.dead = records, bySKU, 0
	s.entries, s.deadEntries = s.entries-s.deadEntries, 0
	return moved
}

// set gives a set with new ids.
func (m moves) set(of set) set {
	ids := m.ids(of.all().ToArray())
	slices.Sort(ids)
	if len(ids) <= maxFew {
		return set{few: slices.Clip(ids)}
	}
	many := newBitmap()
	many.AddMany(ids)
	return set{many: &owned{many, m.by}}
}

// ids gives the new ids of those that live, in the same order.
func (m moves) ids(old []uint32) []uint32 {
	ids := make([]uint32, 0, len(old))
	for _, id := range old {
		if m.to[id] != none {
			ids = append(ids, m.to[id])
		}
	}
	return ids
}

func (m moves) kept(of set) (set, bool) {
	moved := m.set(of)
	return moved, !moved.empty()
}

func (m moves) moments(of *btree.BTreeG[moment]) *btree.BTreeG[moment] {
	moved := btree.NewBTreeGOptions(momentsBefore, btree.Options{NoLocks: true})
	of.Scan(func(one moment) bool {
		if ids, some := m.kept(one.ids); some {
			moved.Load(moment{one.at, ids})
		}
		return true
	})
	return moved
}

func movedMap[K cmp.Ordered, V any](of *btree.Map[K, V], moved func(V) (V, bool)) *btree.Map[K, V] {
	made := &btree.Map[K, V]{}
	of.Scan(func(key K, value V) bool {
		if now, some := moved(value); some {
			made.Load(key, now)
		}
		return true
	})
	return made
}

func (s set) empty() bool { return len(s.few) == 0 && (s.many == nil || s.many.IsEmpty()) }

// moveDerived makes in the new epoch what there was in the old one, as far as that is quicker than to make it anew when it is asked for.
func (s *Snapshot) moveDerived(key derivedKey, before *epoch, moved moves) {
	of, there := before.made.Peek(key)
	if !there {
		return
	}
	of.mu.Lock()
	defer of.mu.Unlock()
	old := of.current.Load()
	if old == nil || old.limit != len(moved.to) || names(key) && s.columns[key.column] == nil {
		return // it is made anew when somebody asks for it
	}
	made := &version{limit: len(s.records)}
	if key.what == nameWords {
		made.words = movedMap(old.words, moved.kept)
	} else {
		made.order = orderOf(moved.ids(old.order.sorted()), s.ranking(key))
	}
	now := &derived{}
	now.current.Store(made)
	s.epoch.made.Add(key, now)
}

func names(key derivedKey) bool { return key.what == nameOrder || key.what == nameWords }

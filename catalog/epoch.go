package catalog

import (
	"encoding/binary"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/tidwall/btree"

	"unisono/locale"
)

// epoch holds what is derived from the records of products and shared by all snapshots between one sweep and the next. In that time records are only
// added, so what was made for one snapshot serves older ones as it is, and later ones once it has been told of the records that came since.
type epoch struct {
	made *lru.Cache[derivedKey, *derived]
}

// derivedKey names something derived: an order, or an index of words.
type derivedKey struct {
	what    what
	sorting locale.Tag // of names
	column  uint32     // of names
}

type what int

const (
	skuOrder what = iota
	newestOrder
	nameOrder
	nameWords
)

// derived is one thing that is derived, in its latest version.
type derived struct {
	mu      sync.Mutex // held while a version is made
	current atomic.Pointer[version]
}

type version struct {
	limit int // it knows of the records before this one
	order *order
	words *btree.Map[string, set] // by word, as locale.Folder writes it
}

// spare is how many things are kept that no channel's locales need.
const spare = 32

func newEpoch(needed int) *epoch {
	made, err := lru.New[derivedKey, *derived](needed + spare)
	if err != nil {
		panic(err) // never: the size is positive
	}
	return &epoch{made}
}

// derive gives what is named, as it serves a snapshot. It is made where it is not there yet.
func (s *Snapshot) derive(key derivedKey) *version {
	of, there := s.epoch.made.Get(key)
	if !there {
		of = &derived{}
		if before, came, _ := s.epoch.made.PeekOrAdd(key, of); came {
			of = before
		}
	}
	return of.serving(s, key)
}

func (d *derived) serving(s *Snapshot, key derivedKey) *version {
	if current := d.current.Load(); current != nil && current.limit >= len(s.records) {
		return current
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	current := d.current.Load()
	if current == nil || current.limit < len(s.records) {
		current = s.make(key, current)
		d.current.Store(current)
	}
	return current
}

// bringUp tells all that is derived of the records that came since.
func (s *Snapshot) bringUp() {
	for _, key := range s.epoch.made.Keys() {
		if of, there := s.epoch.made.Peek(key); there && of.current.Load() != nil {
			of.serving(s, key)
		}
	}
}

// make gives a version that knows of all records of the snapshot, made from one that knows of some, or nil.
func (s *Snapshot) make(key derivedKey, before *version) *version {
	made := &version{limit: len(s.records)}
	if key.what == nameWords {
		made.words = s.makeWords(key, before)
		return made
	}
	known := 0
	if before != nil {
		known = before.limit
	}
	ids, rankOf := s.ordered(key, known), s.ranking(key)
	switch {
	case before == nil:
		made.order = newOrder(ids, rankOf)
	case len(ids) == 0:
		made.order = before.order
	default:
		made.order = before.order.with(ids, rankOf, func(id uint32) uint32 { return s.twin(key, id) })
	}
	return made
}

// ordered gives the ids, from one on, of what stands in an order or has words. A column that few products have is asked for those alone.
func (s *Snapshot) ordered(key derivedKey, from int) []uint32 {
	switch key.what {
	case nameOrder, nameWords:
		return s.columns[key.column].texts.from(uint32(from)) //nolint:gosec // the ids that there are
	case newestOrder:
		return s.dated.from(uint32(from)) //nolint:gosec // so too
	}
	ids := make([]uint32, 0, len(s.records)-from)
	for id := from; id < len(s.records); id++ {
		ids = append(ids, uint32(id)) //nolint:gosec // so too
	}
	return ids
}

// twin gives the id that a product had before, where what it is ordered by is still the same; else none.
func (s *Snapshot) twin(key derivedKey, id uint32) uint32 {
	now := s.records[id]
	if now.was == none {
		return none
	}
	same, before := true, s.records[now.was]
	switch key.what {
	case nameOrder:
		same = now.name(key.column) == before.name(key.column)
	case newestOrder:
		same = before.first != nil && now.first.Equal(*before.first)
	}
	if !same {
		return none
	}
	return now.was
}

// ranking gives what tells where products stand.
func (s *Snapshot) ranking(key derivedKey) func(id uint32) rank {
	records := s.records
	switch key.what {
	case nameOrder:
		collator := collators.of(key.sorting)
		return func(id uint32) rank {
			return rank{nameRank(collator, records[id].name(key.column)), records[id].sku}
		}
	case newestOrder:
		return func(id uint32) rank { return rank{timeRank(*records[id].first), records[id].sku} }
	default:
		return func(id uint32) rank { return rank{nil, records[id].sku} }
	}
}

// nameRank is by what names are ordered.
func nameRank(collator *locale.Collator, name string) []byte {
	return collator.Key(spelled(name))
}

// spelled gives of a name what it is ordered by, such that a cursor can hold it: spelled once more it is the same.
func spelled(name string) string {
	return strings.ToValidUTF8(strings.TrimSpace(cut(name)), "?")
}

// timeRank is by what times are ordered, the latest first.
func timeRank(at time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, ^(uint64(at.UnixMilli()) ^ 1<<63)) //nolint:gosec // so that times before 1970 sort too
}

// made keeps what is made once for each order that languages sort by; there are as many as golang.org/x/text has tables.
type made[V any] struct {
	by    sync.Map
	fresh func(sorting locale.Tag) V
}

func (m *made[V]) of(sorting locale.Tag) V {
	known, there := m.by.Load(sorting)
	if !there {
		known, _ = m.by.LoadOrStore(sorting, m.fresh(sorting))
	}
	return known.(V)
}

var (
	collators = made[*locale.Collator]{fresh: locale.NewCollator}
	folders   = made[*locale.Folder]{fresh: locale.NewFolder}
)

// makeWords gives the words of names and which products have them.
func (s *Snapshot) makeWords(key derivedKey, before *version) *btree.Map[string, set] {
	words, known, by := &btree.Map[string, set]{}, 0, &change{}
	if before != nil {
		words, known = before.words.Copy(), before.limit
	}
	folder := folders.of(key.sorting)
	for _, id := range s.ordered(key, known) {
		seen := map[string]bool{}
		for _, word := range folder.Words(s.records[id].name(key.column)) {
			if !seen[word.Text] {
				seen[word.Text] = true
				ids, _ := words.Get(word.Text)
				words.Set(word.Text, ids.with(id, by))
			}
		}
	}
	return words
}

// sortingOf gives the order in which a reader expects names. A language that no channel lists and no content has makes no order of its own: there the
// first language of the chain decides that is known.
func (s *Snapshot) sortingOf(reader []locale.Tag) locale.Tag {
	for _, tag := range reader {
		if language, _, _ := strings.Cut(string(tag), "-"); s.languages[language] {
			return locale.Sorting(tag)
		}
	}
	return locale.Sorting("und")
}

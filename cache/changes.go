package cache

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"unisono/content"
)

// changes is the sequence of what changed in the database, as far as this gateway has been told, and for each document the last of them that can have been
// its own.
//
// Whoever reads the database takes the number of the last change before, and what was read is good until a later number stands for its document: a change is
// noted after it was made, so what was read after the number was taken holds every change up to it. Nothing has to be found and deleted for that, and what
// comes late, a fill that was begun before a change, is void by itself.
//
// Documents share slots by their hashes, so memory does not grow with what changes. Where two share one, a change of the first makes the second be read once more.
type changes struct {
	last  atomic.Uint64 // the number of the last change; the first is 1
	floor atomic.Uint64 // what was read at a lower number may be anything: changes were lost
	slots [changeSlots]atomic.Uint64

	counting sync.Mutex // held while a change is counted
}

// changeSlots is how many documents are told apart, at 8 bytes each: with as many changes a second as are written in practice, hundreds, a document is read
// once more for another's sake every few minutes at the most.
const changeSlots = 1 << 16

// number is that of the last change. Take it before reading.
func (c *changes) number() uint64 { return c.last.Load() }

// note counts a change of a document, after it was made.
func (c *changes) note(at place) { c.count(&c.slots[at%changeSlots]) }

// lose counts that anything may have changed.
func (c *changes) lose() { c.count(&c.floor) }

// count gives a change the next number. It stands for what has changed before anybody can see that there is such a number: whoever has seen it, and then looks at all that something was made of, has looked at that change too, and
// need not look again until there is another ([Basis.stood]).
func (c *changes) count(of *atomic.Uint64) {
	c.counting.Lock()
	defer c.counting.Unlock()
	number := c.last.Load() + 1
	of.Store(number)
	c.last.Store(number)
}

// holds says that what was read of a document at a number is still so.
func (c *changes) holds(at place, number uint64) bool {
	return c.slots[at%changeSlots].Load() <= number && c.floor.Load() <= number
}

// place is where a document lies: a hash of its kind and key that nobody outside can foresee.
type place uint64

// seed makes places differ from process to process, so that nobody can write keys that all fall on one.
var seed = maphash.MakeSeed()

func placeOf(kind content.Kind, key string) place {
	// Kinds are few; their hashes spread them without writing kind and key together.
	return place(maphash.String(seed, key) ^ maphash.String(seed, string(kind))*0x9e3779b97f4a7c15)
}

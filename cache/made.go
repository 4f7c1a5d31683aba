package cache

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"unisono/content"
)

// Read is what was read of a context while something was made for it. R is its own type.
type Read[C, R any] interface {
	// AppendKey appends what a context says of all that was read: the same for two contexts exactly if they agree on it.
	AppendKey(to []byte, context C) []byte
	// With gives what was read here or there; itself where that is no more than here. Neither is changed.
	With(other R) R
	// Until is when what was made is no longer right though nothing has changed; zero: never.
	Until() time.Time
	// IsShareable says that it is right for all who agree on what was read.
	IsShareable() bool
	// Rules is how many rules are asked each time that it is looked for.
	Rules() int
}

// Made keeps what was made for readers, and finds it for all who agree with them on what was read: adaptive vary in two levels, as HTTP's Vary (RFC 9111 §4.1). Under a question stands what was ever read to
// answer it, by whomever; under the question and what a context says of that stands what was made.
//
// What is found is right for who asks. It was made with a record that was added to what stands under the question, and lies under a key of all that stood there then. Who finds it has made the
// same key, so agrees on all of that, on the record among it; and what was made is right for all who agree on the record ([targeting.Record] says why). What is read of a question only grows, until it
// is pushed out; a key of more than another's is another key.
type Made[C any, R Read[C, R], V any] struct {
	cache *Cache
	kind  content.Kind
	count *lookups

	mu sync.Mutex // held while what is read of a question grows
}

// madeEntry is what was made, for whoever agrees.
type madeEntry[R any, V any] struct {
	value  V
	read   R
	number uint64    // of the last change that it knows
	from   time.Time // the moment for which it was made
	until  time.Time // zero: nothing ends it but a change
}

// isRight says that nothing has touched it since, and that its time has come and is not over.
func (e *madeEntry[R, V]) isRight(now Moment) bool {
	return now.Changed <= e.number && e.number <= now.Number && !now.At.Before(e.from) && (e.until.IsZero() || now.At.Before(e.until))
}

// Moment says what somebody who asks knows, and when they ask.
type Moment struct {
	At      time.Time
	Number  uint64 // of the last change that they know of
	Changed uint64 // of the last change that can have touched what is asked for
}

// mostRules is how many rules are asked to find something. With more it is made anew each time.
const mostRules = 32

// mostAsked is the longest question of which something is kept.
const mostAsked = 4 << 10

// MadeIn gives what is kept of one kind of thing, by which it is counted ([Stats.Views]). What another call has kept, of the same kind, is not found: its numbers of changes may be others.
func MadeIn[C any, R Read[C, R], V any](cache *Cache, kind string) *Made[C, R, V] {
	return &Made[C, R, V]{cache: cache, kind: content.Kind("made " + rand.Text()), count: cache.countOf(kind)}
}

// Find gives what was made for a context, and what was read for that. Stands says what else must hold for it to be right; nil: nothing.
func (m *Made[C, R, V]) Find(question string, context C, now Moment, stands func(V) bool) (value V, read R, found bool) {
	at, found := Found[R, V]{}, false
	if key, is := m.Key(question, context); is {
		at, found = m.At(key, now, stands)
	}
	if !found {
		m.Missed()
	}
	return at.Value, at.Read, found
}

// Missed counts a look-up that found nothing. Whoever looks by Key and At says so, once, when there is nowhere left to look.
func (m *Made[C, R, V]) Missed() { m.count.misses.Add(1) }

// Found is something that was made, and is right.
type Found[R, V any] struct {
	Value V
	Read  R         // what was read for it
	Until time.Time // when it is no longer right though nothing has changed; zero: never
}

// Key gives the key under which the answer to a question lies for a context, as far as is known. Whoever keeps it may look there again in that context, without reading it, for as long
// as it is the same in all but time: what lies there was made for one that agrees with it. It is false where nothing is kept.
func (m *Made[C, R, V]) Key(question string, context C) (key string, is bool) {
	known := m.known(question)
	if known == nil || (*known).Rules() > mostRules { // under which nothing is kept
		return "", false
	}
	return string(keyOf(question, *known, context)), true
}

// At gives what was made, by the key under which it lies. Stands says what else must hold for it to be right; nil: nothing.
func (m *Made[C, R, V]) At(key string, now Moment, stands func(V) bool) (found Found[R, V], is bool) {
	entry, is := m.look(key)
	if !is || !entry.isRight(now) || stands != nil && !stands(entry.value) {
		return found, false
	}
	m.count.hits.Add(1)
	return Found[R, V]{entry.value, entry.read, entry.until}, true
}

// Replace puts a value in the place of what lies under a key, if that is still there: the same, with more of it ready. What it is right by stays.
func (m *Made[C, R, V]) Replace(key string, is func(V) bool, by V) {
	c := m.cache
	if c.kept == nil || !c.begin() {
		return
	}
	defer c.running.Done()
	before, there := m.look(key)
	if !there || !is(before.value) {
		return
	}
	next := *before
	next.value = by
	made := &entry{kind: m.kind, key: key, number: ^uint64(0), value: &next}
	c.kept.Del(uint64(placeOf(m.kind, key))) // what takes more room in the place of what is there drives nothing out
	c.set(made, Size(made))
}

// Keep keeps what was made for a context, which nobody may change any more.
func (m *Made[C, R, V]) Keep(question string, context C, now Moment, value V, read R) {
	c := m.cache
	if c.kept == nil || len(question) > mostAsked || read.Rules() > mostRules || !read.IsShareable() || !c.begin() {
		return
	}
	defer c.running.Done()
	all := m.grow(question, read)
	if all.Rules() > mostRules {
		return
	}
	entry := &entry{kind: m.kind, key: string(keyOf(question, all, context)), number: ^uint64(0)}
	entry.value = &madeEntry[R, V]{value: value, read: read, number: now.Number, from: now.At, until: read.Until()}
	c.set(entry, Size(entry))
	c.kept.Wait() // so too
}

// grow adds what was read to what is read of a question.
func (m *Made[C, R, V]) grow(question string, read R) R {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.known(question); known != nil {
		all := (*known).With(read)
		if any(all) == any(*known) {
			return all
		}
		read = all
	}
	entry := &entry{kind: m.kind, key: question, number: ^uint64(0), value: &read}
	m.cache.set(entry, Size(entry))
	m.cache.kept.Wait() // else whoever asks next would not find it, and make it anew
	return read
}

// known is what is read of a question; nil: that is not known.
func (m *Made[C, R, V]) known(question string) *R {
	found := m.cache.get(m.kind, question)
	if found == nil {
		return nil
	}
	known, _ := found.value.(*R)
	return known
}

func (m *Made[C, R, V]) look(key string) (*madeEntry[R, V], bool) {
	found := m.cache.get(m.kind, key)
	if found == nil {
		return nil, false
	}
	made, is := found.value.(*madeEntry[R, V])
	return made, is
}

// keyOf is a key that is no question, and that says for which question it is. A long one, of many rules or long ones, is named by its hash: keys are kept by others, too ([Made.Key]).
func keyOf[C any, R Read[C, R]](question string, read R, context C) []byte {
	key := make([]byte, 0, len(question)+64)
	key = append(key, 0xff)
	key = binary.AppendUvarint(key, uint64(len(question)))
	key = append(key, question...)
	key = read.AppendKey(key, context)
	if len(key) <= longestKey {
		return key
	}
	hash := sha256.Sum256(key)
	return append([]byte{0xfe}, hash[:]...)
}

// longestKey is how many bytes a key has at the most.
const longestKey = 512

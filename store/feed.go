package store

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
	"unisono/fault"
)

// Change says that a document was written or deleted, or may have been. It may come twice; it says nothing of what the
// document is now, so read it.
type Change struct {
	Kind content.Kind
	ID   string
	Lost bool // some changes are not told: everything may have changed. Kind and ID are empty
}

// Feed tells what changed in some kinds since it was opened. It holds a bounded number of changes for its reader; one
// that is slower than that gets Lost in their place. Close it; closing the Store closes it too.
type Feed struct {
	id      string // among those of all gateways
	follows map[content.Kind]bool
	limit   int
	sharded bool // of a sharded cluster
	stop    context.CancelFunc
	set     *feedSet
	running sync.WaitGroup // what carries changes here

	mu      sync.Mutex
	queue   []queued
	told    uint64        // how many changes were told
	given   uint64        // the number of the last that the reader was given
	after   time.Time     // so too what was heard when it was told
	read    uint64        // the number of the last that the reader has done with
	waits   int           // who waits in CatchUp
	moved   chan struct{} // closed when one of these has changed and somebody waits
	heard   time.Time     // up to when the stream is known to be complete; zero: it is complete at every moment
	streams []time.Time   // so too of each stream of the database
	passed  Mark          // the last change that was told, by the database's clock
	beats   beats
	closed  bool
	ready   chan struct{} // holds a token while there may be something to take
	done    chan struct{} // closed when the feed is
	hurry   chan struct{} // holds a token when a beat is wanted before its time
}

// queued is a change that waits for its reader.
type queued struct {
	Change
	number uint64
	after  time.Time // what was heard when it was told: it was made later
}

// errFeedClosed ends Next.
var errFeedClosed = fault.New(fault.Unavailable, "The feed of changes is closed.")

// Next waits for a change. Changes of one document come in the order in which they happened. The error is that of ctx,
// or Unavailable once the feed is closed. One goroutine may call it at a time.
func (f *Feed) Next(ctx context.Context) (Change, error) {
	for {
		if change, ok, err := f.take(); ok || err != nil {
			return change, err
		}
		select {
		case <-f.ready:
		case <-f.done:
		case <-ctx.Done():
			return Change{}, translate(ctx.Err(), "wait for a change")
		}
	}
}

func (f *Feed) take() (Change, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return Change{}, false, errFeedClosed
	}
	f.read = f.given // who asks for the next has done with the last
	if len(f.queue) == 0 {
		f.queue, f.read = nil, f.told // lets go of what a burst needed
		f.move()
		return Change{}, false, nil
	}
	f.move()
	change := f.queue[0]
	f.queue, f.given, f.after = f.queue[1:], change.number, change.after
	return change.Change, true, nil
}

// move lets those look again who wait. The caller holds the mutex.
func (f *Feed) move() {
	if f.waits > 0 {
		close(f.moved)
		f.moved = make(chan struct{})
	}
}

// CatchUp waits until every change that was made before a moment, by this process's clock, is told and the reader has done with it. The error is that of ctx, or Unavailable
// once the feed is closed.
func (f *Feed) CatchUp(ctx context.Context, at time.Time) error {
	return f.await(ctx, func() bool { return f.heard.IsZero() || !f.heard.Before(at) })
}

// Pass is CatchUp to a moment by the clock of the database. Shards may make several changes at one moment, so there something later must have been told.
func (f *Feed) Pass(ctx context.Context, mark Mark) error {
	return f.await(ctx, func() bool {
		if f.sharded && !mark.at.IsZero() {
			return f.passed.at.After(mark.at)
		}
		return !f.passed.at.Before(mark.at)
	})
}

// Passed is a moment by the clock of the database up to which every change was told. The reader need not have done with them.
func (f *Feed) Passed() Mark {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed
}

// await waits until something is so, which is asked under the mutex, and the reader has done with what was told by then.
func (f *Feed) await(ctx context.Context, is func() bool) error {
	isHeard, number := false, uint64(0)
	return f.until(ctx, func() bool {
		if !isHeard && is() {
			isHeard, number = true, f.told
		}
		return isHeard && f.read >= number
	})
}

// until waits until something is so, which is asked under the mutex.
func (f *Feed) until(ctx context.Context, is func() bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits++
	defer func() { f.waits-- }()
	for {
		if f.closed {
			return errFeedClosed
		}
		if is() {
			return nil
		}
		moved := f.moved
		f.mu.Unlock()
		select {
		case <-moved:
		case <-f.done:
		case <-ctx.Done():
		}
		f.mu.Lock()
		if err := ctx.Err(); err != nil {
			return translate(err, "wait for changes")
		}
	}
}

// Heard is a moment, by this process's clock, up to which the reader has done with every change. It is some half a second
// back at all times. Where it lies further back, the connection is down or there are more changes than the reader keeps up with;
// they will be told, or Lost in their place. On an engine without change streams it is now.
func (f *Feed) Heard() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.heard.IsZero():
		return time.Now()
	case f.read < f.given:
		return f.after
	case len(f.queue) > 0:
		return f.queue[0].after
	default:
		return f.heard
	}
}

// After is a moment, by this process's clock, after which the change was made that Next gave last. For changes that were Lost it is one after which the first of them was made.
// On an engine without change streams it is now.
func (f *Feed) After() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.after.IsZero() {
		return time.Now()
	}
	return f.after
}

// Close ends the feed and waits for its goroutines: Next returns an error. It may be called again.
func (f *Feed) Close() {
	f.stop()
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.done)
	}
	f.mu.Unlock()
	f.running.Wait()
	f.set.drop(f)
}

// tell adds a change without waiting. When the reader is too slow, all that waits is replaced by Lost.
func (f *Feed) tell(change Change) {
	if !change.Lost && !f.follows[change.Kind] {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	after := f.heard
	if change.Lost || len(f.queue) >= f.limit {
		if len(f.queue) > 0 {
			after = f.queue[0].after
		}
		f.queue = nil
		change = Change{Lost: true}
	}
	f.told++
	f.queue = append(f.queue, queued{change, f.told, after})
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// hear takes that one of the feed's streams is known to be complete up to a moment. The feed is, as far as all are.
func (f *Feed) hear(stream int, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.streams[stream] = at
	f.heard = slices.MinFunc(f.streams, time.Time.Compare)
	f.move()
}

// pass takes that a change was told, or that there was none, up to a moment of the database's clock.
func (f *Feed) pass(at bson.Timestamp) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.passed.at.Before(at) {
		f.passed = Mark{at}
		f.move()
	}
}

// feedSet is the open feeds of a Store. The zero value is ready but for its limit.
type feedSet struct {
	limit  int
	mu     sync.Mutex
	open   map[*Feed]bool
	closed bool
}

// add opens a feed, and calls start with it before the set can be closed.
func (s *feedSet) add(kinds []content.Kind, stop context.CancelFunc, start func(*Feed)) (*Feed, error) {
	feed := &Feed{
		id: rand.Text(), follows: map[content.Kind]bool{}, limit: s.limit, stop: stop, set: s,
		ready: make(chan struct{}, 1), done: make(chan struct{}), moved: make(chan struct{}), hurry: make(chan struct{}, 1),
	}
	for _, kind := range kinds {
		feed.follows[kind] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errFeedClosed
	}
	if s.open == nil {
		s.open = map[*Feed]bool{}
	}
	s.open[feed] = true
	start(feed)
	return feed, nil
}

func (s *feedSet) drop(feed *Feed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, feed)
}

func (s *feedSet) list() []*Feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	feeds := make([]*Feed, 0, len(s.open))
	for feed := range s.open {
		feeds = append(feeds, feed)
	}
	return feeds
}

func (s *feedSet) tell(change Change) {
	for _, feed := range s.list() {
		feed.tell(change)
	}
}

// closeAll closes every feed, and lets none be opened any more.
func (s *feedSet) closeAll() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	for _, feed := range s.list() {
		feed.Close()
	}
}

// Follow opens a feed of what changes in some kinds from now on. Open it before the first read: what is written after
// Follow has returned is told, and what was acknowledged before is read. With change streams that is what anybody writes, else what this Store writes; see
// [Store.HasChangeStreams]. The fault is Unavailable or Timeout where the database does not let it be opened.
func (s *Store) Follow(ctx context.Context, kinds []content.Kind) (*Feed, error) {
	within, stop := context.WithCancel(context.WithoutCancel(ctx)) // ends with the feed
	began := time.Now()                                            // before the streams do
	followers, err := s.followers(ctx, kinds)
	if err != nil {
		stop()
		return nil, translate(err, "follow what changes in the database")
	}
	feed, err := s.feeds.add(kinds, stop, func(feed *Feed) {
		feed.sharded = s.server.sharded()
		if s.streams {
			feed.heard = began
			feed.streams = slices.Repeat([]time.Time{feed.heard}, len(followers))
		}
		for i, follower := range followers {
			follower.feed, follower.number = feed, i
			feed.running.Go(func() { follower.run(within) })
		}
		if s.streams && s.server.replicated() {
			feed.running.Go(func() { feed.beat(within, s) })
		}
	})
	if err != nil {
		stop()
		s.closeStreams(followers)
		return nil, err
	}
	if s.streams && s.server.replicated() {
		err = s.begin(ctx, feed)
	}
	if err != nil {
		feed.Close()
		return nil, err
	}
	return feed, nil
}

// followers opens the change streams of a feed; there are none on an engine without.
func (s *Store) followers(ctx context.Context, kinds []content.Kind) ([]*follower, error) {
	if !s.streams {
		return nil, nil
	}
	var followers []*follower
	for _, scope := range s.scopes(kinds) {
		stream, err := s.openStream(ctx, scope, nil)
		if err != nil {
			s.closeStreams(followers)
			return nil, err
		}
		followers = append(followers, &follower{store: s, scope: scope, stream: stream})
	}
	return followers, nil
}

func (s *Store) closeStreams(followers []*follower) {
	for _, follower := range followers {
		s.closeStream(follower.stream)
	}
}

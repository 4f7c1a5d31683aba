package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"unisono/fault"
)

// beats are writes of a feed's own, which must come back by its change stream. A stream that is silent does not say that nothing has happened: it may be a primary's that was cut off from the others and does not
// know yet that there is another. A beat is only told once a majority has it, so when it comes, all that was written before it was sent has been told.
type beats struct {
	last   int64 // number of the last that was sent
	sent   []beat
	heard  int64 // number of the last that has come back
	failed error // what became of writing the last; nil: it was answered
}

// beat is one that has not come back yet.
type beat struct {
	number int64
	at     time.Time // before it was sent
}

const (
	beatCollection = "gateways" // a document for each feed, by its id
	beatField      = "beat"
	beatDate       = "at"
	beatEvery      = 500 * time.Millisecond
	beatTime       = 500 * time.Millisecond // how long a beat is waited for, before the next is sent
	mostBeats      = 64                     // that are waited for
	oldBeats       = 24 * time.Hour         // by then a feed that does not beat has ended
	firstBeat      = 15 * time.Second       // how long the first is waited for: a primary that was cut off steps down after ten
)

// beat sends beats until ctx ends. What becomes of a write does not matter: it comes back or it does not.
func (f *Feed) beat(ctx context.Context, s *Store) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	defer s.endBeats(f.id) //nolint:contextcheck // ctx is over
	for {
		s.sendBeat(ctx, f)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-f.hurry:
		}
	}
}

func (s *Store) sendBeat(ctx context.Context, f *Feed) {
	if _, err := s.breaker.admit("beat"); err != nil {
		return // whoever asks whether the database is there finds out without this
	}
	document := bson.D{{Key: fieldID, Value: f.id}, {Key: beatField, Value: f.nextBeat()}, {Key: beatDate, Value: s.now()}}
	err := unhurried(ctx, beatTime, func(ctx context.Context) error {
		_, err := s.database.Collection(beatCollection).ReplaceOne(ctx, bson.D{{Key: fieldID, Value: f.id}}, document, options.Replace().SetUpsert(true))
		return err
	})
	if ctx.Err() != nil {
		return
	}
	if isNews := f.sentBeat(err); isNews {
		s.config.Logger.Warn("a sign of life to the database was not answered", "error", err)
	}
}

// sentBeat takes what became of writing a beat, and says whether the one before fared better.
func (f *Feed) sentBeat(err error) (isNews bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	isNews = err != nil && f.beats.failed == nil
	f.beats.failed = err
	f.move()
	return isNews
}

// begin waits for the first beat. Before it comes back nothing says that the streams did not begin at a primary that is none any more, from which old content would be read and taken for news.
func (s *Store) begin(ctx context.Context, f *Feed) error {
	within, cancel := context.WithTimeout(ctx, firstBeat)
	defer cancel()
	err := f.until(within, func() bool { return f.beats.heard > 0 || hasCode(f.beats.failed, codeUnauthorized) })
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.beats.heard > 0, f.closed, ctx.Err() != nil:
		return err
	case hasCode(f.beats.failed, codeUnauthorized):
		return fault.Wrap(fault.Unavailable, f.beats.failed, "The user may not write to the collection %q of the database %q: grant it the role readWrite there.", beatCollection, s.config.Database)
	default:
		return fault.Wrap(fault.Unavailable, errors.Join(err, f.beats.failed), "The database does not tell within %s of what is written to it: check that a majority of its members is there, and on a sharded cluster that periodicNoopIntervalSecs is 1.", firstBeat)
	}
}

// nextBeat gives the number of the beat that is sent now.
func (f *Feed) nextBeat() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.beats.last++
	f.beats.sent = append(f.beats.sent, beat{f.beats.last, time.Now()})
	if extra := len(f.beats.sent) - mostBeats; extra > 0 {
		f.beats.sent = f.beats.sent[extra:]
	}
	return f.beats.last
}

// heardBeat takes a beat that has come back by a stream.
func (f *Feed) heardBeat(stream int, number int64) {
	f.mu.Lock()
	at := slices.IndexFunc(f.beats.sent, func(b beat) bool { return b.number == number })
	if at < 0 {
		f.mu.Unlock()
		return
	}
	sent := f.beats.sent[at].at
	f.beats.sent, f.beats.heard = f.beats.sent[at+1:], number
	f.mu.Unlock()
	f.hear(stream, sent)
}

// endBeats takes away what a feed has written.
func (s *Store) endBeats(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), beatTime)
	defer cancel()
	_, _ = s.database.Collection(beatCollection).DeleteOne(ctx, bson.D{{Key: fieldID, Value: id}}) // else it is swept
}

// sweepBeats takes away what feeds have left that did not end well.
func (s *Store) sweepBeats(ctx context.Context) error {
	var old []string
	for raw, err := range s.scan(ctx, s.database.Collection(beatCollection), bson.D{}) {
		if err != nil {
			return err
		}
		id, isText := raw.Lookup(fieldID).StringValueOK()
		if at, is := raw.Lookup(beatDate).TimeOK(); isText && is && s.now().Sub(at) > oldBeats {
			old = append(old, id)
		}
	}
	for _, id := range old {
		err := s.call(ctx, "sweep what a gateway has left", func(ctx context.Context) error {
			_, err := s.database.Collection(beatCollection).DeleteOne(ctx, bson.D{{Key: fieldID, Value: id}})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Current reads a document as it is now, at the cost of a write: a primary that was cut off from the others cannot answer ("linearizable" in MongoDB's manual). It is nil where there is none.
// It is behind all that was acknowledged by itself; the database refuses to move such a read on as well. Where the database is no cluster it is as Read. The faults are those of Read.
func (c Collection[T, PT]) Current(ctx context.Context, id string) (*T, error) {
	if !c.store.server.replicated() {
		found, err := c.Read(ctx, []string{id})
		return found[id], err
	}
	var raw bson.Raw
	err := c.store.callAlone(ctx, "read the "+place(c.kind, id), func(ctx context.Context) error {
		var err error
		raw, err = c.store.linearizable(c.kind).FindOne(ctx, bson.D{{Key: fieldID, Value: id}}).Raw()
		return absentIsNone(err)
	})
	if err != nil || raw == nil {
		return nil, err
	}
	return c.readable(raw), nil
}

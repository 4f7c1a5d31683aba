package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"unisono/content"
	"unisono/fault"
)

const (
	streamBatch  = 1000
	streamWait   = 250 * time.Millisecond // how long the server holds a question while nothing happens
	streamDoubt  = time.Second            // how much longer it may take, before the database is asked whether it is there
	streamBreath = 20 * time.Millisecond  // between questions to a server that answers at once all the same
	resumeFirst  = 100 * time.Millisecond
	resumeLast   = 500 * time.Millisecond // a database that is back is followed within a second

	patientResumes = 4 // so often is a stream taken up that breaks at once, before its history is given up
)

// codesWithoutStreams are the codes with which servers refuse change streams: standalone ones, and engines that lack them.
var codesWithoutStreams = []int{40573, 40324, 59, 238, 115}

// codesStreamEnds are those with which a stream breaks that breaks again wherever it is taken up: an event is too large, or the history is gone.
var codesStreamEnds = []int{10334, 260, 280, 286}

// scope is what one change stream covers.
type scope []content.Kind

// scopes divides kinds among streams. One covers a whole database; but what has streams and yet no replica set is a test
// double, which has them for single collections only.
func (s *Store) scopes(kinds []content.Kind) []scope {
	if s.server.replicated() {
		return []scope{kinds}
	}
	each := make([]scope, len(kinds))
	for i, kind := range kinds {
		each[i] = scope{kind}
	}
	return each
}

// probeStreams asks for a change stream to see whether there are any.
func (s *Store) probeStreams(ctx context.Context) (bool, error) {
	stream, err := s.openStream(ctx, s.scopes(kinds())[0], nil)
	switch {
	case err == nil:
		s.closeStream(stream)
		return true, nil
	case hasCode(err, codeUnauthorized):
		return false, fault.Wrap(fault.Unavailable, err, "The user may not follow changes in the database %q: grant it the role readWrite there.", s.config.Database)
	case hasCode(err, codesWithoutStreams...) && !s.server.replicated():
		s.config.Logger.Warn("the database has no change streams: only one gateway may use it, and writes of other programs are not seen until it starts again")
		return false, nil
	default:
		return false, translate(err, "open the database's change stream")
	}
}

// changeStream is a change stream, and its session.
type changeStream struct {
	*mongo.ChangeStream
	end func()
}

// openStream opens one change stream, from a token on or from now on. What is read afterwards is read as it is then or later, though another member may give it: what the stream does not tell was before.
// It begins behind all that its member has, be it on a majority or not yet, so what counts is the clock of that member, not the time of what it would have read.
func (s *Store) openStream(ctx context.Context, of scope, after bson.Raw) (*changeStream, error) {
	keysOnly := bson.D{{Key: "$project", Value: bson.D{ // _id is the resume token and stays by itself
		{Key: "operationType", Value: 1},
		{Key: "ns", Value: 1},
		{Key: "documentKey", Value: 1},
		{Key: "clusterTime", Value: 1},
		{Key: "fullDocument._id", Value: 1},
		{Key: "fullDocument." + beatField, Value: 1},
	}}}
	with := options.ChangeStream().SetMaxAwaitTime(streamWait).SetBatchSize(streamBatch)
	if after != nil {
		with.SetStartAfter(after)
	}
	watch, pipeline := s.database.Watch, mongo.Pipeline{of.match(), keysOnly}
	if !s.server.replicated() {
		// The double's updates name no key but in the document itself.
		with.SetFullDocument(options.UpdateLookup)
		watch, pipeline = s.collection(of[0]).Watch, mongo.Pipeline{keysOnly}
	}
	within, end, err := s.within(ctx)
	opened := &changeStream{end: end}
	if err == nil {
		err = unhurried(within, s.config.Timeout, func(ctx context.Context) (err error) {
			opened.ChangeStream, err = watch(ctx, pipeline, with)
			return err
		})
	}
	if err != nil {
		end()
		return nil, err
	}
	if session := mongo.SessionFromContext(within); session != nil {
		s.marks.see(clockOf(session))
	}
	return opened, nil
}

// match selects the events of the kinds, and those that end the stream.
func (of scope) match() bson.D {
	names := bson.A{beatCollection}
	for _, kind := range of {
		names = append(names, kind.Collection())
	}
	ends := bson.A{"dropDatabase", "invalidate"}
	return bson.D{{Key: "$match", Value: bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "ns.coll", Value: bson.D{{Key: "$in", Value: names}}}},
		bson.D{{Key: "operationType", Value: bson.D{{Key: "$in", Value: ends}}}},
	}}}}}
}

// kind gives the kind that a collection holds. The double's events name none: there its scope has only one.
func (of scope) kind(collection string) (content.Kind, bool) {
	if collection == "" && len(of) == 1 {
		return of[0], true
	}
	for _, kind := range of {
		if kind.Collection() == collection {
			return kind, true
		}
	}
	return "", false
}

// unhurried limits a round trip without a deadline, which the driver hands to the server, and by which it sends nothing at all that it thinks would come too late: after a time of silence it thinks so
// for a while of all that must be quick.
func unhurried(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(limit, func() { cancel(context.DeadlineExceeded) })
	defer timer.Stop()
	err := do(ctx)
	if err != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return errors.Join(context.DeadlineExceeded, err)
	}
	return err
}

// closeStream lets the server forget a stream. The server also does so by itself, after some minutes.
//
//nolint:contextcheck // it is called when the caller's context is over
func (s *Store) closeStream(stream *changeStream) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = stream.Close(ctx)
	stream.end()
}

// follower carries events of a change stream into a feed, over interruptions, until its context is done.
type follower struct {
	store  *Store
	feed   *Feed
	number int // among the streams of its feed
	scope  scope
	stream *changeStream
}

func (f *follower) run(ctx context.Context) {
	for failures := 0; ; failures++ {
		progress, lost := f.drain(ctx)
		token := f.stream.ResumeToken()
		f.store.closeStream(f.stream)
		if progress {
			failures = 0
		}
		if lost || failures >= patientResumes {
			token = nil // from here it goes on no more
		}
		if failures > 0 && !sleep(ctx, min(resumeFirst<<min(failures, 6), resumeLast)) || ctx.Err() != nil {
			return
		}
		if !f.reopen(ctx, token) {
			return
		}
	}
}

// drain tells events until the stream breaks. Progress says that the server answered at all; lost, that the stream ended
// for good, so that it cannot be taken up where it stopped.
func (f *follower) drain(ctx context.Context) (progress, lost bool) {
	var asked time.Time // when the server was last asked for a batch
	full := false       // the batch may not be all that there is
	for answers := 0; ; {
		local := f.stream.RemainingBatchLength() > 0
		if !local {
			asked = time.Now()
		}
		var more bool
		cursor, isMarked := f.stream.ID(), f.stream.ResumeToken() != nil
		doubt := time.AfterFunc(streamWait+streamDoubt, f.store.breaker.suspect)
		err := unhurried(ctx, streamWait+f.store.config.Timeout, func(ctx context.Context) error {
			more = f.stream.TryNext(ctx)
			return f.stream.Err()
		})
		doubt.Stop()
		if f.stream.ID() != cursor {
			answers = 0 // the driver has taken the stream up again by itself, and this answers its opening
			if !isMarked {
				return true, true // from now on and not from where it was, for nothing said where that is
			}
		}
		if !local {
			answers++
			full = f.stream.RemainingBatchLength()+1 >= streamBatch
		}
		switch {
		case more:
			progress = true
			if !f.tell(f.stream.Current) {
				return progress, true
			}
		case ctx.Err() != nil:
			return progress, false
		case err != nil:
			f.store.breaker.suspect()
			f.store.config.Logger.Warn("the database's change stream broke and is taken up again", "error", err)
			return progress, hasCode(err, codesStreamEnds...)
		case f.stream.ID() == 0:
			return progress, true
		case time.Since(asked) < streamBreath && !sleep(ctx, streamBreath):
			return progress, false
		}
		// The first answer is that to the opening of the stream, which may come before the server has looked through all.
		if answers > 1 && !full && f.stream.RemainingBatchLength() == 0 {
			progress = true
			if !f.store.server.replicated() {
				f.feed.hear(f.number, asked) // who has no majorities has no beats
			}
			f.store.breaker.answered()
		}
	}
}

// event is what the pipeline leaves of a change.
type event struct {
	Type      string `bson:"operationType"`
	Namespace struct {
		Collection string `bson:"coll"`
	} `bson:"ns"`
	Key      bson.Raw       `bson:"documentKey"`
	Document bson.Raw       `bson:"fullDocument"`
	At       bson.Timestamp `bson:"clusterTime"`
}

// tell passes an event on. It is false for one after which nothing is known any more.
func (f *follower) tell(raw bson.Raw) bool {
	var event event
	if err := bson.Unmarshal(raw, &event); err != nil {
		f.store.config.Logger.Warn("an event of the database's change stream cannot be read", "error", err)
		return false
	}
	switch event.Type {
	case "insert", "update", "replace", "delete":
	default: // drop, rename, dropDatabase, invalidate
		return false
	}
	id, ok := event.Document.Lookup(fieldID).StringValueOK()
	if !ok {
		id, ok = event.Key.Lookup(fieldID).StringValueOK()
	}
	if f.store.server.replicated() { // the double dates events too, by a clock of which its answers say nothing
		f.store.marks.see(event.At) // before it is told: who learns of it reads what is not older
		defer f.feed.pass(event.At)
	}
	if !ok {
		return true // its _id is no string: no document that anybody reads
	}
	if event.Namespace.Collection == beatCollection {
		if beat, is := event.Document.Lookup(beatField).AsInt64OK(); is && id == f.feed.id {
			f.feed.heardBeat(f.number, beat)
		}
		return true
	}
	if kind, ok := f.scope.kind(event.Namespace.Collection); ok {
		f.feed.tell(Change{Kind: kind, ID: id})
	}
	return true
}

// reopen takes the stream up after a token, or, when there is none or its history is gone, opens it anew and tells that
// changes were lost: after opening, so that whoever reads everything then misses nothing. It is false when ctx is done.
func (f *follower) reopen(ctx context.Context, token bson.Raw) bool {
	for wait := resumeFirst; ; wait = min(2*wait, resumeLast) {
		stream, err := f.store.openStream(ctx, f.scope, token)
		if err == nil {
			f.stream = stream
			f.store.breaker.answered() // before anybody reads again what may have changed
			if token == nil {
				f.feed.tell(Change{Lost: true})
			}
			select {
			case f.feed.hurry <- struct{}{}:
			default:
			}
			return true
		}
		if token != nil && refusesToken(err) {
			token = nil
		}
		f.store.config.Logger.Warn("the database's change stream cannot be opened", "error", err, "lost", token == nil, "wait", wait)
		if !sleep(ctx, wait/2+rand.N(wait)) {
			return false
		}
	}
}

// refusesToken says that the server answered, and will not go on from where the stream stopped.
func refusesToken(err error) bool {
	var answered mongo.CommandError
	if !errors.As(err, &answered) || answered.HasErrorLabel("NetworkError") {
		return false
	}
	return !hasCode(err, codesUnavailable...) && !answered.HasErrorLabel("ResumableChangeStreamError")
}

// sleep waits, or returns false when ctx is done.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

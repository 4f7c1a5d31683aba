package mongosim

import (
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// stream is a change stream of the whole database.
type stream struct {
	next    int             // the entry that is looked at next
	after   bson.Timestamp  // all up to then was looked at
	follows map[string]bool // collections
	isOver  bool
}

// watch answers an aggregate that opens a change stream; there are no others here.
func (m *member) watch(asked *command) reply {
	if refused := m.awaitOrder(asked); refused != nil {
		return refused
	}
	stages, _ := asked.body.Lookup("pipeline").Array().Values()
	of, begin := &stream{next: len(m.log), follows: map[string]bool{}}, stages[0].Document().Lookup("$changeStream").Document() // behind what is not on a majority yet, too
	of.after = m.log[of.next-1].at
	for _, name := range []string{"resumeAfter", "startAfter"} {
		if token, is := begin.Lookup(name, "_data").StringValueOK(); is {
			_, _ = fmt.Sscanf(token, "%d.%d", &of.after.T, &of.after.I)
			of.next = m.behind(of.after)
		}
	}
	if t, i, is := begin.Lookup("startAtOperationTime").TimestampOK(); is {
		of.after = bson.Timestamp{T: t, I: i - 1} // there is none before the first of a second
		of.next = m.behind(of.after)
	}
	if !m.isPrimary && !asked.mayLag() {
		return failure(codeNotPrimaryToRead, "not primary and secondaryOk=false", "ResumableChangeStreamError")
	}
	if of.next < m.cluster.forgot && of.next < m.committed {
		return failure(codeHistoryLost, "resume of change stream was not possible, as the resume point may no longer be in the oplog", "NonResumableChangeStreamError")
	}
	for _, stage := range stages[1:] {
		branches, is := stage.Document().Lookup("$match", "$or").ArrayOK()
		if !is {
			continue
		}
		values, _ := branches.Values()
		names, _ := values[0].Document().Lookup("ns.coll", "$in").Array().Values()
		for _, name := range names {
			of.follows[name.StringValue()] = true
		}
	}
	id := m.keep(&cursor{in: asked.body.Lookup("$db").StringValue() + ".$cmd.aggregate", stream: of})
	return of.reply(id, m.cursors[id].in, "firstBatch", bson.A{})
}

// reply is a batch of events, and the token by which the stream goes on behind it.
func (s *stream) reply(id int64, in, name string, events bson.A) reply {
	return reply{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{
		{Key: "id", Value: id}, {Key: "ns", Value: in}, {Key: name, Value: events}, {Key: "postBatchResumeToken", Value: token(s.after)},
	}}}
}

// token names a moment, whether anything was written then or not.
func token(after bson.Timestamp) bson.D {
	return bson.D{{Key: "_data", Value: fmt.Sprintf("%d.%d", after.T, after.I)}}
}

// behind is the first entry after a moment.
func (m *member) behind(at bson.Timestamp) int {
	next := len(m.log)
	for next > 0 && m.log[next-1].at.After(at) {
		next--
	}
	return next
}

// moreOfStream waits for events for as long as the client says.
func (m *member) moreOfStream(asked *command, id int64, of *cursor) reply {
	s := of.stream
	if s.isOver {
		delete(m.cursors, id)
		return s.reply(0, of.in, "nextBatch", bson.A{})
	}
	wait, is := asked.body.Lookup("maxTimeMS").AsInt64OK()
	if !is {
		wait = 1000
	}
	asked.deadline = time.Now().Add(time.Duration(wait) * time.Millisecond)
	begins, topology := m.begins, m.topology
	events := bson.A{}
	m.await(asked, func() bool {
		for s.next < m.committed && len(events) < 1000 {
			if m.cluster.tooBig[s.next] {
				break
			}
			if event := s.event(m, s.next); event != nil {
				events = append(events, event)
			}
			s.after = m.log[s.next].at
			s.next++
		}
		return len(events) > 0 || m.cursors[id] == nil || m.begins != begins || m.topology != topology || m.cluster.tooBig[s.next] && s.next < m.committed
	})
	switch {
	case m.cursors[id] == nil:
		return failure(codeCursorNotFound, "cursor not found", "ResumableChangeStreamError")
	case m.topology != topology:
		delete(m.cursors, id)
		return failure(codeSteppedDown, "primary stepped down", "ResumableChangeStreamError")
	case len(events) == 0 && m.cluster.tooBig[s.next] && s.next < m.committed:
		delete(m.cursors, id)
		return failure(codeTooLarge, "BSONObj size is invalid")
	}
	return s.reply(id, of.in, "nextBatch", events)
}

// event is what the stream tells of an entry; nil: nothing.
func (s *stream) event(m *member, position int) any {
	one := &m.log[position]
	if one.kind == "" || !s.follows[one.in] {
		return nil
	}
	told := bson.D{
		{Key: "_id", Value: token(one.at)},
		{Key: "operationType", Value: one.kind},
		{Key: "clusterTime", Value: one.at},
		{Key: "ns", Value: bson.D{{Key: "db", Value: "unisono"}, {Key: "coll", Value: one.in}}},
	}
	if one.kind == "drop" {
		return told
	}
	told = append(told, bson.E{Key: "documentKey", Value: bson.D{{Key: "_id", Value: one.id}}})
	if one.kind == "insert" || one.kind == "replace" {
		projected := bson.D{{Key: "_id", Value: one.id}}
		if beat, err := one.document.LookupErr("beat"); err == nil {
			projected = append(projected, bson.E{Key: "beat", Value: beat})
		}
		told = append(told, bson.E{Key: "fullDocument", Value: projected})
	}
	return told
}

package mongosim

import (
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// stream is a change stream of the whole database.
type stream struct {
	next    int             // the entry that is looked at next
	follows map[string]bool // collections
	isOver  bool
}

// watch answers an aggregate that opens a change stream; there are no others here.
func (m *member) watch(asked *command) reply {
	stages, _ := asked.body.Lookup("pipeline").Array().Values()
	of, begin := &stream{next: m.committed, follows: map[string]bool{}}, stages[0].Document().Lookup("$changeStream").Document()
	for _, name := range []string{"resumeAfter", "startAfter"} {
		if token, is := begin.Lookup(name, "_data").StringValueOK(); is {
			of.next, _ = strconv.Atoi(token)
		}
	}
	if t, i, is := begin.Lookup("startAtOperationTime").TimestampOK(); is {
		for of.next = 0; of.next < len(m.log) && m.log[of.next].at.Before(bson.Timestamp{T: t, I: i}); of.next++ {
		}
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
		{Key: "id", Value: id}, {Key: "ns", Value: in}, {Key: name, Value: events}, {Key: "postBatchResumeToken", Value: token(s.next)},
	}}}
}

func token(next int) bson.D { return bson.D{{Key: "_data", Value: strconv.Itoa(next)}} }

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
		{Key: "_id", Value: token(position + 1)},
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

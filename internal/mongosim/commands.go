package mongosim

import (
	"bytes"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The codes of MongoDB's errors.
const (
	codeCursorNotFound   = 43
	codeMaxTime          = 50
	codeNoCommand        = 59
	codeInvalidOptions   = 72
	codeSteppedDown      = 189
	codeHistoryLost      = 286
	codeNotPrimary       = 10107
	codeTooLarge         = 10334
	codeDuplicate        = 11000
	codeNotPrimaryToRead = 13435
	codeUnknown          = 8000
)

func failure(code int, words string, labels ...string) reply {
	failed := reply{{Key: "ok", Value: 0}, {Key: "code", Value: code}, {Key: "errmsg", Value: words}}
	if len(labels) > 0 {
		failed = append(failed, bson.E{Key: "errorLabels", Value: labels})
	}
	return failed
}

// answer does what a command says.
func (m *member) answer(asked *command) reply {
	m.cluster.mu.Lock()
	defer m.cluster.mu.Unlock()
	var answered reply
	switch asked.name {
	case "hello", "isMaster", "ismaster":
		return m.hello(asked)
	case "ping", "endSessions", "killCursors":
		answered = reply{{Key: "ok", Value: 1}}
	case "find":
		answered = m.read(asked)
	case "insert", "update", "delete":
		answered = m.write(asked)
	case "aggregate":
		answered = m.watch(asked)
	case "getMore":
		answered = m.more(asked)
	default:
		answered = failure(codeNoCommand, "no such command here: "+asked.name)
	}
	if answered[0].Value == 0 {
		answered = append(answered, m.topologyVersion()) // by which a client tells whether it knows that already
	}
	zero := bson.D{{Key: "hash", Value: bson.Binary{Data: make([]byte, 20)}}, {Key: "keyId", Value: int64(0)}}
	last := m.log[len(m.log)-1].at
	if m.committed > 0 && asked.name != "insert" && asked.name != "update" && asked.name != "delete" {
		last = m.log[m.committed-1].at
	}
	return append(answered,
		bson.E{Key: "operationTime", Value: last},
		bson.E{Key: "$clusterTime", Value: bson.D{{Key: "clusterTime", Value: m.log[len(m.log)-1].at}, {Key: "signature", Value: zero}}})
}

// await waits until something is so, looking again whenever anything has changed. It is false where the command's time was over before, or its client gone. The caller holds the mutex.
func (m *member) await(asked *command, is func() bool) bool {
	var over <-chan time.Time
	if !asked.deadline.IsZero() {
		timer := time.NewTimer(time.Until(asked.deadline))
		defer timer.Stop()
		over = timer.C
	}
	for !is() {
		changed, isOver := m.cluster.changed, false
		m.cluster.mu.Unlock()
		select {
		case <-changed:
		case <-over:
			isOver = true
		case <-asked.isGone:
			isOver = true
		}
		m.cluster.mu.Lock()
		if isOver {
			return is()
		}
	}
	return true
}

// hello says what the member is. Who knows that already waits until it has changed.
func (m *member) hello(asked *command) reply {
	if known, is := asked.body.Lookup("topologyVersion", "counter").AsInt64OK(); is {
		limit, _ := asked.body.Lookup("maxAwaitTimeMS").AsInt64OK()
		asked.deadline = time.Now().Add(time.Duration(limit) * time.Millisecond)
		m.await(asked, func() bool { return m.topology != known })
	}
	hosts := bson.A{}
	for _, other := range m.cluster.members {
		hosts = append(hosts, other.name)
	}
	said := reply{
		{Key: "ok", Value: 1},
		{Key: "helloOk", Value: true},
		{Key: "setName", Value: SetName},
		{Key: "setVersion", Value: 1},
		{Key: "hosts", Value: hosts},
		{Key: "me", Value: m.name},
		{Key: "isWritablePrimary", Value: m.isPrimary},
		{Key: "ismaster", Value: m.isPrimary},
		{Key: "secondary", Value: !m.isPrimary},
		m.topologyVersion(),
		{Key: "maxBsonObjectSize", Value: 16 << 20},
		{Key: "maxMessageSizeBytes", Value: 48_000_000},
		{Key: "maxWriteBatchSize", Value: 100_000},
		{Key: "minWireVersion", Value: 0},
		{Key: "maxWireVersion", Value: 21},
		{Key: "logicalSessionTimeoutMinutes", Value: 30},
		{Key: "localTime", Value: time.Now()},
	}
	if m.isPrimary {
		var election bson.ObjectID
		election[0], election[11] = 0x7f, byte(m.begins+1)
		election[10], election[9] = byte((m.begins+1)>>8), byte((m.begins+1)>>16)
		said = append(said, bson.E{Key: "electionId", Value: election}, bson.E{Key: "primary", Value: m.name})
	}
	return said
}

func (m *member) topologyVersion() bson.E {
	return bson.E{Key: "topologyVersion", Value: bson.D{{Key: "processId", Value: m.process}, {Key: "counter", Value: m.topology}}}
}

// read answers find.
func (m *member) read(asked *command) reply {
	if !m.isPrimary && !asked.mayLag() {
		return failure(codeNotPrimaryToRead, "not primary and secondaryOk=false")
	}
	level, _ := asked.body.Lookup("readConcern", "level").StringValueOK()
	if refused := m.awaitOrder(asked); refused != nil {
		return refused
	}
	if level == "linearizable" {
		if !m.isPrimary {
			return failure(codeNotPrimary, "not primary")
		}
		begins := m.begins
		m.append(&entry{})
		position := len(m.log)
		m.cluster.settle()
		if !m.await(asked, func() bool { return m.committed >= position || !m.isPrimary || m.begins != begins }) {
			return failure(codeMaxTime, "operation exceeded time limit")
		}
		if !m.isPrimary || m.begins != begins {
			return failure(codeSteppedDown, "primary stepped down")
		}
	}
	after := len(m.log)
	if level == "majority" || level == "linearizable" {
		after = m.committed
	}
	found := m.choose(asked.collection(), asked.body.Lookup("filter").Document(), after)
	batch, is := asked.body.Lookup("batchSize").AsInt64OK()
	if !is {
		batch = 101
	}
	return m.batch(&cursor{in: asked.namespace(), rest: found}, int(batch), "firstBatch")
}

// awaitOrder waits until a majority is known to have what is to be read after. It gives the failure where that is refused or too late.
func (m *member) awaitOrder(asked *command) reply {
	t, i, is := asked.body.Lookup("readConcern", "afterClusterTime").TimestampOK()
	if !is {
		return nil
	}
	if level, _ := asked.body.Lookup("readConcern", "level").StringValueOK(); level == "linearizable" {
		return failure(codeInvalidOptions, "afterClusterTime field can be set only if level is equal to majority, local, or snapshot")
	}
	after := bson.Timestamp{T: t, I: i}
	if !m.await(asked, func() bool { return m.committed > 0 && !m.log[m.committed-1].at.Before(after) }) {
		return failure(codeMaxTime, "operation exceeded time limit")
	}
	return nil
}

// mayLag says that the client takes answers of members that are not the primary.
func (c *command) mayLag() bool {
	mode, is := c.body.Lookup("$readPreference", "mode").StringValueOK()
	return is && mode != "primary"
}

func (c *command) namespace() string {
	return c.body.Lookup("$db").StringValue() + "." + c.collection()
}

// choose gives the documents of a collection that fit a filter.
func (m *member) choose(in string, filter bson.Raw, after int) []bson.Raw {
	var found []bson.Raw
	if id, err := filter.LookupErr("_id"); err == nil {
		ids := []bson.RawValue{id}
		if many, is := id.DocumentOK(); is {
			ids, _ = many.Lookup("$in").Array().Values()
		}
		for _, id := range ids {
			if document := m.find(in, id, after); document != nil && fits(document, filter) {
				found = append(found, document)
			}
		}
		return found
	}
	for key := range m.documents {
		if of, id := splitKey(key); of == in {
			if document := m.find(in, id, after); document != nil && fits(document, filter) {
				found = append(found, document)
			}
		}
	}
	return found
}

// fits says that a document has what a filter says, which is but equality.
func fits(document, filter bson.Raw) bool {
	elements, _ := filter.Elements()
	for _, element := range elements {
		if element.Key() == "_id" {
			continue
		}
		wanted := element.Value()
		if _, is := wanted.DocumentOK(); is {
			panic(fmt.Sprintf("filters like %s are not known here", filter))
		}
		has, err := document.LookupErr(element.Key())
		if isAbsent := err != nil; isAbsent != (wanted.Type == bson.TypeNull) || !isAbsent && !equal(has, wanted) {
			return false
		}
	}
	return true
}

func equal(a, b bson.RawValue) bool {
	if one, is := a.AsInt64OK(); is {
		other, isToo := b.AsInt64OK()
		return isToo && one == other
	}
	return a.Type == b.Type && bytes.Equal(a.Value, b.Value)
}

// cursor is what remains of an answer, or a change stream.
type cursor struct {
	in     string
	rest   []bson.Raw
	stream *stream // nil: it is none
}

// batch gives a part of a cursor, and keeps it where something remains.
func (m *member) batch(of *cursor, most int, name string) reply {
	part := of.rest[:min(most, len(of.rest))]
	of.rest = of.rest[len(part):]
	id := int64(0)
	if len(of.rest) > 0 {
		id = m.keep(of)
	}
	if part == nil {
		part = []bson.Raw{}
	}
	return reply{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{{Key: "id", Value: id}, {Key: "ns", Value: of.in}, {Key: name, Value: part}}}}
}

func (m *member) keep(of *cursor) int64 {
	m.last++
	id := m.last<<8 | int64(m.name[7]) // which no other member gives
	m.cursors[id] = of
	return id
}

// more answers getMore.
func (m *member) more(asked *command) reply {
	id := asked.body.Lookup("getMore").AsInt64()
	of := m.cursors[id]
	if of == nil {
		return failure(codeCursorNotFound, "cursor not found", "ResumableChangeStreamError")
	}
	if of.stream != nil {
		return m.moreOfStream(asked, id, of)
	}
	delete(m.cursors, id)
	batch, is := asked.body.Lookup("batchSize").AsInt64OK()
	if !is {
		batch = 1 << 30
	}
	return m.batch(of, int(batch), "nextBatch")
}

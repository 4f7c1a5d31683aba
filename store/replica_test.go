package store_test

import (
	"encoding/binary"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"unisono/content"
	"unisono/fault"
	"unisono/store"
)

// replicaSet plays a replica set of one member with a single change stream. What it is asked is kept, what the stream
// gives is set by the test. It stands in for what no engine of the tests is: a MongoDB that has majorities.
type replicaSet struct {
	mu       sync.Mutex
	asked    map[string][]string // commands by name, in the shell's notation
	events   bson.A
	breaks   int  // code with which the stream breaks next
	lostPast bool // a stream cannot be taken up where it stopped
	readOnly bool // the user may write nothing
}

func (r *replicaSet) answer(address, name string, command bson.Raw) bson.D {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[name] = append(r.asked[name], command.String())
	cursor := func(batch string, of bson.A) bson.D {
		return bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{
			{Key: "id", Value: int64(42)},
			{Key: "ns", Value: "unisono.$cmd.aggregate"},
			{Key: batch, Value: append(bson.A{}, of...)},
			{Key: "postBatchResumeToken", Value: bson.D{{Key: "_data", Value: "after"}}},
		}}}
	}
	switch name {
	case "hello":
		return append(greeting(21), bson.E{Key: "setName", Value: "rs"}, bson.E{Key: "hosts", Value: bson.A{address}},
			bson.E{Key: "me", Value: address}, bson.E{Key: "primary", Value: address}, bson.E{Key: "logicalSessionTimeoutMinutes", Value: 30})
	case "aggregate":
		if r.lostPast && strings.Contains(command.String(), "startAfter") {
			return failure(286, "the resume point may no longer be in the oplog")
		}
		return cursor("firstBatch", nil)
	case "getMore":
		if code := r.breaks; code != 0 {
			r.breaks = 0
			return failure(code, "the stream breaks")
		}
		events := r.events
		r.events = nil
		return cursor("nextBatch", events)
	case "find":
		return bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{
			{Key: "id", Value: int64(0)}, {Key: "ns", Value: "unisono.x"}, {Key: "firstBatch", Value: bson.A{}},
		}}}
	case "update":
		if r.readOnly {
			return failure(13, "not authorized")
		}
		if command.Lookup("update").StringValue() == "gateways" {
			r.events = append(r.events, beatOf(command))
		}
	}
	return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}}
}

// beatOf is the event that tells of a sign of life. What is written stands behind the command, in a section of its own.
func beatOf(command bson.Raw) bson.D {
	update := bson.Raw(command[binary.LittleEndian.Uint32(command)+5:][len("updates")+1:])
	id := bson.E{Key: "_id", Value: update.Lookup("q", "_id")}
	return bson.D{
		{Key: "_id", Value: bson.D{{Key: "_data", Value: "beat"}}},
		{Key: "operationType", Value: "replace"},
		{Key: "ns", Value: bson.D{{Key: "db", Value: "unisono"}, {Key: "coll", Value: "gateways"}}},
		{Key: "documentKey", Value: bson.D{id}},
		{Key: "fullDocument", Value: bson.D{id, {Key: "beat", Value: update.Lookup("u", "beat")}}},
	}
}

func (r *replicaSet) tell(kind, collection string, key any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	event := bson.D{
		{Key: "_id", Value: bson.D{{Key: "_data", Value: kind}}},
		{Key: "operationType", Value: kind},
		{Key: "ns", Value: bson.D{{Key: "db", Value: "unisono"}, {Key: "coll", Value: collection}}},
	}
	if key != nil {
		event = append(event, bson.E{Key: "documentKey", Value: bson.D{{Key: "_id", Value: key}}})
	}
	r.events = append(r.events, event)
}

func (r *replicaSet) set(breaks int, lostPast bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.breaks, r.lostPast = breaks, lostPast
}

// last is the last command of a name.
func (r *replicaSet) last(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.asked[name]) == 0 {
		return ""
	}
	return r.asked[name][len(r.asked[name])-1]
}

func openReplicaSet(t *testing.T) (*replicaSet, *store.Store) {
	t.Helper()
	set := &replicaSet{asked: map[string][]string{}}
	s, err := store.Open(t.Context(), store.Config{URI: "mongodb://" + serveFakes(t, set.answer) + "/?replicaSet=rs&readPreference=secondaryPreferred", Logger: quiet, Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	return set, s
}

func expectWords(t *testing.T, command string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(command, word) {
			t.Errorf("%s\nlacks %s", command, word)
		}
	}
}

func TestReplicaSetsAreAskedForMajorities(t *testing.T) {
	set, s := openReplicaSet(t)
	if !s.HasChangeStreams() {
		t.Error("a replica set has change streams")
	}
	if got := read(t, notesIn(s), "a"); got != nil {
		t.Errorf("read %+v", got)
	}
	expectWords(t, set.last("find"), `"readConcern": {"level": "majority"}`, `"$in": ["a"]`)
	write(t, notesIn(s), "a", "text")
	expectWords(t, set.last("insert"), `"writeConcern": {"w": "majority"}`, `"txnNumber"`)
	for _, err := range notesIn(s).All(t.Context()) {
		t.Errorf("All: %v", err)
	}
	expectWords(t, set.last("find"), `"mode": "secondaryPreferred"`, `"lsid"`) // a member that lags waits for what was told
	if command := set.last("find"); strings.Contains(command, "maxTimeMS") {
		t.Errorf("a stream with a limit of its whole time: %s", command)
	}
}

// Without the right to write signs of life a gateway would take nothing for news; that is said at once.
func TestAFeedNeedsToWrite(t *testing.T) {
	set, s := openReplicaSet(t)
	set.readOnly = true
	began := time.Now()
	_, err := s.Follow(t.Context(), []content.Kind{content.KindProduct})
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(fault.Public(err), "readWrite") || time.Since(began) > time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

func TestOneStreamFollowsAReplicaSet(t *testing.T) {
	set, s := openReplicaSet(t)
	feed := follow(t, s, content.KindProduct, content.KindFragment)
	expectWords(t, set.last("aggregate"), `"aggregate": {"$numberInt":"1"}`, `"$in": ["gateways","products","fragments"]`, `"documentKey": {"$numberInt":"1"}`)
	if strings.Contains(set.last("aggregate"), "updateLookup") {
		t.Error("whole documents are asked for, keys are enough")
	}
	set.tell("insert", "products", "p")
	set.tell("update", "fragments", "f")
	set.tell("delete", "fragments", bson.NewObjectID()) // no document of anybody's
	set.tell("replace", "products", "q")
	for _, want := range []store.Change{{Kind: content.KindProduct, ID: "p"}, {Kind: content.KindFragment, ID: "f"}, {Kind: content.KindProduct, ID: "q"}} {
		if got := next(t, feed); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	set.set(8000, false) // an error that the driver does not resume from by itself
	for set.last("aggregate") == "" || !strings.Contains(set.last("aggregate"), "startAfter") {
		time.Sleep(5 * time.Millisecond)
	}
	set.tell("insert", "products", "r")
	if got := next(t, feed); got.ID != "r" {
		t.Errorf("after a break: got %+v", got)
	}
	set.set(8000, true)
	if got := next(t, feed); !got.Lost {
		t.Errorf("after the history was lost: got %+v", got)
	}
	set.tell("invalidate", "", nil)
	if got := next(t, feed); !got.Lost {
		t.Errorf("after an invalidation: got %+v", got)
	}
	set.tell("insert", "products", "s")
	if got := next(t, feed); got.ID != "s" {
		t.Errorf("at last: got %+v", got)
	}
}

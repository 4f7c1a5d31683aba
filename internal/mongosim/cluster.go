// Package mongosim simulates a replica set of MongoDB in memory, down to its wire protocol, for tests of what no server that can be had in a test does at will: members
// that lag, elections, a primary that does not know yet that it is none, history that is gone, all on a clock that a test moves.
//
// It knows the commands that package store sends, and refuses all others. What it does is written after MongoDB's manual: a write is told once a majority has it, what
// is read with the concern "majority" a majority has, afterClusterTime waits for that, a primary commits nothing of before its election until it has committed something of its own.
package mongosim

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Cluster is a replica set of three members. It is safe for concurrent use. All that it starts ends with its connections.
type Cluster struct {
	mu      sync.Mutex // guards everything below it, of members and links too
	changed chan struct{}
	members []*member
	term    int
	clock   bson.Timestamp     // of the last entry
	forgot  int                // what came before this entry can be followed no more
	tooBig  map[int]bool       // entries that no stream can tell
	writes  map[string]written // that can be asked for twice
	links   []*Link
}

// Members is how many a Cluster has.
const Members = 3

// SetName is that of the replica set.
const SetName = "simulated"

// entry is one write, or the first of a primary, which writes nothing.
type entry struct {
	at       bson.Timestamp
	made     time.Time
	kind     string // as change streams name it; "" for what they do not tell
	in       string // the collection
	id       bson.RawValue
	document bson.Raw // nil: there is none any more
}

// member is one server.
type member struct {
	cluster   *Cluster
	name      string
	log       []entry
	documents map[string][]version // by collection and id, each in the order of the log
	committed int                  // entries that are known here to be on a majority
	begins    int                  // the first entry of its own term, for a primary
	isPrimary bool                 // it believes so
	isCut     bool                 // from the other members
	lag       time.Duration        // how late it takes what the primary has
	topology  int64                // how often what it says of itself has changed
	process   bson.ObjectID
	cursors   map[int64]*cursor
	last      int64 // of the cursors
}

// written is what a write was answered with, and its entry.
type written struct {
	answered reply
	position int // behind its entry
	at       bson.Timestamp
}

type version struct {
	position int
	document bson.Raw
}

// New makes a cluster whose first member is primary.
func New() *Cluster {
	c := &Cluster{changed: make(chan struct{}), tooBig: map[int]bool{}, writes: map[string]written{}}
	for i := range Members {
		c.members = append(c.members, &member{
			cluster: c, name: fmt.Sprintf("member-%d.invalid:27017", i), documents: map[string][]version{}, process: bson.NewObjectID(), cursors: map[int64]*cursor{},
		})
	}
	c.Elect(0)
	return c
}

// URI is that of the whole set. It is reached by a Link alone.
func (c *Cluster) URI() string {
	hosts := ""
	for i, m := range c.members {
		if i > 0 {
			hosts += ","
		}
		hosts += m.name
	}
	return "mongodb://" + hosts + "/?replicaSet=" + SetName
}

// Elect makes a member the primary, by the votes of those that are not cut off; the one before steps down unless it is cut off itself: then it goes on believing. The member
// must have all that a majority has; it is false where it has not.
func (c *Cluster) Elect(of int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.members[of]
	if next == c.primary() && !next.isCut {
		return true
	}
	for _, m := range c.members {
		if next.isCut || !m.isCut && (m.committed > len(next.log) || !m.isPrimary && len(m.log) > len(next.log)) {
			return false
		}
	}
	for _, m := range c.members {
		if m.isPrimary && m != next && !m.isCut {
			m.isPrimary = false
			m.topology++
		}
	}
	c.term++
	next.isPrimary, next.begins = true, len(next.log)
	next.topology++
	for _, m := range c.members {
		if m != next && !m.isCut {
			m.follow(next)
			m.topology++
		}
	}
	next.append(&entry{})
	c.settle()
	return true
}

// Cut cuts a member off from the others, or joins it to them again: what it alone has is undone then. A primary that was cut off and is joined learns that it is none, if there is another.
func (c *Cluster) Cut(of int, isCut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[of]
	if m.isCut = isCut; !isCut {
		if primary := c.primary(); primary != nil && primary != m {
			m.isPrimary = false
			m.topology++
			m.follow(primary)
		}
	}
	c.settle()
}

// Lag says how late a member takes what the primary has.
func (c *Cluster) Lag(of int, lag time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members[of].lag = lag
	c.settle()
}

// Primary is the number of the newest member that believes it is primary.
func (c *Cluster) Primary() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Index(c.members, c.primary())
}

// Forget takes away the history by which streams are taken up.
func (c *Cluster) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgot = len(c.primary().log)
}

// TooLarge makes the next write one that no change stream can tell.
func (c *Cluster) TooLarge() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tooBig[len(c.primary().log)] = true
}

// Drop drops a collection, which ends the streams that follow it.
func (c *Cluster) Drop(collection string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.primary()
	for key, versions := range p.documents {
		if in, id := splitKey(key); in == collection && versions[len(versions)-1].document != nil {
			p.append(&entry{in: in, id: id})
		}
	}
	p.append(&entry{kind: "drop", in: collection})
	c.settle()
}

// EndCursors ends all cursors, as a server does that starts anew.
func (c *Cluster) EndCursors() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.members {
		clear(m.cursors)
	}
	c.broadcast()
}

// primary is the newest one. The caller holds the mutex.
func (c *Cluster) primary() *member {
	var newest *member
	for _, m := range c.members {
		if m.isPrimary && (newest == nil || m.begins >= newest.begins && !m.isCut) {
			newest = m
		}
	}
	return newest
}

// settle lets members take what they are to have by now, and commits what a majority has. The caller holds the mutex.
func (c *Cluster) settle() {
	primary, now := c.primary(), time.Now()
	for _, m := range c.members {
		if m == primary || m.isCut || primary.isCut {
			continue
		}
		for len(m.log) < len(primary.log) {
			next := &primary.log[len(m.log)]
			if due := next.made.Add(m.lag); due.After(now) {
				time.AfterFunc(due.Sub(now), func() {
					c.mu.Lock()
					defer c.mu.Unlock()
					c.settle()
				})
				break
			}
			m.take(*next)
		}
	}
	var lengths []int
	for _, m := range c.members {
		if m == primary || !m.isCut && !primary.isCut {
			lengths = append(lengths, len(m.log))
		}
	}
	slices.SortFunc(lengths, func(a, b int) int { return cmp.Compare(b, a) })
	if majority := Members/2 + 1; len(lengths) >= majority && lengths[majority-1] > primary.begins {
		primary.committed = max(primary.committed, lengths[majority-1])
	}
	for _, m := range c.members {
		if m != primary && !m.isCut && !primary.isCut {
			m.committed = max(m.committed, min(primary.committed, len(m.log)))
		}
	}
	c.broadcast()
}

// broadcast lets those look again who wait. The caller holds the mutex.
func (c *Cluster) broadcast() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// append writes an entry at a primary. The caller holds the mutex, and settles.
func (m *member) append(made *entry) {
	made.made = time.Now()
	now := uint32(made.made.Unix()) //nolint:gosec // until 2106
	if last := m.cluster.clock; now > last.T {
		made.at = bson.Timestamp{T: now, I: 1}
	} else {
		made.at = bson.Timestamp{T: last.T, I: last.I + 1}
	}
	m.cluster.clock = made.at
	m.take(*made)
}

func (m *member) take(one entry) {
	if one.in != "" && one.kind != "drop" {
		key := keyOf(one.in, one.id)
		m.documents[key] = append(m.documents[key], version{len(m.log), one.document})
	}
	m.log = append(m.log, one)
}

// follow undoes what the primary has not. The caller holds the mutex.
func (m *member) follow(primary *member) {
	same := 0
	for same < min(len(m.log), len(primary.log)) && m.log[same].at == primary.log[same].at {
		same++
	}
	if same < len(m.log) {
		clear(m.cursors) // as a server does that rolls back
	}
	m.log = m.log[:same:same]
	for key, versions := range m.documents {
		kept := slices.IndexFunc(versions, func(v version) bool { return v.position >= same })
		if kept >= 0 {
			m.documents[key] = versions[:kept:kept]
		}
	}
	m.committed = min(m.committed, same)
}

// find gives a document as it was after some entries.
func (m *member) find(in string, id bson.RawValue, after int) bson.Raw {
	versions := m.documents[keyOf(in, id)]
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].position < after {
			return versions[i].document
		}
	}
	return nil
}

// keyOf names a document within a member.
func keyOf(in string, id bson.RawValue) string {
	return in + "\x00" + string([]byte{byte(id.Type)}) + string(id.Value)
}

func splitKey(key string) (in string, id bson.RawValue) {
	for i := range key {
		if key[i] == 0 {
			return key[:i], bson.RawValue{Type: bson.Type(key[i+1]), Value: []byte(key[i+2:])}
		}
	}
	return key, bson.RawValue{}
}

// Link is the way of one client to the members.
type Link struct {
	cluster *Cluster
	refused [Members]bool
	silent  [Members]bool
	conns   map[net.Conn]int
}

// Link makes a way to the cluster, on which everything passes.
func (c *Cluster) Link() *Link {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := &Link{cluster: c, conns: map[net.Conn]int{}}
	c.links = append(c.links, l)
	return l
}

// Refuse lets connections to a member break and be refused, or be made again.
func (l *Link) Refuse(of int, refused bool) {
	l.cluster.mu.Lock()
	defer l.cluster.mu.Unlock()
	l.refused[of] = refused
	if refused {
		l.hangUp(of)
	}
}

// Silence lets nothing come back from a member, or lets it go on; what it was asked meanwhile it has done.
func (l *Link) Silence(of int, silent bool) {
	l.cluster.mu.Lock()
	defer l.cluster.mu.Unlock()
	l.silent[of] = silent
	l.cluster.broadcast()
}

// HangUp breaks all connections to a member; new ones can be made.
func (l *Link) HangUp(of int) {
	l.cluster.mu.Lock()
	defer l.cluster.mu.Unlock()
	l.hangUp(of)
}

func (l *Link) hangUp(of int) {
	for conn, to := range l.conns {
		if to == of {
			_ = conn.Close()
			delete(l.conns, conn)
		}
	}
}

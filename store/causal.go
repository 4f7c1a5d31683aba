package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"unisono/fault"
)

// Mark is a moment by the clock of a cluster, which all its members share: it tells what came before from what came after, whatever the clocks of the machines say. The zero Mark comes before everything.
// Databases that are no cluster have no such clock, and their Marks are all zero.
type Mark struct{ at bson.Timestamp }

// String writes a Mark such that [ParseMark] reads it; "" for the zero one.
func (m Mark) String() string {
	if m.at.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%d", m.at.T, m.at.I)
}

// Later is the later one of two.
func (m Mark) Later(other Mark) Mark {
	if m.at.Before(other.at) {
		return other
	}
	return m
}

// ParseMark reads what String has written. The fault is BadUserInput.
func ParseMark(text string) (Mark, error) {
	if text == "" {
		return Mark{}, nil
	}
	seconds, count, _ := strings.Cut(text, ".")
	t, err := strconv.ParseUint(seconds, 10, 32)
	if err == nil {
		var i uint64
		if i, err = strconv.ParseUint(count, 10, 32); err == nil {
			return Mark{bson.Timestamp{T: uint32(t), I: uint32(i)}}, nil
		}
	}
	return Mark{}, fault.New(fault.BadUserInput, "%.60q is no moment of a cluster; two numbers with a dot between are expected", text)
}

// marks are how far the database has come, as far as this store knows.
type marks struct {
	mu      sync.Mutex
	seen    bson.Timestamp // of the last change that was told, or was written here
	written bson.Timestamp // of the last content that was written here
}

// see notes a change that was told.
func (m *marks) see(at bson.Timestamp) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen.Before(at) {
		m.seen = at
	}
}

// wrote notes a write of this store's own.
func (m *marks) wrote(at bson.Timestamp, isContent bool) {
	m.see(at)
	m.mu.Lock()
	defer m.mu.Unlock()
	if isContent && m.written.Before(at) {
		m.written = at
	}
}

func (m *marks) last() (seen, written bson.Timestamp) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seen, m.written
}

// Written is a moment behind all content that this store has written. Zero where the database is no cluster.
func (s *Store) Written() Mark {
	_, written := s.marks.last()
	return Mark{written}
}

// inOrder makes a call in a session that was moved on to all that was told and all that this store wrote: whichever member answers, one that lags or a primary that was just elected, it waits
// until it has that. So nothing that is read is from before a change that was counted before ("causal consistency" in MongoDB's manual). What is written is noted.
func (s *Store) inOrder(ctx context.Context, do func(context.Context) error) error {
	_, err := s.inSession(ctx, do)
	return err
}

// inSession is inOrder, and gives when the database was when it answered; zero where it did not, or has no clock.
func (s *Store) inSession(ctx context.Context, do func(context.Context) error) (bson.Timestamp, error) {
	within, end, err := s.within(ctx)
	defer end()
	if err == nil {
		err = do(within)
	}
	if session := mongo.SessionFromContext(within); session != nil && session.OperationTime() != nil {
		return *session.OperationTime(), err
	}
	return bson.Timestamp{}, err
}

// within gives the context of such a session, and what ends it. Where the database is no cluster it needs none.
func (s *Store) within(ctx context.Context) (context.Context, func(), error) {
	if !s.server.replicated() {
		return ctx, func() {}, nil
	}
	session, err := s.client.StartSession()
	if err != nil {
		return ctx, func() {}, err
	}
	if seen, _ := s.marks.last(); !seen.IsZero() {
		_ = session.AdvanceOperationTime(&seen) // it never fails
	}
	return mongo.NewSessionContext(ctx, session), func() { session.EndSession(context.WithoutCancel(ctx)) }, nil
}

// clockOf is the clock of the cluster as the member knew it that answered last in a session, which is ahead of all that this member has; zero where none has answered.
func clockOf(session *mongo.Session) bson.Timestamp {
	t, i, _ := session.ClusterTime().Lookup("$clusterTime", "clusterTime").TimestampOK()
	return bson.Timestamp{T: t, I: i}
}

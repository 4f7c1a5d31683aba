package store_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// line is a connection to a server that can be cut and mended.
type line struct {
	listener net.Listener
	server   string

	held sync.RWMutex // locked while nothing passes

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func newLine(t *testing.T, server string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, server: server}
	t.Cleanup(func() {
		_ = listener.Close()
		l.set(true)
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.carry(conn)
		}
	}()
	return l
}

// carry connects one caller with the server, unless the line is cut.
func (l *line) carry(from net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, err := net.Dial("tcp", l.server)
	if err != nil || l.cut {
		_ = from.Close()
		if err == nil {
			_ = to.Close()
		}
		return
	}
	l.conns = append(l.conns, from, to)
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			_, _ = io.Copy(pair[0], gate{pair[1], &l.held})
			_ = pair[0].Close()
			_ = pair[1].Close()
		}()
	}
}

// gate lets through what is read, unless it is held.
type gate struct {
	from io.Reader
	held *sync.RWMutex
}

func (g gate) Read(into []byte) (int, error) {
	n, err := g.from.Read(into)
	g.held.RLock()
	defer g.held.RUnlock()
	return n, err
}

// hold stops what passes, or lets it go on.
func (l *line) hold(held bool) {
	if held {
		l.held.Lock()
	} else {
		l.held.Unlock()
	}
}

// set cuts the line, or mends it for new connections.
func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.conns = nil
}

func TestFeedOutlivesAnOutage(t *testing.T) {
	direct := mongotest.Java(t)
	var wire *line
	far := mongotest.Beside(t, direct, func(c *store.Config) {
		wire = newLine(t, strings.TrimSuffix(strings.TrimPrefix(c.URI, "mongodb://"), "/"))
		c.URI, c.Logger, c.ServerSelectionTimeout = "mongodb://"+wire.listener.Addr().String()+"/", quiet, 500*time.Millisecond
	})
	feed := follow(t, far, content.KindFragment)
	write(t, notesIn(direct), "before", "text")
	if got := next(t, feed); got.ID != "before" {
		t.Fatalf("got %+v", got)
	}
	wire.set(true)
	if _, err := notesIn(far).Read(t.Context(), []string{"before"}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Read during the outage: %v", err)
	}
	if _, err := count(t.Context(), notesIn(far), "far"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Update during the outage: %v", err)
	}
	for i := range 5 {
		write(t, notesIn(direct), fmt.Sprint("during ", i), "text")
	}
	heard := feed.Heard()
	if silent := time.Since(heard); silent < 300*time.Millisecond {
		t.Errorf("during the outage the feed heard of the database %v ago", silent)
	}
	wire.set(false)
	for i := range 5 {
		if got := next(t, feed); got.ID != fmt.Sprint("during ", i) {
			t.Errorf("change %d of the outage: got %+v", i, got)
		}
	}
	write(t, notesIn(direct), "after", "text")
	if got := next(t, feed); got.ID != "after" {
		t.Errorf("got %+v", got)
	}
	if got := read(t, notesIn(far), "after"); got == nil {
		t.Error("after the outage a document is not there")
	}
	for deadline := time.Now().Add(3 * time.Second); !feed.Heard().After(heard); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the feed does not hear of the database again")
		}
	}
}

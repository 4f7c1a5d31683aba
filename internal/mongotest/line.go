package mongotest

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"unisono/store"
)

// Far opens a store beside another, on the same database of a server, over a line of its own; change may adapt its configuration.
func Far(t testing.TB, direct *store.Store, change func(*store.Config)) (*store.Store, *Line) {
	t.Helper()
	var line *Line
	far := Beside(t, direct, func(c *store.Config) {
		line = newLine(t, strings.TrimSuffix(strings.TrimPrefix(c.URI, "mongodb://"), "/"))
		c.URI = "mongodb://" + line.listener.Addr().String() + "/"
		if change != nil {
			change(c)
		}
	})
	return far, line
}

// Line is a connection to a server that can be cut and mended.
type Line struct {
	listener net.Listener
	server   string

	held sync.RWMutex // locked while nothing passes

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func newLine(t testing.TB, server string) *Line {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{listener: listener, server: server}
	t.Cleanup(func() {
		_ = listener.Close()
		l.Cut(true)
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
func (l *Line) carry(from net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", l.server)
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

// Hold stops what passes, or lets it go on. New connections are taken, and nothing comes of them.
func (l *Line) Hold(held bool) {
	if held {
		l.held.Lock()
	} else {
		l.held.Unlock()
	}
}

// Cut cuts the line, or mends it for new connections.
func (l *Line) Cut(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	for _, conn := range l.conns {
		_ = conn.Close()
	}
	l.conns = nil
}

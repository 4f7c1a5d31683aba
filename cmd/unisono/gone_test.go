package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"unisono/content"
	"unisono/internal/mongotest"
	"unisono/store"
)

// X4: whoever goes away, at whichever point of whichever answer, leaves nothing running, and a gateway is closed though somebody still does not read.
func TestX4NothingStaysOfWhoGoesAway(t *testing.T) {
	on := mongotest.Java(t)
	before, _ := running()
	g, err := openGateway(t.Context(), &database{Store: on}, testConfig(&lines{}))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{gateway: g}
	h.loadBulk(t)
	h.settled(t)
	var web *http.Server
	address := within(t, g, func(s *http.Server) { web = s })
	idle, _ := running()
	leave := map[string]func(net.Conn) error{
		"before the answer":   func(net.Conn) error { return nil },
		"in the middle of it": func(c net.Conn) error { _, err := io.ReadFull(c, make([]byte, 300<<10)); return err },
		"having read nothing": func(net.Conn) error { time.Sleep(100 * time.Millisecond); return nil },
	}
	for name, request := range map[string]string{"a question": asking, "an export": exporting, "half a request": posting + "\r\n{"} {
		leaving := sync.WaitGroup{}
		for when, leave := range leave {
			connection := dialled(t, address, request)
			leaving.Go(func() {
				if name != "half a request" { // which has no answer to wait for
					if err := leave(connection); err != nil {
						t.Errorf("%s, %s: %v", name, when, err)
					}
				}
				_ = connection.Close()
			})
		}
		leaving.Wait()
	}
	noMoreRun(t, idle)

	for range 2 {
		deaf(t, address, exporting)
	}
	eventually(t, "exports are under way", func() bool { now, _ := running(); return now >= idle+2 })
	if err := web.Close(); err != nil { // as serve does in the end
		t.Error(err)
	}
	closing, cancel := context.WithTimeout(t.Context(), stopTimeout)
	defer cancel()
	began := time.Now()
	if err := g.Close(closing); err != nil || time.Since(began) > 5*time.Second {
		t.Errorf("it is closed after %s: %v", time.Since(began), err)
	}
	noMoreRun(t, before)
}

// X4: who follows what changes and does not read holds nobody up: not the writers, not the gateway, which follows too. What waits is bounded, and ends as Lost.
func TestX4AFeedThatNobodyReadsHoldsNobodyUp(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, on *store.Store) {
		const buffer, changes = 8, 30
		h := openOn(t, mongotest.Beside(t, on, func(c *store.Config) { c.FeedBuffer = buffer }), nil)
		h.load(t, germanHouse)
		unread, err := h.database.Follow(t.Context(), content.Kinds())
		if err != nil {
			t.Fatal(err)
		}
		defer unread.Close()
		text := strings.Builder{}
		for i := range changes {
			fmt.Fprintf(&text, `{"kind": "product", "sku": "P%d", "state": "PUBLISHED"}`+"\n", i)
		}
		h.load(t, text.String())
		h.ask(t, `{ products { totalCount } product(sku: "P29") { sku } }`).gives(t, `{"products": {"totalCount": 30}, "product": {"sku": "P29"}}`)
		h.settled(t) // all is told by then
		waiting, lost := 0, false
		for ; ; waiting++ {
			within, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			change, err := unread.Next(within)
			cancel()
			if err != nil {
				break
			}
			lost = lost || change.Lost
		}
		if !lost || waiting > buffer {
			t.Errorf("%d changes waited, of which some were lost: %t; want %d at the most, and that it is said", waiting, lost, buffer)
		}
		closed := make(chan struct{})
		go func() { unread.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Error("a feed that nobody reads cannot be closed")
		}
	})
}

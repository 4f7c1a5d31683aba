package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"unisono/internal/mongotest"
)

// A peer that is silent, and never closes its connection, is let go of within the limits that serve sets. The tests shorten the limits, which [limited] has all in one place, and wait five
// times as long as they say at the most: the machine may be busy.

// shortened is the limit that is tried; the others are as long as they are in truth.
const shortened = 400 * time.Millisecond

// within serves a gateway as `unisono serve` does, with other limits, and gives its address.
func within(t *testing.T, g *gateway, change func(*http.Server)) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := limited(g.server, g.logger)
	change(web)
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	t.Cleanup(func() {
		if err := web.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// dialled opens a connection and sends a text.
func dialled(t *testing.T, address, text string) *net.TCPConn {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	return connection.(*net.TCPConn)
}

// endsInTime waits until the gateway ends a connection, and gives what it sent.
func endsInTime(t *testing.T, connection net.Conn) string {
	t.Helper()
	began := time.Now()
	if err := connection.SetReadDeadline(began.Add(5 * shortened)); err != nil {
		t.Fatal(err)
	}
	sent, err := io.ReadAll(connection)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after %s the connection is still open, and %d bytes came", time.Since(began), len(sent))
	}
	return string(sent)
}

const posting = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"

// X3: half a request, of whichever half, and a connection that has nothing more to ask.
func TestX3WhoSaysNoMoreIsLetGo(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	for name, test := range map[string]struct {
		sends string
		limit func(*http.Server)
		gets  string
	}{
		"nothing":             {"", func(s *http.Server) { s.ReadHeaderTimeout = shortened }, ""},
		"half a header":       {"POST /graphql HTT", func(s *http.Server) { s.ReadHeaderTimeout = shortened }, ""},
		"half of the headers": {posting, func(s *http.Server) { s.ReadHeaderTimeout = shortened }, ""},
		"no body":             {posting + "\r\n", func(s *http.Server) { s.ReadTimeout = shortened }, "BAD_USER_INPUT"},
		"half a body":         {posting + "\r\n" + `{"query": "{ channels {`, func(s *http.Server) { s.ReadTimeout = shortened }, "BAD_USER_INPUT"},
		"half a batch": {
			strings.Replace(posting, "/graphql", "/content/import", 1) + "Authorization: Bearer " + adminKey + "\r\n\r\n" + `{"kind": `,
			func(s *http.Server) { s.ReadTimeout = shortened }, "BAD_USER_INPUT",
		},
		"no further request": {"GET /graphql?query={channels{key}} HTTP/1.1\r\nHost: x\r\n\r\n", func(s *http.Server) { s.IdleTimeout = shortened }, `"site"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := endsInTime(t, dialled(t, within(t, h.gateway, test.limit), test.sends))
			if !strings.Contains(got, test.gets) || test.gets == "" && strings.Contains(got, " 200 ") {
				t.Errorf("it got %q", got)
			}
		})
	}
	for name, limit := range map[string]time.Duration{"headers": headerTimeout, "requests": readTimeout, "answers": writeTimeout, "idleness": idleTimeout} {
		if limit <= 0 || limit > 2*time.Minute {
			t.Errorf("the limit of %s is %s", name, limit)
		}
	}
}

// deaf asks and takes nothing of the answer, of which its system's buffer holds little.
func deaf(t *testing.T, address, request string) {
	t.Helper()
	connection := dialled(t, address, "")
	if err := connection.SetReadBuffer(128 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
}

// What is asked for more than the system's buffers hold.
const (
	asking    = "GET /graphql?query={products(first:100){nodes{sku+description}}} HTTP/1.1\r\nHost: x\r\n\r\n"
	exporting = "GET /content/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + adminKey + "\r\n\r\n"
)

// bulky has products of 12 MB in all, which no buffer of the system holds.
func bulky(t *testing.T, change func(*gatewayConfig)) *house {
	t.Helper()
	h := openOn(t, mongotest.Java(t), change) // the embedded engine takes long for such documents
	h.loadBulk(t)
	return h
}

const bulk = 24

func (h *house) loadBulk(t *testing.T) {
	t.Helper()
	lines := strings.Builder{}
	for i := range bulk {
		fmt.Fprintf(&lines, `{"kind": "product", "sku": "B%d", "state": "PUBLISHED", "attributes": [{"key": "description", "value": %q}]}`+"\n", i, strings.Repeat("x", 512<<10))
	}
	h.load(t, twoAudiences+lines.String())
}

// X3: who asks and never reads the answer, neither that of a question nor an export, which has no limit as a whole and takes as long as a slow reader needs, so long as they go on reading.
func TestX3WhoDoesNotReadIsLetGo(t *testing.T) {
	t.Parallel()
	h := bulky(t, func(c *gatewayConfig) { c.limits.Export = 5 * shortened })
	for name, test := range map[string]struct{ request, log string }{
		"an answer": {asking, `"path":"/graphql"`},
		"an export": {exporting, "an export broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			closed := make(chan struct{})
			address := within(t, h.gateway, func(s *http.Server) {
				s.WriteTimeout = shortened
				s.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateClosed { // and not idle, as it would be had all of the answer found room
						close(closed)
					}
				}
			})
			deaf(t, address, test.request)
			select {
			case <-closed: // what the system has taken it still tries to send
			case <-time.After(25 * shortened):
				t.Fatal("it is still being sent")
			}
			if !strings.Contains(h.log.String(), test.log) {
				t.Errorf("the log does not say %q", test.log)
			}
		})
	}
	t.Run("a slow reader", func(t *testing.T) {
		t.Parallel()
		address := within(t, h.gateway, func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = shortened, shortened })
		reader := bufio.NewReader(dialled(t, address, exporting))
		lines, began := 0, time.Now()
		for text := ""; text != "0\r\n"; {
			if lines += strings.Count(text, `{"kind":`); text == "" {
				time.Sleep(3 * shortened) // the system holds some of the export meanwhile, not all
			}
			var err error
			if text, err = reader.ReadString('\n'); err != nil {
				t.Fatalf("after %d lines in %s: %v", lines, time.Since(began), err)
			}
		}
		if took := time.Since(began); lines != bulk+5 || took < 3*shortened {
			t.Errorf("%d lines came in %s; want the %d that there are, in more than what an answer may take", lines, took, bulk+5)
		}
	})
}

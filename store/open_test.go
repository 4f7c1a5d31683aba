package store_test

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/store"
)

// free gives the address of a port on which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestOpenExplainsWhatIsWrong(t *testing.T) {
	cases := []struct {
		name, uri string
		kind      fault.Kind
		says      string
	}{
		{"nothing given", "", fault.BadUserInput, "URI"},
		{"no URI", "localhost:27017", fault.BadUserInput, "mongodb://"},
		{"unescaped password", "mongodb://me:sec/ret@host:1/", fault.BadUserInput, "percent-encoded"},
		{"odd port", "mongodb://me:secret@host:port/", fault.BadUserInput, "percent-encoded"},
		{"unknown option", "mongodb://me:secret@host/?readPreference=sideways", fault.BadUserInput, "percent-encoded"},
		{"unknown host", "mongodb+srv://me:secret@unisono.invalid/", fault.Unavailable, "DNS"},
		{"closed port", "mongodb://me:secret@" + free(t) + "/", fault.Unavailable, "check that it runs"},
		{"too old", "mongodb://" + fakeServer(t, 13) + "/", fault.Unavailable, "6.0 or later"},
		{"much too old", "mongodb://" + fakeServer(t, 5) + "/", fault.Unavailable, "6.0 or later"},
		{"login refused", "mongodb://me:secret@" + fakeServer(t, 21) + "/", fault.Unavailable, "refuses the login"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := store.Open(t.Context(), store.Config{URI: c.uri, ServerSelectionTimeout: 2 * time.Second})
			var known *fault.Error
			if !errors.As(err, &known) || known.Kind != c.kind || !strings.Contains(known.Message, c.says) {
				t.Errorf("got %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec/ret")) {
				t.Errorf("the password is told: %v", err)
			}
		})
	}
}

func TestMigrateTwice(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		again, err := s.Migrate(t.Context())
		if err != nil || len(again.Created) != 0 {
			t.Errorf("the second time: %+v, %v", again, err)
		}
		write(t, notesIn(s), "a", "text")
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

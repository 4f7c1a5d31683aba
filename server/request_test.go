package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unisono/access"
	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/server"
)

func TestHealth(t *testing.T) {
	h := open(t, nil)
	if got := h.send(t, http.MethodGet, "/healthz", ""); got.status != http.StatusOK || !strings.Contains(got.body, `"ok"`) {
		t.Errorf("/healthz: %d %s", got.status, got.body)
	}
	if got := h.send(t, http.MethodGet, "/readyz", ""); got.status != http.StatusOK || !strings.Contains(got.body, `"ready"`) {
		t.Errorf("/readyz: %d %s", got.status, got.body)
	}
	gone := open(t, func(c *server.Config) {
		c.Ping = func(context.Context) error {
			return fault.Wrap(fault.Unavailable, errSecret, "the database does not answer")
		}
	})
	if got := gone.send(t, http.MethodGet, "/healthz", ""); got.status != http.StatusOK {
		t.Errorf("/healthz without a database: %d %s", got.status, got.body)
	}
	got := gone.send(t, http.MethodGet, "/readyz", "")
	if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "the database does not answer") || strings.Contains(got.body, "10.0.0.7") {
		t.Errorf("/readyz without a database: %d %s", got.status, got.body)
	}
}

// A catalogue that cannot read what changed serves on, and readiness says so once it takes long.
func TestReadinessTellsOfACatalogueThatIsBehind(t *testing.T) {
	var later atomic.Int64
	var index *catalog.Index
	var documents *shelf
	h := open(t, func(c *server.Config) {
		index, documents = c.Catalogue, c.Documents.(*shelf)
		c.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	documents.mu.Lock() // nothing can be read
	defer documents.mu.Unlock()
	index.Note(time.Now(), catalog.Ref{Kind: content.KindProduct, Key: "any"})
	for _, test := range []struct {
		later  time.Duration
		status string
	}{{0, `"ready"`}, {time.Minute, `"degraded"`}} {
		later.Store(int64(test.later))
		if got := h.send(t, http.MethodGet, "/readyz", ""); got.status != http.StatusOK || !strings.Contains(got.body, test.status) {
			t.Errorf("%s later /readyz says %d %s", test.later, got.status, got.body)
		}
	}
}

func TestKeysThatAreNotRight(t *testing.T) {
	h := open(t, nil)
	for name, authorization := range map[string]string{
		"a key that nobody has": "Bearer nobody-has-this",
		"another scheme":        "Basic " + adminKey,
		"no scheme":             adminKey,
		"no key":                "Bearer ",
		"a key of 10 kB":        "Bearer " + strings.Repeat("x", 10_000),
	} {
		for _, path := range []string{"/graphql", "/content/import"} {
			t.Run(name+" at "+path, func(t *testing.T) {
				got := h.send(t, http.MethodPost, path, body(t, "{ channels { key } }"), "Authorization", authorization)
				got.refused(t, http.StatusUnauthorized, fault.Unauthenticated, "")
				if challenge := got.header.Get("WWW-Authenticate"); challenge != `Bearer realm="unisono"` {
					t.Errorf("WWW-Authenticate is %q", challenge)
				}
			})
		}
	}
	if got := h.query(t, `{ channels { key } }`, "Authorization", "bearer "+adminKey); got.status != http.StatusOK {
		t.Errorf("a scheme is written in any case: %d %s", got.status, got.body)
	}
}

func TestKeysThatCannotBeLookedUp(t *testing.T) {
	h := open(t, func(c *server.Config) {
		c.Keyring = access.NewKeyring(access.KeyringConfig{Clients: nobody{fails: fault.Wrap(fault.Unavailable, errSecret, "the database does not answer")}})
	})
	got := h.query(t, `{ channels { key } }`, "Authorization", "Bearer some-key")
	got.refused(t, http.StatusServiceUnavailable, fault.Unavailable, "the database does not answer")
	if got := h.query(t, `{ channels { key } }`); got.status != http.StatusOK {
		t.Errorf("the anonymous are answered: %d %s", got.status, got.body)
	}
}

func TestRequestIDs(t *testing.T) {
	h := open(t, nil)
	for _, id := range []string{"7f3a.b_c-1", strings.Repeat("x", 64)} {
		if got := h.query(t, `{ channels { key } }`, "X-Request-Id", id).header.Get("X-Request-Id"); got != id {
			t.Errorf("%q became %q", id, got)
		}
	}
	seen := map[string]bool{}
	for _, id := range []string{"", "with space", `"quoted"`, "<b>", strings.Repeat("x", 65)} {
		got := h.query(t, `{ channels { key } }`, "X-Request-Id", id).header.Get("X-Request-Id")
		if got == id || len(got) < 16 || seen[got] {
			t.Errorf("%q became %q", id, got)
		}
		seen[got] = true
	}
}

func TestLogHasOneLineARequestAndNoSecrets(t *testing.T) {
	h := open(t, nil)
	secrets := []string{adminKey, guestKey, "wrong-secret-key", "secret-in-a-query", "secret-in-a-variable", access.Hash(adminKey), access.Hash("wrong-secret-key")}
	query := `{"query": "query Named($x: ID) { product(sku: $x) { name } fragment(key: \"secret-in-a-query\") { title } }", "variables": {"x": "secret-in-a-variable"}}`
	for id, send := range map[string]func(headers ...string) answer{
		"id-anonymous": func(headers ...string) answer { return h.send(t, http.MethodPost, "/graphql", query, headers...) },
		"id-admin": func(headers ...string) answer {
			return h.send(t, http.MethodPost, "/graphql", query, append(headers, "Authorization", "Bearer "+adminKey)...)
		},
		"id-guest": func(headers ...string) answer {
			return h.query(t, `mutation { deleteProducts(skus: ["secret-in-a-query"]) { deleted } }`, append(headers, "Authorization", "Bearer "+guestKey)...)
		},
		"id-wrong": func(headers ...string) answer {
			return h.query(t, `{ channels { key } }`, append(headers, "Authorization", "Bearer wrong-secret-key")...)
		},
		"id-get": func(headers ...string) answer {
			return h.send(t, http.MethodGet, "/graphql?query=%7Bproduct(sku:%22secret-in-a-query%22)%7Bsku%7D%7D", "", headers...)
		},
		"id-syntax":  func(headers ...string) answer { return h.query(t, `{ "secret-in-a-query"`, headers...) },
		"id-healthz": func(headers ...string) answer { return h.send(t, http.MethodGet, "/healthz", "", headers...) },
	} {
		got := send("X-Request-Id", id)
		lines := []map[string]any{}
		for _, text := range strings.Split(h.log.String(), "\n") {
			line := map[string]any{}
			if strings.Contains(text, id) && json.Unmarshal([]byte(text), &line) == nil && line["msg"] != "access refused" { // which has a test of its own
				lines = append(lines, line)
			}
		}
		if len(lines) != 1 || lines[0]["msg"] != "request" || lines[0]["id"] != id || lines[0]["status"] != float64(got.status) {
			t.Errorf("%s: %v", id, lines)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if !strings.Contains(h.log.String(), `"operation":"query Named","client":"admin"`) {
		t.Errorf("the log does not say who asked for what:\n%s", h.log)
	}
}

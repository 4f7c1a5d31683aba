package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"unisono/access"
	"unisono/catalog"
	"unisono/content"
	"unisono/edit"
	"unisono/fault"
	"unisono/server"
	"unisono/targeting"
)

// These tests are about HTTP and faults, so their documents lie in memory. What queries give on a real engine, cmd/unisono tests.

// shelf holds documents in memory.
type shelf struct {
	mu        sync.Mutex
	documents map[content.Kind]map[string]content.Document
}

func (s *shelf) Read(_ context.Context, kind content.Kind, keys []string) (map[string]content.Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]content.Document{}
	for _, key := range keys {
		if document := s.documents[kind][key]; document != nil {
			found[key] = document
		}
	}
	return found, nil
}

func (s *shelf) All(_ context.Context, kind content.Kind) iter.Seq2[content.Document, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	documents := maps.Clone(s.documents[kind])
	return func(yield func(content.Document, error) bool) {
		for _, key := range slices.Sorted(maps.Keys(documents)) {
			if !yield(documents[key], nil) {
				return
			}
		}
	}
}

func (s *shelf) Update(_ context.Context, kind content.Kind, key string, change func(content.Document) (content.Document, error)) (content.Document, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := change(s.documents[kind][key])
	if err != nil {
		return nil, false, err
	}
	if s.documents[kind] == nil {
		s.documents[kind] = map[string]content.Document{}
	}
	s.documents[kind][key] = next
	return next, true, nil
}

func (s *shelf) Delete(context.Context, content.Kind, string) (bool, error) {
	return false, errors.New("these tests delete nothing")
}

// fetch reads documents of one type, as a store's collection does.
func fetch[T content.Document](from *shelf, kind content.Kind) func(context.Context, []string) (map[string]T, error) {
	return func(ctx context.Context, keys []string) (map[string]T, error) {
		found, err := from.Read(ctx, kind, keys)
		typed := map[string]T{}
		for key, document := range found {
			typed[key] = document.(T)
		}
		return typed, err
	}
}

// nobody is where no client is kept.
type nobody struct {
	access.Clients
	fails error // what looking for one gives
}

func (n nobody) Read(context.Context, []string) (map[string]*content.Client, error) {
	return nil, n.fails
}

// house is a server with two products, three fragments and two channels.
type house struct {
	url string
	log *log
}

// log takes what is logged; many goroutines may write it.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const (
	adminKey = "the-key-of-the-admin"
	guestKey = "the-key-of-the-guest"
)

var catalogue = []struct {
	kind content.Kind
	json string
}{
	{content.KindChannel, `{"key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}`},
	{content.KindChannel, `{"key": "app", "platform": "APP", "defaultLocale": "en"}`},
	{content.KindFragment, `{"key": "hello", "type": "STORY", "state": "PUBLISHED", "references": ["bye", "hidden", "note"], "variants": [{"id": "en", "title": "Hello"}]}`},
	{content.KindFragment, `{"key": "hidden", "type": "STORY", "variants": [{"id": "en", "title": "Hidden"}]}`},
	{content.KindFragment, `{"key": "bye", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "en", "title": "Bye"}]}`},
	{content.KindFragment, `{"key": "note", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "en", "title": "Note"}]}`},
	{content.KindProduct, `{"sku": "HIDDEN", "state": "DRAFT", "parent": "A"}`},
	{content.KindProduct, `{"sku": "A", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Anvil"}], "fragments": [{"slot": "x", "fragment": "hello"}, {"slot": "y", "fragment": "bye"}, {"slot": "z", "fragment": "hidden"}], "related": [{"kind": "ACCESSORY", "sku": "B"}, {"kind": "ACCESSORY", "sku": "HIDDEN"}]}`},
	{content.KindProduct, `{"sku": "B", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Bellows"}]}`},
}

// open starts a server; change may put something else in the place of what it works with.
func open(t *testing.T, change func(*server.Config)) *house {
	t.Helper()
	documents, written := &shelf{documents: map[content.Kind]map[string]content.Document{}}, &log{}
	logger := slog.New(slog.NewJSONHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug}))
	index, err := catalog.Open(t.Context(), catalog.Config{
		Source: documents, Contexts: targeting.Config{DefaultChannel: "site"}, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(index.Close)
	now := func() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }
	writer := edit.NewWriter(documents, index, now)
	for _, one := range catalogue {
		outcomes, err := writer.Write(access.NewContext(t.Context(), access.Program("test")), one.kind, [][]byte{[]byte(one.json)})
		if err != nil || len(outcomes[0].Problems) > 0 {
			t.Fatal(err, outcomes[0].Problems)
		}
	}
	config := server.Config{
		Catalogue: index, Documents: documents, Contents: documents,
		Products: fetch[*content.Product](documents, content.KindProduct), Fragments: fetch[*content.Fragment](documents, content.KindFragment),
		Keyring: access.NewKeyring(access.KeyringConfig{Clients: nobody{}, AdminKey: adminKey, Fixed: map[string]*access.Client{
			guestKey: {Name: "guest", Permissions: []access.Permission{access.Read}},
		}}),
		Ping: func(context.Context) error { return nil }, Logger: logger, Now: now,
	}
	if change != nil {
		change(&config)
	}
	listening := httptest.NewServer(server.New(config))
	t.Cleanup(listening.Close)
	return &house{listening.URL, written}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request. Headers come in pairs of name and value; a Content-Type of JSON is set where none is given.
func (h *house) send(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(read)}
}

// query sends a query by POST.
func (h *house) query(t *testing.T, document string, headers ...string) answer {
	t.Helper()
	return h.send(t, http.MethodPost, "/graphql", body(t, document), headers...)
}

func body(t *testing.T, document string) string {
	t.Helper()
	request, err := json.Marshal(map[string]any{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	return string(request)
}

// failure is an error as it stands in an answer.
type failure struct {
	Message    string
	Path       []any
	Extensions struct{ Code, ID string }
}

func (a answer) failures(t *testing.T) []failure {
	t.Helper()
	said := struct{ Errors []failure }{}
	if err := json.Unmarshal([]byte(a.body), &said); err != nil {
		t.Fatalf("%v in %q", err, a.body)
	}
	return said.Errors
}

// refused checks that a request was not executed: one error with this code, whose message says something, and no data, not even null.
func (a answer) refused(t *testing.T, status int, code fault.Kind, says string) {
	t.Helper()
	failures := a.failures(t)
	if a.status != status || len(failures) != 1 || failures[0].Extensions.Code != string(code) || !strings.Contains(failures[0].Message, says) {
		t.Errorf("%d %s; want %d, one error of code %s that says %q", a.status, a.body, status, code, says)
	}
	if strings.Contains(a.body, `"data"`) {
		t.Errorf("%s: it has data", a.body)
	}
}

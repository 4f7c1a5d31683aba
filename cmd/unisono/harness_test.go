package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"unisono/access"
	"unisono/content"
	"unisono/demo"
	"unisono/edit"
	"unisono/ingest"
	"unisono/ingest/ndjson"
	"unisono/internal/mongotest"
	"unisono/server"
	"unisono/store"
	"unisono/store/embedded"
	"unisono/targeting"
)

// The tests of this package put a whole gateway together, on a real database, and talk to it over HTTP as its clients do.

// today is when they take place: after the demo's season that is over, long before its anniversary.
var today = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

const (
	adminKey      = "the-key-of-the-admin"
	technicianKey = "demo-technician"
	dealerKey     = "demo-dealer"
	editorKey     = "demo-editor"
)

// house is a gateway that serves, and what it logs.
type house struct {
	*gateway
	url string
	log *lines
}

func testConfig(log io.Writer) gatewayConfig {
	return gatewayConfig{
		contexts:  targeting.Config{DefaultChannel: "site", DefaultAudience: "consumer", DefaultLocale: "en"},
		cacheSize: 16 << 20,
		adminKey:  adminKey, demoKeys: demoKeys(), media: demo.Media(),
		logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		now:    func() time.Time { return today },
		limits: server.Limits{Cost: 10_000_000}, // tests ask for everything at once
	}
}

// empty opens a gateway on an empty database of the embedded engine.
func empty(t *testing.T) *house {
	t.Helper()
	return openOn(t, mongotest.Embedded(t), nil)
}

// openOn opens a gateway on a database of mongotest; change may adapt its configuration. The test that opens it ends it.
func openOn(t *testing.T, on *store.Store, change func(*gatewayConfig)) *house {
	t.Helper()
	log := &lines{}
	config := testConfig(log)
	if change != nil {
		change(&config)
	}
	g, err := openGateway(t.Context(), &database{Store: on}, config)
	if err != nil {
		t.Fatal(err)
	}
	return serving(t, g, log)
}

// serving lets a gateway serve until the test ends.
func serving(t *testing.T, g *gateway, log *lines) *house {
	t.Helper()
	listening := httptest.NewServer(g.server)
	t.Cleanup(func() {
		listening.Close()
		if err := g.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &house{g, listening.URL, log}
}

// demoHouse gives the gateway with the demo catalogue that all tests which only read share.
func demoHouse(t *testing.T) *house {
	t.Helper()
	h, err := sharedDemo.open()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

var sharedDemo = &demoOnce{}

type demoOnce struct {
	once   sync.Once
	house  *house
	err    error
	closes []func() error
}

func (d *demoOnce) open() (*house, error) {
	d.once.Do(func() { d.err = d.start(context.Background()) })
	return d.house, d.err
}

func (d *demoOnce) start(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "unisono-demo-")
	if err != nil {
		return err
	}
	d.closes = append(d.closes, func() error { return os.RemoveAll(dir) })
	engine, err := embedded.Open(ctx, embedded.Config{Dir: dir})
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Config{Engine: engine})
	if err != nil {
		return errors.Join(err, engine.Close(ctx))
	}
	log := &lines{}
	g, err := openGateway(ctx, &database{Store: s, engine: engine}, testConfig(log))
	if err != nil {
		return err
	}
	listening := httptest.NewServer(g.server)
	d.closes = append(d.closes, func() error { listening.Close(); return g.Close(context.Background()) })
	d.house = &house{g, listening.URL, log}
	return loadDemo(ctx, g)
}

func (d *demoOnce) close() error {
	var err error
	for i := len(d.closes) - 1; i >= 0; i-- {
		err = errors.Join(err, d.closes[i]())
	}
	return err
}

func TestMain(m *testing.M) {
	code := m.Run()
	sharedBrowser.close()
	if err := sharedDemo.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// load writes content as an import of NDJSON does.
func (h *house) load(t testing.TB, text string) {
	t.Helper()
	writer := edit.NewWriter(h.documents, h.catalogue, func() time.Time { return today })
	report, err := ingest.Run(access.NewContext(t.Context(), access.Program("test")), ndjson.From("test", strings.NewReader(text)), ingest.Local(writer), ingest.Options{})
	if err != nil || len(report.Problems) > 0 {
		t.Fatal(err, report.Problems)
	}
}

// loadDemoCatalogue gives a house of a test's own the demo catalogue, where the test changes it.
func (h *house) loadDemoCatalogue(t *testing.T) {
	t.Helper()
	if err := loadDemo(t.Context(), h.gateway); err != nil {
		t.Fatal(err)
	}
}

// register makes an API key known to the gateway, as an operator does.
func (h *house) register(t *testing.T, key string, client content.Client) {
	t.Helper()
	client.Hash = access.Hash(key)
	clients := store.In[content.Client](h.database.Store, content.KindClient)
	if _, err := clients.Update(t.Context(), client.Hash, func(*content.Client) (*content.Client, error) { return &client, nil }); err != nil {
		t.Fatal(err)
	}
}

// asked is one request to a gateway. What is left out is not sent.
type asked struct {
	Query      string            `json:"query"`
	Name       string            `json:"operationName,omitempty"`
	Variables  map[string]any    `json:"variables,omitempty"`
	Extensions map[string]any    `json:"extensions,omitempty"`
	Key        string            `json:"-"`
	Headers    map[string]string `json:"-"`

	wide bool // asks for several things side by side
}

// ask sends a query as nobody in particular.
func (h *house) ask(t testing.TB, query string) answer {
	t.Helper()
	return h.send(t, asked{Query: query})
}

// askAs sends a query with an API key.
func (h *house) askAs(t testing.TB, key, query string) answer {
	t.Helper()
	return h.send(t, asked{Query: query, Key: key})
}

func (h *house) send(t testing.TB, a asked) answer {
	t.Helper()
	body, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{"Content-Type": "application/json"}
	for name, value := range a.Headers {
		headers[name] = value
	}
	if a.Key != "" {
		headers["Authorization"] = "Bearer " + a.Key
	}
	return do(t, http.MethodPost, h.url+"/graphql", string(body), headers)
}

func do(t testing.TB, method, url, body string, headers map[string]string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, text}
}

// lines takes what is written by many goroutines.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// eventually waits until something holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("15 seconds have passed, and still not: %s", what)
}

// command runs the program and gives its exit code and what it wrote.
func command(t testing.TB, args ...string) (code int, out, errs string) {
	t.Helper()
	o, e := &lines{}, &lines{}
	code = run(t.Context(), args, strings.NewReader(""), o, e)
	return code, o.String(), e.String()
}

// file writes a file in a directory of the test.
func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, files fs.FS, name string) string {
	t.Helper()
	text, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"unisono/access"
	"unisono/content"
	"unisono/internal/mongotest"
	"unisono/server"
	"unisono/store"
)

// slow puts a server in the place of a gateway's own whose products can be held up: it tells begun of each load and waits for release.
func slow(g *gateway, begun chan<- struct{}, release <-chan struct{}) {
	products := store.In[content.Product](g.database.Store, content.KindProduct)
	fragments := store.In[content.Fragment](g.database.Store, content.KindFragment)
	contents := g.database.Contents()
	g.server = server.New(server.Config{
		Catalogue: g.catalogue, Documents: contents, Contents: contents, Fragments: fragments.Read,
		Products: func(ctx context.Context, skus []string) (map[string]*content.Product, error) {
			begun <- struct{}{}
			select {
			case <-release:
				return products.Read(ctx, skus)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
		Keyring: access.NewKeyring(access.KeyringConfig{Clients: clientsOf(g.database.Store)}), Ping: g.database.Ping, Logger: g.logger, Now: func() time.Time { return today },
	})
}

// A gateway that is told to stop takes no new requests, answers those under way, and closes the database after them.
func TestRequestsUnderWayAreAnsweredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	log := &lines{}
	g, err := openGateway(t.Context(), &database{Store: mongotest.Embedded(t)}, testConfig(log))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{gateway: g, log: log}
	h.load(t, `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en"}
{"kind": "audience", "key": "consumer"}
{"kind": "product", "sku": "A", "state": "PUBLISHED", "attributes": [{"key": "name", "value": "Anvil"}]}
`)
	begun, release := make(chan struct{}, 10), make(chan struct{})
	slow(g, begun, release)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() { ended <- serve(ctx, g, listenFlags{Listen: "127.0.0.1:0"}, func(at net.Addr) { ready <- at }) }()
	h.url = "http://" + (<-ready).String()

	answers, asking := make(chan answer, 3), sync.WaitGroup{}
	for range 3 {
		asking.Go(func() { answers <- h.ask(t, `{ product(sku: "A") { name } }`) })
		<-begun
	}
	stop()
	eventually(t, "nobody listens any more", func() bool {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(h.url, "http://"))
		if err == nil {
			_ = connection.Close()
		}
		return err != nil
	})
	select {
	case err := <-ended:
		t.Fatalf("it ended before its answers: %v", err)
	default:
	}
	close(release)
	asking.Wait()
	close(answers)
	answered := 0
	for got := range answers {
		got.gives(t, `{"product": {"name": "Anvil"}}`)
		answered++
	}
	same(t, "requests that were answered", 3, answered)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := g.database.Ping(t.Context()); err == nil {
		t.Error("the database is still open")
	}
}

// Without its database a gateway lives and is not ready; what it needs no database for, it answers.
func TestDatabaseThatIsGone(t *testing.T) {
	t.Parallel()
	on := mongotest.Embedded(t)
	h := openOn(t, on, nil)
	h.loadDemoCatalogue(t)
	if got := do(t, http.MethodGet, h.url+"/readyz", "", nil); got.status != http.StatusOK {
		t.Errorf("/readyz: %d %s", got.status, got.body)
	}
	if err := on.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := do(t, http.MethodGet, h.url+"/readyz", "", nil); got.status != http.StatusServiceUnavailable || !strings.Contains(string(got.body), "unavailable") {
		t.Errorf("/readyz: %d %s", got.status, got.body)
	}
	if got := do(t, http.MethodGet, h.url+"/healthz", "", nil); got.status != http.StatusOK {
		t.Errorf("/healthz: %d %s", got.status, got.body)
	}
	h.ask(t, `query @inContext(locale: "da") { products { totalCount } category(key: "milk") { name } }`).gives(t, `{"products": {"totalCount": 78}, "category": {"name": "Til mælk"}}`)
	got := h.ask(t, `{ product(sku: "LUMA-2") { name } category(key: "milk") { name } }`)
	got.fails(t, "UNAVAILABLE")
	same(t, "the rest", `{"product":null,"category":{"name":"For milk"}}`, string(got.part(t, "data")))
	got = h.askAs(t, adminKey, `mutation { upsertProducts(products: [{sku: "X"}]) { written } }`)
	got.fails(t, "UNAVAILABLE")
	h.askAs(t, "some-key-that-must-be-looked-up", `{ channels { key } }`).fails(t, "UNAVAILABLE")
}

package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/access"
	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/internal/cdn"
	"unisono/internal/property"
	"unisono/loaders"
	"unisono/rule"
	"unisono/server"
)

// A cache in front of the gateway never gives one reader's answer to another, nor one past its life: over random requests, contexts, writes and moments, through caches that keep to RFC 9111 and through
// such as ignore Vary. Each answer that came through is compared with that of another gateway, which keeps nothing, has the documents of the moment when the answer was made or confirmed, and is asked the same.

func TestCDNGivesNobodyTheAnswerOfAnother(t *testing.T) {
	run := newCacheRun(t, nil)
	property.Check(t, 2000, func(t *rapid.T) {
		if wrong := run.sequence(t, cacheModes); wrong != "" {
			t.Fatal(wrong)
		}
	})
	run.counts.enough(t)
}

// What this property would miss is worth nothing: gateways that lie to caches are caught by the same checks.
func TestCDNTellsWhoLies(t *testing.T) {
	if property.WithRaceDetector() {
		t.Skip("a lie may take hundreds of sequences to be found, for which the race detector is too slow; what it looks for is elsewhere")
	}
	for _, lie := range liesToCaches {
		t.Run(lie.name, func(t *testing.T) {
			run, caught, tried := newCacheRun(t, lie.tell), "", 0
			property.Check(t, 4000, func(t *rapid.T) {
				if caught != "" {
					return
				}
				tried++
				caught = run.sequence(t, lie.to)
			})
			if caught == "" {
				t.Errorf("in %d sequences nothing is found to be wrong", tried)
			} else if !strings.Contains(caught, lie.as) {
				t.Errorf("it is found to be another lie: %.500s", caught)
			}
			t.Logf("caught in sequence %d", tried)
		})
	}
}

// cacheMode is a way in which a cache behaves.
type cacheMode struct {
	name    string
	config  cdn.Config
	keysOut bool // requests with a key pass through, where it heeds keys at all
	isUnset bool // it ignores Vary, and is not keyed as the gateway was told: only for those who lie
}

var (
	byTheBook  = cacheMode{name: "as RFC 9111 says"}
	askingAll  = cacheMode{name: "as RFC 9111 says, asking about all", config: cdn.Config{ValidatesAll: true}}
	ofAClient  = cacheMode{name: "as RFC 9111 says, of one client", config: cdn.Config{Private: true}}
	ignoring   = cacheMode{name: "ignoring Vary", config: cdn.Config{IgnoresVary: true}}
	notForKeys = cacheMode{name: "ignoring Vary, not for those with a key", config: cdn.Config{IgnoresVary: true}, keysOut: true}
	unset      = cacheMode{name: "ignoring Vary, keyed on nothing", config: cdn.Config{IgnoresVary: true}, isUnset: true}
)

// cacheModes are those that a gateway must bear.
var cacheModes = []cacheMode{byTheBook, askingAll, ofAClient, ignoring, notForKeys}

// keyedOn are the lists of headers that an operator may give a gateway.
var keyedOn = [][]string{
	nil,
	{"Accept-Language"},
	{"Authorization"},
	{"Authorization", "Accept-Language", "Unisono-Market"},
	{"Authorization", "Accept-Language", "Unisono-Channel", "Unisono-Audience", "Unisono-Market", "Unisono-Device", "Unisono-Moment"},
}

// cacheRun is the gateways of all sequences, and what was seen so far.
type cacheRun struct {
	now      time.Time
	gateways []*cachedGateway
	oracle   *cachedGateway
	counts   cacheCounts
}

// cachedGateway is a gateway behind a cache.
type cachedGateway struct {
	shelf   *shelf
	index   *catalog.Index
	kept    *cache.Cache // nil: nothing is kept
	keyedOn []string
	handler http.Handler
}

// keyOfTags is the secret by which an operator knows the tags of documents.
const keyOfTags = "the secret of the tags"

// newCacheRun opens the gateways; one that lies does so to all caches.
func newCacheRun(t *testing.T, lie func(http.Handler) http.Handler) *cacheRun {
	t.Helper()
	run := &cacheRun{now: today, counts: cacheCounts{said: map[string]int{}, encoded: map[string]int{}, stores: map[string]int{}}}
	for _, names := range keyedOn {
		run.gateways = append(run.gateways, run.gateway(t, names, true, lie))
	}
	run.gateways = append(run.gateways, run.gateway(t, keyedOn[len(keyedOn)-1], false, lie)) // which says the same of what it makes each time
	run.oracle = run.gateway(t, nil, false, nil)
	return run
}

func (run *cacheRun) gateway(t *testing.T, names []string, keeps bool, lie func(http.Handler) http.Handler) *cachedGateway {
	t.Helper()
	g, contexts := &cachedGateway{shelf: &shelf{read: map[string]bool{}}, keyedOn: names}, contextsOfTests
	products := loaders.Fetch[*content.Product](typed[*content.Product](g.shelf, content.KindProduct))
	fragments := loaders.Fetch[*content.Fragment](typed[*content.Fragment](g.shelf, content.KindFragment))
	var err error
	if keeps {
		if g.kept, err = cache.New(cache.Config{Size: 4 << 20}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(g.kept.Close)
		products = cache.In(g.kept, content.KindProduct, cache.Fetch[*content.Product](products)).Load
		fragments = cache.In(g.kept, content.KindFragment, cache.Fetch[*content.Fragment](fragments)).Load
	}
	if contexts.Rules, err = rule.NewCache(100); err != nil {
		t.Fatal(err)
	}
	g.index, err = catalog.Open(context.Background(), catalog.Config{Source: g.shelf, Contexts: contexts, Cache: g.kept, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.index.Close)
	config := server.Config{
		Catalogue: g.index, Cache: g.kept, Documents: g.shelf, Contents: g.shelf, Products: products, Fragments: fragments,
		Keyring: access.NewKeyring(access.KeyringConfig{Fixed: keysOfCaches()}), Keys: &access.Keys{},
		Ping: func(context.Context) error { return nil }, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return run.now },
		Limits: server.Limits{Cost: 1_000_000}, Caching: server.Caching{KeyedOn: names, TagKey: keyOfTags},
	}
	g.handler = server.New(config)
	if lie != nil {
		g.handler = lie(g.handler)
	}
	return g
}

// become makes the content of a gateway what is given.
func (g *cachedGateway) become(documents map[content.Kind]map[string]content.Document) error {
	g.shelf.become(documents)
	if g.kept != nil {
		g.kept.NoteAll()
	}
	return g.index.Rebuild(context.Background())
}

// send asks something.
func (a *askedThrough) send(of http.Handler) *httptest.ResponseRecorder {
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, a.url(), nil)
	if a.post {
		request = httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", strings.NewReader(a.body()))
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range a.headers {
		request.Header.Set(name, value)
	}
	written := httptest.NewRecorder()
	of.ServeHTTP(written, request)
	return written
}

// cacheCounts says whether the property could have found anything.
type cacheCounts struct {
	sequences, answers, stored, validated, unmodified, changed, purged, forgotten, outlived, excused int
	said                                                                                             map[string]int // by public, private, no-store
	encoded                                                                                          map[string]int
	stores                                                                                           map[string]int // answers from what is kept, by mode
}

func (c *cacheCounts) enough(t *testing.T) {
	t.Helper()
	t.Logf("%d sequences, %d answers: %d from what was kept (%v), %d confirmed, %d unmodified for clients; %v; %v; %d after a change of which the cache did not hear; %d forgotten by %d purges, which %d outlived; %d for those who would be refused",
		c.sequences, c.answers, c.stored, c.stores, c.validated, c.unmodified, c.said, c.encoded, c.changed, c.forgotten, c.purged, c.outlived, c.excused)
	if c.sequences < 1000 {
		return // chance decides, or rapid tries one case again
	}
	for what, is := range map[string]struct{ count, least int }{
		"from what was kept": {c.stored, c.sequences}, "confirmed": {c.validated, c.sequences / 10}, "unmodified": {c.unmodified, c.sequences / 10}, "public": {c.said["public"], c.sequences}, "private": {c.said["private"], c.sequences},
		"compressed": {c.encoded["gzip"] + c.encoded["br"] + c.encoded["zstd"], c.sequences / 20}, "forgotten by purges": {c.forgotten, c.sequences / 20}, "kept through a change": {c.changed, c.sequences / 10}, "kept through a purge of something else": {c.outlived, c.sequences / 20},
	} {
		if is.count < is.least {
			t.Errorf("%d answers were %s: fewer than the %d for which the property means anything", is.count, what, is.least)
		}
	}
	for _, mode := range cacheModes {
		if c.stores[mode.name] < c.sequences/10 {
			t.Errorf("%d answers were from what a cache %s had kept: too few", c.stores[mode.name], mode.name)
		}
	}
}

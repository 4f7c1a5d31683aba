package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"unisono/access"
	"unisono/cache"
	"unisono/catalog"
	"unisono/content"
	"unisono/fault"
	"unisono/internal/mongotest"
	"unisono/internal/property"
	"unisono/loaders"
	"unisono/rule"
	"unisono/server"
	"unisono/store"
	"unisono/targeting"
)

// Non-interference (Goguen and Meseguer, Security Policies and Security Models, 1982): what somebody may not see changes nothing of what they get.
// A catalogue with secrets is asked; then the secrets are changed, added and taken away, and it is asked the same again. The answers are equal
// byte by byte, and cost the same round trips.

// desk is a gateway that can be asked without a network between.
type desk struct {
	server http.Handler
	cache  *cache.Cache
	calls  func() int64
	read   func() string // the documents that were asked for since it was called last; nil where that is not known
}

// answered is all that a caller learns.
type answered struct {
	status int
	header string
	body   string
	calls  int64
	read   string
}

// cold asks when nothing is kept.
func (d *desk) cold(t *rapid.T, a asked) answered {
	d.cache.NoteAll()
	return d.ask(t, a)
}

// warm asks once more, when all that the caller saw is kept, and what others saw besides. It makes no difference, and costs nothing.
func (d *desk) warm(t *rapid.T, a asked, cold answered) {
	if warm := d.ask(t, a); warm.status != cold.status || warm.header != cold.header || warm.body != cold.body || warm.calls != 0 || strings.Trim(warm.read, "[]") != "" {
		t.Fatalf("%s\nwith nothing kept %+v\nwith all of it kept %+v", a.Query, cold, warm)
	}
}

func (d *desk) ask(t *rapid.T, a asked) answered {
	request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/graphql?"+a.words(t).Encode(), nil) // for caches are told most of answers to GET
	for name, value := range a.Headers {
		request.Header.Set(name, value)
	}
	if a.Key != "" {
		request.Header.Set("Authorization", "Bearer "+a.Key)
	}
	written, before := httptest.NewRecorder(), d.calls()
	d.server.ServeHTTP(written, request)
	header := written.Header()
	header.Del("X-Request-Id")
	answer := answered{written.Code, fmt.Sprint(header), written.Body.String(), d.calls() - before, ""}
	if d.read != nil {
		answer.read = d.read()
	}
	if a.wide { // fields side by side ask for the same, together or not, as it happens
		answer.calls = 0
	}
	return answer
}

// words writes what is asked as a query string does.
func (a *asked) words(t *rapid.T) url.Values {
	words := url.Values{"query": {a.Query}, "operationName": {a.Name}}
	for name, of := range map[string]map[string]any{"variables": a.Variables, "extensions": a.Extensions} {
		if of == nil {
			continue
		}
		written, err := json.Marshal(of)
		if err != nil {
			t.Fatal(err)
		}
		words.Set(name, string(written))
	}
	return words
}

func keysOfReaders() map[string]*access.Client {
	fixed := map[string]*access.Client{highReader.key: highReader.client}
	for _, reader := range lowReaders {
		if reader.client != nil {
			fixed[reader.key] = reader.client
		}
	}
	return fixed
}

var (
	contextsOfTests = targeting.Config{DefaultChannel: "site", DefaultAudience: "consumer"}
	cachingOfTests  = server.Caching{TagKey: "a secret of tests"}
)

// inMemory opens a gateway on documents in memory.
func inMemory(t *testing.T, shelf *shelf) (*desk, *catalog.Index) {
	t.Helper()
	kept, err := cache.New(cache.Config{Size: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	contexts := contextsOfTests
	if contexts.Rules, err = rule.NewCache(100); err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	index, err := catalog.Open(context.Background(), catalog.Config{Source: shelf, Contexts: contexts, Cache: kept, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(index.Close)
	return &desk{
		server: onShelf(shelf, index, kept,
			cache.In(kept, content.KindProduct, cache.Fetch[*content.Product](typed[*content.Product](shelf, content.KindProduct))).Load,
			cache.In(kept, content.KindFragment, cache.Fetch[*content.Fragment](typed[*content.Fragment](shelf, content.KindFragment))).Load),
		cache: kept, calls: shelf.Calls, read: shelf.asked,
	}, index
}

// onShelf is a server of documents in memory, loaded by these functions; kept keeps answers, unless it is nil.
func onShelf(shelf *shelf, index *catalog.Index, kept *cache.Cache, products loaders.Fetch[*content.Product], fragments loaders.Fetch[*content.Fragment]) *server.Server {
	return server.New(server.Config{
		Catalogue: index, Cache: kept, Documents: shelf, Contents: shelf, Products: products, Fragments: fragments,
		Keyring: access.NewKeyring(access.KeyringConfig{Fixed: keysOfReaders()}), Keys: &access.Keys{},
		Ping: func(context.Context) error { return nil }, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return today },
		Limits: server.Limits{Cost: 1_000_000}, Caching: cachingOfTests,
	})
}

const questionsEach = 3

// looked counts over all cases what the property has looked at, which says whether it could have found anything.
type looked struct {
	mu      sync.Mutex
	cases   int
	differs int             // in how many who may see everything gets another answer
	asked   map[string]bool // fields, by their types
}

// interference checks one case: before and after are asked the same.
func (s *looked) interference(t *rapid.T, reader *lowReader, desk *desk, change func()) {
	q := &questioner{t: t, reader: reader, ids: poolOfIDs(), asked: map[string]bool{}}
	questions, first := []asked{}, []answered{}
	high := []answered{}
	everything := func(a asked) asked {
		a.Key = highReader.key
		return a
	}
	for i := range questionsEach {
		question := q.question(i == 0)
		answer := desk.cold(t, question)
		q.learn([]byte(answer.body))
		questions, first = append(questions, question), append(first, answer)
		high = append(high, desk.ask(t, everything(question)))
		desk.warm(t, question, answer)
	}
	change()
	differs := false
	for i, question := range questions {
		again := desk.cold(t, question)
		if again != first[i] {
			t.Fatalf("%s asks %s (%v)\nand gets %+v\nthen      %+v", reader.name, question.Query, question.Headers, first[i], again)
		}
		differs = differs || desk.ask(t, everything(question)).body != high[i].body
		desk.warm(t, question, again)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cases++
	if differs {
		s.differs++
	}
	maps.Copy(s.asked, q.asked)
}

// enough checks that the property has looked where something could have been found.
func (s *looked) enough(t *testing.T, all bool) {
	t.Helper()
	if s.cases < 20 {
		return // rapid tries one case again
	}
	if s.differs*10 < s.cases {
		t.Errorf("of %d cases there are %d in which who may see everything gets another answer: too few for the property to mean much", s.cases, s.differs)
	}
	if !all {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(schemaOfAll.Types)) {
		of := schemaOfAll.Types[name]
		if of.Kind != "OBJECT" || name == "Mutation" || of.BuiltIn || needsAdmin[name] {
			continue
		}
		for _, field := range of.Fields {
			if asked := name + "." + field.Name; !s.asked[asked] && field.Name != "revision" && field.Name != "updatedAt" && field.Name[:2] != "__" && !onlyMutations(name) {
				t.Errorf("%s was never asked for", asked)
			}
		}
	}
}

// needsAdmin are types whose fields are rarely reached, for what leads to them is refused to low readers anyhow.
var needsAdmin = map[string]bool{"ApiKey": true, "AuditEntry": true, "AuditConnection": true, "ContentProblem": true}

func onlyMutations(name string) bool {
	return len(name) > 7 && name[len(name)-7:] == "Payload" || name == "UserError"
}

func TestNonInterference(t *testing.T) {
	s := &looked{asked: map[string]bool{}}
	shelf := &shelf{read: map[string]bool{}}
	desk, index := inMemory(t, shelf)
	become := func(t *rapid.T, documents map[content.Kind]map[string]content.Document) {
		shelf.become(documents)
		if err := index.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	property.Check(t, 2000, func(t *rapid.T) {
		reader := &lowReaders[rapid.IntRange(0, len(lowReaders)-1).Draw(t, "reader")]
		p := draw(t, reader)
		become(t, p.both[0].documents())
		s.interference(t, reader, desk, func() { become(t, p.both[1].documents()) })
	})
	s.enough(t, s.cases >= 2000)
}

// On a real engine the second catalogue takes the place of the first under a gateway that runs.
func TestNonInterferenceOnAnEngine(t *testing.T) {
	s := mongotest.Embedded(t)
	h := openOn(t, s, func(c *gatewayConfig) {
		c.contexts, c.caching, c.demoKeys = contextsOfTests, cachingOfTests, keysOfReaders()
	})
	run, now := &looked{asked: map[string]bool{}}, map[content.Kind]map[string]content.Document{}
	property.Check(t, 200, func(t *rapid.T) {
		reader := &lowReaders[rapid.IntRange(0, len(lowReaders)-1).Draw(t, "reader")]
		p := draw(t, reader)
		house := &desk{server: h.server, cache: h.cache, calls: s.Calls}
		first, second := p.both[0].documents(), p.both[1].documents()
		become(t, h, now, first)
		now = first
		run.interference(t, reader, house, func() {
			become(t, h, first, second)
			now = second
		})
	})
	run.enough(t, false)
}

// become makes the content of a gateway's database what is given, where before it was something else.
func become(t *rapid.T, h *house, before, after map[content.Kind]map[string]content.Document) {
	ctx, contents, refs := context.Background(), h.documents, []catalog.Ref{}
	for _, kind := range content.Kinds() {
		for key := range before[kind] {
			if after[kind][key] != nil {
				continue
			}
			patiently(t, func() error {
				_, err := contents.Delete(ctx, kind, key)
				return err
			})
			refs = append(refs, catalog.Ref{Kind: kind, Key: key})
		}
		for key, document := range after[kind] {
			if reflect.DeepEqual(before[kind][key], document) {
				continue
			}
			patiently(t, func() error {
				_, _, err := contents.Update(ctx, kind, key, func(content.Document) (content.Document, error) { return document, nil })
				return err
			})
			refs = append(refs, catalog.Ref{Kind: kind, Key: key})
		}
	}
	patiently(t, func() error { return h.catalogue.Refresh(ctx, refs...) })
	quiet(t, h.database.Store)
}

// patiently does something again where a busy disk let the time run out.
func patiently(t *rapid.T, do func() error) {
	err := do()
	for tries := 1; tries < 10 && fault.KindOf(err) == fault.Timeout; tries++ {
		err = do()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// quiet waits until what the feed tells of is read, so that no round trip of the catalogue's is counted as a question's.
func quiet(t *rapid.T, s *store.Store) {
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); {
		before := s.Calls()
		time.Sleep(20 * time.Millisecond)
		if s.Calls() == before {
			return
		}
	}
	t.Fatal("the catalogue does not come to rest")
}

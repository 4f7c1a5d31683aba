package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"unisono/access"
	"unisono/catalog"
	"unisono/content"
	"unisono/graph"
	"unisono/internal/property"
	"unisono/loaders"
	"unisono/rule"
	"unisono/server"
)

// weather decides which loads fail or panic, by what is asked for.
type weather struct {
	seed maphash.Seed
	odds uint64 // 0: none does
}

func fetched[T content.Document](shelf *shelf, kind content.Kind, weather *weather) loaders.Fetch[T] {
	read := typed[T](shelf, kind)
	return func(ctx context.Context, keys []string) (map[string]T, error) {
		for _, key := range keys {
			if weather.odds == 0 {
				break
			}
			switch hash := maphash.String(weather.seed, string(kind)+key); {
			case hash%weather.odds != 0:
			case hash/weather.odds%2 == 0:
				panic("no " + key)
			default:
				return nil, errors.New("there is a storm over " + key)
			}
		}
		return read(ctx, keys)
	}
}

// twoWays are two servers on the same documents: one writes answers directly, one lets gqlgen execute. Neither keeps anything.
func twoWays(t *testing.T, shelf *shelf, weather *weather) (*catalog.Index, [2]http.Handler) {
	t.Helper()
	contexts, quiet, err := contextsOfTests, slog.New(slog.DiscardHandler), error(nil)
	if contexts.Rules, err = rule.NewCache(100); err != nil {
		t.Fatal(err)
	}
	index, err := catalog.Open(context.Background(), catalog.Config{Source: shelf, Contexts: contexts, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(index.Close)
	servers := [2]http.Handler{}
	for i, schema := range []func(graph.Config) graphql.ExecutableSchema{graph.NewDirectSchema, graph.NewExecutableSchema} {
		servers[i] = server.New(server.Config{
			Catalogue: index, Documents: shelf, Contents: shelf, Schema: schema,
			Products:  fetched[*content.Product](shelf, content.KindProduct, weather),
			Fragments: fetched[*content.Fragment](shelf, content.KindFragment, weather),
			Keyring:   access.NewKeyring(access.KeyringConfig{Fixed: keysOfReaders()}), Keys: &access.Keys{},
			Ping: func(context.Context) error { return nil }, Logger: quiet, Now: func() time.Time { return today },
			Limits: server.Limits{Cost: 1_000_000},
		})
	}
	return index, servers
}

// replied is what a server answers, and what it read for that.
type replied struct {
	status       int
	header, body string
	read         string
	calls        int64
}

func tell(t rapid.TB, server http.Handler, shelf *shelf, a asked) replied {
	body, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Request-Id", "one")
	for name, value := range a.Headers {
		request.Header.Set(name, value)
	}
	if a.Key != "" {
		request.Header.Set("Authorization", "Bearer "+a.Key)
	}
	shelf.asked()
	written, before := httptest.NewRecorder(), shelf.Calls()
	server.ServeHTTP(written, request)
	return replied{written.Code, fmt.Sprint(written.Header()), written.Body.String(), shelf.asked(), shelf.Calls() - before}
}

// What is asked of the gateway's own schema is answered as gqlgen answers it: byte for byte, with the same errors, and after reading the same documents, however it is said
// and whatever fails.
func TestAnswersAreThoseOfGqlgen(t *testing.T) {
	storm, shelf := &weather{seed: maphash.MakeSeed()}, &shelf{read: map[string]bool{}}
	index, servers := twoWays(t, shelf, storm)
	cases, answered, wrong := 0, 0, 0
	property.Check(t, 1500, func(t *rapid.T) {
		reader := &lowReaders[rapid.IntRange(0, len(lowReaders)-1).Draw(t, "reader")]
		if rapid.IntRange(0, 2).Draw(t, "high") == 0 {
			reader = &highReader
		}
		drawn := draw(t, &lowReaders[0]).both[0]
		documents := drawn.documents()
		shelf.become(documents)
		if err := index.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		q := &questioner{t: t, reader: reader, ids: poolOfIDs(), asked: map[string]bool{}}
		for i := range questionsEach {
			question := dressed(t, q.question(i == 0))
			storm.odds = 0
			if !question.wide { // fields side by side fail together or not, as it happens
				storm.odds = rapid.SampledFrom([]uint64{0, 0, 3, 8}).Draw(t, "storm")
			}
			direct, plain := tell(t, servers[0], shelf, question), tell(t, servers[1], shelf, question)
			if question.wide {
				direct.calls, plain.calls = 0, 0
			}
			if direct != plain {
				t.Errorf("%s\nwith %v is answered\n%+v\nand by gqlgen\n%+v", question.Query, question.Variables, direct, plain)
			}
			cases++
			if direct.status == http.StatusOK && bytes.Contains([]byte(direct.body), []byte(`"data":{`)) {
				answered++
			}
			if bytes.Contains([]byte(direct.body), []byte(`"errors"`)) {
				wrong++
			}
			q.learn([]byte(direct.body))
		}
		if changed := diff.Diff(drawn.documents(), documents, diff.Exporter(func(reflect.Type) bool { return true })); changed != "" {
			t.Errorf("who reads changes documents, which all share:\n%s", changed)
		}
	})
	t.Logf("%d questions, %d answered, %d with errors", cases, answered, wrong)
	if cases > 100 && (answered*3 < cases || wrong*20 < cases) {
		t.Errorf("of %d questions %d are answered, %d with errors: too few for the property to mean much", cases, answered, wrong)
	}
}

// Questions that are asked all at once, many times, are answered as gqlgen answers each of them alone.
func TestAnswersAtOnceAreThoseOfGqlgen(t *testing.T) {
	shelf := &shelf{read: map[string]bool{}}
	index, servers := twoWays(t, shelf, &weather{})
	property.Check(t, 1, func(t *rapid.T) { // which is how a catalogue is drawn
		shelf.become(draw(t, &lowReaders[0]).both[0].documents())
	})
	if err := index.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	const product = `{ id sku name attributes { key text value options { label } } media { url } fragments { id title references { title } } related { sku parent { sku } } variants { sku axes { values } } }`
	working := sync.WaitGroup{}
	for _, query := range []string{
		`{ products { nodes ` + product + ` } again: products { edges { node ` + product + ` } facets(keys: ["name", "width"]) { values { count } } } }`,
		`{ a: product(sku: "P0") ` + product + ` b: product(sku: "P1") { in(context: {locale: "da"}) ` + product + ` } c: view(context: {market: "DE"}) { product(sku: "P0") ` + product + ` fragments { nodes { title } } } }`,
		`{ nodes(ids: ["` + strings.Join(poolOfIDs(), `", "`) + `"]) { id ... on Product ` + product + ` } }`,
		`{ keys { id } audit { nodes { id } } problems { key } contentGaps { nodes { product { sku } } } caller { name } channels { key name } }`,
		`{ __schema { types { name kind fields { name type { name ofType { name } } args { name defaultValue } } } } __type(name: "Product") { name } __typename product { sku } }`,
		`{ product(sku: "P0") { media(first: -1) { url } related(first: 1000) { sku } a: attribute(key: "name") { text } completeness(channel: "gone") { strict } } }`,
	} {
		for _, key := range []string{"", highReader.key} {
			a := asked{Query: query, Key: key}
			want := tell(t, servers[1], shelf, a)
			for range 3 {
				working.Go(func() {
					for range 10 {
						if got := tell(t, servers[0], shelf, a); got.status != want.status || got.header != want.header || got.body != want.body {
							t.Errorf("%s\nis answered\n%+v\nand by gqlgen\n%+v", query, got, want)
						}
					}
				})
			}
		}
	}
	working.Wait()
}

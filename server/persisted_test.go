package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"unisono/fault"
)

const persistedQueryNotFound fault.Kind = "PERSISTED_QUERY_NOT_FOUND"

// persisted asks as Apollo's clients do. What is nil is left out.
type persisted struct {
	query      any
	hash       any // of persistedQuery; with version 1
	whole      any // all of persistedQuery, in the place of hash
	variables  map[string]any
	extensions map[string]any // besides
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (h *house) persisted(t *testing.T, method string, p persisted, headers ...string) answer {
	t.Helper()
	extensions := map[string]any{"persistedQuery": p.whole}
	if p.hash != nil {
		extensions["persistedQuery"] = map[string]any{"version": 1, "sha256Hash": p.hash}
	}
	for name, value := range p.extensions {
		extensions[name] = value
	}
	if method == http.MethodPost {
		return h.send(t, method, "/graphql", string(encoded(t, map[string]any{"query": p.query, "variables": p.variables, "extensions": extensions})), headers...)
	}
	values := url.Values{"extensions": {string(encoded(t, extensions))}}
	if p.query != nil {
		values.Set("query", p.query.(string))
	}
	if p.variables != nil {
		values.Set("variables", string(encoded(t, p.variables)))
	}
	return h.send(t, method, "/graphql?"+values.Encode(), "", headers...)
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (a answer) notFound(t *testing.T) {
	t.Helper()
	a.refused(t, http.StatusOK, persistedQueryNotFound, "PersistedQueryNotFound")
	if want := `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`; a.body != want || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s, Cache-Control %q; want %s", a.body, a.header.Get("Cache-Control"), want)
	}
}

func (a answer) says(t *testing.T, body string) {
	t.Helper()
	if a.status != http.StatusOK || a.body != body {
		t.Errorf("%d %s; want %s", a.status, a.body, body)
	}
}

var getAndPost = []string{http.MethodGet, http.MethodPost}

// F8: who sends the hash alone is told so that its client sends the text too, whatever it accepts; from then on the hash is enough, by either method.
func TestF8AHashThatIsNotKnown(t *testing.T) {
	const query, want = `query ($sku: ID!) { product(sku: $sku) { name } }`, `{"data":{"product":{"name":"Anvil"}}}`
	variables := map[string]any{"sku": "A"}
	for _, method := range getAndPost {
		for _, accept := range []string{"*/*", newer} {
			t.Run(method+" "+accept, func(t *testing.T) {
				h := open(t, nil)
				short := persisted{hash: hashOf(query), variables: variables}
				h.persisted(t, method, short, "Accept", accept).notFound(t)
				h.persisted(t, method, persisted{query: "", hash: hashOf(query), variables: variables}, "Accept", accept).notFound(t)
				h.persisted(t, method, persisted{query: query, hash: hashOf(query), variables: variables}, "Accept", accept).says(t, want)
				for _, other := range getAndPost {
					h.persisted(t, other, short, "Accept", accept).says(t, want)
					h.persisted(t, other, persisted{query: "", hash: hashOf(query), variables: variables}).says(t, want)
					h.persisted(t, other, persisted{hash: strings.ToUpper(hashOf(query)), variables: variables}).says(t, want)
				}
				open(t, nil).persisted(t, method, short).notFound(t) // another gateway learns of it by itself
			})
		}
	}
	// A hash is read whichever way its digits are written, and text that was sent without one is not kept.
	h := open(t, nil)
	h.query(t, `{ channels { key } }`)
	h.persisted(t, http.MethodPost, persisted{hash: hashOf(`{ channels { key } }`)}).notFound(t)
	h.persisted(t, http.MethodPost, persisted{query: query, hash: strings.ToUpper(hashOf(query)), variables: variables}).says(t, want)
	h.persisted(t, http.MethodGet, persisted{hash: hashOf(query), variables: variables}).says(t, want)
}

func TestPersistedQueriesThatAreNotRight(t *testing.T) {
	h := open(t, nil)
	const query = `{ channels { key } }`
	right := hashOf(query)
	for _, test := range []struct {
		name string
		sent persisted
		says string
	}{
		{"text in the place of an object", persisted{whole: right}, "extensions.persistedQuery: an object"},
		{"a list", persisted{whole: []any{right}}, "extensions.persistedQuery: an object"},
		{"an empty object", persisted{whole: map[string]any{}}, "version: 1 is expected"},
		{"no version", persisted{whole: map[string]any{"sha256Hash": right}}, "version: 1 is expected"},
		{"version 2", persisted{whole: map[string]any{"version": 2, "sha256Hash": right}}, "version: 1 is expected"},
		{"a version as text", persisted{whole: map[string]any{"version": "1", "sha256Hash": right}}, "version: 1 is expected"},
		{"no hash", persisted{whole: map[string]any{"version": 1}}, "64 hexadecimal digits"},
		{"null as the hash", persisted{whole: map[string]any{"version": 1, "sha256Hash": nil}}, "64 hexadecimal digits"},
		{"a number as the hash", persisted{hash: 5}, "64 hexadecimal digits"},
		{"an empty hash", persisted{hash: ""}, "64 hexadecimal digits"},
		{"a short hash", persisted{hash: right[2:]}, "64 hexadecimal digits"},
		{"a long hash", persisted{hash: right + "00"}, "64 hexadecimal digits"},
		{"a hash of other letters", persisted{hash: "xy" + right[2:]}, "64 hexadecimal digits"},
		{"the hash of another text", persisted{hash: hashOf(query + " ")}, "it is not the hash of query"},
		{"the hash of nothing", persisted{hash: hashOf("")}, "it is not the hash of query"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, method := range getAndPost {
				sent := test.sent
				sent.query = query
				h.persisted(t, method, sent).refused(t, http.StatusBadRequest, fault.BadUserInput, test.says)
				h.persisted(t, method, sent, "Accept", newer).refused(t, http.StatusBadRequest, fault.BadUserInput, test.says)
				if sent.query = nil; !strings.Contains(test.says, "not the hash") {
					h.persisted(t, method, sent).refused(t, http.StatusBadRequest, fault.BadUserInput, test.says)
				}
			}
		})
	}
	for _, method := range getAndPost {
		h.persisted(t, method, persisted{hash: right}).notFound(t)
		h.persisted(t, method, persisted{query: " ", hash: hashOf(" ")}).refused(t, http.StatusBadRequest, fault.BadUserInput, "query: it is missing")
		h.persisted(t, method, persisted{}).refused(t, http.StatusBadRequest, fault.BadUserInput, "query: it is missing") // null is as nothing
		h.persisted(t, method, persisted{query: query}).says(t, `{"data":{"channels":[{"key":"app"},{"key":"site"}]}}`)
	}
}

// F6: a text with the hash of another one is not executed and not kept, under neither hash; what is kept under either stays.
func TestF6AHashOfAnotherTextPoisonsNothing(t *testing.T) {
	h := open(t, nil)
	const good, evil = `{ channels { key } }`, `mutation { upsertProducts(products: [{sku: "EVIL", state: PUBLISHED}]) { written } }`
	const want = `{"data":{"channels":[{"key":"app"},{"key":"site"}]}}`
	forge := func() {
		t.Helper()
		got := h.send(t, http.MethodPost, "/graphql", string(encoded(t, map[string]any{"query": evil, "extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hashOf(good)}}})), asAdmin()...)
		got.refused(t, http.StatusBadRequest, fault.BadUserInput, "it is not the hash of query")
		h.persisted(t, http.MethodPost, persisted{hash: hashOf(evil)}, asAdmin()...).notFound(t)
		h.query(t, `{ product(sku: "EVIL") { sku } }`).says(t, `{"data":{"product":null}}`)
	}
	forge()
	h.persisted(t, http.MethodGet, persisted{hash: hashOf(good)}).notFound(t)
	h.persisted(t, http.MethodPost, persisted{query: good, hash: hashOf(good)}).says(t, want)
	forge()
	h.persisted(t, http.MethodGet, persisted{hash: hashOf(good)}).says(t, want)
}

// F7: a hash is over the bytes that were sent, whatever they mean.
func TestF7AHashIsOverTheVeryBytes(t *testing.T) {
	h := open(t, nil)
	for _, query := range []string{
		"{ channels { key } }", "{channels{key}}", "  { channels { key } }  ", "{ channels { key } }\r\n", "{\r\n\tchannels { key }\r}", "# æøå, 日本, 🙂\n{ channels { key } }", "\ufeff{ channels { key } }", "{ channels { key, } }",
	} {
		for _, method := range getAndPost {
			h := open(t, nil)
			h.persisted(t, method, persisted{query: query, hash: hashOf(query)}).says(t, `{"data":{"channels":[{"key":"app"},{"key":"site"}]}}`)
			h.persisted(t, method, persisted{hash: hashOf(query)}).says(t, `{"data":{"channels":[{"key":"app"},{"key":"site"}]}}`)
		}
		h.persisted(t, http.MethodPost, persisted{hash: hashOf(query)}).notFound(t) // what was kept of the same meaning is not it
		h.persisted(t, http.MethodPost, persisted{query: query, hash: hashOf(query)})
	}
}

// F9: with all that a request can ask for besides, what does not come so far as to be an operation is answered with its own code.
func TestF9NothingHidesTheCode(t *testing.T) {
	h := open(t, nil)
	context := map[string]any{"context": map[string]any{"channel": "app"}, "tracing": true, "clientLibrary": map[string]any{"name": "@apollo/client", "version": "4"}}
	headers := append(asAdmin(), "Unisono-Echo", "context, vary", "Unisono-Time", "nonsense")
	for _, method := range getAndPost {
		h.persisted(t, method, persisted{hash: hashOf("{"), extensions: context}, headers...).notFound(t)
		h.persisted(t, method, persisted{query: "{", hash: hashOf("{"), extensions: context}, headers...).refused(t, http.StatusOK, parseFailed, "Expected")
		h.persisted(t, method, persisted{extensions: context}, headers...).refused(t, http.StatusBadRequest, fault.BadUserInput, "query: it is missing")
	}
	h.send(t, http.MethodPost, "/graphql", "", headers...).refused(t, http.StatusBadRequest, fault.BadUserInput, "it breaks off")
	if strings.Contains(h.log.String(), "panic") {
		t.Errorf("something panicked:\n%s", h.log)
	}
}

// F10: a text that is not kept is answered all the same, each time that it is sent.
func TestF10ATextThatIsNotKeptIsAnswered(t *testing.T) {
	h := open(t, nil)
	long := "{ channels { key } } #" + strings.Repeat("x", 1<<20)
	for range 2 {
		h.persisted(t, http.MethodPost, persisted{hash: hashOf(long)}).notFound(t)
		h.persisted(t, http.MethodPost, persisted{query: long, hash: hashOf(long)}).says(t, `{"data":{"channels":[{"key":"app"},{"key":"site"}]}}`)
	}
}

// Only what is an operation, and may be asked, is kept.
func TestWhatIsNoOperationIsNotKept(t *testing.T) {
	h := open(t, nil)
	for name, query := range map[string]string{
		"a syntax error": "{ channels { key }", "an unknown field": "{ nothing }", "no operation": "fragment f on Query { channels { key } }", "in pieces": "{ ... @defer { channels { key } } }",
		"too many tokens": "{" + strings.Repeat(" context { locale }", 5000) + " }", "too costly": `{ products(first: 1000) { nodes { related(first: 1000) { sku } } } }`, "a variable that is lacking": `query ($sku: ID!) { product(sku: $sku) { sku } }`,
	} {
		for _, method := range getAndPost {
			if method == http.MethodGet && len(query) > 10_000 {
				continue
			}
			if got := h.persisted(t, method, persisted{query: query, hash: hashOf(query)}); len(got.failures(t)) == 0 {
				t.Errorf("%s: %s", name, got.body)
			}
			h.persisted(t, method, persisted{hash: hashOf(query)}).notFound(t)
		}
	}
}

// A mutation may be sent by its hash, by POST alone; and who asks by a hash may no more than who sends the text.
func TestAHashGivesNoPermission(t *testing.T) {
	h := open(t, nil)
	const mutation = `mutation { upsertProducts(products: [{sku: "NEW", state: PUBLISHED}]) { written } }`
	const written = `{"data":{"upsertProducts":{"written":1}}}`
	h.persisted(t, http.MethodPost, persisted{query: mutation, hash: hashOf(mutation)}, asAdmin()...).says(t, written)
	h.persisted(t, http.MethodPost, persisted{hash: hashOf(mutation)}, asAdmin()...).says(t, written)
	h.persisted(t, http.MethodGet, persisted{hash: hashOf(mutation)}, asAdmin()...).refused(t, http.StatusMethodNotAllowed, fault.BadUserInput, "use POST")
	got := h.persisted(t, http.MethodPost, persisted{hash: hashOf(mutation)}, "Authorization", "Bearer "+guestKey)
	if failures := got.failures(t); len(failures) != 1 || failures[0].Extensions.Code != string(fault.Forbidden) {
		t.Errorf("by a guest: %s", got.body)
	}
	h.persisted(t, http.MethodPost, persisted{hash: hashOf(mutation)}, "Authorization", "Bearer nobody").refused(t, http.StatusUnauthorized, fault.Unauthenticated, "")
}

// C6: many at once ask the same operation by its hash, each with variables of its own, and each gets its own answer.
func TestC6VariablesAreNeverExchanged(t *testing.T) {
	h := open(t, nil)
	const query = `query ($sku: ID!) { product(sku: $sku) { sku name } }`
	names := map[string]string{"A": "Anvil", "B": "Bellows"}
	h.persisted(t, http.MethodPost, persisted{query: query, hash: hashOf(query), variables: map[string]any{"sku": "A"}})
	var all sync.WaitGroup
	for i := range 100 {
		sku, method := "AB"[i%2:i%2+1], getAndPost[i/2%2]
		all.Go(func() {
			for range 10 {
				got := h.persisted(t, method, persisted{hash: hashOf(query), variables: map[string]any{"sku": sku}})
				if want := fmt.Sprintf(`{"data":{"product":{"sku":%q,"name":%q}}}`, sku, names[sku]); got.status != http.StatusOK || got.body != want {
					t.Errorf("%d %s; want %s", got.status, got.body, want)
				}
			}
		})
	}
	all.Wait()
}

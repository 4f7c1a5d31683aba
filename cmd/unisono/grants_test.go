package main

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"unisono/access/token"
	"unisono/content"
	"unisono/internal/mongotest"
)

// readers are definitions of who reads where, and granting is content of which each client sees another part.
const (
	readers = `
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "dealer", "restricted": true}
{"kind": "channel", "key": "partners", "platform": "PORTAL", "defaultLocale": "en", "restricted": true}
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["en", "da"], "defaults": {"market": "SE"}}
`
	granting = readers + `
{"kind": "fragment", "key": "f", "type": "STORY", "state": "PUBLISHED", "variants": [{"id": "all", "locale": "en", "title": "All"}, {"id": "da", "locale": "da", "title": "Alle"}, {"id": "dealer", "locale": "en", "title": "Dealers", "when": {"audiences": ["dealer"]}}, {"id": "partners", "locale": "en", "title": "Partners", "when": {"channels": ["partners"]}}, {"id": "dk", "locale": "en", "title": "Denmark", "when": {"markets": ["DK"]}}, {"id": "buy", "locale": "en", "title": "Buy", "priority": 9, "when": {"moments": ["BUY"]}}]}
{"kind": "product", "sku": "P", "state": "PUBLISHED", "attributes": [{"key": "price", "value": 1}, {"key": "price", "value": 2, "audiences": ["dealer"]}]}
{"kind": "product", "sku": "D", "state": "PUBLISHED", "audiences": ["dealer"]}
{"kind": "product", "sku": "C", "state": "PUBLISHED", "channels": ["partners"]}
{"kind": "product", "sku": "K", "state": "PUBLISHED", "markets": ["DK"]}
{"kind": "product", "sku": "W", "state": "DRAFT"}
`
)

// grants are what a client may be given, each more than some and less than others.
var grants = []content.Client{
	{},
	{Audiences: []string{"dealer"}},
	{Audiences: []string{"dealer", "consumer"}, Defaults: &content.Defaults{Audience: "consumer"}},
	{Audiences: []string{"dealer", "consumer"}, Defaults: &content.Defaults{Audience: "dealer", Moment: "BUY"}},
	{Channels: []string{"partners"}},
	{Markets: []string{"DK"}, Defaults: &content.Defaults{Market: "DK"}},
	{Defaults: &content.Defaults{Locale: "da"}},
	{Permissions: []string{"preview"}},
	{Permissions: []string{"write"}},
	{Audiences: []string{"*", "dealer"}, Channels: []string{"*", "partners"}, Permissions: []string{"admin", "preview", "write"}},
}

// whole gives all that an API key gets, of everything that grants bear on, as one text.
func (h *house) whole(t *testing.T, key string) string {
	t.Helper()
	const what = `{ caller { permissions markets } channels { key } audiences { key } context { channel { key } audience { key } locale market moment preview } products { totalCount nodes { sku } } fragment(key: "f") { title }
		p: product(sku: "P") { attribute(key: "price") { number } } d: product(sku: "D") { sku } c: product(sku: "C") { sku } k: product(sku: "K") { sku } }`
	all := bytes.Buffer{}
	for _, query := range []string{
		what, `query @inContext(audience: "dealer") ` + what, `query @inContext(channel: "partners") ` + what, `query @inContext(market: "DK") ` + what, `query @inContext(preview: true) ` + what,
		`mutation { upsertProducts(products: []) { written } }`, `{ keys { name } }`,
	} {
		got := h.askAs(t, key, query)
		if strings.Contains(query, "keys") { // what is listed grows with the test
			got.body = fmt.Append(nil, len(got.failures(t)))
		}
		fmt.Fprintln(&all, got.status, string(got.body))
	}
	return all.String()
}

// C4: what a client was granted is not kept with anything that was made by it: with all of it in memory, the grants of keys change, to more and to less, and within the half second for which keys
// are known each gets what a key gets that was never used before.
func TestC4GrantsThatChangeAreGrantedAtOnce(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), nil)
	h.load(t, granting)
	want := map[string]int{}
	right := make([]string, len(grants))
	for i, client := range grants {
		client.Name = "The app"
		fresh := fmt.Sprint("fresh-key-number-", i)
		h.register(t, fresh, client)
		right[i] = h.whole(t, fresh)
		if before, is := want[right[i]]; is {
			t.Errorf("the grants %d and %d give the same, so nothing would be proved: %s", before, i, right[i])
		}
		want[right[i]] = i
		h.register(t, fmt.Sprint("key-number-", i), client)
		same(t, fmt.Sprint("what the key gets that has ", i), right[i], h.whole(t, fmt.Sprint("key-number-", i)))
	}
	at := 0
	for _, step := range []int{1, 3, len(grants) - 2} {
		at += step
		changed := time.Now()
		for i := range grants {
			client := grants[(i+at)%len(grants)]
			client.Name = "The app"
			h.register(t, fmt.Sprint("key-number-", i), client)
		}
		for i := range grants {
			to := (i + at) % len(grants)
			for h.whole(t, fmt.Sprint("key-number-", i)) != right[to] {
				if took := time.Since(changed); took > 5*time.Second { // ten times the figure, on a busy machine
					t.Fatalf("%s after its grants became %d, key %d gets %s", took, to, i, h.whole(t, fmt.Sprint("key-number-", i)))
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
}

// C4: what a channel, an audience or a category says of who may read, and with which defaults, is heeded by the next question, whoever asks.
func TestC4DefinitionsThatChangeAreHeededAtOnce(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), nil)
	h.load(t, granting)
	h.register(t, "key-of-the-app", content.Client{Name: "The app", Channels: []string{"*"}})
	before := map[string]string{"": h.whole(t, ""), "key-of-the-app": h.whole(t, "key-of-the-app")}
	for _, change := range []string{
		`{"kind": "audience", "key": "dealer", "restricted": false}`, `{"kind": "channel", "key": "partners", "platform": "PORTAL", "defaultLocale": "en", "restricted": false}`,
		`{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["en", "da"], "defaults": {"market": "DK"}}`, `{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "da", "locales": ["en", "da"], "defaults": {"market": "SE"}}`,
		`{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["en", "da"], "defaults": {"market": "SE", "moment": "BUY"}}`,
	} {
		h.load(t, change)
		for key, was := range before {
			if now := h.whole(t, key); now == was {
				t.Errorf("after %s the key %q gets what it got before", change, key)
			}
		}
		h.load(t, readers)
		for key, was := range before {
			same(t, fmt.Sprintf("what the key %q gets once it is undone that %s", key, change), was, h.whole(t, key))
		}
	}
}

// C4: callers of every kind, in turn and side by side, each get their own, whoever asked before.
func TestC4CallersInTurnGetTheirOwn(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	config, err := token.ReadConfig([]byte(fmt.Sprintf(`{"issuers": [{"issuer": %q, "jwks": %q, "audience": ["unisono"], "grants": [{"claim": "roles", "value": "dealer", "audiences": ["dealer"]},
		{"claim": "roles", "value": "partner", "channels": ["partners"], "audiences": ["*"]}, {"claim": "roles", "value": "dane", "markets": ["DK"], "audiences": ["*"], "channels": ["*"], "defaults": {"market": "DK", "locale": "da"}}]}]}`, p.URL, p.URL+"/keys")))
	if err != nil {
		t.Fatal(err)
	}
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) {
		if c.tokens, err = token.Open(t.Context(), config, token.Options{Now: c.now, Logger: c.logger}); err != nil {
			t.Fatal(err)
		}
	})
	h.load(t, granting)
	callers := map[string]string{"nobody": "", "the admin": adminKey}
	for i, client := range grants {
		key := fmt.Sprint("key-number-", i)
		client.Name = "The app"
		h.register(t, key, client)
		callers[key] = key
	}
	for _, roles := range []string{"none", "dealer", "partner", "dane", "dealer partner"} {
		callers["token of "+roles] = p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"roles": strings.Fields(roles)})
	}
	right, different := map[string]string{}, map[string]bool{}
	for caller, key := range callers {
		right[caller] = h.whole(t, key)
		different[right[caller]] = true
	}
	if len(different) < len(grants)+3 {
		t.Errorf("%d callers get %d different answers", len(callers), len(different))
	}
	asking := sync.WaitGroup{}
	for range 2 {
		asking.Go(func() {
			for caller, key := range callers { // in an order that is another one each time
				if got := h.whole(t, key); got != right[caller] {
					t.Errorf("%s gets %s\nand not what they got first: %s", caller, got, right[caller])
				}
			}
		})
	}
	asking.Wait()
	// A caller who may be either is who each of their requests says.
	for range 2 {
		for audience, price := range map[string]string{"dealer": "2", "consumer": "1"} {
			h.send(t, asked{Query: `{ product(sku: "P") { attribute(key: "price") { number } } }`, Key: "key-number-2", Headers: map[string]string{"Unisono-Audience": audience}}).gives(t, `{"product": {"attribute": {"number": `+price+`}}}`)
		}
	}
}

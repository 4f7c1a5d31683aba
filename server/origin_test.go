package server_test

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"unisono/access"
	"unisono/fault"
	"unisono/server"
)

const (
	shopKey, anyKey = "the-key-of-the-shop", "the-key-of-everywhere"
	shop, evil      = "https://shop.example", "https://evil.example"
)

// openToPages starts a server with one client for the shop's pages, and one for those of every origin.
func openToPages(t *testing.T) *house {
	t.Helper()
	all := access.Permissions()
	return open(t, func(c *server.Config) {
		c.Keyring = access.NewKeyring(access.KeyringConfig{Clients: nobody{}, AdminKey: adminKey, Fixed: map[string]*access.Client{
			guestKey: {Name: "guest", Permissions: []access.Permission{access.Read}},
			shopKey:  {Name: "shop", Permissions: all, Origins: []string{"https://other.example", "HTTPS://Shop.Example"}},
			anyKey:   {Name: "any", Permissions: all, Origins: []string{access.Open}},
		}})
	})
}

// cors gives the headers of an answer that are about other origins.
func (a answer) cors() map[string]string {
	found := map[string]string{}
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") {
			found[strings.TrimPrefix(name, "Access-Control-")] = strings.Join(a.header.Values(name), " & ")
		}
	}
	return found
}

// A preflight carries no key. It is answered for every origin, says what the API takes, and does nothing.
func TestPreflights(t *testing.T) {
	h := openToPages(t)
	for _, path := range []string{"/graphql", "/content/import", "/content/export"} {
		for _, origin := range []string{shop, evil, "null"} {
			got := h.send(t, http.MethodOptions, path, "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization")
			cors := got.cors()
			if got.status != http.StatusNoContent || got.body != "" || len(cors) != 4 || cors["Allow-Origin"] != origin || cors["Allow-Methods"] != "GET, POST" || cors["Max-Age"] != "600" {
				t.Errorf("%s from %s: %d %q %v", path, origin, got.status, got.body, cors)
			}
			if vary := got.header.Get("Vary"); vary != "Origin, Access-Control-Request-Method, Access-Control-Request-Headers" {
				t.Errorf("%s from %s: it varies by %q", path, origin, vary)
			}
		}
	}
	// What is no preflight is answered as before.
	for _, headers := range [][]string{{"Origin", shop}, {"Access-Control-Request-Method", "POST"}} {
		got := h.send(t, http.MethodOptions, "/graphql", "", headers...)
		got.refused(t, http.StatusMethodNotAllowed, fault.BadUserInput, "OPTIONS")
	}
	if got := h.send(t, http.MethodOptions, "/healthz", "", "Origin", shop, "Access-Control-Request-Method", "GET"); len(got.cors()) != 0 {
		t.Errorf("/healthz: %v", got.cors())
	}
}

// Every header of ours that the schema speaks of may be sent from a page, and so may those that HTTP and GraphQL clients send.
func TestPreflightsAllowTheHeadersOfTheAPI(t *testing.T) {
	schema, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`Unisono-[A-Za-z]+`).FindAllString(string(schema), -1)
	if len(want) < 5 {
		t.Fatalf("the schema speaks of %v", want)
	}
	want = append(want, "Unisono-Echo", "Unisono-Time", "Authorization", "Content-Type", "Accept", "Accept-Language", "X-Request-Id")
	allowed := strings.Split(openToPages(t).send(t, http.MethodOptions, "/graphql", "", "Origin", shop, "Access-Control-Request-Method", "POST").cors()["Allow-Headers"], ", ")
	for _, header := range want {
		if !slices.Contains(allowed, header) {
			t.Errorf("%s is not allowed", header)
		}
	}
	if len(allowed) > 13 {
		t.Errorf("too much is allowed: %v", allowed)
	}
}

func TestPagesOfOtherOrigins(t *testing.T) {
	h := openToPages(t)
	own := h.url
	for _, test := range []struct {
		name, key, origin string
		status            int
		allowed           bool
	}{
		{"the shop's page", shopKey, shop, 200, true},
		{"another spelling of it", shopKey, "https://SHOP.example", 200, true},
		{"no page", shopKey, "", 200, false},
		{"a page of the gateway itself", shopKey, own, 200, false},
		{"a page of another port of the gateway's host", shopKey, "http://127.0.0.1:1", 403, false},
		{"a page of another origin", shopKey, evil, 403, false},
		{"the shop without TLS", shopKey, "http://shop.example", 403, false},
		{"another port of the shop", shopKey, shop + ":8443", 403, false},
		{"a name that begins alike", shopKey, shop + ".evil.example", 403, false},
		{"a page that hides where it is from", shopKey, "null", 403, false},
		{"a key for every page", anyKey, evil, 200, true},
		{"a key for every page, and one that hides", anyKey, "null", 200, true},
		{"a key for no page", guestKey, shop, 200, false},
		{"nobody in particular", "", shop, 200, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			headers := []string{}
			if test.key != "" {
				headers = append(headers, "Authorization", "Bearer "+test.key)
			}
			if test.origin != "" {
				headers = append(headers, "Origin", test.origin)
			}
			got := h.query(t, `{ product(sku: "A") { name } }`, headers...)
			want := map[string]string{}
			if test.allowed {
				want = map[string]string{"Allow-Origin": test.origin, "Expose-Headers": "X-Request-Id, Unisono-Time, Age"}
			}
			if cors := got.cors(); len(cors) != len(want) || cors["Allow-Origin"] != want["Allow-Origin"] || cors["Expose-Headers"] != want["Expose-Headers"] {
				t.Errorf("%v; want %v", cors, want)
			}
			if test.status == http.StatusForbidden {
				got.refused(t, http.StatusForbidden, fault.Forbidden, test.origin)
			} else if got.body != `{"data":{"product":{"name":"Anvil"}}}` {
				t.Errorf("%d %s", got.status, got.body)
			}
			if !got.variesByOrigin() {
				t.Errorf("it varies by %q", got.header["Vary"])
			}
		})
	}
}

// A page that may not use a key does nothing with it.
func TestPagesThatMayNotAreRefusedBeforeAnythingIsDone(t *testing.T) {
	h := openToPages(t)
	h.query(t, `mutation { upsertProducts(products: [{sku: "E", state: PUBLISHED}]) { written } }`, "Authorization", "Bearer "+shopKey, "Origin", evil).refused(t, 403, fault.Forbidden, "this API key may not be used by pages of")
	h.send(t, http.MethodPost, "/content/import", `{"kind": "product", "items": [{"sku": "E"}]}`, "Authorization", "Bearer "+shopKey, "Origin", evil).refused(t, 403, fault.Forbidden, evil)
	h.send(t, http.MethodGet, "/content/export", "", "Authorization", "Bearer "+shopKey, "Origin", evil).refused(t, 403, fault.Forbidden, evil)
	if got := h.send(t, http.MethodGet, "/content/export", "", "Authorization", "Bearer "+shopKey, "Origin", shop); strings.Contains(got.body, `"E"`) || got.cors()["Allow-Origin"] != shop {
		t.Errorf("%v %s", got.cors(), got.body)
	}
	if long := h.query(t, `{ channels { key } }`, "Authorization", "Bearer "+shopKey, "Origin", "https://"+strings.Repeat("x", 10_000)); len(long.body) > 500 || long.status != 403 {
		t.Errorf("%d, %d bytes", long.status, len(long.body))
	}
}

// Answers differ by origin, so caches must be told each time, whatever came; and a page may read what is wrong with its request (C9).
func TestErrorsVaryByOriginToo(t *testing.T) {
	h := openToPages(t)
	bearer := []string{"Authorization", "Bearer " + shopKey}
	for _, test := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		allowed                  bool
	}{
		{"no such key", "POST", "/graphql", body(t, "{ channels { key } }"), []string{"Authorization", "Bearer nobody"}, 401, false},
		{"nothing fits", "POST", "/graphql", body(t, "{ channels { key } }"), append([]string{"Accept", "image/png"}, bearer...), 406, true},
		{"too large", "POST", "/graphql", `{"query": "` + strings.Repeat(" ", 3<<20) + `"}`, bearer, 413, true},
		{"another type", "POST", "/graphql", "x", append([]string{"Content-Type", "text/plain"}, bearer...), 415, true},
		{"another method", "PUT", "/graphql", "", bearer, 405, true},
		{"no JSON", "POST", "/graphql", "x", bearer, 400, true},
		{"not valid", "POST", "/graphql", body(t, "{ nothing }"), bearer, 200, true},
		{"an import that may not be", "POST", "/content/import", "{}", []string{"Authorization", "Bearer " + guestKey}, 403, false},
		{"an import by another method", "GET", "/content/import", "", bearer, 405, false},
		{"nothing there", "GET", "/content/nothing", "", bearer, 404, false},
	} {
		for _, origin := range []string{shop, ""} {
			headers := test.headers
			if origin != "" {
				headers = append([]string{"Origin", origin}, headers...)
			}
			got := h.send(t, test.method, test.path, test.body, headers...)
			want := ""
			if test.allowed {
				want = origin
			}
			if got.status != test.status || !got.variesByOrigin() || got.cors()["Allow-Origin"] != want {
				t.Errorf("%s from %q: %d, varies by %q, %v", test.name, origin, got.status, got.header["Vary"], got.cors())
			}
		}
	}
}

// variesByOrigin says that an answer tells caches, in one line, that it differs by origin.
func (a answer) variesByOrigin() bool {
	lines := a.header["Vary"]
	return len(lines) == 1 && slices.Contains(strings.Split(lines[0], ", "), "Origin")
}

// Two origins in turn, each of which gets its own name and never the other's (C9).
func TestOriginsInTurn(t *testing.T) {
	h := openToPages(t)
	for range 2 {
		for _, origin := range []string{shop, "", evil} {
			headers := []string{"Authorization", "Bearer " + anyKey}
			if origin != "" {
				headers = append(headers, "Origin", origin)
			}
			got := h.send(t, http.MethodGet, "/graphql?query=%7Bchannels%7Bkey%7D%7D", "", headers...)
			if allowed := got.cors()["Allow-Origin"]; allowed != origin || !got.variesByOrigin() {
				t.Errorf("%q got the answer for %q", origin, allowed)
			}
		}
	}
}

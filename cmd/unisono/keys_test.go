package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"unisono/internal/mongotest"
	"unisono/store"
)

const twoAudiences = `
{"kind": "channel", "key": "site", "platform": "OWN_SITE", "defaultLocale": "en", "locales": ["en", "da"]}
{"kind": "channel", "key": "partners", "platform": "PORTAL", "defaultLocale": "en", "restricted": true}
{"kind": "audience", "key": "consumer"}
{"kind": "audience", "key": "dealer", "restricted": true}
{"kind": "product", "sku": "P", "state": "PUBLISHED", "attributes": [{"key": "price", "value": 1}, {"key": "price", "value": 2, "audiences": ["dealer"]}]}
`

// through runs a command on a gateway that serves, with the admin's key.
func (h *house) through(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	return command(t, append(args, "--gateway", h.url, "--key", adminKey)...)
}

// made makes a key by the command and gives it, and its id.
func (h *house) made(t *testing.T, args ...string) (key, id string) {
	t.Helper()
	code, out, errs := h.through(t, append([]string{"keys", "create"}, args...)...)
	if code != exitDone || !strings.HasPrefix(out, "uni_") || strings.Count(out, "\n") != 1 {
		t.Fatalf("%d %q %q", code, out, errs)
	}
	return strings.TrimSpace(out), strings.Fields(errs)[4]
}

func TestAKeyMayDoWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	dealer, _ := h.made(t, "A dealer", "--audience", "dealer", "--channel", "site,partners", "--market", "DK,SE", "--default", "locale=da", "--default", "channel=partners")
	h.askAs(t, dealer, `{ caller { name permissions markets } channels { key } audiences { key } context { channel { key } audience { key } locale } product(sku: "P") { attribute(key: "price") { number } } }`).gives(t, `{
		"caller": {"name": "A dealer", "permissions": ["read"], "markets": ["DK", "SE"]}, "channels": [{"key": "partners"}, {"key": "site"}], "audiences": [{"key": "dealer"}],
		"context": {"channel": {"key": "partners"}, "audience": {"key": "dealer"}, "locale": "da"}, "product": {"attribute": {"number": 2}}}`)
	h.askAs(t, dealer, `query @inContext(audience: "consumer") { context { locale } }`).fails(t, "BAD_USER_INPUT", `there is no audience "consumer"; there are: dealer`)
	h.askAs(t, dealer, `query @inContext(market: "DE") { context { locale } }`).fails(t, "BAD_USER_INPUT", "there are: DK, SE")
	h.askAs(t, dealer, `query @inContext(preview: true) { context { locale } }`).fails(t, "FORBIDDEN", "preview")
	h.askAs(t, dealer, `{ keys { id } }`).fails(t, "FORBIDDEN", "admin")
	h.askAs(t, dealer, `mutation { deleteProducts(skus: ["P"]) { deleted } }`).fails(t, "FORBIDDEN", "write")

	h.ask(t, `{ caller { name permissions markets } audiences { key } product(sku: "P") { attribute(key: "price") { number } } }`).gives(t,
		`{"caller": {"name": "anonymous", "permissions": ["read"], "markets": null}, "audiences": [{"key": "consumer"}], "product": {"attribute": {"number": 1}}}`)
	h.ask(t, `{ keys { id } }`).fails(t, "UNAUTHENTICATED", "admin")

	editor, _ := h.made(t, "An editor", "--permission", "preview,write")
	h.askAs(t, editor, `mutation { deleteProducts(skus: ["P"]) { deleted } }`).gives(t, `{"deleteProducts": {"deleted": ["P"]}}`)
	h.askAs(t, editor, `mutation { createKey(input: {name: "more", permissions: [admin]}) { secret } }`).fails(t, "FORBIDDEN", "admin")
}

// A key that is revoked, by whichever gateway, works on none of them a second later.
func TestARevokedKeyStopsWorkingWithinASecondEverywhere(t *testing.T) {
	mongotest.Each(t, func(t *testing.T, s *store.Store) {
		one := openOn(t, s, nil)
		one.load(t, twoAudiences)
		other := one // of an embedded database there is one gateway alone
		if s.HasChangeStreams() {
			other = openOn(t, mongotest.Beside(t, s, nil), nil)
		}
		for _, by := range []string{"revoke", "rotate"} {
			key, id := one.made(t, "The app")
			for _, h := range []*house{one, other, one} {
				h.askAs(t, key, `{ caller { name } }`).gives(t, `{"caller": {"name": "The app"}}`)
			}
			revoked := time.Now()
			if code, _, errs := one.through(t, "keys", by, id); code != exitDone {
				t.Fatal(errs)
			}
			one.askAs(t, key, `{ caller { name } }`).fails(t, "UNAUTHENTICATED") // at once where it was revoked
			for other.askAs(t, key, `{ caller { name } }`).status != 401 {
				if time.Since(revoked) > 5*time.Second { // five times the figure, on a busy machine
					t.Fatalf("%s: %s later it still works", by, time.Since(revoked))
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	})
}

func TestKeysAreListedRotatedAndRevoked(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	key, id := h.made(t, "The app", "--permission", "write", "--origin", "https://shop.example", "--expires", "9000d")
	h.askAs(t, key, `{ caller { name } }`).data(t)
	list := func(id string) map[string]any {
		t.Helper()
		code, out, errs := h.through(t, "keys", "list", "--json")
		for line := range strings.Lines(out) {
			one := map[string]any{}
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatal(err)
			}
			if one["id"] == id {
				return one
			}
		}
		t.Fatalf("%d, %s is not among %s %s", code, id, out, errs)
		return nil
	}
	eventually(t, "the use of the key is noted", func() bool { return list(id)["usedAt"] != nil })
	if one := list(id); one["name"] != "The app" || fmt.Sprint(one["permissions"], one["origins"], one["createdBy"]) != "[write] [https://shop.example]admin" || one["createdAt"] == nil || one["expiresAt"] == nil {
		t.Errorf("it is listed as %v", one)
	}
	code, out, errs := h.through(t, "keys", "rotate", id, "--overlap", "1h")
	if code != exitDone {
		t.Fatal(errs)
	}
	next := strings.TrimSpace(out)
	for _, both := range []string{key, next} {
		h.askAs(t, both, `{ caller { name permissions } }`).gives(t, `{"caller": {"name": "The app", "permissions": ["read", "write"]}}`)
	}
	if code, _, errs = h.through(t, "keys", "revoke", id); code != exitDone || !strings.Contains(errs, "is revoked") {
		t.Error(code, errs)
	}
	h.askAs(t, key, `{ caller { name } }`).fails(t, "UNAUTHENTICATED", "revoked")
	h.askAs(t, next, `{ caller { name } }`).data(t)
	if code, out, _ = h.through(t, "keys", "list"); code != exitDone || strings.Count(out, "The app") != 2 || !strings.Contains(out, "revoked 2026-03-02") || strings.Contains(out, "uni_") {
		t.Errorf("%d %s", code, out)
	}
}

func TestMistakesWithKeys(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an unknown audience":           {[]string{"create", "x", "--audience", "deler"}, exitFailed, `--audience.0: there is no audience "deler"; there are consumer, dealer`},
		"an unknown channel":            {[]string{"create", "x", "--channel", "*,shop"}, exitFailed, `--channel.1: there is no channel "shop"`},
		"a market":                      {[]string{"create", "x", "--market", "Denmark"}, exitFailed, "--market.0"},
		"a permission":                  {[]string{"create", "x", "--permission", "all"}, exitFailed, "all"},
		"an origin":                     {[]string{"create", "x", "--origin", "shop.example"}, exitFailed, "--origin.0"},
		"a name that is blank":          {[]string{"create", " "}, exitFailed, "NAME: it is missing"},
		"a name that is long":           {[]string{"create", strings.Repeat("x", 101)}, exitFailed, "NAME: it has 101 bytes"},
		"a default that is not its":     {[]string{"create", "x", "--default", "audience=dealer"}, exitFailed, `--default.audience: the key may not ask for "dealer"`},
		"a default that is nothing":     {[]string{"create", "x", "--default", "planet=mars"}, exitUsage, "planet is not among"},
		"a default that is unknown":     {[]string{"create", "x", "--default", "device=FRIDGE"}, exitFailed, "FRIDGE"},
		"a time":                        {[]string{"create", "x", "--expires", "soon"}, exitUsage, "90d, 12h or 2027"},
		"a time that is over":           {[]string{"create", "x", "--expires", "2020-01-01T00:00:00Z"}, exitFailed, "--expires: 2020-01-01T00:00:00Z is over already"},
		"nobody's id":                   {[]string{"revoke", "abc"}, exitFailed, `ID: no key has the id "abc"`},
		"nobody's id to rotate":         {[]string{"rotate", "abc"}, exitFailed, `ID: no key has the id "abc"`},
		"an overlap":                    {[]string{"rotate", "abc", "--overlap", "long"}, exitUsage, "24h or 7d"},
		"an overlap that is too long":   {[]string{"rotate", "ID", "--overlap", "91d"}, exitFailed, "--overlap: 2184h0m0s is out of range"},
		"an overlap of negative length": {[]string{"rotate", "ID", "--overlap=-1s"}, exitFailed, "--overlap: -1s is out of range"},
	} {
		t.Run(name, func(t *testing.T) {
			_, id := h.made(t, "of "+name[:5])
			for i, arg := range test.args {
				if arg == "ID" {
					test.args[i] = id
				}
			}
			code, out, errs := h.through(t, append([]string{"keys"}, test.args...)...)
			if code != test.code || out != "" || !strings.Contains(errs, test.says) {
				t.Errorf("%d %q %q", code, out, errs)
			}
		})
	}
	if code, _, errs := command(t, "keys", "list", "--gateway", h.url, "--key", editorKey); code != exitFailed || !strings.Contains(errs, "admin") {
		t.Error(code, errs)
	}
	if code, _, errs := command(t, "keys", "list", "--gateway", h.url); code != exitUsage || !strings.Contains(errs, `"admin"`) {
		t.Error(code, errs)
	}
	if code, _, errs := command(t, "keys", "list", "--gateway", "http://127.0.0.1:1", "--key", "x"); code != exitFailed || !strings.Contains(errs, "cannot be reached") {
		t.Error(code, errs)
	}
}

// On a database that nobody serves the commands work by themselves.
func TestKeysOnADatabaseOfOnesOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	own := func(args ...string) string {
		t.Helper()
		code, out, errs := command(t, append(append([]string{"keys"}, args...), "--data-dir", dir, "--log-level", "error")...)
		if code != exitDone {
			t.Fatal(errs)
		}
		return out + errs
	}
	id := strings.Fields(own("create", "The app", "--permission", "preview"))[5]
	if out := own("list"); !strings.Contains(out, id+"  The app  in force  read,preview  *") {
		t.Error(out)
	}
	own("rotate", id)
	if out := own("list"); strings.Count(out, "The app") != 2 || strings.Count(out, "expired") != 1 {
		t.Error(out)
	}
	if out := own("revoke", id); !strings.Contains(out, "is revoked") {
		t.Error(out)
	}
}

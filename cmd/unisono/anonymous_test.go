package main

import (
	"strings"
	"testing"

	"unisono/access"
	"unisono/internal/mongotest"
)

func TestWhoAsksWithoutAKeyMayDoWhatIsConfigured(t *testing.T) {
	t.Parallel()
	flags := accessFlags{Anonymous: true, AnonymousMarket: []string{"DK"}, AnonymousOrigin: []string{"https://shop.example"}}
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) { c.anonymous = flags.anonymous() })
	h.load(t, twoAudiences)
	h.ask(t, `{ caller { name permissions markets } }`).gives(t, `{"caller": {"name": "anonymous", "permissions": ["read"], "markets": ["DK"]}}`)
	h.send(t, asked{Query: `{ caller { name } }`, Headers: map[string]string{"Unisono-Market": "DE"}}).fails(t, "BAD_USER_INPUT", "there are: DK")
	h.send(t, asked{Query: `{ caller { name } }`, Headers: map[string]string{"Origin": "https://evil.example"}}).fails(t, "FORBIDDEN", "https://evil.example")
	if got := h.send(t, asked{Query: `{ caller { name } }`, Headers: map[string]string{"Origin": "https://shop.example"}}); got.header.Get("Access-Control-Allow-Origin") != "https://shop.example" {
		t.Errorf("%v %s", got.header, got.body)
	}
}

func TestRequestsWithoutAKeyCanBeRefused(t *testing.T) {
	t.Parallel()
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) { c.anonymous = (&accessFlags{}).anonymous() })
	h.load(t, twoAudiences)
	for _, document := range []string{`{ channels { key } }`, `{ product(sku: "P") { sku } }`, `{ caller { name } }`, `{ __schema { queryType { name } } }`, `{ __typename }`, `mutation { deleteProducts(skus: ["P"]) { deleted } }`} {
		h.ask(t, document).fails(t, "UNAUTHENTICATED")
	}
	h.askAs(t, technicianKey, `{ product(sku: "P") { sku } }`).gives(t, `{"product": {"sku": "P"}}`)
}

func TestMistakesInWhoMayAskWithoutAKey(t *testing.T) {
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"--anonymous-market", "Denmark"}, "--anonymous-market"},
		{[]string{"--anonymous-origin", "shop.example"}, "--anonymous-origin"},
		{[]string{"--issuers", "/nowhere/issuers.json"}, "--issuers"},
		{[]string{"--issuers", file(t, "issuers.json", `{"issuers": [{"issuer": "http://login.example", "algorithms": ["none"]}]}`)}, "issuers.0"},
		{[]string{"--admin-key", "short"}, "UNISONO_ADMIN_KEY"},
	} {
		code, out, errs := command(t, append([]string{"serve", "--data-dir", t.TempDir()}, test.args...)...)
		if code != exitUsage || out != "" || !strings.Contains(errs, test.says) {
			t.Errorf("%v: %d %q %q", test.args, code, out, errs)
		}
	}
	if access.Anonymous().May(access.Write) {
		t.Error("the anonymous may write")
	}
}

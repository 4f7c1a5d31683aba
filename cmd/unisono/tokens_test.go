package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"unisono/access/token"
	"unisono/content"
	"unisono/internal/mongotest"
)

// provider is an identity provider that gives out its key.
type provider struct {
	*httptest.Server
	key *ecdsa.PrivateKey
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	coordinate := func(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }
	keys := fmt.Sprintf(`{"keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "alg": "ES256", "use": "sig", "x": %q, "y": %q}]}`, coordinate(point[1:33]), coordinate(point[33:]))
	p := &provider{key: key}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(keys)) }))
	t.Cleanup(p.Close)
	return p
}

// token signs a token with these claims in the place of what is right.
func (p *provider) token(t *testing.T, method jwt.SigningMethod, key any, claims map[string]any) string {
	t.Helper()
	all := jwt.MapClaims{"iss": p.URL, "aud": "unisono", "sub": "ann", "roles": []string{"dealer"}, "exp": today.Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	unsigned := jwt.NewWithClaims(method, all)
	unsigned.Header["kid"] = "one"
	signed, err := unsigned.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// Who comes with the token of an identity provider may do what its claims grant, and a token that is not right is nobody's.
func TestTokensOfAnIdentityProvider(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	config, err := token.ReadConfig([]byte(fmt.Sprintf(`{"issuers": [{"issuer": %q, "jwks": %q, "audience": ["unisono"], "grants": [
		{"claim": "roles", "value": "dealer", "audiences": ["dealer"]}, {"claim": "roles", "value": "editor", "permissions": ["preview", "write"], "audiences": ["*"]}]}]}`, p.URL, p.URL+"/keys")))
	if err != nil {
		t.Fatal(err)
	}
	h := openOn(t, mongotest.Embedded(t), func(c *gatewayConfig) {
		if c.tokens, err = token.Open(t.Context(), config, token.Options{Now: func() time.Time { return today }, Logger: c.logger}); err != nil {
			t.Fatal(err)
		}
	})
	h.load(t, twoAudiences)
	const question = `{ caller { name permissions } audiences { key } product(sku: "P") { attribute(key: "price") { number } } }`
	h.askAs(t, p.token(t, jwt.SigningMethodES256, p.key, nil), question).gives(t,
		`{"caller": {"name": "ann", "permissions": ["read"]}, "audiences": [{"key": "dealer"}], "product": {"attribute": {"number": 2}}}`)
	h.askAs(t, p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"roles": "editor other", "sub": "bob"}), question).gives(t,
		`{"caller": {"name": "bob", "permissions": ["read", "preview", "write"]}, "audiences": [{"key": "consumer"}], "product": {"attribute": {"number": 1}}}`)
	h.askAs(t, p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"roles": []string{"editor"}}), `mutation { deleteProducts(skus: ["P"]) { deleted } }`).gives(t, `{"deleteProducts": {"deleted": ["P"]}}`)

	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := p.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	right := p.token(t, jwt.SigningMethodES256, p.key, nil)
	parts := strings.Split(right, ".")
	for name, test := range map[string]struct{ token, says string }{
		"signed by nobody":                   {p.token(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil), ""},
		"the public key as a secret":         {p.token(t, jwt.SigningMethodHS256, public, nil), ""},
		"signed by a stranger":               {p.token(t, jwt.SigningMethodES256, stranger, nil), ""},
		"expired":                            {p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"exp": today.Add(-time.Hour).Unix()}), "expired"},
		"for another audience":               {p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"aud": "shop"}), "audience"},
		"of another issuer":                  {p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"iss": "https://evil.example"}), ""},
		"not yet valid":                      {p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"nbf": today.Add(time.Hour).Unix()}), ""},
		"without an end":                     {p.token(t, jwt.SigningMethodES256, p.key, map[string]any{"exp": nil}), ""},
		"with other claims than were signed": {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss": "x"}`)) + "." + parts[2], ""},
		"without its signature":              {parts[0] + "." + parts[1] + ".", ""},
		"a key that nobody has":              {"uni_ABCDEFGHIJKLMNOPQRSTUVWXYZ", "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.askAs(t, test.token, question)
			got.fails(t, "UNAUTHENTICATED", test.says)
			if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" || strings.Contains(string(got.body), test.token) {
				t.Errorf("%d %v %s", got.status, got.header, got.body)
			}
		})
	}
	if log := h.log.String(); strings.Contains(log, right) || strings.Contains(log, parts[2]) {
		t.Error("a token is in the log")
	}
}

// Operators of the database in variables are values like others, or no values at all.
func TestOperatorsOfTheDatabaseInVariables(t *testing.T) {
	t.Parallel()
	h := empty(t)
	h.load(t, twoAudiences)
	h.register(t, "key-of-an-editor", content.Client{Name: "An editor", Permissions: []string{"write"}})
	for _, operator := range []any{map[string]any{"$ne": nil}, map[string]any{"$gt": ""}, map[string]any{"$where": "1"}, []any{map[string]any{"$ne": "x"}}, map[string]any{"$in": []any{"P"}}} {
		text, err := json.Marshal(operator)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range []string{
			`query ($v: ID!) { product(sku: $v) { sku } }`, `query ($v: String) { product(slug: $v) { sku } }`, `query ($v: ID!) { fragment(key: $v) { key } }`,
			`query ($v: ID!) { node(id: $v) { id } }`, `query ($v: [ID!]!) { products(filter: {skus: $v}) { totalCount } }`, `query ($v: String) { products(after: $v) { totalCount } }`,
			`mutation ($v: [ID!]!) { deleteProducts(skus: $v) { deleted } }`, `mutation ($v: ID!) { upsertProducts(products: [{sku: $v}]) { written } }`,
		} {
			got := h.send(t, asked{Query: document, Variables: map[string]any{"v": operator}, Key: "key-of-an-editor"})
			if failures := got.failures(t); len(failures) == 0 {
				t.Errorf("%s with %s gives %s", document, text, got.body)
			}
		}
		value := h.send(t, asked{Query: `mutation ($v: JSON) { upsertProducts(products: [{sku: "P", attributes: [{key: "x", value: $v}]}]) { written userErrors { code } } }`, Variables: map[string]any{"v": operator}, Key: "key-of-an-editor"})
		if written := value.at(t, "upsertProducts.written"); fmt.Sprint(written) != "0" {
			t.Errorf("%s is written: %s", text, value.body)
		}
		for _, key := range []string{string(text), "$ne", `{"$ne":null}`} {
			h.askAs(t, key, `{ caller { name } }`).fails(t, "UNAUTHENTICATED")
		}
	}
	h.ask(t, `{ products { totalCount } }`).gives(t, `{"products": {"totalCount": 1}}`)
}

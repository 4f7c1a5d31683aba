package token_test

import (
	"testing"
	"time"

	"unisono/access"
	"unisono/access/token"
)

// BenchmarkClient shows what a request costs: with a token that is seen for the first time in a minute, and with one that is remembered.
func BenchmarkClient(b *testing.B) {
	for _, key := range []*signer{rs256("1"), ps256("1"), es256("1"), eddsa("1")} {
		p := newProvider(b, key)
		h := open(b, p.config(token.Grant{Claim: "realm_access.roles", Value: "dealer", Permissions: []access.Permission{access.Preview}, Channels: []string{"b2b"}}))
		claims := p.claims("realm_access", map[string]any{"roles": []string{"buyer", "dealer"}}, "scope", "openid profile", "azp", "shop")
		bearer := key.sign(claims)
		claims["exp"] = start.Add(-time.Second).Unix()
		late := key.sign(claims) // right within the skew, and therefore not remembered
		h.accepts(b, bearer)
		b.Run(key.method.Alg()+"/verified", func(b *testing.B) {
			for b.Loop() {
				if _, err := h.Client(b.Context(), late); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(key.method.Alg()+"/remembered", func(b *testing.B) {
			for b.Loop() {
				if _, err := h.Client(b.Context(), bearer); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package token_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"unisono/access"
	"unisono/access/token"
	"unisono/fault"
)

// start is when the tests' clock starts.
var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// clock is a clock that tests move on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(span time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(span)
}

// signer is a key of an identity provider.
type signer struct {
	kid     string
	method  jwt.SigningMethod
	private any
	public  any
}

// jwk is the key as the provider publishes it.
func (s *signer) jwk() jose.JSONWebKey {
	return jose.JSONWebKey{Key: s.public, KeyID: s.kid, Algorithm: s.method.Alg(), Use: "sig"}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Keys of RSA take a while to make, so the tests share them.
var (
	rsaKey  = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	rsaKey2 = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
)

func rs256(kid string) *signer {
	return &signer{kid, jwt.SigningMethodRS256, rsaKey(), rsaKey().Public()}
}

func ps256(kid string) *signer {
	return &signer{kid, jwt.SigningMethodPS256, rsaKey2(), rsaKey2().Public()}
}

func es256(kid string) *signer {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	return &signer{kid, jwt.SigningMethodES256, key, key.Public()}
}

func es384(kid string) *signer {
	key := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	return &signer{kid, jwt.SigningMethodES384, key, key.Public()}
}

func eddsa(kid string) *signer {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	return &signer{kid, jwt.SigningMethodEdDSA, private, must(public, err)}
}

// sign makes a token; kid "" leaves that out.
func (s *signer) sign(claims jwt.MapClaims, header ...any) string {
	made := jwt.NewWithClaims(s.method, claims)
	if s.kid != "" {
		made.Header["kid"] = s.kid
	}
	for i := 0; i < len(header); i += 2 {
		made.Header[header[i].(string)] = header[i+1]
	}
	return must(made.SignedString(s.private))
}

// provider is an identity provider: a server with keys, which counts who asks for them.
type provider struct {
	*httptest.Server
	asked atomic.Int64 // for the keys

	mu     sync.Mutex
	answer http.HandlerFunc // to who asks for the keys
	issuer string           // what the discovery document says
}

func newProvider(t testing.TB, keys ...*signer) *provider {
	t.Helper()
	p := &provider{}
	mux := http.NewServeMux()
	mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		p.mu.Lock()
		answer := p.answer
		p.mu.Unlock()
		answer(w, r)
	})
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": p.issuer, "jwks_uri": p.URL + "/keys"})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	p.issuer = p.URL + "/"
	p.publish(keys...)
	return p
}

// publish makes these the provider's keys.
func (p *provider) publish(keys ...*signer) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, key := range keys {
		set.Keys = append(set.Keys, key.jwk())
	}
	p.answers(http.StatusOK, string(must(json.Marshal(set))))
}

func (p *provider) answers(status int, body string) {
	p.does(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func (p *provider) does(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

// claims are those of a token that is right, changed by pairs of a name and a value; nil takes the claim away.
func (p *provider) claims(changes ...any) jwt.MapClaims {
	claims := jwt.MapClaims{"iss": p.issuer, "aud": "unisono", "sub": "anna", "exp": start.Add(10 * time.Hour).Unix(), "iat": start.Unix()}
	for i := 0; i < len(changes); i += 2 {
		if claims[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(claims, changes[i].(string))
		}
	}
	return claims
}

// config accepts the provider's tokens.
func (p *provider) config(grants ...token.Grant) token.Config {
	return token.Config{Issuers: []token.Issuer{{Issuer: p.URL + "/", Audience: []string{"unisono", "shop"}, Skew: 30 * time.Second, Grants: grants}}}
}

// house is a verifier with a clock of its own.
type house struct {
	*token.Verifier
	*clock
}

func open(t testing.TB, config token.Config) *house {
	t.Helper()
	return openWith(t, config, token.Options{})
}

func openWith(t testing.TB, config token.Config, options token.Options) *house {
	t.Helper()
	ticks := &clock{now: start}
	options.Now = ticks.Now
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	verifier, err := token.Open(t.Context(), config, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(verifier.Close)
	return &house{verifier, ticks}
}

// accepts fails the test where a token is not accepted.
func (h *house) accepts(t testing.TB, bearer string) *access.Client {
	t.Helper()
	client, err := h.Client(t.Context(), bearer)
	if err != nil {
		t.Fatalf("it is refused: %v", err)
	}
	return client
}

// refuses fails the test where a token is accepted, or refused for another reason, or by words that hold a part of it.
func (h *house) refuses(t testing.TB, bearer string, kind fault.Kind, because string) {
	t.Helper()
	client, err := h.Client(t.Context(), bearer)
	if err == nil || client != nil {
		t.Fatalf("it is accepted: %+v", client)
	}
	if fault.KindOf(err) != kind || !strings.Contains(fault.Public(err), because) {
		t.Fatalf("it is %s, %v; want %s, %q", fault.KindOf(err), err, kind, because)
	}
	for part := range strings.SplitSeq(bearer, ".") {
		if len(part) > 20 && strings.Contains(err.Error(), part) {
			t.Fatalf("the error holds a part of the token: %v", err)
		}
	}
}

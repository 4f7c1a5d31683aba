package token_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"unisono/access/token"
	"unisono/fault"
)

// edited gives a key as it is published, with members changed; nil takes one away.
func edited(key *signer, changes ...any) string {
	var members map[string]any
	if err := json.Unmarshal(must(key.jwk().MarshalJSON()), &members); err != nil {
		panic(err)
	}
	for i := 0; i < len(changes); i += 2 {
		if members[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(members, changes[i].(string))
		}
	}
	return string(must(json.Marshal(members)))
}

func TestWhichPublishedKeysAreUsed(t *testing.T) {
	ec, long := es256("1"), rs256("1")
	weak := must(rsa.GenerateKey(rand.Reader, 1024))
	short := &signer{"1", jwt.SigningMethodRS256, weak, weak.Public()}
	for name, test := range map[string]struct {
		key    *signer
		jwk    string
		remark string // "": it is used
	}{
		"as it should be":            {ec, edited(ec), ""},
		"without alg":                {ec, edited(ec, "alg", nil), ""},
		"without use":                {ec, edited(ec, "use", nil), ""},
		"for checking":               {ec, edited(ec, "key_ops", []string{"verify"}), ""},
		"with members nobody knows":  {ec, edited(ec, "x-new", map[string]any{}), ""},
		"for encrypting":             {ec, edited(ec, "use", "enc"), "not for checking signatures"},
		"for signing alone":          {ec, edited(ec, "key_ops", []string{"sign"}), "not for checking signatures"},
		"for nothing":                {ec, edited(ec, "key_ops", []string{}), "not for checking signatures"},
		"operations that are a text": {ec, edited(ec, "key_ops", "verify"), "key 0"},
		"alg of another type of key": {ec, edited(ec, "alg", "RS256"), "alg"},
		"alg of another curve":       {ec, edited(ec, "alg", "ES384"), "alg"},
		"alg of a secret":            {long, edited(long, "alg", "HS256"), "alg"},
		"alg none":                   {ec, edited(ec, "alg", "none"), "alg"},
		"a point off the curve":      {ec, edited(ec, "x", memberOf(ec, "y")), "key 0"},
		"a coordinate that is short": {ec, edited(ec, "x", "AQAB"), "key 0"},
		"a curve nobody knows":       {ec, edited(ec, "crv", "secp256k1"), "key 0"},
		"a type nobody knows":        {ec, edited(ec, "kty", "AKP"), "key 0"},
		"no type":                    {ec, edited(ec, "kty", nil), "key 0"},
		"1024 bits":                  {short, edited(short), "it has 1024 bits; 2048 are the least"},
		"an exponent of 1":           {long, edited(long, "e", "AQ"), "key 0"},
		"a secret":                   {ec, `{"kty": "oct", "kid": "1", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}`, "symmetric"},
		"a private key":              {ec, string(must(json.Marshal(privateJWK(ec)))), "private key"},
		"no object":                  {ec, `"key"`, "key 0"},
		"null":                       {ec, `null`, "key 0"},
		"a certificate that is none": {ec, edited(ec, "x5c", []string{"!"}), "key 0"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			other := eddsa("other")
			p.answers(http.StatusOK, `{"keys": [`+test.jwk+`,`+edited(other)+`]}`)
			told := &bytes.Buffer{}
			h := openWith(t, p.config(), token.Options{Logger: slog.New(slog.NewTextHandler(told, nil))})
			h.accepts(t, other.sign(p.claims())) // one that is not used takes no other with it
			_, err := h.Client(t.Context(), test.key.sign(p.claims()))
			h.Close() // nothing is told after this
			if (err == nil) != (test.remark == "") || err != nil && fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("it is %v", err)
			}
			if !strings.Contains(told.String(), test.remark) || (told.Len() == 0) != (test.remark == "") {
				t.Errorf("the log says %q", told)
			}
			if strings.Contains(told.String(), "c2VjcmV0") {
				t.Error("the log tells the secret")
			}
			if lines := strings.Count(told.String(), "\n"); lines > 1 {
				t.Errorf("it is told %d times", lines)
			}
		})
	}
}

func memberOf(key *signer, member string) any {
	var members map[string]any
	if err := json.Unmarshal(must(key.jwk().MarshalJSON()), &members); err != nil {
		panic(err)
	}
	return members[member]
}

func privateJWK(key *signer) any {
	jwk := key.jwk()
	jwk.Key = key.private
	return jwk
}

// The secret of a set is no way in, whatever its name.
func TestASecretInTheSetSignsNothing(t *testing.T) {
	p := newProvider(t)
	p.answers(http.StatusOK, `{"keys": [{"kty": "oct", "kid": "1", "alg": "HS256", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}]}`)
	forged := &signer{"1", jwt.SigningMethodHS256, []byte("secret-secret-secret-secret"), nil}
	open(t, p.config()).refuses(t, forged.sign(p.claims()), fault.Unauthenticated, "not accepted here")
}

func TestWhatTheLogHears(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	p.answers(http.StatusBadGateway, "")
	told := &bytes.Buffer{}
	h := openWith(t, p.config(), token.Options{Logger: slog.New(slog.NewTextHandler(told, nil))})
	bearer := key.sign(p.claims())
	h.refuses(t, bearer, fault.Unavailable, "cannot be read at present")
	p.publish(key)
	h.pass(time.Minute)
	h.accepts(t, bearer)
	h.refuses(t, es256("2").sign(p.claims()), fault.Unauthenticated, "")
	h.Close()
	if lines := strings.Count(told.String(), "\n"); lines != 1 || !strings.Contains(told.String(), "status 502") || strings.Contains(told.String(), bearer[:20]) {
		t.Errorf("it hears %q", told)
	}
}

package token_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"unisono/access/token"
	"unisono/fault"
)

func TestTokensOfEveryAlgorithm(t *testing.T) {
	rs512 := &signer{"1", jwt.SigningMethodRS512, rsaKey(), rsaKey().Public()}
	es512 := must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	for _, key := range []*signer{rs256("1"), ps256("1"), es256("1"), eddsa("1"), rs512, es384("1"), {"1", jwt.SigningMethodES512, es512, es512.Public()}} {
		t.Run(key.method.Alg(), func(t *testing.T) {
			p := newProvider(t, es256("other"), key)
			config := p.config()
			if strings.HasSuffix(key.method.Alg(), "384") || strings.HasSuffix(key.method.Alg(), "512") {
				config.Issuers[0].Algorithms = []string{"RS256", key.method.Alg()}
			}
			if client := open(t, config).accepts(t, key.sign(p.claims())); client.Name != "anna" || client.ID != "" || client.Anonymous || client.All {
				t.Errorf("it is %+v", client)
			}
		})
	}
}

func TestTokensThatAreNotRight(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key, rs256("rsa"))
	h := open(t, p.config())
	at := func(span time.Duration) int64 { return start.Add(span).Unix() }
	huge := key.sign(p.claims("much", strings.Repeat("x", 8<<10)))
	none := must(jwt.NewWithClaims(jwt.SigningMethodNone, p.claims()).SignedString(jwt.UnsafeAllowNoneSignatureType))
	for name, test := range map[string]struct{ bearer, because string }{ // "": it is accepted
		"right":                         {key.sign(p.claims()), ""},
		"of one of several audiences":   {key.sign(p.claims("aud", []string{"elsewhere", "shop"})), ""},
		"expired within the skew":       {key.sign(p.claims("exp", at(-29*time.Second))), ""},
		"not valid, within the skew":    {key.sign(p.claims("nbf", at(29*time.Second), "iat", at(29*time.Second))), ""},
		"typ of an access token":        {key.sign(p.claims(), "typ", "at+jwt"), ""},
		"typ with application/":         {key.sign(p.claims(), "typ", "application/AT+JWT"), ""},
		"no typ":                        {key.sign(p.claims(), "typ", "JWT"), ""},
		"a time with a fraction":        {key.sign(p.claims("exp", float64(at(time.Hour))+0.5)), ""},
		"expired":                       {key.sign(p.claims("exp", at(-31*time.Second))), "has expired"},
		"without an end":                {key.sign(p.claims("exp", nil)), "lacks a claim"},
		"an end of null":                {key.sign(p.claims("exp", (*int)(nil))), "a claim that is not right"},
		"an end that is a text":         {key.sign(p.claims("exp", "tomorrow")), "a claim that is not right"},
		"an end that is 0":              {key.sign(p.claims("exp", 0)), "has expired"},
		"not valid yet":                 {key.sign(p.claims("nbf", at(31*time.Second))), "not valid yet"},
		"issued in the future":          {key.sign(p.claims("iat", at(31*time.Second))), "issued in the future"},
		"for others":                    {key.sign(p.claims("aud", "elsewhere")), "another audience"},
		"for nobody":                    {key.sign(p.claims("aud", nil)), "lacks a claim"},
		"for an empty list":             {key.sign(p.claims("aud", []string{})), "lacks a claim"},
		"for numbers":                   {key.sign(p.claims("aud", []any{1, "unisono"})), "a claim that is not right"},
		"an audience that begins so":    {key.sign(p.claims("aud", "unisono2")), "another audience"},
		"of another issuer":             {key.sign(p.claims("iss", "https://elsewhere.example/")), "an issuer that is not known"},
		"the issuer without the slash":  {key.sign(p.claims("iss", p.URL)), "an issuer that is not known"},
		"without an issuer":             {key.sign(p.claims("iss", nil)), "an issuer that is not known"},
		"an issuer that is a number":    {key.sign(p.claims("iss", 1)), "cannot be read"},
		"none":                          {none, "not at all"},
		"none in capitals":              {segment(`{"alg":"NONE"}`) + "." + strings.Split(none, ".")[1] + ".", "not at all"},
		"no algorithm":                  {segment(`{"typ":"JWT"}`) + "." + strings.Split(none, ".")[1] + ".", "not at all"},
		"an algorithm not configured":   {es384("1").sign(p.claims()), "not accepted here"},
		"the key of another algorithm":  {eddsa("1").sign(p.claims()), "another way than its key"},
		"RSA keys used in another way":  {(&signer{"rsa", jwt.SigningMethodPS256, rsaKey(), nil}).sign(p.claims()), "another way than its key"},
		"another key of the same name":  {es256("1").sign(p.claims()), "signature is not right"},
		"crit":                          {key.sign(p.claims(), "crit", []string{"exp"}), "crit"},
		"crit that is empty":            {key.sign(p.claims(), "crit", nil), "crit"},
		"another typ":                   {key.sign(p.claims(), "typ", "logout+jwt"), "of another type"},
		"a typ that is no text":         {key.sign(p.claims(), "typ", 1), "of another type"},
		"a kid that is no text":         {key.sign(p.claims(), "kid", 1), "kid is not a text"},
		"more than 8 KiB":               {huge, "more than 8192 bytes"},
		"a payload that is a list":      {segment(`{"alg":"ES256"}`) + "." + segment("[]") + ".c2ln", "cannot be read"},
		"a payload that is null":        {segment(`{"alg":"ES256"}`) + "." + segment("null") + ".c2ln", "an issuer that is not known"},
		"a header that is no JSON":      {segment(`{"alg":`) + "." + segment("{}") + ".c2ln", "cannot be read"},
		"a key in the header":           {es256("new").sign(p.claims(), "jwk", key.jwk()), "nobody known signed"},
		"keys elsewhere, by the header": {es256("new").sign(p.claims(), "jku", p.URL+"/keys"), "nobody known signed"},
		"a payload that was changed":    {changed(key.sign(p.claims()), "anna", "otto"), "signature is not right"},
		"without a kid, one key fits":   {(&signer{"", key.method, key.private, nil}).sign(p.claims()), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if test.because == "" {
				h.accepts(t, test.bearer)
				return
			}
			h.refuses(t, test.bearer, fault.Unauthenticated, test.because)
		})
	}
}

func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// changed replaces a text in a token's payload.
func changed(bearer, from, to string) string {
	parts := strings.Split(bearer, ".")
	payload := must(base64.RawURLEncoding.DecodeString(parts[1]))
	parts[1] = segment(strings.Replace(string(payload), from, to, 1))
	return strings.Join(parts, ".")
}

// Who takes a public key for a secret is taken in by tokens signed with it: it is public.
func TestThePublicKeyIsNoSecret(t *testing.T) {
	key := rs256("1")
	p := newProvider(t, key)
	h := open(t, p.config())
	h.accepts(t, key.sign(p.claims()))
	der := must(x509.MarshalPKIXPublicKey(key.public))
	for name, secret := range map[string][]byte{
		"PEM":               pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"PEM without end":   []byte(strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))),
		"PEM of PKCS 1":     pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey)}),
		"DER":               der,
		"the modulus":       rsaKey().N.Bytes(),
		"the JWK":           must(key.jwk().MarshalJSON()),
		"an empty secret":   {},
		"the name of a key": []byte("1"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []jwt.SigningMethod{jwt.SigningMethodHS256, jwt.SigningMethodHS512} {
				h.refuses(t, (&signer{"1", method, secret, nil}).sign(p.claims()), fault.Unauthenticated, "not accepted here")
			}
		})
	}
}

func TestATokenWithoutTheNameOfItsKey(t *testing.T) {
	key, other := es256(""), es256("")
	p := newProvider(t, key, rs256("rsa"))
	h := open(t, p.config())
	h.accepts(t, key.sign(p.claims()))
	p.publish(key, other)
	h.pass(6 * time.Minute)
	eventually(t, func() bool { // until the keys are read anew, the old set is used
		_, err := h.Client(t.Context(), key.sign(p.claims()))
		return err != nil
	})
	h.refuses(t, key.sign(p.claims()), fault.Unauthenticated, "does not say by which key")
}

func TestKeysOfOneNameAreAllTried(t *testing.T) {
	key, other := es256("1"), es256("1")
	p := newProvider(t, key, other, rs256("1"))
	h := open(t, p.config())
	for _, one := range []*signer{key, other, rs256("1")} {
		h.accepts(t, one.sign(p.claims()))
	}
	h.refuses(t, es256("1").sign(p.claims()), fault.Unauthenticated, "signature is not right")
}

func TestEachIssuerHasItsOwnKeysAndGrants(t *testing.T) {
	one, two := es256("1"), es256("1")
	p, q := newProvider(t, one), newProvider(t, two)
	config := token.Config{Issuers: append(p.config(token.Grant{Channels: []string{"p"}}).Issuers, q.config(token.Grant{Channels: []string{"q"}}).Issuers...)}
	h := open(t, config)
	if client := h.accepts(t, one.sign(p.claims())); client.Channels[0] != "p" {
		t.Errorf("it is %+v", client)
	}
	if client := h.accepts(t, two.sign(q.claims())); client.Channels[0] != "q" {
		t.Errorf("it is %+v", client)
	}
	h.refuses(t, one.sign(q.claims()), fault.Unauthenticated, "signature is not right")
	h.refuses(t, two.sign(p.claims()), fault.Unauthenticated, "signature is not right")
}

func TestWhatLooksLikeAToken(t *testing.T) {
	right := es256("1").sign(jwt.MapClaims{"iss": "https://login.example.com/"})
	for name, test := range map[string]struct {
		bearer string
		looks  bool
	}{
		"a token":              {right, true},
		"without a signature":  {right[:strings.LastIndexByte(right, '.')+1], true},
		"nothing":              {"", false},
		"an API key":           {"uk_0123456789abcdefABCDEF", false},
		"two parts":            {right[:strings.LastIndexByte(right, '.')], false},
		"four parts":           {right + ".x", false},
		"five, as encrypted":   {right + ".x.y", false},
		"dots alone":           {"..", false},
		"a key with dots":      {"www.shop.example", false},
		"an empty payload":     {"eyJ..x", false},
		"an empty header":      {".eyJ.x", false},
		"a newline at the end": {right + "\n", false},
		"a newline inside":     {right[:20] + "\n" + right[20:], false},
		"padding":              {right + "=", false},
		"the other base64":     {strings.Replace(right, ".", "+.", 1), false},
		"white space before":   {" " + right, false},
		"other letters":        {strings.Replace(right, ".", "ä.", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			if token.Looks(test.bearer) != test.looks {
				t.Errorf("it looks so: %t", !test.looks)
			}
		})
	}
}

func TestDiscovery(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	h := open(t, p.config())
	p.issuer = "https://elsewhere.example/"
	bearer := key.sign(p.claims("iss", p.URL+"/"))
	h.refuses(t, bearer, fault.Unavailable, "cannot be read at present")
	if p.asked.Load() != 0 {
		t.Error("the keys of another issuer are asked for")
	}
	p.issuer = p.URL + "/"
	h.pass(time.Minute)
	h.accepts(t, bearer)
}

func TestKeysWhoseAddressIsConfigured(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	config := p.config()
	config.Issuers[0].Issuer, config.Issuers[0].JWKS = "https://login.example.com", p.URL+"/keys"
	open(t, config).accepts(t, key.sign(p.claims("iss", "https://login.example.com")))
}

// What the provider answers sends us nowhere that is not https.
func TestWhereAnIssuerMayNotSendUs(t *testing.T) {
	key := es256("1")
	inner := newProvider(t, key) // on this machine, which only this machine may send us to
	bearer := key.sign(inner.claims("iss", "https://login.example.com/"))
	answer := func(status int, header, value, body string) *http.Client {
		return &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != "login.example.com" {
				return http.DefaultTransport.RoundTrip(r)
			}
			return response(r, status, header, value, body), nil
		})}
	}
	for name, client := range map[string]*http.Client{
		"by a redirect":               answer(http.StatusFound, "Location", inner.URL+"/keys", ""),
		"by a redirect without https": answer(http.StatusFound, "Location", "http://login.example.com/keys", ""),
		"in a circle":                 answer(http.StatusFound, "Location", "https://login.example.com/", ""),
		"by discovery":                answer(http.StatusOK, "", "", `{"issuer": "https://login.example.com/", "jwks_uri": "`+inner.URL+`/keys"}`),
		"to no URL":                   answer(http.StatusOK, "", "", `{"issuer": "https://login.example.com/", "jwks_uri": "/keys"}`),
		"to a file":                   answer(http.StatusOK, "", "", `{"issuer": "https://login.example.com/", "jwks_uri": "file://localhost/etc/passwd"}`),
		"nowhere":                     answer(http.StatusOK, "", "", `{"issuer": "https://login.example.com/"}`),
		"by garbage":                  answer(http.StatusOK, "", "", `<html>`),
	} {
		t.Run(name, func(t *testing.T) {
			config := inner.config()
			config.Issuers[0].Issuer = "https://login.example.com/"
			openWith(t, config, token.Options{Client: client}).refuses(t, bearer, fault.Unavailable, "cannot be read at present")
			if inner.asked.Load() != 0 {
				t.Error("it was asked")
			}
		})
	}
}

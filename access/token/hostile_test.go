package token_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"unisono/access/token"
	"unisono/fault"
)

// No byte of a token can be another, not even one whose last bits no signature covers.
func TestATokenWithOneByteChanged(t *testing.T) {
	keys := []*signer{rs256("rs"), ps256("ps"), es256("es"), eddsa("ed")}
	p := newProvider(t, keys...)
	h := open(t, p.config())
	var bearers []string
	for _, key := range keys {
		bearers = append(bearers, key.sign(p.claims()))
		h.accepts(t, bearers[len(bearers)-1])
	}
	ctx := t.Context()
	refused := func(t rapid.TB, bearer string) {
		t.Helper()
		if client, err := h.Client(ctx, bearer); err == nil || client != nil || fault.KindOf(err) != fault.Unauthenticated {
			t.Fatalf("%q gives %+v, %v", bearer, client, err)
		}
	}
	t.Run("any byte", rapid.MakeCheck(func(t *rapid.T) {
		bearer := []byte(rapid.SampledFrom(bearers).Draw(t, "token"))
		i := rapid.IntRange(0, len(bearer)-1).Draw(t, "place")
		old := bearer[i]
		bearer[i] = rapid.Byte().Filter(func(b byte) bool { return b != old }).Draw(t, "byte")
		refused(t, string(bearer))
	}))
	t.Run("a byte more or less", rapid.MakeCheck(func(t *rapid.T) {
		bearer := rapid.SampledFrom(bearers).Draw(t, "token")
		i := rapid.IntRange(0, len(bearer)-1).Draw(t, "place")
		if rapid.Bool().Draw(t, "less") {
			refused(t, bearer[:i]+bearer[i+1:])
			return
		}
		refused(t, bearer[:i]+string(rapid.ByteRange(0, 127).Draw(t, "byte"))+bearer[i:])
	}))
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	t.Run("the last letter of each part", func(t *testing.T) {
		for _, bearer := range bearers {
			for end := range strings.SplitAfterSeq(bearer+".", ".") {
				at := strings.Index(bearer+".", end) + len(end) - 2
				for _, letter := range letters {
					if at >= 0 && bearer[at] != byte(letter) {
						refused(t, bearer[:at]+string(letter)+bearer[at+1:])
					}
				}
			}
		}
	})
	t.Run("cut off", func(t *testing.T) {
		for _, bearer := range bearers {
			for i := range bearer {
				refused(t, bearer[:i])
				refused(t, bearer[i+1:])
			}
		}
	})
}

func FuzzClient(f *testing.F) {
	key := es256("1")
	p := newProvider(f, key)
	h := open(f, p.config(token.Grant{Claim: "a.b", Value: "x"}))
	right := key.sign(p.claims())
	h.accepts(f, right)
	parts := strings.Split(right, ".")
	for _, bearer := range []string{
		right, "", ".", "..", "eyJ..", "eyJ.eyJ.", parts[0] + "." + parts[1] + ".", segment(`{"alg":"none"}`) + "." + parts[1] + ".",
		segment(`{"alg":1}`) + "." + parts[1] + ".x", segment(`{"alg":"ES256","kid":null}`) + "." + parts[1] + "." + parts[2],
		segment(`{"alg":"ES256"}`) + "." + segment(`{"iss":"`+p.URL+`/","exp":1e400,"aud":{"a":[`) + "." + parts[2], right + "\x00", strings.Repeat("eyJ", 4000),
		segment(`{"alg":"ES256"}`) + "." + segment(strings.Repeat("[", 5000)) + ".x",
	} {
		f.Add(bearer)
	}
	f.Fuzz(func(t *testing.T, bearer string) {
		looks := token.Looks(bearer)
		client, err := h.Client(t.Context(), bearer)
		if bearer == right {
			return
		}
		if err == nil || client != nil || fault.KindOf(err) != fault.Unauthenticated || fault.Public(err) == "" {
			t.Fatalf("it is %+v, %v", client, err)
		}
		if no := strings.Contains(fault.Public(err), "this is no token"); no == looks && len(bearer) <= 8<<10 {
			t.Fatalf("it looks like a token: %t, and yet %v", looks, err)
		}
	})
}

package token

import (
	"crypto/sha256"
	"time"

	"github.com/golang-jwt/jwt/v5"
	lru "github.com/hashicorp/golang-lru/v2"

	"unisono/access"
)

// Bounds of what is remembered. A digest, a client and their list entry take half a kilobyte, so 10,000 are some 5 MB.
const (
	maxKnown      = 10_000
	rememberedFor = time.Minute
)

// digest is what is kept of a token: nobody who sees it can ask with it.
type digest [sha256.Size]byte

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// memory remembers tokens that were verified a short while ago, for a client sends the same one with every request. It is never the source of
// truth: forgetting is harmless.
type memory struct {
	known *lru.Cache[digest, verified]
	now   func() time.Time
}

// verified is a token that was right.
type verified struct {
	client  *access.Client
	source  *source
	version uint64 // of the source's keys: with other keys the token has to show itself anew
	until   time.Time
}

func newMemory(now func() time.Time) *memory {
	known, err := lru.New[digest, verified](maxKnown)
	if err != nil {
		panic(err) // it is only returned for a size below one
	}
	return &memory{known: known, now: now}
}

// client gives the client of a token that was verified with the keys that are used now; nil: it is not known to be right.
func (m *memory) client(of digest) *access.Client {
	found, there := m.known.Get(of)
	if !there || !m.now().Before(found.until) {
		return nil
	}
	if set := found.source.usable(); set == nil || set.version != found.version {
		return nil
	}
	return found.client
}

// add remembers a token for a minute, or until it expires if that is earlier; one that is only right because clocks differ is not remembered.
func (m *memory) add(of digest, client *access.Client, source *source, version uint64, claims jwt.MapClaims) {
	now := m.now()
	until := now.Add(rememberedFor)
	if expires, err := claims.GetExpirationTime(); err != nil || expires == nil {
		return
	} else if expires.Before(until) {
		until = expires.Time
	}
	if now.Before(until) {
		m.known.Add(of, verified{client: client, source: source, version: version, until: until})
	}
}

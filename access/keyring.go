package access

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"unisono/content"
	"unisono/fault"
)

// KeyringConfig is what a Keyring knows. Clients must be given.
type KeyringConfig struct {
	Clients   Clients
	AdminKey  string             // of the client with every permission; "": there is none
	Fixed     map[string]*Client // clients that are kept nowhere, by their keys
	Anonymous *Client            // who asks without a key; nil: [Anonymous]
	Tokens    Tokens             // finds out who is asking by tokens of others; nil: they are refused
	Now       func() time.Time   // the clock by which keys expire; nil: time.Now
	Logger    *slog.Logger       // told of uses that could not be noted; nil: slog.Default()
}

// Tokens finds out who is asking by the tokens that an identity provider gives out.
type Tokens interface {
	Looks(token string) bool // has the form of a token
	Client(ctx context.Context, token string) (*Client, error)
}

// Keyring finds out who is asking. It is safe for concurrent use.
//
// Keys are kept in memory for half a second: within a second one that was revoked, by whichever gateway, is refused by all of them, and no chain of events
// must hold for that. When the database cannot be asked a key is refused, never trusted for longer.
type Keyring struct {
	config KeyringConfig
	admin  []byte             // hash of the admin's key; nil where there is none
	fixed  map[string]*Client // by the hashes of their keys

	known   *lru.Cache[string, *known]
	loading singleflight.Group
	changes atomic.Uint64 // how often a client changed here: what was read before is not trusted after
	used    chan string   // hashes of keys whose use is to be noted
}

// known is a client whose key was looked up.
type known struct {
	document *content.Client
	client   *Client
	until    time.Time
	changes  uint64 // that had been before it was read
}

const (
	fresh        = 500 * time.Millisecond // how long a key that was looked up is known
	maxKnown     = 10_000
	lookupTime   = 5 * time.Second
	maxNoting    = 256         // uses that wait to be noted; one above that is noted when the key is used again
	useAccuracy  = time.Minute // how exactly the last use of a key is noted
	notingTime   = 5 * time.Second
	maxBearer    = 16 << 10 // bytes of an Authorization header
	bearerScheme = "Bearer"
)

// NewKeyring makes a Keyring. Run must be called for uses to be noted.
func NewKeyring(config KeyringConfig) *Keyring {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Anonymous == nil {
		config.Anonymous = Anonymous()
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	k := &Keyring{config: config, fixed: make(map[string]*Client, len(config.Fixed)), used: make(chan string, maxNoting)}
	for key, client := range config.Fixed {
		k.fixed[Hash(key)] = client
	}
	if config.AdminKey != "" {
		k.admin = []byte(Hash(config.AdminKey))
	}
	k.known, _ = lru.New[string, *known](maxKnown) // it fails for sizes below one alone
	return k
}

// Hash is what is kept of a key: its SHA-256 in hexadecimal. Keys are long and random, so a slow hash would guard nothing.
func Hash(key string) string {
	digest := sha256.Sum256([]byte(key))
	return hex.EncodeToString(digest[:])
}

// Client finds the client of a request by its Authorization header. The fault is Unauthenticated for a header of another form, for a key that
// nobody has and for one that is no longer in force; Unavailable or Timeout where that cannot be found out.
func (k *Keyring) Client(ctx context.Context, authorization string) (*Client, error) {
	if authorization == "" {
		return k.config.Anonymous, nil
	}
	scheme, key, _ := strings.Cut(authorization, " ")
	if key = strings.TrimSpace(key); !strings.EqualFold(scheme, bearerScheme) || key == "" || len(authorization) > maxBearer {
		return nil, fault.New(fault.Unauthenticated, "the Authorization header is not right: Bearer and an API key are expected")
	}
	hash := Hash(key)
	if k.admin != nil && subtle.ConstantTimeCompare([]byte(hash), k.admin) == 1 {
		return &Client{Name: "admin", All: true}, nil
	}
	if client := k.fixed[hash]; client != nil {
		return client, nil
	}
	if k.config.Tokens != nil && k.config.Tokens.Looks(key) {
		return k.config.Tokens.Client(ctx, key)
	}
	return k.keyed(ctx, hash)
}

// keyed finds the client of a key.
func (k *Keyring) keyed(ctx context.Context, hash string) (*Client, error) {
	found, err := k.lookUp(ctx, hash)
	if err != nil {
		return nil, err
	}
	now := k.config.Now()
	switch document := found.document; {
	case document == nil:
		return nil, fault.New(fault.Unauthenticated, "nobody has this API key")
	case document.RevokedAt != nil:
		return nil, fault.New(fault.Unauthenticated, "this API key was revoked")
	case !document.InForce(now):
		return nil, fault.New(fault.Unauthenticated, "this API key has expired")
	case document.UsedAt == nil || now.Sub(*document.UsedAt) >= useAccuracy:
		select {
		case k.used <- hash:
		default:
		}
	}
	return found.client, nil
}

// lookUp finds what is kept under a hash. Those who ask for the same at the same time cost one look-up, which goes on when one of them goes away.
func (k *Keyring) lookUp(ctx context.Context, hash string) (*known, error) {
	if one, is := k.known.Get(hash); is && time.Now().Before(one.until) && one.changes == k.changes.Load() {
		return one, nil
	}
	looking := k.loading.DoChan(hash, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTime)
		defer cancel()
		until, changes := time.Now().Add(fresh), k.changes.Load() // both of before it is read
		found, err := k.config.Clients.Read(ctx, []string{hash})
		if err != nil {
			return nil, err
		}
		one := &known{document: found[hash], until: until, changes: changes}
		if one.document != nil { // what nobody has must not drive out what somebody has
			one.client = clientOf(one.document)
			k.known.Add(hash, one)
		}
		return one, nil
	})
	select {
	case result := <-looking:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*known), nil
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Timeout, context.Cause(ctx), "the time allowed ran out while the API key was looked up")
	}
}

// Forget drops what is known of a key, so that it is looked up anew at its next use. Call it after the client was changed. A look-up that is under way, and may have
// read the client as it was, is of no use to those who come later.
func (k *Keyring) Forget(hash string) {
	k.changes.Add(1)
	k.loading.Forget(hash)
	k.known.Remove(hash)
}

// Run notes when keys are used, to the minute, until ctx ends.
func (k *Keyring) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case hash := <-k.used:
			if err := k.note(ctx, hash); err != nil && ctx.Err() == nil {
				k.config.Logger.WarnContext(ctx, "the use of an API key could not be noted", "key", hash[:12], "error", err)
			}
		}
	}
}

func (k *Keyring) note(ctx context.Context, hash string) error {
	ctx, cancel := context.WithTimeout(ctx, notingTime)
	defer cancel()
	now := k.config.Now().UTC()
	_, err := k.config.Clients.Update(ctx, hash, func(current *content.Client) (*content.Client, error) {
		if current == nil || current.UsedAt != nil && now.Sub(*current.UsedAt) < useAccuracy {
			return nil, nil
		}
		next := *current
		next.UsedAt = &now
		return &next, nil
	})
	k.known.Remove(hash)
	return err
}

func clientOf(document *content.Client) *Client {
	client := &Client{
		Name: document.Name, ID: document.ID(), Channels: document.Channels, Audiences: document.Audiences, Markets: document.Markets,
		Origins: document.Origins, Defaults: document.Defaults, Permissions: []Permission{Read},
	}
	for _, permission := range document.Permissions {
		client.Permissions = append(client.Permissions, Permission(permission))
	}
	return client
}

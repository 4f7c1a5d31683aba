package access

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"unisono/content"
	"unisono/fault"
)

// Clients is where clients are kept, by the hashes of their keys.
type Clients interface {
	Read(ctx context.Context, hashes []string) (map[string]*content.Client, error)
	All(ctx context.Context) iter.Seq2[*content.Client, error]
	// Update changes one client atomically; change gets nil where there is none, and may give nil to change nothing.
	Update(ctx context.Context, hash string, change func(*content.Client) (*content.Client, error)) (*content.Client, error)
	Delete(ctx context.Context, hash string) error
}

// Act is something that was done to a key.
type Act string

// What can be done to a key.
const (
	Created Act = "KEY_CREATED"
	Rotated Act = "KEY_ROTATED"
	Revoked Act = "KEY_REVOKED"
)

// Keys makes API keys, lists them and ends them. It asks whether whoever does so may: all of it needs [Admin].
type Keys struct {
	Clients Clients
	Now     func() time.Time
	Forget  func(hash string)                                                // told of each key whose client changed; may be nil
	Record  func(ctx context.Context, act Act, client *content.Client) error // keeps a record of what was done; may be nil
}

const (
	maxKeys    = 10_000              // kept at the same time, so that they can be listed
	keptDead   = 90 * 24 * time.Hour // how long a key that is not in force any more is listed
	keyPrefix  = "uni_"              // by which scanners for lost secrets know our keys
	maxOverlap = 90 * 24 * time.Hour
)

// newSecret gives a key that nobody can guess: 130 random bits.
func newSecret() string { return keyPrefix + rand.Text() }

// Create makes a key for a client as described. It gives the key, which nobody can find out later, and the client as it is kept. What is not right is
// [fault.Problems].
func (k *Keys) Create(ctx context.Context, client content.Client, definitions *content.Definitions) (secret string, created *content.Client, err error) {
	if err := FromContext(ctx).Need(Admin); err != nil {
		return "", nil, err
	}
	if err := k.check(&client, definitions); err != nil {
		return "", nil, err
	}
	if err := k.makeRoom(ctx); err != nil {
		return "", nil, err
	}
	secret, created, err = k.create(ctx, client)
	if err != nil {
		return "", nil, err
	}
	return secret, created, k.record(ctx, Created, created)
}

func (k *Keys) check(client *content.Client, definitions *content.Definitions) error {
	problems := client.Check(definitions)
	for i, permission := range client.Permissions {
		if !slices.Contains(Permissions(), Permission(permission)) {
			problems.Add(fault.Place{"permissions"}.Index(i), fault.Invalid, fmt.Sprintf("%.100q is no permission; there are: %s", permission, content.List(Permissions())))
		}
	}
	for i, origin := range client.Origins {
		if err := CheckOrigin(origin); err != nil {
			problems.Add(fault.Place{"origins"}.Index(i), fault.Invalid, fault.Public(err))
		}
	}
	if client.ExpiresAt != nil && !client.ExpiresAt.After(k.Now()) {
		problems.Add(fault.Place{"expiresAt"}, fault.Invalid, fmt.Sprintf("%s is over already", client.ExpiresAt.Format(time.RFC3339)))
	}
	return problems.Err()
}

// makeRoom forgets keys that have long been out of force, and refuses to keep more than can be listed.
func (k *Keys) makeRoom(ctx context.Context) error {
	kept := 0
	for client, err := range k.Clients.All(ctx) {
		switch {
		case err != nil:
			return err
		case client.Forgettable(k.Now(), keptDead):
			if err := k.Clients.Delete(ctx, client.Hash); err != nil {
				return err
			}
		default:
			kept++
		}
	}
	if kept >= maxKeys {
		return fault.New(fault.LimitExceeded, "there are %d keys, and no more are kept: revoke some; 90 days later they are forgotten", kept)
	}
	return nil
}

func (k *Keys) create(ctx context.Context, client content.Client) (string, *content.Client, error) {
	secret := newSecret()
	now := k.Now().UTC()
	client.Hash, client.CreatedAt, client.CreatedBy = Hash(secret), &now, FromContext(ctx).Name
	client.Permissions = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(client.Permissions))), func(p string) bool { return p == string(Read) })
	created, err := k.Clients.Update(ctx, client.Hash, func(*content.Client) (*content.Client, error) { return &client, nil })
	return secret, created, err
}

// List gives all keys, the newest first; those that were revoked or expired for 90 days after that.
func (k *Keys) List(ctx context.Context) ([]*content.Client, error) {
	if err := FromContext(ctx).Need(Admin); err != nil {
		return nil, err
	}
	clients := []*content.Client{}
	for client, err := range k.Clients.All(ctx) {
		if err != nil {
			return nil, err
		}
		if !client.Forgettable(k.Now(), keptDead) {
			clients = append(clients, client)
		}
	}
	slices.SortFunc(clients, func(a, b *content.Client) int {
		return cmp.Or(made(b).Compare(made(a)), cmp.Compare(a.Hash, b.Hash))
	})
	return clients, nil
}

// made is when a client was made; long ago where nothing says.
func made(client *content.Client) time.Time {
	if client.CreatedAt == nil {
		return time.Time{}
	}
	return *client.CreatedAt
}

// Revoke ends a key at once. Revoking it again changes nothing.
func (k *Keys) Revoke(ctx context.Context, id string) (*content.Client, error) {
	client, err := k.find(ctx, id)
	if err != nil {
		return nil, err
	}
	revoked, err := k.change(ctx, client.Hash, func(c *content.Client) {
		if c.RevokedAt == nil {
			now := k.Now().UTC()
			c.RevokedAt = &now
		}
	})
	if err != nil {
		return nil, err
	}
	return revoked, k.record(ctx, Revoked, revoked)
}

// Rotate makes a new key for the client of an old one, which stays in force for a while, from none to 90 days, so that who uses it can change over. The
// new one never expires, or when expires says.
func (k *Keys) Rotate(ctx context.Context, id string, overlap time.Duration, expires *time.Time) (secret string, created *content.Client, err error) {
	old, err := k.find(ctx, id)
	if err != nil {
		return "", nil, err
	}
	now := k.Now().UTC()
	switch {
	case overlap < 0 || overlap > maxOverlap:
		return "", nil, fault.Problems{{Path: fault.Place{"overlapSeconds"}, Code: fault.Invalid, Message: fmt.Sprintf("%s is out of range; 0 to 90 days are expected", overlap)}}
	case !old.InForce(now):
		return "", nil, fault.Problems{{Path: fault.Place{"id"}, Code: fault.Invalid, Message: fmt.Sprintf("the key %s is not in force any more: create a new one", old.ID())}}
	case expires != nil && !expires.After(now):
		return "", nil, fault.Problems{{Path: fault.Place{"expiresAt"}, Code: fault.Invalid, Message: fmt.Sprintf("%s is over already", expires.Format(time.RFC3339))}}
	}
	if err := k.makeRoom(ctx); err != nil {
		return "", nil, err
	}
	next := *old
	next.Meta, next.UsedAt, next.ExpiresAt = content.Meta{}, nil, expires
	if secret, created, err = k.create(ctx, next); err != nil {
		return "", nil, err
	}
	ends := now.Add(overlap)
	_, err = k.change(ctx, old.Hash, func(c *content.Client) {
		if c.ExpiresAt == nil || c.ExpiresAt.After(ends) {
			c.ExpiresAt = &ends
		}
	})
	if err != nil {
		return "", nil, fmt.Errorf("the new key was made, but the old one is still in force: %w", err)
	}
	return secret, created, k.record(ctx, Rotated, created)
}

// find gives the client with an id. The error is [fault.Problems] of code NotFound where there is none.
func (k *Keys) find(ctx context.Context, id string) (*content.Client, error) {
	clients, err := k.List(ctx)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(clients, func(c *content.Client) bool { return c.ID() == strings.TrimSpace(id) }); at >= 0 {
		return clients[at], nil
	}
	return nil, fault.Problems{{Path: fault.Place{"id"}, Code: fault.NotFound, Message: fmt.Sprintf("no key has the id %.60q; keys list shows them", id)}}
}

func (k *Keys) change(ctx context.Context, hash string, change func(*content.Client)) (*content.Client, error) {
	changed, err := k.Clients.Update(ctx, hash, func(current *content.Client) (*content.Client, error) {
		if current == nil {
			return nil, fault.New(fault.Conflict, "the key was forgotten meanwhile")
		}
		next := *current
		change(&next)
		return &next, nil
	})
	if err == nil && k.Forget != nil {
		k.Forget(hash)
	}
	return changed, err
}

func (k *Keys) record(ctx context.Context, act Act, client *content.Client) error {
	if k.Record == nil {
		return nil
	}
	return k.Record(ctx, act, client)
}

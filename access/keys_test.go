package access_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// keysIn are the keys of a memory, at noon or when now says.
func keysIn(m access.Clients, now *time.Time) *access.Keys {
	return &access.Keys{Clients: m, Now: func() time.Time { return *now }}
}

func asAdmin(t testing.TB) context.Context {
	return access.NewContext(t.Context(), &access.Client{Name: "boss", Permissions: []access.Permission{access.Admin}})
}

func TestOnlyWhoManagesTheGatewayManagesKeys(t *testing.T) {
	m, now := keeping(&content.Client{Hash: access.Hash(key), Name: "app"}), noon
	keys := keysIn(m, &now)
	id := access.Hash(key)[:12]
	for name, do := range map[string]func(context.Context) error{
		"create": func(ctx context.Context) error {
			_, _, err := keys.Create(ctx, content.Client{Name: "x"}, content.NewDefinitions())
			return err
		},
		"list":   func(ctx context.Context) error { _, err := keys.List(ctx); return err },
		"revoke": func(ctx context.Context) error { _, err := keys.Revoke(ctx, id); return err },
		"rotate": func(ctx context.Context) error { _, _, err := keys.Rotate(ctx, id, 0, nil); return err },
	} {
		for who, kind := range map[*access.Client]fault.Kind{
			access.Anonymous(): fault.Unauthenticated,
			{Permissions: []access.Permission{access.Read, access.Preview, access.Write, access.Profiles}}: fault.Forbidden,
		} {
			if err := do(access.NewContext(t.Context(), who)); fault.KindOf(err) != kind {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if len(m.clients) != 1 || m.get(access.Hash(key)).RevokedAt != nil {
		t.Error("something was done all the same")
	}
}

func TestWhatIsKeptOfAKey(t *testing.T) {
	m, now := keeping(), noon
	secret, client, err := keysIn(m, &now).Create(asAdmin(t), content.Client{Name: "app", Permissions: []string{"write", "read", "write"}}, content.NewDefinitions())
	if err != nil {
		t.Fatal(err)
	}
	kept := m.get(access.Hash(secret))
	if kept.CreatedBy != "boss" || !kept.CreatedAt.Equal(noon) || strings.Join(kept.Permissions, " ") != "write" || client.ID() != access.Hash(secret)[:12] {
		t.Errorf("it is %+v", kept)
	}
	if text := fmt.Sprintf("%+v", kept); strings.Contains(text, secret) || len(secret) < 30 || !strings.HasPrefix(secret, "uni_") {
		t.Errorf("%q is kept as %s", secret, text)
	}
	again, _, err := keysIn(m, &now).Create(asAdmin(t), content.Client{Name: "app"}, content.NewDefinitions())
	if err != nil || again == secret || len(m.clients) != 2 {
		t.Errorf("a second one is %q, %v", again, err)
	}
}

func TestKeysThatHaveLongEndedAreForgotten(t *testing.T) {
	m, now := keeping(), noon
	keys := keysIn(m, &now)
	expires := noon.Add(time.Hour)
	for _, client := range []content.Client{{Name: "stays"}, {Name: "expires", ExpiresAt: &expires}, {Name: "revoked"}} {
		_, made, err := keys.Create(asAdmin(t), client, content.NewDefinitions())
		if err == nil && client.Name == "revoked" {
			_, err = keys.Revoke(asAdmin(t), made.ID())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 3}, {90*24*time.Hour - 1, 3}, {90 * 24 * time.Hour, 2}, {91 * 24 * time.Hour, 1}} {
		now = noon.Add(step.after)
		if list, err := keys.List(asAdmin(t)); err != nil || len(list) != step.want {
			t.Errorf("after %s there are %d, %v", step.after, len(list), err)
		}
	}
	if _, _, err := keys.Create(asAdmin(t), content.Client{Name: "new"}, content.NewDefinitions()); err != nil || len(m.clients) != 2 {
		t.Errorf("%d are kept, %v", len(m.clients), err)
	}
}

func TestThereAreOnlySoManyKeys(t *testing.T) {
	m, now := keeping(), noon
	for i := range 10_000 {
		hash := access.Hash(fmt.Sprint(i))
		m.clients[hash] = &content.Client{Hash: hash, Name: "app"}
	}
	_, _, err := keysIn(m, &now).Create(asAdmin(t), content.Client{Name: "one more"}, content.NewDefinitions())
	if fault.KindOf(err) != fault.LimitExceeded || len(m.clients) != 10_000 {
		t.Errorf("%v, %d", err, len(m.clients))
	}
}

// A rotation that breaks off leaves a key that works, and says which are in force.
func TestARotationThatBreaksOff(t *testing.T) {
	m, now := keeping(&content.Client{Hash: access.Hash(key), Name: "app"}), noon
	keys := keysIn(&breaking{memory: m, after: 1}, &now)
	secret, _, err := keys.Rotate(asAdmin(t), access.Hash(key)[:12], 0, nil)
	if err == nil || secret != "" || !strings.Contains(err.Error(), "the old one is still in force") {
		t.Errorf("%q, %v", secret, err)
	}
	if old := m.get(access.Hash(key)); !old.InForce(noon) {
		t.Error("the old one is not in force")
	}
}

// breaking fails once it has done some updates.
type breaking struct {
	*memory
	after int
}

func (b *breaking) Update(ctx context.Context, hash string, change func(*content.Client) (*content.Client, error)) (*content.Client, error) {
	if b.after--; b.after < 0 {
		return nil, errors.New("down")
	}
	return b.memory.Update(ctx, hash, change)
}

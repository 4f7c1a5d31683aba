package access_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
)

// memory keeps clients, and counts how often it is read.
type memory struct {
	mu      sync.Mutex
	clients map[string]*content.Client
	reads   int
	fails   error
	slow    time.Duration
}

func keeping(clients ...*content.Client) *memory {
	m := &memory{clients: map[string]*content.Client{}}
	for _, client := range clients {
		m.clients[client.Hash] = client
	}
	return m
}

func (m *memory) Read(ctx context.Context, hashes []string) (map[string]*content.Client, error) {
	m.mu.Lock()
	m.reads++
	found, fails, slow := map[string]*content.Client{}, m.fails, m.slow
	for _, hash := range hashes {
		if client := m.clients[hash]; client != nil {
			found[hash] = client
		}
	}
	m.mu.Unlock()
	select {
	case <-time.After(slow):
		return found, fails
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (m *memory) All(context.Context) iter.Seq2[*content.Client, error] {
	return func(yield func(*content.Client, error) bool) {
		m.mu.Lock()
		clients, fails := maps.Clone(m.clients), m.fails
		m.mu.Unlock()
		if fails != nil {
			yield(nil, fails)
			return
		}
		for _, hash := range slices.Sorted(maps.Keys(clients)) {
			if !yield(clients[hash], nil) {
				return
			}
		}
	}
}

func (m *memory) Update(_ context.Context, hash string, change func(*content.Client) (*content.Client, error)) (*content.Client, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return nil, m.fails
	}
	next, err := change(m.clients[hash])
	if err != nil || next == nil {
		return m.clients[hash], err
	}
	m.clients[hash] = next
	return next, nil
}

func (m *memory) Delete(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.clients, hash)
	return m.fails
}

func (m *memory) readings() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reads
}

func (m *memory) get(hash string) content.Client {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.clients[hash]
}

func named(t testing.TB, k *access.Keyring, key string) string {
	t.Helper()
	client, err := k.Client(t.Context(), "Bearer "+key)
	if err != nil {
		return fault.Public(err)
	}
	return client.Name
}

func TestAKeyIsLookedUpHalfASecondLaterAtTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
		k := access.NewKeyring(access.KeyringConfig{Clients: m})
		for range 100 {
			if name := named(t, k, key); name != "app" {
				t.Fatal(name)
			}
		}
		if m.readings() != 1 {
			t.Errorf("100 uses of a key cost %d look-ups", m.readings())
		}
		now := time.Now()
		m.clients[access.Hash(key)] = &content.Client{Hash: access.Hash(key), Name: "app", RevokedAt: &now} // by another gateway
		time.Sleep(501 * time.Millisecond)
		if said := named(t, k, key); said != "this API key was revoked" {
			t.Errorf("half a second after it was revoked: %s", said)
		}
		delete(m.clients, access.Hash(key))
		time.Sleep(501 * time.Millisecond)
		if said := named(t, k, key); said != "nobody has this API key" {
			t.Errorf("half a second after it was deleted: %s", said)
		}
		m.clients[access.Hash(key)] = &content.Client{Hash: access.Hash(key), Name: "again"}
		if name := named(t, k, key); name != "again" {
			t.Errorf("that nobody had a key is remembered: %s", name)
		}
	})
}

func TestWhoForgetsAKeyLooksItUpAtOnce(t *testing.T) {
	m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
	k := access.NewKeyring(access.KeyringConfig{Clients: m})
	before := named(t, k, key)
	m.clients[access.Hash(key)] = &content.Client{Hash: access.Hash(key), Name: "other"}
	k.Forget(access.Hash(key))
	if after := named(t, k, key); before != "app" || after != "other" {
		t.Errorf("%s, then %s", before, after)
	}
}

// C4: what was read of a key before its client changed, and comes after, is given to nobody who asks later.
func TestALookUpThatIsOvertakenIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
		k := access.NewKeyring(access.KeyringConfig{Clients: m})
		m.slow = 100 * time.Millisecond
		early := make(chan string)
		go func() { early <- named(t, k, key) }()
		synctest.Wait() // it has read the client, and is not back yet
		m.mu.Lock()
		m.clients[access.Hash(key)] = &content.Client{Hash: access.Hash(key), Name: "other"}
		m.mu.Unlock()
		k.Forget(access.Hash(key))
		if before := <-early; before != "app" {
			t.Errorf("who asked before the change is %s", before)
		}
		if after := named(t, k, key); after != "other" {
			t.Errorf("who asks after the change is %s", after)
		}
	})
}

// When the database cannot be asked, a key is refused and not trusted for longer.
func TestAKeyThatCannotBeLookedUpIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
		k := access.NewKeyring(access.KeyringConfig{Clients: m})
		named(t, k, key)
		m.fails = fault.New(fault.Unavailable, "down")
		time.Sleep(501 * time.Millisecond)
		if _, err := k.Client(t.Context(), "Bearer "+key); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("it gives %v", err)
		}
	})
}

func TestThoseWhoWaitForOneKeyCostOneLookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
		m.slow = time.Second
		k := access.NewKeyring(access.KeyringConfig{Clients: m})
		impatient, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		waiting := sync.WaitGroup{}
		waiting.Go(func() {
			if _, err := k.Client(impatient, "Bearer "+key); fault.KindOf(err) != fault.Timeout {
				t.Errorf("who has no time gets %v", err)
			}
		})
		time.Sleep(time.Millisecond) // the one who gives up is the one who began the look-up
		for range 50 {
			waiting.Go(func() {
				if name := named(t, k, key); name != "app" {
					t.Error(name)
				}
			})
		}
		waiting.Wait()
		if m.readings() != 1 {
			t.Errorf("they cost %d look-ups", m.readings())
		}
	})
}

func TestAKeyExpires(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ends := now.Add(time.Hour)
	k := access.NewKeyring(access.KeyringConfig{Clients: keeping(&content.Client{Hash: access.Hash(key), Name: "app", ExpiresAt: &ends}), Now: func() time.Time { return now }})
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "app"}, {time.Hour - 1, "app"}, {time.Hour, "this API key has expired"}, {2 * time.Hour, "this API key has expired"}} {
		now = ends.Add(step.after - time.Hour)
		if said := named(t, k, key); said != step.want {
			t.Errorf("after %s it says %q", step.after, said)
		}
	}
}

func TestTheLastUseIsNotedToTheMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
		k := access.NewKeyring(access.KeyringConfig{Clients: m})
		ctx, cancel := context.WithCancel(t.Context())
		running := sync.WaitGroup{}
		running.Go(func() { k.Run(ctx) })
		notings := 0
		for last := (*time.Time)(nil); time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) < 5*time.Minute; time.Sleep(10 * time.Second) {
			named(t, k, key)
			synctest.Wait()
			used := m.get(access.Hash(key)).UsedAt
			if used == nil || time.Since(*used) >= time.Minute {
				t.Fatalf("at %s the last use was %v", time.Now(), used)
			}
			if last == nil || !last.Equal(*used) {
				notings++
			}
			last = used
		}
		if notings != 5 {
			t.Errorf("in five minutes it was noted %d times", notings)
		}
		m.fails = errors.New("down")
		cancel()
		running.Wait()
	})
}

// A key that is revoked at the moment when its use is noted stays revoked.
func TestNotingAUseUndoesNothing(t *testing.T) {
	now := time.Now()
	m := keeping(&content.Client{Hash: access.Hash(key), Name: "app"})
	k := access.NewKeyring(access.KeyringConfig{Clients: m})
	named(t, k, key)
	m.clients[access.Hash(key)] = &content.Client{Hash: access.Hash(key), Name: "app", RevokedAt: &now}
	ctx, cancel := context.WithCancel(t.Context())
	running := sync.WaitGroup{}
	running.Go(func() { k.Run(ctx) })
	for deadline := time.Now().Add(15 * time.Second); m.get(access.Hash(key)).UsedAt == nil && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	cancel()
	running.Wait()
	if client := m.get(access.Hash(key)); client.RevokedAt == nil || client.UsedAt == nil {
		t.Errorf("it is %+v", client)
	}
}

type tokens struct{}

func (tokens) Looks(token string) bool { return strings.Count(token, ".") == 2 }
func (tokens) Client(_ context.Context, token string) (*access.Client, error) {
	if token != "a.b.c" {
		return nil, fault.New(fault.Unauthenticated, "nobody known signed this token")
	}
	return &access.Client{Name: "a person"}, nil
}

func TestTokensOfOthersAreTheirOwnToJudge(t *testing.T) {
	m := keeping(&content.Client{Hash: access.Hash("k.e.y"), Name: "a key with points"})
	with := access.NewKeyring(access.KeyringConfig{Clients: m, Tokens: tokens{}})
	without := access.NewKeyring(access.KeyringConfig{Clients: m})
	for header, want := range map[string][2]string{
		"a.b.c": {"a person", "nobody has this API key"},
		"a.b.d": {"nobody known signed this token", "nobody has this API key"},
		"k.e.y": {"nobody known signed this token", "a key with points"},
	} {
		if got := [2]string{named(t, with, header), named(t, without, header)}; got != want {
			t.Errorf("%s gives %q", header, got)
		}
	}
}

func TestTheAnonymousCanBeConfigured(t *testing.T) {
	k := access.NewKeyring(access.KeyringConfig{Clients: keeping(), Anonymous: &access.Client{Name: "anonymous", Anonymous: true, Channels: []string{"site"}}})
	client, err := k.Client(t.Context(), "")
	if err != nil || client.May(access.Read) || !slices.Equal(client.Channels, []string{"site"}) {
		t.Errorf("it is %+v, %v", client, err)
	}
}

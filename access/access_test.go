package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"unisono/access"
	"unisono/content"
	"unisono/fault"
)

const key, admin, fixed = "key-of-the-app", "key-of-the-admin", "key-of-the-console"

// keyring knows an admin, a client that is fixed, and one that is kept.
func keyring(t *testing.T) *access.Keyring {
	t.Helper()
	kept := &content.Client{Hash: access.Hash(key), Name: "app", Permissions: []string{"write", "unknown"}, Channels: []string{"app"}, Audiences: []string{"dealer"}, Markets: []string{"DK"}, Origins: []string{"https://a.example"}, Defaults: &content.Defaults{Channel: "app"}}
	return access.NewKeyring(access.KeyringConfig{
		Clients: keeping(kept), AdminKey: admin,
		Fixed: map[string]*access.Client{fixed: {Name: "console", Permissions: []access.Permission{access.Read, access.Preview}, Channels: []string{"secret"}}},
	})
}

func TestWhoIsAsking(t *testing.T) {
	for name, test := range map[string]struct{ header, want string }{ // "" is refused
		"nobody":                       {"", "anonymous"},
		"a client that is kept":        {"Bearer " + key, "app"},
		"the scheme in small letters":  {"bearer " + key, "app"},
		"the scheme in capitals":       {"BEARER " + key, "app"},
		"white space around the key":   {"Bearer   " + key + "  ", "app"},
		"the admin":                    {"Bearer " + admin, "admin"},
		"a client that is fixed":       {"Bearer " + fixed, "console"},
		"a key that nobody has":        {"Bearer nobody", ""},
		"a key's hash":                 {"Bearer " + access.Hash(key), ""},
		"the admin's hash":             {"Bearer " + access.Hash(admin), ""},
		"a part of a key":              {"Bearer " + key[:5], ""},
		"a key in capitals":            {"Bearer " + strings.ToUpper(key), ""},
		"a key alone":                  {key, ""},
		"another scheme":               {"Basic " + key, ""},
		"a scheme alone":               {"Bearer", ""},
		"a scheme and white space":     {"Bearer   ", ""},
		"white space alone":            {" ", ""},
		"white space before":           {" Bearer " + key, ""},
		"two keys":                     {"Bearer " + key + " " + key, ""},
		"a header longer than allowed": {"Bearer " + strings.Repeat("x", 20_000), ""},
		"bytes":                        {"Bearer \x00\xff", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := keyring(t).Client(t.Context(), test.header)
			if test.want == "" {
				if client != nil || fault.KindOf(err) != fault.Unauthenticated {
					t.Errorf("it is %+v, %v", client, err)
				} else if message := fault.Public(err); strings.Contains(message, "key-of") || len(message) > 200 {
					t.Errorf("it says %q", message)
				}
				return
			}
			if err != nil || client.Name != test.want || client.Anonymous != (test.want == "anonymous") || client.All != (test.want == "admin") {
				t.Errorf("it is %+v, %v", client, err)
			}
		})
	}
}

func TestWhatAClientWasGranted(t *testing.T) {
	client, err := keyring(t).Client(t.Context(), "Bearer "+key)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(client.Channels, []string{"app"}) || !slices.Equal(client.Audiences, []string{"dealer"}) || client.Defaults.Channel != "app" || !slices.Equal(client.Markets, []string{"DK"}) || !slices.Equal(client.Origins, []string{"https://a.example"}) || client.ID != access.Hash(key)[:12] {
		t.Errorf("it is %+v", client)
	}
	if !client.May(access.Read) || !client.May(access.Write) || client.May(access.Preview) || client.May(access.Admin) {
		t.Error("it may not do what it was granted, or more")
	}
}

func TestWithoutAnAdminsKeyNobodyIsTheAdmin(t *testing.T) {
	k := access.NewKeyring(access.KeyringConfig{Clients: keeping()})
	for _, header := range []string{"Bearer ", "Bearer " + access.Hash(""), "Bearer " + admin} {
		if client, err := k.Client(t.Context(), header); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%q is %+v", header, client)
		}
	}
}

func TestAFaultOfTheDatabaseIsPassedOn(t *testing.T) {
	down := keeping()
	down.fails = fault.New(fault.Unavailable, "down")
	k := access.NewKeyring(access.KeyringConfig{Clients: down, AdminKey: admin, Fixed: map[string]*access.Client{fixed: {Name: "console"}}})
	if client, err := k.Client(t.Context(), "Bearer "+key); client != nil || !errors.Is(err, down.fails) {
		t.Errorf("it is %+v, %v", client, err)
	}
	for header, want := range map[string]string{"": "anonymous", "Bearer " + admin: "admin", "Bearer " + fixed: "console"} {
		if client, err := k.Client(t.Context(), header); err != nil || client.Name != want {
			t.Errorf("%s needs no database: %v", want, err)
		}
	}
}

// S1: a missing permission is UNAUTHENTICATED for the anonymous and FORBIDDEN for a known client.
func TestWhatIsNeeded(t *testing.T) {
	all := []access.Permission{access.Read, access.Preview, access.Write, access.Admin}
	for name, test := range map[string]struct {
		client  *access.Client
		has     []access.Permission
		kind    fault.Kind
		details bool
	}{
		"the anonymous":  {access.Anonymous(), []access.Permission{access.Read}, fault.Unauthenticated, false},
		"a reader":       {&access.Client{Name: "a", Permissions: []access.Permission{access.Read}}, []access.Permission{access.Read}, fault.Forbidden, false},
		"an editor":      {&access.Client{Name: "a", Permissions: []access.Permission{access.Read, access.Preview}}, []access.Permission{access.Read, access.Preview}, fault.Forbidden, true},
		"an integrator":  {&access.Client{Name: "a", Permissions: []access.Permission{access.Write}}, []access.Permission{access.Write}, fault.Forbidden, true},
		"one of nothing": {&access.Client{Name: "a"}, nil, fault.Forbidden, false},
		"one of all":     {&access.Client{All: true}, all, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, permission := range all {
				err := test.client.Need(permission)
				if slices.Contains(test.has, permission) {
					if err != nil || !test.client.May(permission) {
						t.Errorf("%s is refused: %v", permission, err)
					}
					continue
				}
				if fault.KindOf(err) != test.kind || !strings.Contains(fault.Public(err), string(permission)) || test.client.May(permission) {
					t.Errorf("%s: %v", permission, err)
				}
			}
			if test.client.Details() != test.details {
				t.Errorf("details: %t", test.client.Details())
			}
		})
	}
}

func TestTheClientIsCarriedByTheContext(t *testing.T) {
	if client := access.FromContext(t.Context()); !client.Anonymous || client.May(access.Write) {
		t.Errorf("without one it is %+v", client)
	}
	client := &access.Client{Name: "a"}
	if access.FromContext(access.NewContext(t.Context(), client)) != client {
		t.Error("it is not there")
	}
	access.Anonymous().Channels = []string{"secret"}
	if len(access.Anonymous().Channels) != 0 {
		t.Error("one request's anonymous client is another's")
	}
}

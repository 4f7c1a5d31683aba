package token_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"unisono/access"
	"unisono/access/token"
	"unisono/content"
)

// claims of many forms, as identity providers write them.
func claims(p *provider) map[string]any {
	return p.claims(
		"scope", "openid  profile content.write",
		"group", "Domain Admins",
		"realm_access", map[string]any{"roles": []any{"dealer", "editor", 7, true, []any{"deep"}}},
		"https://shop.example/roles", []any{"buyer"},
		"a.b", map[string]any{"c.d": "x"},
		"a", map[string]any{"b": map[string]any{"c": "y"}},
		"staff", true, "guest", false, "level", 3, "large", uint64(18446744073709551615), "half", 1.5,
		"nothing", []any{nil}[0:0], "gone", map[string]any{}, "blank", " ", "null", any((*int)(nil)),
	)
}

func TestWhichClaimsAGrantIsFor(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	for name, test := range map[string]struct {
		claim, value string
		holds        bool
	}{
		"every token":                      {"", "", true},
		"a claim that is there":            {"scope", "", true},
		"that is not there":                {"scopes", "", false},
		"a word of a text":                 {"scope", "content.write", true},
		"a part of a word":                 {"scope", "content", false},
		"two words of a text":              {"scope", "openid profile", false},
		"a text with white space":          {"group", "Domain Admins", true},
		"a word in other letters":          {"scope", "OpenID", false},
		"an element of a list":             {"realm_access.roles", "dealer", true},
		"another element":                  {"realm_access.roles", "editor", true},
		"a part of an element":             {"realm_access.roles", "deal", false},
		"an element that is a number":      {"realm_access.roles", "7", true},
		"an element that is a boolean":     {"realm_access.roles", "true", true},
		"an element of an element":         {"realm_access.roles", "deep", false},
		"a list that is there":             {"realm_access.roles", "", true},
		"an object that is there":          {"realm_access", "", true},
		"an object is no text":             {"realm_access", "roles", false},
		"a path that ends early":           {"realm_access.roles.dealer", "", false},
		"a path to nowhere":                {"realm_access.groups", "dealer", false},
		"a name with dots":                 {"https://shop.example/roles", "buyer", true},
		"names with dots in names":         {"a.b.c.d", "x", true},
		"names without, for the same":      {"a.b.c", "y", true},
		"true, there":                      {"staff", "", true},
		"true":                             {"staff", "true", true},
		"true is not 1":                    {"staff", "1", false},
		"false grants nothing":             {"guest", "", false},
		"false, if that is meant":          {"guest", "false", true},
		"a number":                         {"level", "3", true},
		"another number":                   {"level", "30", false},
		"a number as it stands":            {"level", "3.0", false},
		"a number that no float64 holds":   {"large", "18446744073709551615", true},
		"a fraction":                       {"half", "1.5", true},
		"an empty list grants nothing":     {"nothing", "", false},
		"an empty object grants nothing":   {"gone", "", false},
		"white space alone grants nothing": {"blank", "", false},
		"null grants nothing":              {"null", "", false},
		"null is no text":                  {"null", "null", false},
		"a path of dots":                   {"...", "", false},
		"a claim with its own name":        {"sub", "anna", true},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, p.config(token.Grant{Claim: test.claim, Value: test.value, Permissions: []access.Permission{access.Write}}))
			if client := h.accepts(t, key.sign(claims(p))); client.May(access.Write) != test.holds || !client.May(access.Read) {
				t.Errorf("it holds: %t", !test.holds)
			}
		})
	}
}

func TestGrantsAddUp(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	const not = "elsewhere"
	for name, test := range map[string]struct {
		grants []token.Grant
		want   access.Client
	}{
		"none":       {nil, access.Client{}},
		"none holds": {[]token.Grant{{Claim: not, Permissions: []access.Permission{access.Admin}, Channels: []string{"b2b"}}}, access.Client{}},
		"one": {
			[]token.Grant{{Permissions: []access.Permission{access.Preview}, Channels: []string{"b2b"}, Audiences: []string{"dealer"}, Markets: []string{"DK"}, Origins: []string{"*"}}},
			access.Client{Permissions: []access.Permission{access.Preview}, Channels: []string{"b2b"}, Audiences: []string{"dealer"}, Markets: []string{"DK"}, Origins: []string{"*"}},
		},
		"two that name": {
			[]token.Grant{{Channels: []string{"b2b", "web"}, Audiences: []string{"dealer"}, Markets: []string{"DK"}}, {Channels: []string{"web", "app"}, Audiences: []string{"staff"}, Markets: []string{"SE"}}},
			access.Client{Channels: []string{"b2b", "web", "app"}, Audiences: []string{"dealer", "staff"}, Markets: []string{"DK", "SE"}},
		},
		"an empty list and one that names": {
			[]token.Grant{{Permissions: []access.Permission{access.Preview}}, {Channels: []string{"b2b"}, Audiences: []string{"dealer"}, Origins: []string{"https://a.example"}}},
			access.Client{Permissions: []access.Permission{access.Preview}, Channels: []string{"*", "b2b"}, Audiences: []string{"*", "dealer"}, Origins: []string{"https://a.example"}},
		},
		"one that names, then an empty list": {[]token.Grant{{Channels: []string{"b2b"}}, {}}, access.Client{Channels: []string{"*", "b2b"}}},
		"* is said once":                     {[]token.Grant{{Channels: []string{"b2b", "*"}}, {}, {Channels: []string{"*", "app"}}}, access.Client{Channels: []string{"b2b", "*", "app"}}},
		"one that does not hold adds nothing": {
			[]token.Grant{{Channels: []string{"b2b"}}, {Claim: not}, {Claim: not, Channels: []string{"secret"}, Defaults: &content.Defaults{Channel: "secret"}}},
			access.Client{Channels: []string{"b2b"}},
		},
		"permissions, once and in order": {
			[]token.Grant{{Permissions: []access.Permission{access.Admin, access.Read}}, {Permissions: []access.Permission{access.Write, access.Admin}}},
			access.Client{Permissions: []access.Permission{access.Write, access.Admin}},
		},
		"defaults, the first of each": {
			[]token.Grant{
				{Defaults: &content.Defaults{Channel: "web", Locale: "da", Device: "TV"}},
				{},
				{Defaults: &content.Defaults{Channel: "b2b", Audience: "dealer", Locale: "de", Market: "DK", Moment: "BUY", Medium: content.Text, Publication: "PAGE", Format: "WEB"}},
			},
			access.Client{Defaults: &content.Defaults{Channel: "web", Audience: "dealer", Locale: "da", Market: "DK", Device: "TV", Moment: "BUY", Medium: content.Text, Publication: "PAGE", Format: "WEB"}},
		},
		"defaults that are empty": {[]token.Grant{{Defaults: &content.Defaults{}}}, access.Client{}},
	} {
		t.Run(name, func(t *testing.T) {
			test.want.Name = "anna"
			test.want.Permissions = append([]access.Permission{access.Read}, test.want.Permissions...)
			if diff := cmp.Diff(&test.want, open(t, p.config(test.grants...)).accepts(t, key.sign(p.claims()))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheNameOfAClient(t *testing.T) {
	key := es256("1")
	p := newProvider(t, key)
	config := p.config()
	config.Issuers[0].Client = "app.id"
	h := open(t, config)
	app := func(id any) []any { return []any{"app", map[string]any{"id": id}} }
	for name, test := range map[string]struct {
		changes []any
		want    string
	}{
		"its claim":                  {app("shop"), "shop"},
		"a number":                   {app(7), "7"},
		"without its claim":          {nil, "anna"},
		"with a claim that is empty": {app(" "), "anna"},
		"with a claim that is none":  {app([]any{"shop"}), "anna"},
		"without both":               {[]any{"sub", nil}, "token of " + strings.TrimPrefix(p.URL, "http://")},
		"control characters":         {app("a\r\nb\x00\x1b[31mc\u0085"), "ab[31mc"},
		"turned round":               {app("a\u202eb\u200bc\u2028d"), "abcd"},
		"nothing but such":           {app("\u200b\n"), "anna"},
		"letters of the world":       {app("Bücher 書籍"), "Bücher 書籍"},
		"long":                       {app(strings.Repeat("é", 150)), strings.Repeat("é", 100)},
	} {
		t.Run(name, func(t *testing.T) {
			if client := h.accepts(t, key.sign(p.claims(test.changes...))); client.Name != test.want {
				t.Errorf("it is %q", client.Name)
			}
		})
	}
}
